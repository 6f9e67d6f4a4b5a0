import Type from 'typebox';
import { AGGREGATES, SeriesAnswer } from '../contract/api.ts';
import {
  QUERIES_WAITING_MAX,
  QUERY_TIMEOUT_MS,
  SERIES_PER_ANSWER_MAX,
  SERIES_POINTS_MAX,
  SERIES_VALUES_MAX,
} from '../limits.ts';
import { compileSelector, selectSeries } from '../live/selector.ts';
import { abortable } from '../query/abortable.ts';
import { HttpError } from './errors.ts';
import { answers, goneSignal, PatternParam } from './route.ts';
import { readTimeRange } from './time-range.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { RecordEntry, SeriesEntry } from '../live/catalogue.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';
import type { HttpLog } from './ports.ts';
import type { Resources } from './route.ts';

const TimeParam = Type.String({ minLength: 1, maxLength: 40 });
const SeriesQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    host: Type.Optional(PatternParam),
    metric: Type.Optional(PatternParam),
    from: Type.Optional(TimeParam),
    to: Type.Optional(TimeParam),
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: SERIES_POINTS_MAX })),
    aggregate: Type.Optional(Type.Enum([...AGGREGATES])),
  },
  { additionalProperties: false },
);
type SeriesQuery = Static<typeof SeriesQuery>;

const POINTS_DEFAULT = 300;

/** History of the series that match, each alone or folded into one. */
export function seriesRoutes(app: FastifyInstance, { ports }: Resources): void {
  let waiting = 0;
  app.get<{ Querystring: SeriesQuery }>(
    '/api/v1/series',
    { schema: { querystring: SeriesQuery, response: answers(SeriesAnswer) } },
    async (request, reply): Promise<SeriesAnswer> => {
      const { query } = request;
      const { series, leftOut } = select(query, ports.catalogue);
      const range = readTimeRange({ from: query.from ?? '-1h', to: query.to ?? 'now' }, ports.clock.nowMs());
      if (series.length === 0) return { times: [], series: [], left_out: 0 };
      if (waiting >= QUERIES_WAITING_MAX) {
        throw new HttpError('busy', `${waiting} reads of history are waiting already`);
      }
      waiting += 1;
      try {
        const read = historyRequest(series, { ...range, ...bounds(query, series.length) });
        const signal = AbortSignal.any([goneSignal(request, reply), AbortSignal.timeout(QUERY_TIMEOUT_MS)]);
        const answer = await abortable(ports.history.read(read, signal), signal).catch((error: unknown) => {
          throw historyFault(error, signal, ports.log);
        });
        return seriesAnswer(query, { series, leftOut, answer });
      } finally {
        waiting -= 1;
      }
    },
  );
}

function select(query: SeriesQuery, catalogue: Resources['ports']['catalogue']) {
  const { cluster = '.*', host = '.*', metric = '.*' } = query;
  const compiled = compileSelector({ cluster, host, metric });
  if (!compiled.ok) throw new HttpError('bad_pattern', `${compiled.key} does not compile: ${compiled.fault}`);
  return selectSeries(catalogue, compiled.selector, SERIES_PER_ANSWER_MAX);
}

/** With many series, fewer points each: `points` is a maximum. */
function bounds(query: SeriesQuery, series: number): Pick<HistoryRequest, 'points' | 'aggregate'> {
  const points = Math.min(query.points ?? POINTS_DEFAULT, Math.floor(SERIES_VALUES_MAX / series));
  return query.aggregate === undefined ? { points } : { points, aggregate: query.aggregate };
}

function historyRequest(
  series: readonly SeriesEntry[],
  options: Omit<HistoryRequest, 'records' | 'series'>,
): HistoryRequest {
  const indexes = new Map<RecordEntry, number>();
  for (const { record } of series) if (!indexes.has(record)) indexes.set(record, indexes.size);
  return {
    ...options,
    records: [...indexes.keys()].map(({ description, worker, record }) => ({ description, worker, record })),
    series: series.map((entry) => ({ record: indexes.get(entry.record) ?? 0, source: entry.source })),
  };
}

function historyFault(error: unknown, signal: AbortSignal, log: HttpLog): HttpError {
  const { reason } = signal;
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new HttpError('history_timeout', `history was not read within ${QUERY_TIMEOUT_MS / 1000} s`);
  }
  if (!signal.aborted) log.error({ err: error }, 'history could not be read');
  return new HttpError('history_failed', 'history could not be read');
}

function seriesAnswer(
  query: SeriesQuery,
  read: { series: readonly SeriesEntry[]; leftOut: number; answer: HistoryAnswer },
): SeriesAnswer {
  const { series, leftOut, answer } = read;
  // JSON writes what is not finite as null.
  const values = answer.columns.map((column) => Array.from(column));
  const names = query.aggregate === undefined ? series.map(nameSeries) : [nameAggregate(query, series)];
  return {
    times: answer.times,
    series: names.map((name, i) => ({ ...name, values: values[i] ?? [] })),
    left_out: leftOut,
  };
}

function nameSeries({ record, metric }: SeriesEntry) {
  const { cluster, host, units } = record.description;
  return { cluster, host, metric, units };
}

/**
 * An aggregate is named by what was asked for; it has units when all of its series agree, and they still
 * apply.
 */
function nameAggregate(query: SeriesQuery, series: readonly SeriesEntry[]) {
  const { cluster = '.*', host = '.*', metric = '.*' } = query;
  const units = new Set(series.map(({ record }) => record.description.units));
  const [only = ''] = units;
  return { cluster, host, metric, units: units.size === 1 && query.aggregate !== 'count' ? only : '' };
}
