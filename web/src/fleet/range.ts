/** What a view's charts show, as it stands in the address: `range=1h`, or `from=…&to=…` in epoch seconds. */
export type Range =
  | { readonly kind: 'last'; readonly id: RangeId; readonly seconds: number }
  | { readonly kind: 'between'; readonly fromS: number; readonly toS: number };

export const RANGES = [
  { id: '10m', label: '10 min', seconds: 600 },
  { id: '1h', label: '1 h', seconds: 3600 },
  { id: '1d', label: '1 d', seconds: 86_400 },
  { id: '1w', label: '1 w', seconds: 604_800 },
  { id: '1y', label: '1 y', seconds: 31_536_000 },
] as const;
export type RangeId = (typeof RANGES)[number]['id'];

/** What is not understood falls back to the last hour. */
export function rangeOf(search: URLSearchParams): Range {
  const fromS = Number(search.get('from') ?? Number.NaN);
  const toS = Number(search.get('to') ?? Number.NaN);
  if (Number.isFinite(fromS) && Number.isFinite(toS) && toS > fromS) return { kind: 'between', fromS, toS };
  const known = RANGES.find((range) => range.id === search.get('range')) ?? RANGES[1];
  return { kind: 'last', id: known.id, seconds: known.seconds };
}

export function rangeSeconds(range: Range): number {
  return range.kind === 'last' ? range.seconds : range.toS - range.fromS;
}

/**
 * How often history is read again: the feed appends in between, and older consolidated points change slowly.
 */
export function refreshMs(range: Range): number {
  return Math.min(600_000, Math.max(15_000, (rangeSeconds(range) / 240) * 1000));
}
