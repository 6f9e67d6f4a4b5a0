import { RowSums } from '../store/consolidate.ts';
import type { RowColumn } from '../store/consolidate.ts';

/** The common rows of an answer: row r covers the `stepS` seconds that end at startS + (r + 1) × stepS. */
export interface Grid {
  readonly startS: number;
  readonly stepS: number;
  readonly rows: number;
}

/**
 * Rows that cover (fromS, toS], at most `points` (at least 1) of them: the step is a multiple of `baseS`,
 * aligned to the epoch, so that the rows of two requests for neighbouring times are the same rows. A single
 * row that cannot cover all of it keeps the newest part.
 */
export function chooseGrid(range: { fromS: number; toS: number; points: number; baseS: number }): Grid {
  const { fromS, toS, points, baseS } = range;
  const stepFor = (rows: number) => Math.max(1, Math.ceil((toS - fromS) / rows / baseS)) * baseS;
  const finest = covering(fromS, toS, stepFor(points));
  if (finest.rows <= points) return finest;
  // Alignment can add one row; with one fewer to fill, the step is great enough for any alignment.
  const grid = covering(fromS, toS, stepFor(Math.max(1, points - 1)));
  const surplus = Math.max(0, grid.rows - points);
  return { ...grid, startS: grid.startS + surplus * grid.stepS, rows: grid.rows - surplus };
}

function covering(fromS: number, toS: number, stepS: number): Grid {
  const startS = Math.floor(fromS / stepS) * stepS;
  return { startS, stepS, rows: Math.max(1, Math.ceil((toS - startS) / stepS)) };
}

/** The end of every row, epoch seconds. */
export function gridTimes(grid: Grid): number[] {
  return Array.from({ length: grid.rows }, (_, row) => grid.startS + (row + 1) * grid.stepS);
}

/** One series, or several folded, on a grid; NaN where unknown. Lows and highs where a band was asked for. */
export type Column = RowColumn;

/** A series on the grid: any known part of a row makes it known. One is made a series. */
export function gridColumn({ startS, stepS, rows }: Grid, band = false): RowSums {
  return new RowSums({ startS, widthS: stepS, rows }, { band, share: 0 });
}
