import { ratio } from './ratio.ts';
import { compensatedSum } from './sum.ts';
import type { AggregateFunction } from '../../contract/checks.ts';

const PERCENTILE = 0.95;

/**
 * What the first `length` values (none of them NaN) come to. Nothing of none: NaN, and 0 for `count`. p95 is
 * the nearest rank: a value that is really there, never one between two.
 */
export function fold(name: AggregateFunction, values: Float64Array, length = values.length): number {
  if (name === 'count') return length;
  if (length === 0) return Number.NaN;
  switch (name) {
    case 'avg':
      return compensatedSum(values, length) / length;
    case 'sum':
      return compensatedSum(values, length);
    case 'min':
      return extreme(values, length, Math.min);
    case 'max':
      return extreme(values, length, Math.max);
    case 'p95':
      return values.subarray(0, length).toSorted()[Math.ceil(PERCENTILE * length) - 1] as number;
  }
}

/** How many percent of the values are above `limit`; NaN of none. */
export function percentOver(values: Float64Array, limit: number, length = values.length): number {
  let over = 0;
  for (let i = 0; i < length; i += 1) if ((values[i] as number) > limit) over += 1;
  return ratio(over, length, true);
}

function extreme(values: Float64Array, length: number, pick: (a: number, b: number) => number): number {
  let kept = values[0] as number;
  for (let i = 1; i < length; i += 1) kept = pick(kept, values[i] as number);
  return kept;
}
