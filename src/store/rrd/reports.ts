const QUIET_MS = 60_000;
const SUBJECTS_MAX = 10_000;

/** Lets a subject through once a minute: a page that asks every few seconds must not fill the log. */
export class Reports {
  readonly #toldMs = new Map<string, number>();
  readonly #now: () => number;

  /** `now`: epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether to tell of the subject now. With too many subjects the one told longest ago is forgotten. */
  isDue(subject: string): boolean {
    const nowMs = this.#now();
    const toldMs = this.#toldMs.get(subject);
    if (toldMs !== undefined && nowMs - toldMs < QUIET_MS) return false;
    this.#toldMs.delete(subject);
    for (const oldest of this.#toldMs.keys()) {
      if (this.#toldMs.size < SUBJECTS_MAX) break;
      this.#toldMs.delete(oldest);
    }
    this.#toldMs.set(subject, nowMs);
    return true;
  }
}
