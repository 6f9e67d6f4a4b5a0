import { breaches } from './range.ts';
import type { Range } from './range.ts';

/** The values there can be at all, both ends among them. */
export interface Domain {
  readonly least: number;
  readonly most: number;
}

export const ANY_VALUE: Domain = { least: -Infinity, most: Infinity };

/** Whether some value breaches the range. */
export function canAlert(range: Range, domain: Domain = ANY_VALUE): boolean {
  return probes([range], domain).some((value) => breaches(range, value));
}

/** Whether every value does. */
export function alwaysAlerts(range: Range, domain: Domain = ANY_VALUE): boolean {
  return probes([range], domain).every((value) => breaches(range, value));
}

/** Whether all values that breach `inner` breach `outer`, too. */
export function covers(outer: Range, inner: Range, domain: Domain = ANY_VALUE): boolean {
  return probes([outer, inner], domain).every((value) => !breaches(inner, value) || breaches(outer, value));
}

/** A value of every stretch on which no range changes: the bounds, and one between and beyond each. */
function probes(ranges: readonly Range[], { least, most }: Domain): number[] {
  const bounds = [...ranges.flatMap(({ start, end }) => [start, end]), least, most]
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b);
  const [first = 0] = bounds;
  const last = bounds.at(-1) ?? 0;
  const between = bounds.slice(1).map((bound, i) => ((bounds[i] ?? bound) + bound) / 2);
  const beyond = [first - 1 - Math.abs(first), last + 1 + Math.abs(last)];
  return [...bounds, ...between, ...beyond].filter((value) => value >= least && value <= most);
}
