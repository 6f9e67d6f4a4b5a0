/**
 * `fresh` in the order of `before`: what both have keeps its place, what is new comes last. For lists that
 * somebody points at.
 */
export function restingOrder<T>(
  before: readonly T[],
  fresh: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const place = new Map(before.map((item, i) => [keyOf(item), i]));
  return fresh
    .map((item) => ({ item, place: place.get(keyOf(item)) ?? before.length }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
