import { addAbortSignal, Readable } from 'node:stream';
import Type from 'typebox';
import { AGGREGATES, SeriesAnswer } from '../contract/api.ts';
import { QUERY_TIMEOUT_MS, SERIES_PER_ANSWER_MAX, SERIES_POINTS_MAX, SERIES_VALUES_MAX } from '../limits.ts';
import { compileSelector, selectSeries } from '../live/selector.ts';
import { abortable } from '../query/abortable.ts';
import { HttpError } from './errors.ts';
import { ReadGate } from './read-gate.ts';
import { answers, goneSignal, PatternParam, tooSlow } from './route.ts';
import { seriesText } from './series-text.ts';
import { readTimeRange } from './time-range.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { RecordEntry, SeriesEntry } from '../live/catalogue.ts';
import type { HistoryAnswer, HistoryRequest } from '../query/history.ts';
import type { HttpLog } from './ports.ts';
import type { SeriesColumn } from './series-text.ts';
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
  const gate = new ReadGate();
  app.get<{ Querystring: SeriesQuery }>(
    '/api/v1/series',
    { schema: { querystring: SeriesQuery, response: answers(SeriesAnswer) } },
    async (request, reply) => {
      const { query } = request;
      const { series, leftOut } = select(query, ports.catalogue);
      const range = readTimeRange({ from: query.from ?? '-1h', to: query.to ?? 'now' }, ports.clock.nowMs());
      if (series.length === 0) return { times: [], series: [], left_out: 0 };
      const read = historyRequest(series, { ...range, ...bounds(query, series.length) });
      const admission = gate.admit(series.length * read.points);
      reply.raw.once('close', () => admission[Symbol.dispose]());
      const signal = AbortSignal.any([goneSignal(request, reply), AbortSignal.timeout(QUERY_TIMEOUT_MS)]);
      const reading = admission.run(() => abortable(ports.history.read(read, signal), signal), signal);
      const answer = await reading.catch((error: unknown) => {
        throw historyFault(error, signal, ports.log);
      });
      const text = seriesText({ times: answer.times, series: namedColumns(query, series, answer), leftOut });
      // A client that does not take its answer does not keep its place either.
      const stream = addAbortSignal(signal, Readable.from(text));
      return reply.type('application/json; charset=utf-8').send(stream);
    },
  );
}

function select(query: SeriesQuery, catalogue: Resources['ports']['catalogue']) {
  const { cluster = '.*', host = '.*', metric = '.*' } = query;
  const compiled = compileSelector({ cluster, host, metric });
  if (!compiled.ok) throw new HttpError('bad_pattern', `${compiled.key} does not compile: ${compiled.fault}`);
  const selection = selectSeries(catalogue, compiled.selector, SERIES_PER_ANSWER_MAX);
  if (selection.tooSlow !== null) throw tooSlow(selection.tooSlow);
  return selection;
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

/** Values of an aggregate are in one column. */
function namedColumns(
  query: SeriesQuery,
  series: readonly SeriesEntry[],
  answer: HistoryAnswer,
): SeriesColumn[] {
  const names = query.aggregate === undefined ? series.map(nameSeries) : [nameAggregate(query, series)];
  return names.map((name, i) => ({ ...name, column: answer.columns[i] ?? new Float64Array() }));
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
