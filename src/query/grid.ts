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
export interface Column {
  readonly values: Float64Array;
  readonly lows?: Float64Array;
  readonly highs?: Float64Array;
}

/** Sums a value over time, row by row. One is made a series; unknown time does not count. */
export class GridColumn {
  readonly #grid: Grid;
  readonly #sums: Float64Array;
  readonly #knownS: Float64Array;
  readonly #band: { readonly lows: Float64Array; readonly highs: Float64Array } | undefined;

  constructor(grid: Grid, band = false) {
    this.#grid = grid;
    this.#sums = new Float64Array(grid.rows);
    this.#knownS = new Float64Array(grid.rows);
    if (!band) return;
    const lows = new Float64Array(grid.rows).fill(Number.POSITIVE_INFINITY);
    const highs = new Float64Array(grid.rows).fill(Number.NEGATIVE_INFINITY);
    this.#band = { lows, highs };
  }

  /**
   * The value holds over (fromS, toS], between `low` and `high`, which are NaN where not known; what lies
   * outside the grid, and a value of NaN, is nothing.
   */
  add(fromS: number, toS: number, value: number, low = value, high = value): void {
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
      if (this.#band) widen(this.#band, row, low, high);
    }
  }

  /**
   * Averages over the known time of each row; NaN where nothing is known. Call it once: it reuses the sums.
   */
  finish(): Column {
    for (let row = 0; row < this.#sums.length; row += 1) {
      const knownS = this.#knownS[row] as number;
      this.#sums[row] = knownS > 0 ? (this.#sums[row] as number) / knownS : Number.NaN;
      // The average is within its band, though rounding may say otherwise.
      if (this.#band) widen(this.#band, row, this.#sums[row] as number, this.#sums[row] as number);
    }
    return { values: this.#sums, ...this.#band };
  }
}

/** Math.min and Math.max answer NaN when one side is: a bound that is not known for a part is not known. */
function widen(
  band: { readonly lows: Float64Array; readonly highs: Float64Array },
  row: number,
  low: number,
  high: number,
): void {
  band.lows[row] = Math.min(band.lows[row] as number, low);
  band.highs[row] = Math.max(band.highs[row] as number, high);
}
