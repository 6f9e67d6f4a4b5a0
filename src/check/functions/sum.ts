/**
 * Neumaier's sum of the first `length` values: what each addition loses is kept, so a small value beside
 * great ones counts, and the order of the values does not show. Infinities sum as numbers do.
 */
export function compensatedSum(values: ArrayLike<number>, length = values.length): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < length; i += 1) {
    const value = values[i] as number;
    const after = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - after + value : value - after + sum;
    sum = after;
  }
  // Beyond the greatest number the correction is NaN.
  return Number.isNaN(lost) ? sum : sum + lost;
}
