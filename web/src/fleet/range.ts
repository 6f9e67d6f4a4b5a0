/** What a view's charts show, as it stands in the address: `range=1h`, or `from=…&to=…` in epoch seconds. */
export type Range =
  | { readonly kind: 'last'; readonly id: RangeId; readonly seconds: number }
  | { readonly kind: 'between'; readonly fromS: number; readonly toS: number };

export const RANGES = [
  { id: '10m', label: '10 min', seconds: 600 },
  { id: '1h', label: '1 h', seconds: 3600 },
  { id: '1d', label: '1 d', seconds: 86_400 },
  { id: '1w', label: '1 w', seconds: 604_800 },
  { id: '1mo', label: '1 mo', seconds: 2_592_000 },
  { id: '1y', label: '1 y', seconds: 31_536_000 },
] as const;
export type RangeId = (typeof RANGES)[number]['id'];

/** What changes in the address. */
export type RangeChange = Readonly<Record<'range' | 'from' | 'to', string | undefined>>;

const USUAL: RangeId = '1h';
/** Zooming out ends here. */
const LONGEST_S = 20 * 31_536_000;

/** What is not understood falls back to `fallback`; what is not known of that, to the last hour. */
export function rangeOf(search: URLSearchParams, fallback: string = USUAL): Range {
  const fromS = secondOf(search.get('from'));
  const toS = secondOf(search.get('to'));
  if (toS > fromS) return { kind: 'between', fromS, toS };
  const byId = (id: string | null) => RANGES.find((range) => range.id === id);
  const known = byId(search.get('range')) ?? byId(fallback) ?? RANGES[1];
  return { kind: 'last', id: known.id, seconds: known.seconds };
}

/** A date knows no second beyond this (ECMA-262, 21.4.1.1). */
const SECOND_MAX = 8.64e12;

/** NaN where it is none. */
function secondOf(text: string | null): number {
  const second = text === null || text === '' ? Number.NaN : Number(text);
  return Math.abs(second) <= SECOND_MAX ? second : Number.NaN;
}

export function rangeSeconds(range: Range): number {
  return range.kind === 'last' ? range.seconds : range.toS - range.fromS;
}

/** When what is shown ends; null: now. */
export function endOf(range: Range): number | null {
  return range.kind === 'between' ? range.toS : null;
}

/** `from` and `to` as the server takes them; what ends now names no end. */
export function spanOf(range: Range): { readonly from: string; readonly to?: string } {
  if (range.kind === 'between') return { from: String(range.fromS), to: String(range.toS) };
  return { from: `-${Math.round(range.seconds / 60)}m` };
}

/**
 * How often history is read again: the feed appends in between, and older consolidated points change slowly.
 */
export function refreshMs(range: Range): number {
  return Math.min(600_000, Math.max(15_000, (rangeSeconds(range) / 240) * 1000));
}

/** A range of one's own. It keeps `range`: that is where a double click goes back to. */
export function between(fromS: number, toS: number, kept?: string): RangeChange {
  return { from: String(Math.floor(fromS)), to: String(Math.ceil(toS)), range: kept };
}

export function lastOf(id: RangeId): RangeChange {
  return { range: id, from: undefined, to: undefined };
}

/** Earlier or later by half of what is shown. What would reach the present follows it again. */
export function moved(range: Range, by: 1 | -1, nowS: number): RangeChange {
  const { fromS, toS } = edges(range, nowS);
  const half = (rangeSeconds(range) / 2) * by;
  if (toS + half < nowS) return between(fromS + half, toS + half, kept(range));
  return endingNow(rangeSeconds(range), nowS);
}

/** Twice as long around the same middle, the present at most. */
export function widened(range: Range, nowS: number): RangeChange {
  const { fromS, toS } = edges(range, nowS);
  const length = Math.min(LONGEST_S, rangeSeconds(range) * 2);
  const to = Math.min(nowS, (fromS + toS + length) / 2);
  return to >= nowS - length / 100 ? endingNow(length, nowS) : between(to - length, to, kept(range));
}

/** The next shorter or longer of the usual ranges. */
export function stepped(range: Range, by: 1 | -1): RangeChange {
  const seconds = rangeSeconds(range);
  const next =
    by > 0
      ? RANGES.find((known) => known.seconds > seconds)
      : RANGES.findLast((known) => known.seconds < seconds);
  return lastOf((next ?? (by > 0 ? RANGES[RANGES.length - 1] : RANGES[0]) ?? RANGES[1]).id);
}

function kept(range: Range): string | undefined {
  return range.kind === 'last' ? range.id : undefined;
}

function edges(range: Range, nowS: number): { readonly fromS: number; readonly toS: number } {
  return range.kind === 'between' ? range : { fromS: nowS - range.seconds, toS: nowS };
}

/** A usual range of that length follows the present; another one stands. */
function endingNow(seconds: number, nowS: number): RangeChange {
  const usual = RANGES.find((known) => Math.abs(known.seconds - seconds) < 2);
  return usual ? lastOf(usual.id) : between(nowS - seconds, nowS);
}
