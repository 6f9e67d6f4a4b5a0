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

/** Sums a value over time, row by row. One is made a series; unknown time does not count. */
export class GridColumn {
  readonly #grid: Grid;
  readonly #sums: Float64Array;
  readonly #knownS: Float64Array;

  constructor(grid: Grid) {
    this.#grid = grid;
    this.#sums = new Float64Array(grid.rows);
    this.#knownS = new Float64Array(grid.rows);
  }

  /** The value holds over (fromS, toS]; what lies outside the grid, and NaN, is nothing. */
  add(fromS: number, toS: number, value: number): void {
    const { startS, stepS, rows } = this.#grid;
    if (Number.isNaN(value) || toS <= fromS) return;
    const first = Math.max(0, Math.floor((fromS - startS) / stepS));
    const last = Math.min(rows, Math.ceil((toS - startS) / stepS));
    for (let row = first; row < last; row += 1) {
      const rowFromS = startS + row * stepS;
      const seconds = Math.min(toS, rowFromS + stepS) - Math.max(fromS, rowFromS);
      if (seconds <= 0) continue;
      this.#sums[row] = (this.#sums[row] as number) + value * seconds;
      this.#knownS[row] = (this.#knownS[row] as number) + seconds;
    }
  }

  /**
   * Averages over the known time of each row; NaN where nothing is known. Call it once: it reuses the sums.
   */
  averages(): Float64Array {
    for (let row = 0; row < this.#sums.length; row += 1) {
      const knownS = this.#knownS[row] as number;
      this.#sums[row] = knownS > 0 ? (this.#sums[row] as number) / knownS : Number.NaN;
    }
    return this.#sums;
  }
}
