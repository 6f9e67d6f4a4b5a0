import { EVENTS_PER_MINUTE_MAX, EVENTS_PER_MINUTE_OF_ALL_MAX } from '../limits.ts';

const MINUTE_MS = 60_000;

/** How many marks may be posted: a script that runs wild fills nobody's graphs. */
export class EventPace {
  readonly #posted = new Map<string, number>();
  #all = 0;
  #sinceMs = 0;

  /** Seconds until the next may come; 0: this one may, and counts. */
  admit(who: string, nowMs: number): number {
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs >= MINUTE_MS || passedMs < 0) {
      this.#posted.clear();
      this.#all = 0;
      this.#sinceMs = nowMs;
    }
    const posted = this.#posted.get(who) ?? 0;
    if (posted >= EVENTS_PER_MINUTE_MAX || this.#all >= EVENTS_PER_MINUTE_OF_ALL_MAX) {
      return Math.ceil((this.#sinceMs + MINUTE_MS - nowMs) / 1000);
    }
    this.#posted.set(who, posted + 1);
    this.#all += 1;
    return 0;
  }
}
