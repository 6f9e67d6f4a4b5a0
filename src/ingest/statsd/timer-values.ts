import { STATSD_VALUES_PER_TIMER_MAX } from '../../limits.ts';
import type { Room } from './room.ts';

/** Values that a timer has room for from the beginning, and keeps. */
const FIRST = 8;

/**
 * What a timer heard in one interval. Number, sum, mean, deviation and extremes are exact whatever comes; the
 * values themselves, for median and percentiles, up to a bound: beyond, a fair sample of them is kept, each
 * with the same chance (J. S. Vitter, "Random Sampling with a Reservoir", algorithm R).
 */
export class TimerValues {
  readonly #room: Room;
  readonly #random: () => number;
  #values = new Float64Array(FIRST);
  #kept = 0;
  #seen = 0;
  /** Events, each value counting for as many as its sample rate says. */
  count = 0;
  sum = 0;
  lower = Infinity;
  upper = -Infinity;
  /** Running mean, and sum of squared distances from it (B. P. Welford; D. H. D. West for weights). */
  #mean = 0;
  #spread = 0;

  constructor(room: Room, random: () => number) {
    this.#room = room;
    this.#random = random;
    room.owe(FIRST);
  }

  /** Standard deviation of the events. */
  get deviation(): number {
    return Math.sqrt(this.#spread / this.count);
  }

  /** `rate`: the share of the events that was sent. */
  add(value: number, rate: number): void {
    const weight = 1 / rate;
    this.count += weight;
    this.sum += value * weight;
    if (value < this.lower) this.lower = value;
    if (value > this.upper) this.upper = value;
    const before = value - this.#mean;
    this.#mean += (before * weight) / this.count;
    this.#spread += weight * before * (value - this.#mean);
    this.#keep(value);
  }

  /** The values kept, ascending; a view that the next `add` or `clear` spoils. */
  sorted(): Float64Array {
    // oxlint-disable-next-line unicorn/no-array-sort -- in place: the order they came in is of no use
    return this.#values.subarray(0, this.#kept).sort();
  }

  /** Begins the next interval; room that this one had no use for goes back. */
  clear(): void {
    const size = this.#values.length;
    if (size > FIRST && this.#kept * 4 <= size) {
      this.#room.giveBack(size / 2);
      this.#values = new Float64Array(size / 2);
    }
    this.#kept = 0;
    this.#seen = 0;
    this.count = 0;
    this.sum = 0;
    this.lower = Infinity;
    this.upper = -Infinity;
    this.#mean = 0;
    this.#spread = 0;
  }

  /** Gives all room back; nothing may be added any more. */
  release(): void {
    this.#room.giveBack(this.#values.length);
  }

  #keep(value: number): void {
    this.#seen += 1;
    // Once values have been passed over, no more room is taken: all must have had the same chance.
    const isWhole = this.#seen === this.#kept + 1;
    if (isWhole && (this.#kept < this.#values.length || this.#grow())) {
      this.#values[this.#kept] = value;
      this.#kept += 1;
      return;
    }
    const place = Math.floor(this.#random() * this.#seen);
    if (place < this.#kept) this.#values[place] = value;
  }

  #grow(): boolean {
    const size = this.#values.length;
    if (2 * size > STATSD_VALUES_PER_TIMER_MAX || !this.#room.take(size)) return false;
    const values = new Float64Array(2 * size);
    values.set(this.#values);
    this.#values = values;
    return true;
  }
}

/** The middle of ascending values, the mean of two where their number is even. At least one value. */
export function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * How many of n values a percentile covers: the nearest whole number, as Etsy's statsd has it, and at least
 * one. The last of those is the percentile.
 */
export function rankOf(percentile: number, n: number): number {
  return Math.max(1, Math.round((percentile / 100) * n));
}
