import { KIND } from '../model/kind.ts';
import { pairAt, rateBetween } from '../model/rate.ts';
import { heartbeatS, stepS } from '../model/record.ts';
import { gridColumn } from './grid.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { RowSums } from '../store/consolidate.ts';
import type { StoredRows } from '../store/store.ts';
import type { Column, Grid } from './grid.ts';
import type { Tail } from '../model/tail.ts';

/**
 * All that is known of one record's past: stored rows, coarse to fine, and its points that are not stored
 * yet.
 */
export interface RecordHistory {
  readonly description: RecordDescription;
  /**
   * Later entries begin where the known part of the one before ends; one, or two where the store has
   * consolidated.
   */
  readonly stored: readonly StoredRows[];
  readonly tail: Tail;
}

/**
 * One data source on the grid: stored rows weighted by time, then the tail from its newest stored point or
 * the end of the last known row, whichever is earlier: a row may end later than what the store knew when it
 * made it. A gauge's value, or a counter's rate, holds over the time since the point before it, and the
 * newest one on to `toS` (epoch seconds), no longer than `carriedS`. `band`: with the lowest and highest.
 */
export function mergeSeries(
  history: RecordHistory,
  wanted: {
    readonly source: number;
    readonly grid: Grid;
    readonly toS: number;
    readonly band?: boolean;
  },
): Column {
  const { source, grid, toS, band = false } = wanted;
  const column = gridColumn(grid, band);
  const { tail } = history;
  const untilS = tail.timesS[tail.stored - 1] ?? Number.POSITIVE_INFINITY;
  let knownToS = Number.NEGATIVE_INFINITY;
  for (const rows of history.stored) {
    addStored(column, { rows, source, afterS: knownToS, untilS });
    knownToS = Math.max(knownToS, lastKnownS(rows));
  }
  addTail(column, history, { source, afterS: Math.min(knownToS, untilS), toS });
  return column.finish();
}

/** End of the last row with any known value, epoch seconds; -Infinity when there is none. */
export function lastKnownS(rows: StoredRows): number {
  const length = rows.columns[0]?.length ?? 0;
  for (let row = length - 1; row >= 0; row -= 1) {
    if (rows.columns.some((values) => !Number.isNaN(values[row]))) {
      return rows.startS + (row + 1) * rows.stepS;
    }
  }
  return Number.NEGATIVE_INFINITY;
}

function addStored(
  column: RowSums,
  part: { rows: StoredRows; source: number; afterS: number; untilS: number },
): void {
  const { startS, stepS: widthS } = part.rows;
  const values = part.rows.columns[part.source] ?? [];
  const lows = part.rows.lows?.[part.source];
  const highs = part.rows.highs?.[part.source];
  for (let row = 0; row < values.length; row += 1) {
    const fromS = Math.max(part.afterS, startS + row * widthS);
    const toS = Math.min(part.untilS, startS + (row + 1) * widthS);
    column.add(fromS, toS, values[row] as number, lows?.[row] ?? Number.NaN, highs?.[row] ?? Number.NaN);
  }
}

function addTail(
  column: RowSums,
  history: RecordHistory,
  part: { source: number; afterS: number; toS: number },
): void {
  const { description, tail } = history;
  const { source, afterS, toS } = part;
  const dataSource = description.sources[source];
  if (!dataSource) return;
  const limits = { heartbeatS: heartbeatS(description), stepS: stepS(description) };
  const newest = tail.timesS.length - 1;
  for (let point = 0; point <= newest; point += 1) {
    const timeS = tail.timesS[point] as number;
    const held = heldOver(history, { point, source }, dataSource, limits);
    column.add(Math.max(afterS, timeS - held.seconds), timeS, held.value);
    if (point < newest) continue;
    column.add(Math.max(afterS, timeS), Math.min(toS, timeS + carriedS(description)), held.value);
  }
}

/**
 * Seconds the newest value is taken to last, while its successor is not here yet: an agent slower than the
 * grid leaves no hole at its end, and one that died ends soon.
 */
function carriedS(record: RecordDescription): number {
  return Math.max(2 * stepS(record), record.tmaxS);
}

/**
 * The value a point stands for and for how long before it. Where no earlier point reaches it (the first of a
 * new record, or one after more silence than the heartbeat), a gauge stands for one step; a rate is not
 * known.
 */
function heldOver(
  history: RecordHistory,
  at: { point: number; source: number },
  dataSource: DataSource,
  limits: { heartbeatS: number; stepS: number },
): { seconds: number; value: number } {
  const { tail, description } = history;
  const { point } = at;
  const sources = description.sources.length;
  const now = pairAt(tail.words, point * sources + at.source);
  const seconds = (tail.timesS[point] as number) - (tail.timesS[point - 1] ?? Number.NEGATIVE_INFINITY);
  const reached = seconds <= limits.heartbeatS;
  if (dataSource.kind === KIND.gauge) {
    return { seconds: reached ? seconds : limits.stepS, value: rateBetween(dataSource, now, now, seconds) };
  }
  if (!reached || tail.gaps[point] === 1) return { seconds: 0, value: Number.NaN };
  const old = pairAt(tail.words, (point - 1) * sources + at.source);
  return { seconds, value: rateBetween(dataSource, old, now, seconds) };
}
