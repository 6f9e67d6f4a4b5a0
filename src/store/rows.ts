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
 * Consolidates rows to about `points` (at most that many, from two on), by the average of those known. The
 * wider rows begin at multiples of their own width, so that two answers of one width lie on the same grid.
 */
export function foldRows(rows: StoredRows, points: number): StoredRows {
  const count = rows.columns[0]?.length ?? 0;
  if (count <= points) return rows;
  const widthS = rows.stepS * Math.ceil(count / Math.max(1, points - 1));
  const startS = Math.floor(rows.startS / widthS) * widthS;
  const folded = Math.ceil((rows.startS + count * rows.stepS - startS) / widthS);
  const lead = (rows.startS - startS) / rows.stepS;
  const fold = widthS / rows.stepS;
  return {
    startS,
    stepS: widthS,
    columns: rows.columns.map((column) => foldColumn(column, lead, fold, folded)),
  };
}

function foldColumn(column: Float64Array, lead: number, fold: number, length: number): Float64Array {
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
