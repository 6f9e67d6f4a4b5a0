import { KIND } from '../model/kind.ts';
import { pairAt, rateBetween } from '../model/rate.ts';
import { heartbeatS, stepS } from '../model/record.ts';
import { sinceFirstS } from './rows.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { SeriesRequest, StoredRows } from './store.ts';

/** The rows of an answer: row r covers the `widthS` seconds that end at startS + (r+1) × widthS. */
export interface RowGrid {
  readonly startS: number;
  readonly widthS: number;
  readonly rows: number;
}

/**
 * At most `points` rows over what is asked for (from two on), each a multiple of the record's step wide and
 * beginning at a multiple of its width.
 */
export function rowGrid(request: SeriesRequest, record: RecordDescription): RowGrid {
  const step = stepS(record);
  const wantedS = (request.toS - request.fromS) / Math.max(1, request.points - 1);
  const widthS = step * Math.max(1, Math.ceil(wantedS / step));
  const startS = Math.floor(request.fromS / widthS) * widthS;
  return { startS, widthS, rows: Math.max(0, Math.ceil((request.toS - startS) / widthS)) };
}

/** Only the rows that begin before the last whole step there are values of; `newestS`: the newest one's time. */
export function rowsUntil(grid: RowGrid, record: RecordDescription, newestS: number): RowGrid {
  const step = stepS(record);
  const lastS = Math.floor(newestS / step) * step;
  const rows = Math.max(0, Math.ceil((lastS - grid.startS) / grid.widthS));
  return { ...grid, rows: Math.min(grid.rows, rows) };
}

/** One data source on the rows, NaN where unknown; lows and highs where a band was wanted. */
export interface RowColumn {
  readonly values: Float64Array;
  readonly lows?: Float64Array;
  readonly highs?: Float64Array;
}

/** The share of its seconds that a row of a store must know. */
const KNOWN_SHARE = 0.5;

/**
 * Averages a value over rows, weighted by the seconds it held; with a band, also its lowest and highest. One
 * is made a data source.
 */
export class RowSums {
  readonly #grid: RowGrid;
  readonly #leastS: number;
  readonly #sums: Float64Array;
  readonly #knownS: Float64Array;
  readonly #band: { readonly lows: Float64Array; readonly highs: Float64Array } | undefined;

  /** `share`: how much of a row must be known for its average to be. */
  constructor(grid: RowGrid, { band, share = KNOWN_SHARE }: { band: boolean; share?: number }) {
    this.#grid = grid;
    this.#leastS = share * grid.widthS;
    this.#sums = new Float64Array(grid.rows);
    this.#knownS = new Float64Array(grid.rows);
    if (!band) return;
    const lows = new Float64Array(grid.rows).fill(Number.POSITIVE_INFINITY);
    const highs = new Float64Array(grid.rows).fill(Number.NEGATIVE_INFINITY);
    this.#band = { lows, highs };
  }

  /**
   * The value held over (fromS, toS], between `low` and `high`, which are NaN where not known; what lies outside
   * the rows, and a value of NaN, is nothing.
   */
  add(fromS: number, toS: number, value: number, low = value, high = value): void {
    const { startS, widthS, rows } = this.#grid;
    if (Number.isNaN(value) || toS <= fromS) return;
    const first = Math.max(0, Math.floor((fromS - startS) / widthS));
    const end = Math.min(rows, Math.ceil((toS - startS) / widthS));
    for (let row = first; row < end; row += 1) {
      const rowFromS = startS + row * widthS;
      const seconds = Math.min(toS, rowFromS + widthS) - Math.max(fromS, rowFromS);
      if (seconds <= 0 || this.#knownS[row] === widthS) continue;
      this.#sums[row] = (this.#sums[row] as number) + value * seconds;
      this.#knownS[row] = (this.#knownS[row] as number) + seconds;
      if (this.#band) widen(this.#band, row, low, high);
    }
  }

  /** All of a row at once, where nothing is yet; nothing that is added to it later counts. */
  fill(row: number, value: number, low: number, high: number): void {
    this.#sums[row] = value * this.#grid.widthS;
    this.#knownS[row] = this.#grid.widthS;
    if (this.#band) widen(this.#band, row, low, high);
  }

  /** Averages over the known time of each row. Call it once: it reuses the sums. */
  finish(): RowColumn {
    for (let row = 0; row < this.#sums.length; row += 1) {
      const seconds = this.#knownS[row] as number;
      const known = seconds > 0 && seconds >= this.#leastS;
      this.#sums[row] = known ? (this.#sums[row] as number) / seconds : Number.NaN;
      // The average is within its band, though rounding may say otherwise; without it there is none.
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

/** Raw values of one data source in ascending time, two words each; a gap: a counter was reset before it. */
export interface Samples {
  readonly timesS: ArrayLike<number>;
  readonly words: Uint32Array;
  readonly gaps?: ArrayLike<number>;
}

/**
 * Each sample tells of the seconds since the one before it. Where that is not within the heartbeat, or not
 * there, a gauge or an absolute tells of a step as a record's first does, so that rows do not depend on where a
 * read began; a rate is not known.
 */
export function addSamples(
  sums: RowSums,
  of: { readonly record: RecordDescription; readonly source: DataSource },
  { timesS, words, gaps }: Samples,
): void {
  const { record, source } = of;
  const longestS = heartbeatS(record);
  const cumulative = source.kind === KIND.counter || source.kind === KIND.derive;
  const old = { hi: 0, lo: 0 };
  const now = { hi: 0, lo: 0 };
  for (let i = 0; i < timesS.length; i += 1) {
    const timeS = timesS[i] as number;
    const beforeS = timesS[i - 1] ?? Number.NEGATIVE_INFINITY;
    const reached = timeS - beforeS <= longestS;
    if (cumulative && (!reached || gaps?.[i] === 1)) continue;
    const sinceS = reached ? beforeS : sinceFirstS(record, timeS);
    pairAt(words, i, now);
    const rate = rateBetween(source, reached ? pairAt(words, i - 1, old) : now, now, timeS - sinceS);
    if (Number.isFinite(rate)) sums.add(sinceS, timeS, rate);
  }
}

/** The answer of a record, one column a data source; with lows and highs where all of them have a band. */
export function storedRows(grid: RowGrid, columns: readonly RowSums[]): StoredRows {
  const found = columns.map((column) => column.finish());
  const lows = found.flatMap((column) => column.lows ?? []);
  const highs = found.flatMap((column) => column.highs ?? []);
  const values = found.map((column) => column.values);
  const rows = { startS: grid.startS, stepS: grid.widthS, columns: values };
  return lows.length > 0 && lows.length === found.length ? { ...rows, lows, highs } : rows;
}
