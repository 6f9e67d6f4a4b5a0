import { KIND } from '../../model/kind.ts';
import { heartbeatS } from '../../model/record.ts';
import type { Kind } from '../../model/kind.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';
import type { RowGrid, RowSums } from '../consolidate.ts';

/**
 * What a database says of a data source's raw samples, one number a row; NaN where there are none. Row 0 is
 * the one before the grid's first: a counter's way into that begins there.
 */
export interface Summary {
  readonly counts: Float64Array;
  /** Of gauges. */
  readonly means?: Float64Array;
  /** Of counters and derives: the newest and the least raw value. */
  readonly lasts?: Float64Array;
  readonly leasts?: Float64Array;
  /** Extremes, where wanted: of a gauge's values, of the others' rates between neighbours. */
  readonly lows?: Float64Array;
  readonly highs?: Float64Array;
}

export type Stat = keyof Summary;

const STATS: readonly string[] = ['counts', 'means', 'lasts', 'leasts', 'lows', 'highs'] satisfies Stat[];

export function isStat(name: string): name is Stat {
  return STATS.includes(name);
}

/** A summary whose numbers come one after the other. */
export type SummaryDraft = { -readonly [stat in keyof Summary]: Summary[stat] };

/** What the rows of a data source are made of. Absolutes have none: what they count since is not in them. */
export type SummaryKind = 'means' | 'ranges' | 'rates';

export function summaryKindOf({ kind, min, max }: DataSource, band: boolean): SummaryKind {
  if (isCumulative(kind)) return 'rates';
  return band || min !== null || max !== null ? 'ranges' : 'means';
}

function isCumulative(kind: Kind): boolean {
  return kind === KIND.counter || kind === KIND.derive;
}

/** Sets a number of row `row` (0: the one before the grid's first); others than the grid's are nothing. */
export function note(
  draft: SummaryDraft,
  stat: Stat,
  at: { readonly row: number; readonly value: number; readonly grid: RowGrid },
): void {
  const column = (draft[stat] ??= blankStat(at.grid, stat));
  if (Number.isInteger(at.row) && at.row >= 0 && at.row < column.length) column[at.row] = at.value;
}

export function blankStat(grid: RowGrid, stat: Stat): Float64Array {
  return new Float64Array(grid.rows + 1).fill(stat === 'counts' ? 0 : Number.NaN);
}

/** A row of fewer samples is made of the samples themselves. */
export const SUMMARY_SAMPLES_MIN = 4;
/** A row with so much of the fullest one's samples is whole: packets come a little early or late. */
const WHOLE = 0.9;

/**
 * Fills the rows that are plain: as full as the fullest, no drop of a counter, no value outside its bounds.
 * Such a row's mean is that of its samples, or what a counter rose from row to row. Answers with 1 for each
 * row that is not: its samples are to be looked at; 0 also where nothing is there.
 */
export function fillPlain(
  sums: RowSums,
  of: { readonly record: RecordDescription; readonly source: DataSource },
  { summary, grid }: { readonly summary: Summary; readonly grid: RowGrid },
): Uint8Array {
  const { counts, lows, highs } = summary;
  const most = counts.reduce((most, count) => Math.max(most, count), 0);
  const enough = Math.max(SUMMARY_SAMPLES_MIN, WHOLE * most, grid.widthS / heartbeatS(of.record));
  const valueOf = isCumulative(of.source.kind) ? rateOf : meanOf;
  const odd = new Uint8Array(grid.rows);
  for (let row = 1; row <= grid.rows; row += 1) {
    const count = counts[row] as number;
    if (count === 0) continue;
    // After nothing, the first sample's time is not known, nor whether a silence was longer than the row.
    const whole = count >= enough && (counts[row - 1] as number) > 0;
    const value = whole ? valueOf(summary, row, { enough, of: of.source, grid }) : Number.NaN;
    if (Number.isFinite(value)) {
      // Math.min and Math.max answer NaN for a bound that is not known.
      const low = Math.min(value, lows?.[row] ?? Number.NaN);
      sums.fill(row - 1, value, low, Math.max(value, highs?.[row] ?? Number.NaN));
    } else {
      odd[row - 1] = 1;
    }
  }
  return odd;
}

interface Row {
  readonly enough: number;
  readonly of: DataSource;
  readonly grid: RowGrid;
}

/** NaN where a value outside its bounds is in it. */
function meanOf({ means, lows, highs }: Summary, row: number, { of: { min, max } }: Row): number {
  const low = lows?.[row] ?? Number.NaN;
  const high = highs?.[row] ?? Number.NaN;
  if ((min !== null && !(low >= min)) || (max !== null && !(high <= max))) return Number.NaN;
  return means?.[row] ?? Number.NaN;
}

/**
 * From the newest value of the row before to the row's own. NaN where it may have dropped in between (wrap or
 * reset) or fallen silent before its end, and where doubles are too coarse for the difference.
 */
function rateOf(summary: Summary, row: number, { enough, of, grid }: Row): number {
  const { counts, lasts, leasts, lows, highs } = summary;
  const before = lasts?.[row - 1] ?? Number.NaN;
  const last = lasts?.[row] ?? Number.NaN;
  if ((counts[row - 1] as number) < enough || Math.abs(last) > Number.MAX_SAFE_INTEGER) return Number.NaN;
  if (!isFollowed(counts, row, enough)) return Number.NaN;
  const falls = of.kind === KIND.derive && (of.min === null || of.min < 0);
  if (!falls && !((leasts?.[row] ?? Number.NaN) >= before)) return Number.NaN;
  const rate = (last - before) / grid.widthS;
  // Among its rates VictoriaMetrics counts the one to the next row's first sample, where that may have dropped.
  const least = Math.min(rate, lows?.[row] ?? rate);
  const most = Math.max(rate, highs?.[row] ?? rate);
  if (!falls && least < 0) return Number.NaN;
  return (of.min !== null && least < of.min) || (of.max !== null && most > of.max) ? Number.NaN : rate;
}

/** Whether the samples go on in the next row: a whole one, or the newest, which is still in the making. */
function isFollowed(counts: Float64Array, row: number, enough: number): boolean {
  const next = counts[row + 1] ?? enough;
  return next >= enough || (next > 0 && !counts.subarray(row + 2).some((count) => count > 0));
}

/** End of the newest row with a sample, epoch seconds; 0 without any. */
export function summaryEndS(summary: Summary | undefined, grid: RowGrid): number {
  const newest = summary?.counts.findLastIndex((count) => count > 0) ?? -1;
  return newest < 0 ? 0 : grid.startS + newest * grid.widthS;
}
