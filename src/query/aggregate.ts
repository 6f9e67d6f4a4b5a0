import type { AggregateName } from '../contract/api.ts';
import type { FoldedPart } from '../store/store.ts';
import type { Column } from './grid.ts';

const PERCENTILE = 0.95;

/**
 * Folds columns of equal length into one, row by row, a column at a time: thousands of series need not be
 * held at once. Unknown values are left out; a row with none known is NaN, and 0 for `count`. A band is the
 * lowest and highest of any of the series, and not known where it is not for one of them; `sum` and `count`
 * are on another scale than their series and have none.
 */
export class Fold {
  readonly #name: AggregateName;
  readonly #counts: Uint32Array;
  readonly #totals: Totals;
  readonly #lows: Float64Array | undefined;
  readonly #highs: Float64Array | undefined;

  /** `series`: how many columns will be added at most. */
  constructor(name: AggregateName, size: { rows: number; series: number; band: boolean }) {
    this.#name = name;
    this.#counts = new Uint32Array(size.rows);
    this.#totals = totalsOf(name, size);
    if (!size.band || name === 'sum' || name === 'count') return;
    this.#lows = new Float64Array(size.rows).fill(Number.POSITIVE_INFINITY);
    this.#highs = new Float64Array(size.rows).fill(Number.NEGATIVE_INFINITY);
  }

  /** One series, whose first value belongs to row `from`. */
  add(column: Column, from = 0): void {
    const { values } = column;
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i] as number;
      const low = column.lows?.[i] ?? Number.NaN;
      if (!Number.isNaN(value)) this.#take(from + i, value, 1, low, column.highs?.[i] ?? Number.NaN);
    }
  }

  /** Several series, folded alike from row 0 on; of any but p95, and for `avg` their sums. */
  addPart({ totals, counts, lows, highs }: Omit<FoldedPart, 'group'>): void {
    for (let row = 0; row < totals.length; row += 1) {
      const known = counts[row] as number;
      if (known === 0) continue;
      this.#take(row, totals[row] as number, known, lows?.[row] ?? Number.NaN, highs?.[row] ?? Number.NaN);
    }
  }

  #take(row: number, total: number, known: number, low: number, high: number): void {
    const before = this.#counts[row] as number;
    this.#totals.add(row, total, before);
    this.#counts[row] = before + known;
    if (!this.#lows || !this.#highs) return;
    // An unknown bound stays so: Math.min and Math.max answer NaN for it.
    this.#lows[row] = Math.min(this.#lows[row] as number, low);
    this.#highs[row] = Math.max(this.#highs[row] as number, high);
  }

  /** The folded column. Call it once. */
  finish(): Column {
    const values = new Float64Array(this.#counts.length);
    for (const [row, count] of this.#counts.entries()) {
      if (count > 0) values[row] = this.#totals.finish(row, count);
      else values[row] = this.#name === 'count' ? 0 : Number.NaN;
      if (count > 0 || !this.#lows || !this.#highs) continue;
      this.#lows[row] = Number.NaN;
      this.#highs[row] = Number.NaN;
    }
    return this.#lows && this.#highs ? { values, lows: this.#lows, highs: this.#highs } : { values };
  }
}

/** What is kept of a row's known values, and what it makes of them; `count`: how many there are (so far). */
interface Totals {
  add(row: number, value: number, count: number): void;
  finish(row: number, count: number): number;
}

function totalsOf(name: AggregateName, size: { rows: number; series: number }): Totals {
  switch (name) {
    case 'avg':
      return sums(size.rows, (sum, count) => sum / count);
    case 'sum':
      return sums(size.rows, (sum) => sum);
    case 'min':
      return extremes(size.rows, Math.min);
    case 'max':
      return extremes(size.rows, Math.max);
    case 'count':
      return { add: () => {}, finish: (_row, count) => count };
    case 'p95':
      return percentiles(size);
  }
}

/** Neumaier's sum: what each addition loses is kept, so the order of the series does not show. */
function sums(rows: number, of: (sum: number, count: number) => number): Totals {
  const sum = new Float64Array(rows);
  const lost = new Float64Array(rows);
  return {
    add(row, value) {
      const before = sum[row] as number;
      const after = before + value;
      const greater = Math.abs(before) >= Math.abs(value);
      lost[row] = (lost[row] as number) + (greater ? before - after + value : value - after + before);
      sum[row] = after;
    },
    finish(row, count) {
      const total = (sum[row] as number) + (lost[row] as number);
      // Beyond the greatest number the correction is NaN.
      return of(Number.isNaN(total) ? (sum[row] as number) : total, count);
    },
  };
}

function extremes(rows: number, pick: (a: number, b: number) => number): Totals {
  const kept = new Float64Array(rows);
  return {
    add(row, value, count) {
      kept[row] = count === 0 ? value : pick(kept[row] as number, value);
    },
    finish: (row) => kept[row] as number,
  };
}

/** Every value is kept: rows × series numbers, which the caller bounds. */
function percentiles({ rows, series }: { rows: number; series: number }): Totals {
  const values = new Float64Array(rows * series);
  return {
    add(row, value, count) {
      values[row * series + count] = value;
    },
    finish(row, count) {
      const sorted = values.subarray(row * series, row * series + count).toSorted();
      // Nearest rank: a value that was really there, never one between two.
      return sorted[Math.ceil(PERCENTILE * count) - 1] as number;
    },
  };
}
