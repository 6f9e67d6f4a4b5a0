const HOUR_MS = 3_600_000;

/**
 * Once an hour for each name: what programs do all the time must not push out of the audit log who changed
 * what.
 */
export class Hourly {
  readonly #last = new Map<string, number>();

  /** Names are those of users and tokens, which are bounded. */
  isDue(name: string, nowMs: number): boolean {
    if (nowMs - (this.#last.get(name) ?? -HOUR_MS) < HOUR_MS) return false;
    this.#last.set(name, nowMs);
    return true;
  }
}
