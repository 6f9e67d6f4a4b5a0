import { LINE_STRETCHES_MAX } from '../../limits.ts';
import { heartbeatS } from '../../model/record.ts';
import type { RowGrid, RowSums } from '../consolidate.ts';
import type { ReadSeries } from './read-series.ts';

/** A data source of which the summary is not enough. */
export interface OddSeries {
  readonly one: ReadSeries;
  readonly sums: RowSums;
  /** 1 for each row whose samples are to be looked at. */
  readonly rows: Uint8Array;
  /** Samples by row, from the one before the grid's first on. */
  readonly counts: Float64Array;
}

interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** Which samples to fetch for rows that are not plain: (fromS, toS] of some series, `values` of them. */
export interface OddRead {
  readonly series: readonly OddSeries[];
  readonly range: { readonly fromS: number; readonly toS: number };
  readonly values: number;
}

/**
 * Odd rows of all series together as a few stretches of time, each with the series that need it. Two
 * stretches are so far apart that no sample tells of both.
 */
export function oddReads(odd: readonly OddSeries[], { startS, widthS, rows }: RowGrid): OddRead[] {
  const reachS = odd.reduce((most, { one }) => Math.max(most, heartbeatS(one.record)), 0);
  const any = new Uint8Array(rows);
  for (const one of odd) for (const [row, flag] of one.rows.entries()) any[row] = (any[row] as number) | flag;
  const apart = Math.ceil((2 * reachS) / widthS);
  return stretchesOf(any, apart).map(({ first, end }) => {
    const series = odd.filter((one) => one.rows.subarray(first, end).includes(1));
    const values = series.reduce((sum, { counts }) => sum + total(counts.subarray(first + 1, end + 1)), 0);
    const range = {
      fromS: Math.max(0, startS + first * widthS - reachS),
      toS: startS + end * widthS + reachS,
    };
    return { series, range, values };
  });
}

/** Runs of set rows with more than `apart` unset ones between; the nearest are joined while they are too many. */
function stretchesOf(flags: Uint8Array, apart: number): Stretch[] {
  const found: { first: number; end: number }[] = [];
  for (const [row, flag] of flags.entries()) {
    if (flag === 0) continue;
    const last = found.at(-1);
    if (last && row - last.end <= apart) last.end = row + 1;
    else found.push({ first: row, end: row + 1 });
  }
  if (found.length <= LINE_STRETCHES_MAX) return found;
  const gaps = found.slice(1).map(({ first }, i) => first - (found[i] as Stretch).end);
  const kept = gaps.toSorted((a, b) => b - a)[LINE_STRETCHES_MAX - 2] as number;
  return stretchesOf(flags, Math.max(apart + 1, kept));
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
