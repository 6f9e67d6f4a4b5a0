import type { FeedNames, FeedValues } from '../../../src/contract/feed.ts';
import type { ErrorBody } from '../../../src/contract/api.ts';
import type { Tail } from '../chart/columns.ts';

/** Samples kept of a series to draw behind its history: ten minutes at one a second, and some. */
const TAIL_POINTS = 720;

interface GrowingTail {
  readonly times: number[];
  readonly values: (number | null)[];
}

export interface LiveValue {
  readonly value: number | null;
  /** When the sample was taken, on the server's clock. */
  readonly atMs: number;
}

const EMPTY_TAIL: Tail = { times: [], values: [] };

/**
 * One subscription's newest values, by series; with `keepTails` their last minutes too. `version` grows with
 * every change.
 */
export class FeedTable {
  readonly key: string;
  version = 0;
  /** The subscription was refused; says why. */
  error: ErrorBody | undefined;
  series: FeedNames['series'] = [];
  leftOut = 0;
  readonly #keepTails: boolean;
  readonly #values = new Map<string, LiveValue>();
  readonly #tails = new Map<string, GrowingTail>();
  readonly #listeners = new Set<() => void>();
  #keys: string[] = [];

  constructor(key: string, keepTails: boolean) {
    this.key = key;
    this.#keepTails = keepTails;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Undefined until the first value of the series has come. */
  get(cluster: string, host: string, metric: string): LiveValue | undefined {
    return this.#values.get(seriesKey(cluster, host, metric));
  }

  tail(cluster: string, host: string, metric: string): Tail {
    return this.#tails.get(seriesKey(cluster, host, metric)) ?? EMPTY_TAIL;
  }

  name(frame: FeedNames): void {
    this.series = frame.series;
    this.leftOut = frame.left_out;
    this.error = undefined;
    this.#keys = frame.series.map((s) => seriesKey(s.cluster, s.host, s.metric));
    const named = new Set(this.#keys);
    for (const key of this.#values.keys()) {
      if (named.has(key)) continue;
      this.#values.delete(key);
      this.#tails.delete(key);
    }
    this.#changed();
  }

  take(frame: FeedValues): void {
    frame.rows.forEach((row, i) => {
      const key = this.#keys[row];
      if (key === undefined) return;
      const sample = { value: frame.values[i] ?? null, atMs: frame.t - (frame.ages[i] ?? 0) };
      this.#values.set(key, sample);
      if (this.#keepTails) this.#append(key, sample);
    });
    this.#changed();
  }

  refuse(error: ErrorBody): void {
    this.error = error;
    this.#changed();
  }

  #append(key: string, sample: LiveValue): void {
    let tail = this.#tails.get(key);
    if (!tail) {
      tail = { times: [], values: [] };
      this.#tails.set(key, tail);
    }
    const time = sample.atMs / 1000;
    const last = tail.times.at(-1) ?? Number.NEGATIVE_INFINITY;
    // The age is rounded on its way: less than half a second apart is the same sample told again.
    if (time - last < 0.5) return;
    tail.times.push(time);
    tail.values.push(sample.value);
    if (tail.times.length <= TAIL_POINTS) return;
    tail.times.shift();
    tail.values.shift();
  }

  #changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function seriesKey(cluster: string, host: string, metric: string): string {
  return `${cluster}\n${host}\n${metric}`;
}
