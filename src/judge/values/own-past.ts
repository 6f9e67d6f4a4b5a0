import { BUCKETS } from '../../check/functions/bucket-ring.ts';
import { hasEnough } from '../../check/functions/history.ts';
import type { BucketRing } from '../../check/functions/bucket-ring.ts';
import type { PastDesk } from './past-desk.ts';
import type { SeriesEntry } from '../../live/entries.ts';

/** A shorter window fills by itself before a store's rows would be of use. */
const WORTH_READING_MS = 300_000;
const AGAIN_MS = 300_000;

/**
 * Fills a window from the store once, after a start or with a new definition. Where that fails it is tried
 * again while live samples have not filled it.
 */
export class OwnPast {
  /** Why it could not be read; null: it was, or was not asked for. */
  fault: string | null = null;
  readonly #ring: BucketRing;
  readonly #desk: PastDesk;
  #state: 'due' | 'asked' | 'came' | 'settled';
  #askAtMs = 0;

  constructor(ring: BucketRing, desk: PastDesk) {
    this.#ring = ring;
    this.#desk = desk;
    this.#state = ring.windowMs < WORTH_READING_MS ? 'settled' : 'due';
  }

  /** True once: the past is in the window. */
  look(series: SeriesEntry, nowMs: number): boolean {
    if (this.#state === 'settled') return false;
    if (this.#state === 'came') {
      this.#state = 'settled';
      return true;
    }
    if (this.#state === 'due' && nowMs >= this.#askAtMs) this.#ask(series, nowMs);
    return false;
  }

  #ask(series: SeriesEntry, nowMs: number): void {
    if (this.fault !== null && hasEnough(this.#ring)) {
      this.#state = 'settled';
      return;
    }
    this.#state = 'asked';
    this.#desk.wish({
      series,
      fromAgoMs: this.#ring.windowMs,
      toAgoMs: 0,
      points: BUCKETS,
      row: (timeMs, value) => this.#ring.add(timeMs, value),
      done: (fault) => {
        this.fault = fault;
        this.#state = fault === null ? 'came' : 'due';
        this.#askAtMs = nowMs + AGAIN_MS;
      },
    });
  }
}
