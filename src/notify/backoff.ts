/** When a failed page is tried again. */

const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;
/** A page that found no way for this long is given up. */
export const GIVE_UP_MS = 24 * 60 * 60_000;

/**
 * Doubles from 5 s to 10 min with the attempts so far, each between half and the whole of that (`random` in
 * [0, 1)).
 */
export function backoffMs(attempts: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(30, Math.max(0, attempts - 1)));
  return Math.round(whole * (0.5 + random / 2));
}
