/**
 * A token bucket, full at first: `perSecond` admissions a second, at most one second's worth saved up, and at
 * most `underWayMax` at a time, so that what is slow slows itself and not what waits behind it.
 */
export class Pacer {
  readonly #perSecond: number;
  readonly #underWayMax: number;
  readonly #now: () => number;
  #tokens: number;
  #atMs: number;
  #underWay = 0;

  /** `now`: milliseconds. */
  constructor(
    { perSecond, underWayMax }: { readonly perSecond: number; readonly underWayMax: number },
    now: () => number,
  ) {
    this.#perSecond = perSecond;
    this.#underWayMax = underWayMax;
    this.#now = now;
    this.#tokens = perSecond;
    this.#atMs = now();
  }

  /** An admission, disposed of when what it admitted is done; undefined: not now. */
  admit(): Disposable | undefined {
    const nowMs = this.#now();
    const earned = (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + earned);
    this.#atMs = nowMs;
    if (this.#tokens < 1 || this.#underWay >= this.#underWayMax) return undefined;
    this.#tokens -= 1;
    this.#underWay += 1;
    return { [Symbol.dispose]: () => void (this.#underWay -= 1) };
  }
}
