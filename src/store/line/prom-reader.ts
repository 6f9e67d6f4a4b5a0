import { stepS } from '../../model/record.ts';
import { createLineReader } from './line-reader.ts';
import { ask, understood } from './read-http.ts';
import { alternatives, literal, readSeries, selectionsOf, SeriesIndex } from './read-series.ts';
import { samplesOf } from './samples.ts';
import { blankStat, note, summaryKindOf } from './summary.ts';
import { inTurn, packed } from './turns.ts';
import type { LineNaming } from '../../contract/config.ts';
import type { RowGrid, Samples } from '../consolidate.ts';
import type { LineDatabase, SecondsRange } from './line-reader.ts';
import type { LineReader } from './line-store.ts';
import type { ReadSeries, Selection } from './read-series.ts';
import type { Stat, Summary, SummaryDraft, SummaryKind } from './summary.ts';

export interface PromReaderOptions extends LineNaming {
  /** What `/api/v1/query_range` and `/api/v1/export` are appended to. */
  readonly readUrl: string;
  /** Other than in limits.ts, for tests. */
  readonly withinMs?: number;
  readonly samplesMax?: number;
}

/**
 * Reads from VictoriaMetrics, 1.79 and later. Samples come by `export`, which answers with what is stored and
 * not with what PromQL carries on; rows that are summed up there by MetricsQL's `aggr_over_time`, which goes
 * over the samples once for all of its functions.
 */
export function createPromReader(options: PromReaderOptions): LineReader {
  return createLineReader(new PromDatabase(options), options.samplesMax);
}

/** Several expressions in one request: the server takes 16 KiB of query. */
const QUERY_BYTES_MAX = 14 * 1024;
/** Requests at the server at once, of one read. */
const REQUESTS_AT_ONCE = 2;

class PromDatabase implements LineDatabase {
  readonly #o: PromReaderOptions;

  constructor(options: PromReaderOptions) {
    this.#o = options;
  }

  /** A measurement's field is a metric of its own. */
  seriesOf(records: Parameters<LineDatabase['seriesOf']>[0]): ReadSeries[] {
    return readSeries(records, this.#o, (measurement, field) => ({
      name: `${measurement}_${field}`,
      field: '',
    }));
  }

  async samples(
    series: readonly ReadSeries[],
    range: SecondsRange,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ReadSeries, Samples>> {
    const index = new SeriesIndex(series);
    const found = new Map<ReadSeries, Samples>();
    const matches = packed(selectorsOf(series), QUERY_BYTES_MAX, String);
    await inTurn(matches, REQUESTS_AT_ONCE, async (selectors) => {
      const form = new URLSearchParams(selectors.map((selector): [string, string] => ['match[]', selector]));
      form.set('start', String(range.fromS + 1));
      // The second that ends the range is in it, to its last millisecond.
      form.set('end', `${range.toS}.999`);
      const text = await this.#ask('export', form, signal);
      understood(TARGET, text, () => {
        for (const line of text.split('\n')) {
          if (line !== '') takeExported(JSON.parse(line) as ExportedSeries, index, found);
        }
      });
    });
    return found;
  }

  async summaries(
    series: readonly ReadSeries[],
    { grid, band }: { readonly grid: RowGrid; readonly band: boolean },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ReadSeries, Summary>> {
    const found = new Map<ReadSeries, SummaryDraft>();
    const index = new SeriesIndex(series);
    await inTurn(
      packed(expressionsOf(series, grid, band), QUERY_BYTES_MAX, String),
      REQUESTS_AT_ONCE,
      async (list) => {
        const form = new URLSearchParams({
          query: `(${list.join(',')})`,
          start: String(grid.startS),
          end: String(grid.startS + grid.rows * grid.widthS),
          step: String(grid.widthS),
          // Its cache does not know of points that come later than five minutes.
          nocache: '1',
        });
        const text = await this.#ask('query_range', form, signal);
        understood(TARGET, text, () => {
          const { data } = JSON.parse(text) as RangeAnswer;
          for (const result of data.result) takeSummary(result, { index, grid, band, found });
        });
      },
    );
    return found;
  }

  #ask(path: string, form: URLSearchParams, signal: AbortSignal): Promise<string> {
    const target = {
      url: `${this.#o.readUrl}/api/v1/${path}`,
      ...TARGET,
      authority: NOBODY,
      ...(this.#o.withinMs !== undefined && { withinMs: this.#o.withinMs }),
    };
    return ask(target, form, signal);
  }
}

const TARGET = { key: 'store.victoriametrics.read_url' };
const NOBODY = () => Promise.resolve({ ok: true, headers: {}, token: '' } as const);

/** The label that Prometheus and those like it keep a metric's name in. */
const NAME = '__name__';

type Labels = Readonly<Record<string, string | undefined>>;

interface ExportedSeries {
  readonly metric: Labels;
  readonly values: readonly unknown[];
  /** Milliseconds. */
  readonly timestamps: readonly number[];
}

function takeExported(
  { metric, values, timestamps }: ExportedSeries,
  index: SeriesIndex,
  found: Map<ReadSeries, Samples>,
): void {
  const timesS = timestamps.map((ms) => Math.floor(ms / 1000));
  for (const one of seriesFor(metric, index)) {
    if (!found.has(one)) found.set(one, samplesOf(one.source.kind, timesS, values));
  }
}

interface RangeAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Labels;
      readonly values: readonly (readonly [timeS: number, value: string])[];
    }[];
  };
}

function takeSummary(
  { metric, values }: RangeAnswer['data']['result'][number],
  to: { index: SeriesIndex; grid: RowGrid; band: boolean; found: Map<ReadSeries, SummaryDraft> },
): void {
  const { startS, widthS } = to.grid;
  for (const one of seriesFor(metric, to.index)) {
    const table = STATS[summaryKindOf(one.source, to.band)];
    const stat = Object.hasOwn(table, metric.rollup ?? '') ? table[metric.rollup ?? ''] : undefined;
    if (stat === undefined) continue;
    const summary = to.found.get(one) ?? { counts: blankStat(to.grid, 'counts') };
    to.found.set(one, summary);
    for (const [timeS, text] of values) {
      note(summary, stat, { row: (timeS - startS) / widthS, value: Number(text), grid: to.grid });
    }
  }
}

function seriesFor(metric: Labels, index: SeriesIndex): readonly ReadSeries[] {
  return index.find(metric[NAME] ?? '', '', metric);
}

/** MetricsQL's rollup functions, and what they find in the samples of one row. */
const STATS: Readonly<Record<SummaryKind, Readonly<Record<string, Stat>>>> = {
  means: { count_over_time: 'counts', avg_over_time: 'means' },
  ranges: {
    count_over_time: 'counts',
    avg_over_time: 'means',
    min_over_time: 'lows',
    max_over_time: 'highs',
  },
  // `min` and `max` are labels of rollup_deriv, the rates between neighbours.
  rates: {
    count_over_time: 'counts',
    last_over_time: 'lasts',
    min_over_time: 'leasts',
    min: 'lows',
    max: 'highs',
  },
};

/**
 * No `rate` or `increase`: what they make of every drop is a reset to nothing, and so a spike where a counter
 * wrapped or was replaced by another.
 */
function expressionsOf(series: readonly ReadSeries[], { widthS }: RowGrid, band: boolean): string[] {
  const kinds = Map.groupBy(series, ({ source }) => summaryKindOf(source, band));
  const sums = [...kinds].flatMap(([kind, some]) => {
    const names = Object.keys(STATS[kind]).filter((name) => name.endsWith('_over_time'));
    const functions = names.map((name) => `"${name}"`).join(',');
    return selectorsOf(some).map(
      (selector) => `aggr_over_time((${functions}),${selector}[${widthS}s]) keep_metric_names`,
    );
  });
  return band ? [...sums, ...steepest(kinds.get('rates') ?? [], widthS)] : sums;
}

/** The extremes of the rates between neighbours. The server has a rate at the earlier one of the two. */
function steepest(series: readonly ReadSeries[], widthS: number): string[] {
  return [...Map.groupBy(series, ({ record }) => stepS(record))].flatMap(([step, some]) =>
    selectorsOf(some).map(
      (selector) => `rollup_deriv(${selector}[${widthS}s] offset ${step}s) keep_metric_names`,
    ),
  );
}

/** Bytes of a selector's list, as long as the others can be. */
const LIST_CHARS_MAX = 4 * 1024;

function selectorsOf(series: readonly ReadSeries[]): string[] {
  return selectionsOf(series, LIST_CHARS_MAX, spelledInList).map(selectorOf);
}

function spelledInList(name: string): string {
  return quoted(literal(name));
}

function selectorOf({ names, tags }: Selection): string {
  const labels = [matcher(NAME, names), ...tags.map(([tag, values]) => matcher(tag, values))];
  return `{${labels.join(',')}}`;
}

/** An empty value is that of a label that is not there. */
function matcher(label: string, values: readonly string[]): string {
  const [only = ''] = values;
  return values.length === 1 ? `${label}=${quoted(only)}` : `${label}=~${quoted(alternatives(values))}`;
}

/** PromQL's strings have the escapes of Go's, and those have all of JSON's. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
