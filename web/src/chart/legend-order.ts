/**
 * The lines of a legend, as indexes: as they are while no more than `folded`, else those with the highest
 * last value first, and those without one last.
 */
export function legendOrder(lasts: readonly (number | null)[], folded: number): number[] {
  const own = lasts.map((_, i) => i);
  if (lasts.length <= folded) return own;
  const rank = (i: number) => lasts[i] ?? Number.NEGATIVE_INFINITY;
  return own.toSorted((a, b) => (rank(a) === rank(b) ? a - b : rank(b) - rank(a)));
}
