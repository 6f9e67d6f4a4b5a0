/** What all of them have in common; empty where they differ. */
export function inCommon<T>(all: readonly T[], of: (one: T) => string): string {
  const [first] = all;
  if (first === undefined) return '';
  const value = of(first);
  return all.every((one) => of(one) === value) ? value : '';
}
