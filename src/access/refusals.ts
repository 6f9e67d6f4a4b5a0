import { REFUSALS_NOTED_PER_HOUR_MAX } from '../limits.ts';

const HOUR_MS = 3_600_000;

/** Which refused sign-ins are written down: so many an hour, so that nobody fills the audit log. */
export class RefusalNotes {
  #hour = -1;
  #noted = 0;
  #leftOut = 0;

  /** Null: leave it out. Else how many were left out since the last one that was not. */
  admit(nowMs: number): { readonly leftOut: number } | null {
    const hour = Math.floor(nowMs / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#noted = 0;
    }
    if (this.#noted >= REFUSALS_NOTED_PER_HOUR_MAX) {
      this.#leftOut += 1;
      return null;
    }
    const leftOut = this.#leftOut;
    this.#noted += 1;
    this.#leftOut = 0;
    return { leftOut };
  }
}
