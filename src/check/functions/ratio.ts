/** `of` divided by `to`, or how many percent of it; NaN where that is not a number: nothing divides by zero. */
export function ratio(of: number, to: number, percent: boolean): number {
  if (to === 0) return Number.NaN;
  return percent ? (of / to) * 100 : of / to;
}
