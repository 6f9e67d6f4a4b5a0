import { addAbortSignal, Readable } from 'node:stream';
import Type from 'typebox';
import { AGGREGATE_BY, AGGREGATES, SeriesAnswer } from '../contract/api.ts';
import { QUERY_TIMEOUT_MS, SERIES_PER_ANSWER_MAX, SERIES_POINTS_MAX } from '../limits.ts';
import { ReadTooLarge } from '../model/read-too-large.ts';
import { abortable } from '../query/abortable.ts';
import { HttpError } from './errors.ts';
import { FactParam, factsOf } from './fact-param.ts';
import { quietLog } from './quiet-log.ts';
import { ReadGate } from './read-gate.ts';
import { answers, goneSignal, PatternParam } from './route.ts';
import { NUMBERS_OF_BAND, planSeries } from './series-plan.ts';
import { seriesText } from './series-text.ts';
import { acceptedAgeMs, AnswerMemory } from './answer-memory.ts';
import { readTimeRange } from './time-range.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Column } from '../query/grid.ts';
import type { HttpLog } from './ports.ts';
import type { SeriesPlan, SeriesWish } from './series-plan.ts';
import type { SeriesColumn } from './series-text.ts';
import type { Resources } from './route.ts';

const TimeParam = Type.String({ minLength: 1, maxLength: 40 });
const SeriesQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    host: Type.Optional(PatternParam),
    metric: Type.Optional(PatternParam),
    fact: Type.Optional(FactParam),
    from: Type.Optional(TimeParam),
    to: Type.Optional(TimeParam),
    points: Type.Optional(Type.Integer({ minimum: 1, maximum: SERIES_POINTS_MAX })),
    aggregate: Type.Optional(Type.Enum([...AGGREGATES])),
    /** With an aggregate: one column for each cluster, host or metric. */
    by: Type.Optional(Type.Enum([...AGGREGATE_BY])),
    /** The lowest and highest behind each value, too. */
    band: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
type SeriesQuery = Static<typeof SeriesQuery>;

/** History of the series that match, each alone or folded. */
export function seriesRoutes(app: FastifyInstance, resources: Resources): void {
  const { clock, log } = resources.ports;
  const ports = { ...resources.ports, log: quietLog(log, clock) };
  const gate = new ReadGate();
  const memory = new AnswerMemory(() => ports.clock.nowMs());
  app.get<{ Querystring: SeriesQuery }>(
    '/api/v1/series',
    { schema: { querystring: SeriesQuery, response: answers(SeriesAnswer) } },
    async (request, reply) => {
      void reply.type('application/json; charset=utf-8');
      const { query } = request;
      const ageMs = acceptedAgeMs(request.headers['cache-control']);
      const patience = AbortSignal.timeout(QUERY_TIMEOUT_MS);
      // Read for whoever else asks too: it goes on when this client leaves.
      if (ageMs > 0 && query.aggregate !== undefined) {
        return memory.answer(request.url, ageMs, () => wholeText(query, { ports, gate, signal: patience }));
      }
      const signal = AbortSignal.any([goneSignal(request, reply), patience]);
      const { text, admission } = await readSeries(query, { ports, gate, signal });
      // A client that does not take its answer does not keep its place either.
      reply.raw.once('close', () => admission[Symbol.dispose]());
      return reply.send(addAbortSignal(signal, Readable.from(text)));
    },
  );
}

interface Reading {
  readonly ports: Resources['ports'];
  readonly gate: ReadGate;
  readonly signal: AbortSignal;
}

async function wholeText(query: SeriesQuery, reading: Reading): Promise<string> {
  const { text, admission } = await readSeries(query, reading);
  try {
    return (await Array.fromAsync(text)).join('');
  } finally {
    admission[Symbol.dispose]();
  }
}

/** The answer's text in parts; it occupies its place until `admission` is disposed. */
async function readSeries(
  query: SeriesQuery,
  { ports, gate, signal }: Reading,
): Promise<{ text: AsyncIterable<string>; admission: Disposable }> {
  const range = readTimeRange({ from: query.from ?? '-1h', to: query.to ?? 'now' }, ports.clock.nowMs());
  const { request: wanted, names, leftOut } = planSeries({ ...wishOf(query), fromS: range.fromS }, ports);
  const read = { ...wanted, ...range };
  const isLong = read.records.length > SERIES_PER_ANSWER_MAX;
  const numbers = names.length * read.points * (read.band ? NUMBERS_OF_BAND : 1);
  const admission = gate.admit(numbers, isLong);
  try {
    const answer =
      names.length === 0
        ? { times: [], columns: [] }
        : await admission.run(() => abortable(ports.history.read(read, signal), signal), signal);
    const series = names.map((name, i) => namedColumn(name, answer.columns[i]));
    return { text: seriesText({ times: answer.times, series, leftOut }), admission };
  } catch (error) {
    admission[Symbol.dispose]();
    throw historyFault(error, signal, ports.log);
  }
}

function wishOf({
  cluster = '.*',
  host = '.*',
  metric = '.*',
  ...query
}: SeriesQuery): Omit<SeriesWish, 'fromS'> {
  const { points, aggregate, by, band = false } = query;
  return { cluster, host, metric, facts: factsOf(query.fact), points, aggregate, by, band };
}

function namedColumn(name: SeriesPlan['names'][number], column: Column | undefined): SeriesColumn {
  const { values = new Float64Array(), ...bounds } = column ?? {};
  return { ...name, column: values, ...bounds };
}

const SMALLER = 'ask for a shorter time or fewer series';

function historyFault(error: unknown, signal: AbortSignal, log: HttpLog): HttpError {
  const { reason } = signal;
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new HttpError('history_timeout', `history was not read within ${QUERY_TIMEOUT_MS / 1000} s`);
  }
  if (error instanceof ReadTooLarge) return new HttpError('query_too_large', error.message, SMALLER);
  if (!signal.aborted) log.error({ err: error }, 'history could not be read');
  return new HttpError('history_failed', 'history could not be read');
}
