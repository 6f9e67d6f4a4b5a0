/** When a failed page is tried again. */

const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;
/** What a receiver may ask for at most: `Retry-After` (RFC 9110, 10.2.3). */
const ASKED_MS_MAX = 3_600_000;

/**
 * Doubles from 5 s to 10 min with the attempts so far, each between half and the whole of that (`random` in
 * [0, 1)).
 */
export function backoffMs(attempts: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(30, Math.max(0, attempts - 1)));
  return Math.round(whole * (0.5 + random / 2));
}

/** What the receiver asked to be left alone for, within an hour. */
export function askedMs(retryAfterMs: number | undefined): number {
  return Math.min(ASKED_MS_MAX, Math.max(0, retryAfterMs ?? 0));
}
