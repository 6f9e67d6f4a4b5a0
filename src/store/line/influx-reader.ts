import { faultOf, resultsOf } from './influx-results.ts';
import { createLineReader } from './line-reader.ts';
import { ask, oneLine, understood } from './read-http.ts';
import { alternatives, literal, READ_TAGS, readSeries, selectionsOf, SeriesIndex } from './read-series.ts';
import { samplesOf } from './samples.ts';
import { blankStat, isStat, note, summaryKindOf } from './summary.ts';
import { tokenReader } from './token.ts';
import { inTurn, packed } from './turns.ts';
import type { LineNaming } from '../../contract/config.ts';
import type { RowGrid, Samples } from '../consolidate.ts';
import type { Found } from './influx-results.ts';
import type { LineDatabase, SecondsRange } from './line-reader.ts';
import type { LineReader } from './line-store.ts';
import type { ReadTarget } from './read-http.ts';
import type { ReadSeries, Selection } from './read-series.ts';
import type { Summary, SummaryDraft, SummaryKind } from './summary.ts';

export interface InfluxReaderOptions extends LineNaming {
  readonly url: string;
  /** A 1.x database; of InfluxDB 2 the bucket, which its DBRP mapping shows as one. */
  readonly bucket: string;
  readonly tokenFile: string | null;
  /** Other than in limits.ts, for tests. */
  readonly withinMs?: number;
  readonly samplesMax?: number;
}

/**
 * Reads by InfluxQL, which InfluxDB 1 and 2 have. Many series go into one statement, many statements into one
 * request.
 */
export function createInfluxReader(options: InfluxReaderOptions): LineReader {
  return createLineReader(new InfluxDatabase(options), options.samplesMax);
}

/** Bytes of the statements of one request. */
const REQUEST_BYTES_MAX = 64 * 1024;
const LIST_CHARS_MAX = 16 * 1024;
const REQUESTS_AT_ONCE = 2;

interface Statement {
  readonly text: string;
  /** Of the selection: answers tell their measurement only. */
  readonly field: string;
}

class InfluxDatabase implements LineDatabase {
  readonly #o: InfluxReaderOptions;
  readonly #target: ReadTarget;

  constructor(options: InfluxReaderOptions) {
    this.#o = options;
    const { url, tokenFile, withinMs } = options;
    const authority = tokenReader(tokenFile);
    this.#target = { url: `${url}/query`, key: KEY, authority, ...(withinMs !== undefined && { withinMs }) };
  }

  seriesOf(records: Parameters<LineDatabase['seriesOf']>[0]): ReadSeries[] {
    return readSeries(records, this.#o, (name, field) => ({ name, field }));
  }

  async samples(
    series: readonly ReadSeries[],
    range: SecondsRange,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ReadSeries, Samples>> {
    const index = new SeriesIndex(series);
    const found = new Map<ReadSeries, Samples>();
    const statements = selected(series).map((selection) => ({
      field: selection.field,
      text: `SELECT ${identifier(selection.field)} ${fromWhere(selection, range)} GROUP BY ${BY_TAGS}`,
    }));
    await this.#run(statements, signal, ({ name, tags, values }, field) => {
      const timesS = values.map((row) => Number(row[0]));
      const read = values.map((row) => row[1]);
      for (const one of index.find(name, field, tags)) {
        if (!found.has(one)) found.set(one, samplesOf(one.source.kind, timesS, read));
      }
    });
    return found;
  }

  async summaries(
    series: readonly ReadSeries[],
    wanted: Wanted,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ReadSeries, Summary>> {
    const index = new SeriesIndex(series);
    const found = new Map<ReadSeries, SummaryDraft>();
    const kinds = Map.groupBy(series, ({ source }) => summaryKindOf(source, wanted.band));
    const statements = [...kinds].flatMap(([kind, some]) =>
      selected(some).flatMap((selection) => STATEMENTS[kind](selection, wanted)),
    );
    await this.#run(statements, signal, ({ name, tags, columns, values }, field) => {
      for (const one of index.find(name, field, tags)) {
        const summary = found.get(one) ?? { counts: blankStat(wanted.grid, 'counts') };
        found.set(one, summary);
        take(summary, { columns, values }, wanted.grid);
      }
    });
    return found;
  }

  async #run(
    statements: readonly Statement[],
    signal: AbortSignal,
    take: (found: Found, field: string) => void,
  ): Promise<void> {
    const lots = packed(statements, REQUEST_BYTES_MAX, ({ text }) => text);
    await inTurn(lots, REQUESTS_AT_ONCE, async (lot) => {
      const form = new URLSearchParams({
        ...placeOf(this.#o.bucket),
        epoch: 's',
        // In one piece an answer may end at max-row-limit, and version 1.6 calls each long series partial.
        chunked: 'true',
        q: lot.map(({ text }) => text).join(';'),
      });
      const answer = await ask(this.#target, form, signal);
      const results = understood(this.#target, answer, (text) => resultsOf(text, this.#o.integers));
      for (const [i, { text, field }] of lot.entries()) {
        const result = results[i];
        const fault = faultOf(result);
        if (fault !== undefined) throw new Error(`reading from ${KEY}: ${fault} (${oneLine(text)})`);
        understood(this.#target, answer, () => {
          for (const found of result?.series ?? []) take(found, field);
        });
      }
    });
  }
}

const KEY = 'store.influxdb.url';

/** A bucket `a/b` is mapped to database `a` with retention policy `b`. */
function placeOf(bucket: string): Record<string, string> {
  const slash = bucket.indexOf('/');
  return slash < 0 ? { db: bucket } : { db: bucket.slice(0, slash), rp: bucket.slice(slash + 1) };
}

type Wanted = { readonly grid: RowGrid; readonly band: boolean };

/** Sums, with the row before the grid's first; their columns are named as what they are noted as. */
const STATEMENTS: Readonly<Record<SummaryKind, (selection: Selection, wanted: Wanted) => Statement[]>> = {
  means: (selection, { grid }) => [summing(selection, grid, { counts: 'count', means: 'mean' })],
  ranges: (selection, { grid }) => [
    summing(selection, grid, { counts: 'count', means: 'mean', lows: 'min', highs: 'max' }),
  ],
  rates: (selection, { grid, band }) => {
    const raw = summing(selection, grid, { counts: 'count', lasts: 'last', leasts: 'min' });
    return band ? [raw, steepest(selection, grid)] : [raw];
  },
};

function summing(selection: Selection, grid: RowGrid, stats: Readonly<Record<string, string>>): Statement {
  const field = identifier(selection.field);
  const columns = Object.entries(stats).map(([stat, of]) => `${of}(${field}) AS ${stat}`);
  const from = fromWhere(selection, rangeOf(grid));
  return { field: selection.field, text: `SELECT ${columns.join(',')} ${from} ${byRow(grid)}` };
}

/** The extremes of the rates between neighbours. */
function steepest(selection: Selection, grid: RowGrid): Statement {
  const { fromS, toS } = rangeOf(grid);
  const inner = `SELECT derivative(${identifier(selection.field)},1s) AS rate ${fromWhere(selection, { fromS, toS })}`;
  const outer = `SELECT min(rate) AS lows,max(rate) AS highs FROM (${inner} GROUP BY ${BY_TAGS})`;
  return { field: selection.field, text: `${outer} WHERE ${within({ fromS, toS })} ${byRow(grid)}` };
}

function rangeOf({ startS, widthS, rows }: RowGrid): SecondsRange {
  return { fromS: Math.max(0, startS - widthS), toS: startS + rows * widthS };
}

const BY_TAGS = READ_TAGS.map(identifier).join(',');

/** InfluxDB's rows hold their beginning, ours their end: with whole seconds they begin one later. */
function byRow({ widthS }: RowGrid): string {
  return `GROUP BY time(${widthS}s,1s),${BY_TAGS} fill(none)`;
}

function take(
  summary: SummaryDraft,
  { columns, values }: Pick<Found, 'columns' | 'values'>,
  grid: RowGrid,
): void {
  for (const [c, stat] of columns.entries()) {
    if (!isStat(stat)) continue;
    for (const row of values) {
      const value = row[c];
      if (value == null) continue;
      const at = (Number(row[0]) - 1 - grid.startS) / grid.widthS + 1;
      note(summary, stat, { row: at, value: Number(value), grid });
    }
  }
}

function selected(series: readonly ReadSeries[]): Selection[] {
  return selectionsOf(series, LIST_CHARS_MAX, literal);
}

function fromWhere({ names, tags }: Selection, range: SecondsRange): string {
  const conditions = tags.map(([tag, values]) => condition(tag, values));
  return `FROM ${names.map(identifier).join(',')} WHERE ${[...conditions, within(range)].join(' AND ')}`;
}

/** An empty value is that of a tag that is not there. */
function condition(tag: string, values: readonly string[]): string {
  const [only = ''] = values;
  if (values.length === 1) return `${identifier(tag)}=${quoted(only)}`;
  return `${identifier(tag)}=~/^(?:${alternatives(values)})$/`;
}

function within({ fromS, toS }: SecondsRange): string {
  return `time>${fromS}s AND time<=${toS}s`;
}

/** A name in InfluxQL. Control characters are in none: naming.ts spells them otherwise. */
function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, String.raw`\$&`)}"`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, String.raw`\$&`)}'`;
}
