const COLLATOR = new Intl.Collator('en', { numeric: true });

/** web-2 before web-10. */
export function compareNames(a: string, b: string): number {
  return COLLATOR.compare(a, b);
}
