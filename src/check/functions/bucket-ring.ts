/** Buckets of a window: 1.5 kB a series, and a line through them as good as one through every sample. */
export const BUCKETS = 60;
/** One more, that is in the making: the others hold a whole window. */
const SLOTS = BUCKETS + 1;

/**
 * The newest window of a series in buckets of a sixtieth of it: of each the mean of its samples and of their
 * times. A bucket counts once, however many samples it has: so samples by the second beside a store's coarse
 * rows do not outweigh them, and a gap is no more than buckets without anything.
 */
export class BucketRing {
  readonly windowMs: number;
  readonly #widthMs: number;
  /** By slot: how many samples, their mean, and the mean of their times since the bucket's begin. */
  readonly counts = new Uint32Array(SLOTS);
  readonly means = new Float64Array(SLOTS);
  readonly #offsets = new Float64Array(SLOTS);
  /** Number of the newest bucket since the epoch. */
  #newest = Number.NEGATIVE_INFINITY;
  #newestSlot = 0;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.#widthMs = windowMs / BUCKETS;
  }

  /**
   * Takes a sample in, also one from before others. What is no number, and what is older than the window of
   * the newest, is left out.
   */
  add(timeMs: number, value: number): void {
    const bucket = Math.floor(timeMs / this.#widthMs);
    if (!Number.isFinite(value) || !Number.isFinite(bucket) || bucket <= this.#newest - SLOTS) return;
    this.#moveTo(bucket);
    const slot = bucket % SLOTS;
    const count = (this.counts[slot] as number) + 1;
    const mean = this.means[slot] as number;
    const offset = this.#offsets[slot] as number;
    this.counts[slot] = count;
    // Halves first: the difference of two numbers may be beyond the greatest one.
    this.means[slot] = mean + 2 * ((value / 2 - mean / 2) / count);
    this.#offsets[slot] = offset + (timeMs - bucket * this.#widthMs - offset) / count;
  }

  /** The window has moved on, whether there was a sample or not: what is older is let go. */
  moveOn(nowMs: number): void {
    this.#moveTo(Math.floor(nowMs / this.#widthMs));
  }

  /** The mean time of a slot's samples, since the begin of the newest bucket; ms, below 0 for older ones. */
  sinceNewestMs(slot: number): number {
    const age = this.#newestSlot - slot;
    return (this.#offsets[slot] as number) - (age < 0 ? age + SLOTS : age) * this.#widthMs;
  }

  /** Time between the oldest and the newest bucket that has samples, ms; 0 with fewer than two. */
  spanMs(): number {
    const oldest = this.oldest();
    const newest = this.#filled(SLOTS - 1, -1);
    return oldest === newest ? 0 : this.timeMs(newest) - this.timeMs(oldest);
  }

  /** The place of the oldest bucket with samples, from 0 on; -1: there is none. */
  oldest(): number {
    return this.#filled(0, 1);
  }

  /** How many places there are to be asked for, oldest first. */
  get places(): number {
    return SLOTS;
  }

  hasValue(place: number): boolean {
    return (this.counts[this.#slotOf(place)] as number) > 0;
  }

  /** The mean time of its samples, epoch ms. */
  timeMs(place: number): number {
    const slot = this.#slotOf(place);
    return (this.#newest - SLOTS + 1 + place) * this.#widthMs + (this.#offsets[slot] as number);
  }

  /** Their mean. */
  value(place: number): number {
    return this.means[this.#slotOf(place)] as number;
  }

  #moveTo(bucket: number): void {
    if (bucket <= this.#newest) return;
    const first = Math.max(this.#newest + 1, bucket - SLOTS + 1);
    for (let one = first; one <= bucket; one += 1) {
      const slot = one % SLOTS;
      this.counts[slot] = 0;
      this.means[slot] = 0;
      this.#offsets[slot] = 0;
    }
    this.#newest = bucket;
    this.#newestSlot = bucket % SLOTS;
  }

  #filled(from: number, by: 1 | -1): number {
    if (this.#newest === Number.NEGATIVE_INFINITY) return -1;
    for (let place = from; place >= 0 && place < SLOTS; place += by) if (this.hasValue(place)) return place;
    return -1;
  }

  #slotOf(place: number): number {
    return (this.#newest + 1 + place) % SLOTS;
  }
}
