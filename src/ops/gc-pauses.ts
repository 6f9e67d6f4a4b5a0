import { createHistogram, PerformanceObserver } from 'node:perf_hooks';
import type { Histogram, RecordableHistogram } from 'node:perf_hooks';
import type { GcPauses } from '../contract/stats.ts';

/** Figures are over the last one to two of these. */
const SPAN_MS = 60_000;
/** A pause is kept to two digits, up to a minute: some 20 kB a histogram. */
const BOUNDS = { lowest: 1, highest: 60_000_000, figures: 2 };

/** How long the collection of garbage held up a thread lately. */
export class PauseWindow {
  #before: RecordableHistogram = createHistogram(BOUNDS);
  #now: RecordableHistogram = createHistogram(BOUNDS);
  #turnMs: number;

  /** Times are of any monotonic clock. */
  constructor(nowMs: number) {
    this.#turnMs = nowMs + SPAN_MS;
  }

  add(pauseMs: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#now.record(Math.min(BOUNDS.highest, Math.max(1, Math.round(pauseMs * 1000))));
  }

  figures(nowMs: number): GcPauses {
    this.#turn(nowMs);
    const all = createHistogram(BOUNDS);
    all.add(this.#before);
    all.add(this.#now);
    if (all.count === 0) return { p50Ms: 0, p99Ms: 0, maxMs: 0 };
    return { p50Ms: quantileMs(all, 50), p99Ms: quantileMs(all, 99), maxMs: all.max / 1000 };
  }

  #turn(nowMs: number): void {
    if (nowMs < this.#turnMs) return;
    const isLong = nowMs >= this.#turnMs + SPAN_MS;
    this.#before = isLong ? createHistogram(BOUNDS) : this.#now;
    this.#now = createHistogram(BOUNDS);
    this.#turnMs = nowMs + SPAN_MS;
  }
}

function quantileMs(histogram: Histogram, percent: number): number {
  return histogram.percentile(percent) / 1000;
}

/** Watches the thread it is called on; answers what asks for the figures. */
export function watchGcPauses(): () => GcPauses {
  const pauses = new PauseWindow(performance.now());
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pauses.add(duration, performance.now());
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => pauses.figures(performance.now());
}
