import { LINE_SAMPLES_FETCHED, LINE_VALUES_READ_MAX } from '../../limits.ts';
import { KIND } from '../../model/kind.ts';
import { ReadTooLarge } from '../../model/read-too-large.ts';
import { heartbeatS, stepS } from '../../model/record.ts';
import { addSamples, RowSums, rowGrid, rowsUntil, storedRows } from '../consolidate.ts';
import { noRows } from '../rows.ts';
import { oddReads } from './odd-rows.ts';
import { fillPlain, SUMMARY_SAMPLES_MIN, summaryEndS } from './summary.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { RowGrid, Samples } from '../consolidate.ts';
import type { SeriesRequest, StoredRows } from '../store.ts';
import type { LineReader } from './line-store.ts';
import type { OddSeries } from './odd-rows.ts';
import type { ReadSeries } from './read-series.ts';
import type { Summary } from './summary.ts';

/** What a database is asked. Answers hold what was found; both reject as `Store.query` does. */
export interface LineDatabase {
  seriesOf(records: readonly RecordDescription[]): ReadSeries[];
  /** Every value of (fromS, toS]. */
  samples(
    series: readonly ReadSeries[],
    range: SecondsRange,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ReadSeries, Samples>>;
  /** The grid's rows, and the one before them. */
  summaries(
    series: readonly ReadSeries[],
    wanted: { readonly grid: RowGrid; readonly band: boolean },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ReadSeries, Summary>>;
}

/** After fromS, up to and with toS; epoch seconds. */
export interface SecondsRange {
  readonly fromS: number;
  readonly toS: number;
}

/**
 * Short reads fetch every sample and consolidate here, exactly as the other stores do. Where there would be
 * too many, the database sums up each row, and only the samples of those rows are fetched that are not plain:
 * a counter dropped, an agent was silent, a value is outside its bounds. So what a drop means is decided here
 * (model/rate.ts), whichever database it is. `samplesMax`: how many samples of one read are not too many.
 */
export function createLineReader(database: LineDatabase, samplesMax = LINE_SAMPLES_FETCHED): LineReader {
  return {
    async read(request, signal) {
      signal.throwIfAborted();
      const { records, band = false } = request;
      const answers = records.map((record) => noRows(record.sources.length, stepS(record)));
      const groups = groupsOf(request, database.seriesOf(records), samplesMax);
      const budget = new Budget();
      for (const { grid, summed, series } of groups) {
        const query = { database, series, grid, band, budget, signal };
        // oxlint-disable-next-line no-await-in-loop -- mostly one; several would queue at the database
        const found = summed ? await fromSummaries(query) : await fromSamples(query);
        for (const [at, rows] of found) answers[at] = rows;
      }
      return answers;
    },
  };
}

/** How many values one read has asked for. */
class Budget {
  #values = 0;

  /** Throws where they are too many. */
  take(values: number): void {
    this.#values += values;
    if (this.#values <= LINE_VALUES_READ_MAX) return;
    throw new ReadTooLarge(`more than ${LINE_VALUES_READ_MAX} values would be read at once`);
  }
}

interface Group {
  readonly grid: RowGrid;
  readonly summed: boolean;
  readonly series: ReadSeries[];
}

/** Series whose answers have the same rows are read together, all of a record's among them. */
function groupsOf(
  request: SeriesRequest,
  series: readonly ReadSeries[],
  samplesMax: number,
): Iterable<Group> {
  const spanS = request.toS - request.fromS;
  const few = series.reduce((sum, { record }) => sum + spanS / stepS(record), 0) <= samplesMax;
  const groups = new Map<string, Group>();
  for (const one of series) {
    const { record } = one;
    const grid = rowGrid(request, record);
    const wide = grid.widthS >= SUMMARY_SAMPLES_MIN * stepS(record);
    const summed = !few && wide && record.sources.every(({ kind }) => kind !== KIND.absolute);
    const key = `${summed} ${grid.startS} ${grid.widthS}`;
    const group = groups.get(key);
    if (group) group.series.push(one);
    else groups.set(key, { grid, summed, series: [one] });
  }
  return groups.values();
}

interface Query {
  readonly database: LineDatabase;
  readonly series: readonly ReadSeries[];
  readonly grid: RowGrid;
  readonly band: boolean;
  readonly budget: Budget;
  readonly signal: AbortSignal;
}

async function fromSamples(query: Query): Promise<[number, StoredRows][]> {
  const { database, series, grid, budget, signal } = query;
  const range = reachOf(series, grid.startS, grid.startS + grid.rows * grid.widthS);
  for (const { record } of series) budget.take((range.toS - range.fromS) / stepS(record));
  const found = await database.samples(series, range, signal);
  const drafts = draftsOf(query, (one) => newestOf(found.get(one)));
  for (const [one, samples] of found) {
    const sums = drafts.get(one.at)?.columns[one.sourceAt];
    if (sums) addSamples(sums, one, samples);
  }
  return finished(drafts);
}

/** A value reaches back over its heartbeat, and one after the last row into it. */
function reachOf(series: readonly ReadSeries[], startS: number, endS: number): SecondsRange {
  const reachS = longestS(series);
  return { fromS: Math.max(0, startS - reachS), toS: endS + reachS };
}

function longestS(series: readonly ReadSeries[]): number {
  return series.reduce((most, { record }) => Math.max(most, heartbeatS(record)), 0);
}

function newestOf(samples: Samples | undefined): number {
  return samples?.timesS[samples.timesS.length - 1] ?? 0;
}

async function fromSummaries(query: Query): Promise<[number, StoredRows][]> {
  const { database, series, grid, band, budget, signal } = query;
  budget.take(series.length * grid.rows);
  const summaries = await database.summaries(series, { grid, band }, signal);
  const drafts = draftsOf(query, (one) => summaryEndS(summaries.get(one), grid));
  const odd: OddSeries[] = [];
  for (const [one, summary] of summaries) {
    const draft = drafts.get(one.at);
    const sums = draft?.columns[one.sourceAt];
    if (!draft || !sums) continue;
    const rows = fillPlain(sums, one, { summary, grid: draft.grid });
    if (rows.includes(1)) odd.push({ one, sums, rows, counts: summary.counts });
  }
  for (const { series, range, values } of oddReads(odd, grid)) {
    budget.take(values);
    // oxlint-disable-next-line no-await-in-loop -- few, and the next may be over the budget
    const found = await database.samples(
      series.map(({ one }) => one),
      range,
      signal,
    );
    for (const { one, sums } of series) {
      const samples = found.get(one);
      if (samples) addSamples(sums, one, samples);
    }
  }
  return finished(drafts);
}

/** A record's answer in the making. */
interface Draft {
  readonly grid: RowGrid;
  /** One a data source. */
  readonly columns: readonly RowSums[];
}

/** By the record's index; each as long as there are values of any data source. */
function draftsOf({ series, grid, band }: Query, newestS: (one: ReadSeries) => number): Map<number, Draft> {
  const drafts = new Map<number, Draft>();
  for (const [at, own] of Map.groupBy(series, (one) => one.at)) {
    const { record } = own[0] as ReadSeries;
    const rows = rowsUntil(grid, record, Math.max(...own.map(newestS)));
    drafts.set(at, { grid: rows, columns: record.sources.map(() => new RowSums(rows, { band })) });
  }
  return drafts;
}

function finished(drafts: ReadonlyMap<number, Draft>): [number, StoredRows][] {
  return Array.from(drafts, ([at, { grid, columns }]) => [at, storedRows(grid, columns)]);
}
