import { stepS } from '../model/record.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Tail } from '../model/tail.ts';
import type { Grid } from './grid.ts';

/** Where a fold by the store ends and columns go on. */
export interface Seam {
  /** The first row of the grid that the store does not fold. */
  readonly row: number;
  /** By record: whether the store has all of it up to there. */
  readonly settled: readonly boolean[];
}

/**
 * Until when the store has all there is of a record. Of one of which nothing waits and nothing is remembered
 * that is not known: it may have ended anywhere, in a row that the store has not finished.
 */
export function settledThroughS(record: RecordDescription, tail: Tail | undefined): number {
  if (!tail || tail.timesS.length === 0) return Number.NEGATIVE_INFINITY;
  const { timesS, stored } = tail;
  // A first point stands for the step before it.
  return stored > 0 ? (timesS[stored - 1] as number) : (timesS[0] as number) - stepS(record);
}

/**
 * The cheapest seam: an early one leaves many rows to columns, a late one leaves the records that lag behind
 * it to columns altogether, as those that have ended do.
 */
export function chooseSeam(throughS: readonly number[], grid: Grid): Seam {
  const { startS, stepS: rowS, rows } = grid;
  const rowOf = (timeS: number) => Math.min(rows, Math.max(0, Math.floor((timeS - startS) / rowS)));
  const ascending = throughS.map(rowOf).toSorted((a, b) => a - b);
  let best = { row: 0, cost: Number.POSITIVE_INFINITY };
  for (const [lagging, row] of ascending.entries()) {
    const cost = lagging * rows + (ascending.length - lagging) * (rows - row);
    if (cost < best.cost) best = { row, cost };
  }
  return { row: best.row, settled: throughS.map((timeS) => rowOf(timeS) >= best.row) };
}
