/** Age of the newest sample, seconds; never below 0, also where the clock was set back. */
export function ageS(arrivalMs: number, nowMs: number): number {
  return Math.max(0, nowMs - arrivalMs) / 1000;
}

/** `newest load_one is 94 s old`; whole seconds in `shown`. */
export function missingWords(metric: string, shown: string): string {
  return `newest ${metric} is ${shown} old`;
}
