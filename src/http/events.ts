import Type from 'typebox';
import { ErrorBody, EventBody, EventView } from '../contract/api.ts';
import { EVENTS_LOOKED_MAX, EVENTS_PER_ANSWER_MAX } from '../limits.ts';
import { nearest } from '../model/nearest.ts';
import { identityOf, noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { EventPace } from './event-pace.ts';
import { answers, nameFilter, NO_QUERY, PatternParam } from './route.ts';
import { readTimeRange } from './time-range.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Identity } from '../contract/access.ts';
import type { Mark } from '../model/event.ts';
import type { EventOutcome, HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

const TimeParam = Type.String({ minLength: 1, maxLength: 40 });
const EventsQuery = Type.Object(
  {
    from: Type.Optional(TimeParam),
    to: Type.Optional(TimeParam),
    cluster: Type.Optional(PatternParam),
    host: Type.Optional(PatternParam),
    kind: Type.Optional(Type.Enum(['state', 'deploy', 'note', 'notification'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: EVENTS_PER_ANSWER_MAX, default: 200 })),
  },
  { additionalProperties: false },
);
type EventsQuery = Static<typeof EventsQuery>;
const EventParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 32 }) });
const NOTHING = Type.Object({}, { additionalProperties: false });

const DAY_MS = 86_400_000;
/** As long as marks are kept. */
const PAST_MS = 365 * DAY_MS;
const FUTURE_MS = DAY_MS;

/** What happened: changes of state, and marks that are posted, listed and removed. */
export function eventRoutes(app: FastifyInstance, { ports }: Resources): void {
  const pace = new EventPace();
  app.get<{ Querystring: EventsQuery }>(
    '/api/v1/events',
    { schema: { querystring: EventsQuery, response: answers(Type.Array(EventView)) } },
    (request, reply) => listEvents(ports, request.query, reply),
  );
  app.post<{ Body: EventBody }>(
    '/api/v1/events',
    {
      schema: { querystring: NO_QUERY, body: EventBody, response: { 201: EventView, default: ErrorBody } },
    },
    (request, reply) => {
      const mark = markOf(ports, request.body, posterOf(identityOf(request)));
      const waitS = pace.admit(mark.by, ports.clock.nowMs());
      if (waitS > 0) {
        void reply.header('retry-after', String(waitS));
        throw new HttpError(
          'too_many_events',
          `too many events were posted: the next may come in ${waitS} s`,
        );
      }
      const event = done(ports.events.post(mark));
      noteChange(ports.audit, request, { action: 'event posted', subject: event.id, detail: event.text });
      return reply.code(201).send(event);
    },
  );
  app.delete<{ Params: Static<typeof EventParams> }>(
    '/api/v1/events/:id',
    { schema: { params: EventParams, querystring: NO_QUERY, body: NOTHING, response: answers(EventView) } },
    (request) => removeEvent(ports, request.params.id, request),
  );
}

function listEvents({ events, clock }: HttpPorts, query: EventsQuery, reply: FastifyReply) {
  const { from = '-1d', to = 'now', kind = null, limit = 200 } = query;
  const { fromS, toS } = readTimeRange({ from, to }, clock.nowMs());
  const found = events.list({
    fromMs: fromS * 1000,
    toMs: toS * 1000,
    limit,
    looked: EVENTS_LOOKED_MAX,
    kind,
    cluster: nameFilter('cluster', query.cluster),
    host: nameFilter('host', query.host),
  });
  if (!found.ok) throw new HttpError('events_failed', 'the events cannot be read');
  if (found.leftOut > 0) void reply.header('muster-left-out', String(found.leftOut));
  return found.events;
}

/** Nobody in particular, where nobody signs in. */
function posterOf({ kind, name }: Identity): string {
  return kind === 'open' ? '' : name;
}

/** Throws the error to answer with when it is not to be posted. */
function markOf({ catalogue, operations, clock }: HttpPorts, body: EventBody, by: string): Mark {
  const { kind = 'note', cluster = '', host = '', tags = [] } = body;
  const text = printable(body.text).trim();
  if (text === '') throw new HttpError('bad_body', 'text is blank', 'say in text what happened');
  if (host !== '' && cluster === '') {
    throw new HttpError('bad_body', 'a host without its cluster', 'name the cluster of the host, too');
  }
  const clusters = [...catalogue.clusters.keys(), ...operations.stats().groups.map(({ name }) => name)];
  if (cluster !== '' && !clusters.includes(cluster)) throw unknownCluster(cluster, clusters);
  const timeMs = timeOf(body.time, clock.nowMs());
  // A host that is not known may be one that is about to come.
  return { timeMs, kind, cluster, host: printable(host), text, tags: tags.map(printable), by };
}

function unknownCluster(cluster: string, clusters: readonly string[]): HttpError {
  const close = nearest(cluster, clusters);
  const cure =
    close === undefined ? undefined : `did you mean ${close}? GET /api/v1/clusters lists the clusters`;
  return new HttpError('cluster_unknown', `no cluster ${cluster.slice(0, 100)} is known`, cure);
}

function timeOf(timeS: number | undefined, nowMs: number): number {
  const timeMs = timeS === undefined ? nowMs : Math.round(timeS * 1000);
  const cure = 'give epoch seconds of the past year or the coming day, or leave time out for now';
  if (timeMs > nowMs + FUTURE_MS) {
    const hint = (timeS ?? 0) > 1e10 ? ': it looks like milliseconds' : '';
    throw new HttpError('bad_time', `time is more than a day ahead${hint}`, cure);
  }
  if (timeMs < nowMs - PAST_MS) throw new HttpError('bad_time', 'time is more than a year ago', cure);
  return timeMs;
}

function removeEvent(ports: HttpPorts, id: string, request: FastifyRequest): EventView {
  const removed = done(ports.events.remove(id));
  if (!removed) {
    const isHistory = id.startsWith('s') || id.startsWith('n');
    const cure = isHistory ? 'what changed or was told is history: marks alone can be removed' : undefined;
    throw new HttpError('event_unknown', `there is no mark ${id}`, cure);
  }
  noteChange(ports.audit, request, { action: 'event removed', subject: id, detail: removed.text });
  return removed;
}

function done<T>(outcome: EventOutcome<T>): T {
  if (!outcome.ok) throw new HttpError('events_failed', 'the events cannot be written');
  return outcome.event;
}

/** Without control characters but tab and line feed, and without halves of characters. */
function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what it is for
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/gu, '\ufffd');
}
