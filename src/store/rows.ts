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

/** Without the rows that begin at `endS` or later. */
export function rowsBefore(rows: StoredRows, endS: number): StoredRows {
  const { startS, stepS: rowS, columns, lows, highs } = rows;
  const length = Math.max(0, Math.ceil((endS - startS) / rowS));
  if (length >= (columns[0]?.length ?? 0)) return rows;
  const cut = (all: readonly Float64Array[]) => all.map((column) => column.subarray(0, length));
  return {
    ...rows,
    columns: cut(columns),
    ...(lows && { lows: cut(lows) }),
    ...(highs && { highs: cut(highs) }),
  };
}
