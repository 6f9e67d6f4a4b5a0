/**
 * How far the wall clock and a steady one may part before the wall clock counts as set: more than any leap
 * second or slewing.
 */
const APART_MAX_MS = 3_600_000;
/** A server that was away for no longer has watched all the time. */
const AWAY_MAX_MS = 6 * 3_600_000;

/** Why what was watched so far does not count any more. */
export type Break = 'first' | 'away' | 'clock';

export interface WatchClock {
  /** Epoch milliseconds, which somebody may set. */
  nowMs(): number;
  /** Milliseconds that only ever go on. */
  ticksMs(): number;
}

/** What one run leaves the next, epoch ms. */
export interface WatchedBefore {
  readonly sinceMs: number;
  readonly lookedMs: number;
}

/**
 * The time this server has watched without a break. What is deleted by age is deleted by this time alone: a
 * clock that jumps by years, a server that was off for months or a copied data directory make nothing older,
 * they make the watching begin anew.
 */
export class WatchedTime {
  readonly #clock: WatchClock;
  #sinceMs: number;
  #lookedMs: number;
  #anchor: { readonly wallMs: number; readonly ticksMs: number };
  #break: Break | undefined;

  /** `before`: what an earlier run left; undefined for a first one. */
  constructor(before: WatchedBefore | undefined, clock: WatchClock) {
    this.#clock = clock;
    const wallMs = clock.nowMs();
    const awayMs = before ? wallMs - before.lookedMs : 0;
    if (!before) this.#break = 'first';
    else if (awayMs > AWAY_MAX_MS) this.#break = 'away';
    else if (awayMs < -APART_MAX_MS) this.#break = 'clock';
    this.#sinceMs = before && !this.#break ? before.sinceMs : wallMs;
    this.#lookedMs = wallMs;
    this.#anchor = { wallMs, ticksMs: clock.ticksMs() };
  }

  /** To be called now and then; why the watching began anew since the last call, or undefined. */
  look(): Break | undefined {
    const wallMs = this.#clock.nowMs();
    const ticksMs = this.#clock.ticksMs();
    const apartMs = wallMs - this.#anchor.wallMs - (ticksMs - this.#anchor.ticksMs);
    if (Math.abs(apartMs) > APART_MAX_MS) {
      this.#break = 'clock';
      this.#sinceMs = wallMs;
      this.#anchor = { wallMs, ticksMs };
    }
    this.#lookedMs = wallMs;
    const broke = this.#break;
    this.#break = undefined;
    return broke;
  }

  /**
   * What was last heard of before this second of the wall clock (epoch ms) has been silent for `forMs` of
   * watched time; nothing has while not so much was watched.
   */
  cutoffMs(forMs: number): number {
    return this.#lookedMs - this.#sinceMs >= forMs ? this.#lookedMs - forMs : Number.NEGATIVE_INFINITY;
  }

  /** For the next run. */
  get kept(): WatchedBefore {
    return { sinceMs: this.#sinceMs, lookedMs: this.#lookedMs };
  }
}
