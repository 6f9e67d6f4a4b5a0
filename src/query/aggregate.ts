import type { AggregateName } from '../contract/api.ts';

/** Folds the known values of one moment; `sorted` is ascending and not empty. */
type Fold = (sorted: Float64Array) => number;

const PERCENTILE = 0.95;

const FOLDS: Readonly<Record<AggregateName, Fold>> = {
  avg: (sorted) => sum(sorted) / sorted.length,
  sum,
  min: (sorted) => sorted[0] as number,
  max: (sorted) => sorted[sorted.length - 1] as number,
  count: (sorted) => sorted.length,
  // Nearest rank: a value that was really there, never one between two.
  p95: (sorted) => sorted[Math.ceil(PERCENTILE * sorted.length) - 1] as number,
};

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/**
 * One column from many of equal length, row by row. Unknown values are left out; a row with none known is
 * NaN, and 0 for `count`.
 */
export function aggregateColumns(columns: readonly Float64Array[], name: AggregateName): Float64Array {
  const rows = columns[0]?.length ?? 0;
  const out = new Float64Array(rows);
  const scratch = new Float64Array(columns.length);
  for (let row = 0; row < rows; row += 1) {
    const known = gatherKnown(columns, row, scratch);
    out[row] = known.length > 0 ? FOLDS[name](known) : emptyFold(name);
  }
  return out;
}

/** The known values of a row, ascending. Sorting gives `sum` one order whatever order the series come in. */
function gatherKnown(columns: readonly Float64Array[], row: number, scratch: Float64Array): Float64Array {
  let count = 0;
  for (const column of columns) {
    const value = column[row] as number;
    if (Number.isNaN(value)) continue;
    scratch[count] = value;
    count += 1;
  }
  return scratch.subarray(0, count).toSorted();
}

function emptyFold(name: AggregateName): number {
  return name === 'count' ? 0 : Number.NaN;
}
