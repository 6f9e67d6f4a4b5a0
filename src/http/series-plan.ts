import {
  AGGREGATE_SERIES_MAX,
  AGGREGATE_VALUES_MAX,
  SERIES_PER_ANSWER_MAX,
  SERIES_VALUES_MAX,
} from '../limits.ts';
import { compileSelector, selectSeries, spentKey } from '../live/selector.ts';
import { HttpError } from './errors.ts';
import { goneSeries } from './gone-series.ts';
import { tooSlow } from './route.ts';
import { compareNames } from './name-order.ts';
import type { AggregateBy, AggregateName } from '../contract/api.ts';
import type { KnownHosts, PlannedRecord, PlannedSeries } from './gone-series.ts';
import type { SelectorKey, SelectorSource } from '../live/selector.ts';
import type { HistoryRequest } from '../query/history.ts';
import type { SeriesColumn } from './series-text.ts';

/** What of the fleet's history is asked for, in whatever shape. */
export interface SeriesWish extends SelectorSource {
  readonly points: number | undefined;
  readonly aggregate: AggregateName | undefined;
  readonly by: AggregateBy | undefined;
  readonly band: boolean;
  /** Where the time that is asked for begins, epoch seconds. */
  readonly fromS: number;
}

/** How a wish is read, and what its columns are called. */
export interface SeriesPlan {
  readonly request: Omit<HistoryRequest, 'fromS' | 'toS'>;
  readonly names: readonly SeriesName[];
  /** Series of a list over the maximum. */
  readonly leftOut: number;
}

type SeriesName = Omit<SeriesColumn, 'column' | 'lows' | 'highs'>;

const POINTS_DEFAULT = 300;
/** Numbers of a point with its lowest and highest. */
export const NUMBERS_OF_BAND = 3;

/**
 * Looks up what matches. A list over the maximum is cut and says by how much; an aggregate is of all that
 * match or refused, as one of a part would be taken for the whole. Throws the error to answer with.
 */
export function planSeries(wish: SeriesWish, known: KnownHosts): SeriesPlan {
  return wish.aggregate === undefined
    ? planList(wish, known)
    : planAggregate({ ...wish, aggregate: wish.aggregate }, known);
}

function planList(wish: SeriesWish, known: KnownHosts): SeriesPlan {
  if (wish.by !== undefined) {
    throw new HttpError('bad_query', 'by goes with an aggregate', 'add aggregate=avg, or leave by out');
  }
  const { series, leftOut } = select(wish, known, SERIES_PER_ANSWER_MAX);
  const points = pointsOf(wish, series.length);
  return {
    request: { ...requestOf(series), points, band: wish.band },
    names: series.map(nameSeries),
    leftOut,
  };
}

function planAggregate(
  wish: SeriesWish & { readonly aggregate: AggregateName },
  known: KnownHosts,
): SeriesPlan {
  const { aggregate, band } = wish;
  const { series, leftOut } = select(wish, known, AGGREGATE_SERIES_MAX);
  if (leftOut > 0) {
    const matched = series.length + leftOut;
    const message = `${matched} series match; an aggregate folds ${AGGREGATE_SERIES_MAX} at most`;
    throw new HttpError('query_too_large', message, narrowingOf(series, 'at least '));
  }
  const wanted = wish.points ?? POINTS_DEFAULT;
  if (series.length * wanted > AGGREGATE_VALUES_MAX) {
    const most = Math.floor(AGGREGATE_VALUES_MAX / series.length);
    const message =
      `${series.length} series × ${wanted} points are ${series.length * wanted} values; ` +
      `an aggregate folds ${AGGREGATE_VALUES_MAX} at most`;
    throw new HttpError('query_too_large', message, `ask for points=${most}, or ${narrowingOf(series)}`);
  }
  const { names, groups } = groupSeries(wish, series);
  if (names.length > SERIES_PER_ANSWER_MAX) {
    const max = SERIES_PER_ANSWER_MAX;
    const message = `by=${wish.by} makes ${names.length} columns; an answer has ${max} at most`;
    throw new HttpError('query_too_large', message, `narrow ${wish.by}, or leave by out`);
  }
  const points = pointsOf(wish, names.length);
  return { request: { ...requestOf(series), points, band, aggregate, groups }, names, leftOut: 0 };
}

/** What is there, and behind it what has left and was heard in the time that is asked for. */
function select(
  wish: SelectorSource & { readonly fromS: number },
  { catalogue, retired }: KnownHosts,
  max: number,
): { series: readonly PlannedSeries[]; leftOut: number } {
  const compiled = compileSelector(wish);
  if (!compiled.ok) throw new HttpError('bad_pattern', `${compiled.key} does not compile: ${compiled.fault}`);
  const selection = selectSeries(catalogue, compiled.selector, max);
  const gone = goneSeries({ catalogue, retired }, { ...compiled.selector, fromMs: wish.fromS * 1000 });
  const slow = spentKey(compiled.selector);
  if (slow !== null) throw tooSlow(slow);
  const series = [...selection.series, ...gone.series.slice(0, max - selection.series.length)];
  const leftOut = selection.leftOut + selection.series.length + gone.series.length - series.length;
  return { series, leftOut: leftOut + (gone.isCut ? 1 : 0) };
}

/** With many columns, fewer points each: `points` is a maximum. */
function pointsOf({ points = POINTS_DEFAULT, band }: SeriesWish, columns: number): number {
  const numbers = Math.max(1, columns) * (band ? NUMBERS_OF_BAND : 1);
  return Math.min(points, Math.floor(SERIES_VALUES_MAX / numbers));
}

function requestOf(series: readonly PlannedSeries[]): Pick<HistoryRequest, 'records' | 'series'> {
  const indexes = new Map<PlannedRecord, number>();
  for (const { record } of series) if (!indexes.has(record)) indexes.set(record, indexes.size);
  return {
    records: [...indexes.keys()].map(keyOfRecord),
    series: series.map((entry) => ({ record: indexes.get(entry.record) ?? 0, source: entry.source })),
  };
}

function keyOfRecord({ description, worker, record, row, generation }: PlannedRecord) {
  return { description, worker, record, row, generation };
}

function nameSeries({ record, metric }: PlannedSeries): SeriesName {
  const { cluster, host, units } = record.description;
  return { cluster, host, metric, units };
}

/** One column for all, or one for each distinct name of a kind, in the order of the names. */
function groupSeries(
  { cluster, host, metric, by, aggregate }: SeriesWish,
  series: readonly PlannedSeries[],
): { names: SeriesName[]; groups: Uint32Array } {
  const asked = { cluster, host, metric };
  const nameIn = (entry: PlannedSeries) => (by === undefined ? '' : keyOf(entry, by));
  const members = new Map<string, Set<string>>();
  for (const entry of series) {
    const units = members.get(nameIn(entry)) ?? new Set();
    members.set(nameIn(entry), units.add(entry.record.words.units));
  }
  const ordered = [...members.keys()].toSorted(compareNames);
  const places = new Map(ordered.map((name, place) => [name, place]));
  const names = ordered.map((name) => ({
    ...asked,
    ...(by === undefined ? {} : { [by]: name }),
    units: aggregate === 'count' ? '' : commonUnits(members.get(name)),
  }));
  return { names, groups: Uint32Array.from(series, (entry) => places.get(nameIn(entry)) ?? 0) };
}

/** An aggregate has units when all of its series agree. */
function commonUnits(units: ReadonlySet<string> | undefined): string {
  const [only = ''] = units ?? [];
  return units?.size === 1 ? only : '';
}

function keyOf({ metric, record }: PlannedSeries, key: SelectorKey): string {
  return key === 'metric' ? metric : record.description[key];
}

/** Names the key that has the most to lose: a fleet's series are its metrics times its hosts. */
function narrowingOf(series: readonly PlannedSeries[], about = ''): string {
  const found = (['metric', 'host', 'cluster'] as const).map((key) => {
    const names = new Set(series.map((entry) => keyOf(entry, key)));
    return { key, names: names.size };
  });
  // An aggregate of different metrics is seldom meant.
  const widest = found.find(({ key, names }) => key === 'metric' && names > 1) ?? found[1];
  const names = `of which ${about}${widest?.names} match`;
  return `narrow ${widest?.key}, ${names}: ${widest?.key}=a name or a regular expression`;
}
