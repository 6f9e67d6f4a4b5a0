import { stepS } from '../model/record.ts';
import type { RecordDescription } from '../model/record.ts';
import type { StoredRows } from './store.ts';

/** A record the store knows nothing of in the time asked for. */
export function noRows(sources: number, rowS: number): StoredRows {
  return { startS: 0, stepS: rowS, columns: Array.from({ length: sources }, () => new Float64Array(0)) };
}

/**
 * The second from which a record's first point tells: a whole row before it, else a gauge that comes once is
 * in no row that is ever finished.
 */
export function sinceFirstS(record: RecordDescription, firstS: number): number {
  const step = stepS(record);
  return Math.max(0, (Math.floor(firstS / step) - 1) * step);
}

/**
 * Consolidates rows to about `points` (at most that many, from two on), by the average of those known, and
 * the lowest and highest of theirs. The wider rows begin at multiples of their own width, so that two answers
 * of one width lie on the same grid.
 */
export function foldRows(rows: StoredRows, points: number): StoredRows {
  const { columns, lows, highs } = rows;
  const count = columns[0]?.length ?? 0;
  if (count <= points) return rows;
  const widthS = rows.stepS * Math.ceil(count / Math.max(1, points - 1));
  const startS = Math.floor(rows.startS / widthS) * widthS;
  const length = Math.ceil((rows.startS + count * rows.stepS - startS) / widthS);
  const lead = (rows.startS - startS) / rows.stepS;
  const onto = { lead, fold: widthS / rows.stepS, length };
  const bound = (bounds: readonly Float64Array[], pick: (a: number, b: number) => number) =>
    bounds.map((values, s) => foldBound(values, columns[s] as Float64Array, onto, pick));
  return {
    startS,
    stepS: widthS,
    columns: columns.map((column) => foldColumn(column, onto)),
    ...(lows && { lows: bound(lows, Math.min) }),
    ...(highs && { highs: bound(highs, Math.max) }),
  };
}

/** Row i goes to group (i + lead) / fold. */
interface Onto {
  readonly lead: number;
  readonly fold: number;
  readonly length: number;
}

function foldColumn(column: Float64Array, { lead, fold, length }: Onto): Float64Array {
  const out = new Float64Array(length).fill(Number.NaN);
  for (let group = 0; group < length; group += 1) {
    let sum = 0;
    let known = 0;
    const end = Math.min(column.length, (group + 1) * fold - lead);
    for (let row = Math.max(0, group * fold - lead); row < end; row += 1) {
      const value = column[row] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      known += 1;
    }
    if (known > 0) out[group] = sum / known;
  }
  return out;
}

/** A row whose average is known and its bound is not makes that of its group unknown: `pick` answers NaN. */
function foldBound(
  bounds: Float64Array,
  averages: Float64Array,
  { lead, fold, length }: Onto,
  pick: (a: number, b: number) => number,
): Float64Array {
  const out = new Float64Array(length).fill(Number.NaN);
  let filled = -1;
  for (let row = 0; row < bounds.length; row += 1) {
    if (Number.isNaN(averages[row])) continue;
    const group = Math.floor((row + lead) / fold);
    const value = bounds[row] as number;
    out[group] = group === filled ? pick(out[group] as number, value) : value;
    filled = group;
  }
  return out;
}
