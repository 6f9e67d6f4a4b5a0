import Type from 'typebox';
import { ErrorBody, EventBody, EventView } from '../contract/api.ts';
import { EVENTS_LOOKED_MAX, EVENTS_PER_ANSWER_MAX } from '../limits.ts';
import { identityOf, noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { EventPace } from './event-pace.ts';
import { postedTimeMs } from './posted-time.ts';
import { printable } from '../model/printable.ts';
import { answers, nameFilter, onlyName, NO_QUERY, PatternParam } from './route.ts';
import { readTimeRange } from './time-range.ts';
import { unknownCluster } from './unknown.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Identity } from '../contract/access.ts';
import type { Mark } from '../model/event.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { EventOutcome, HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

const TimeParam = Type.String({ minLength: 1, maxLength: 40 });
const EventsQuery = Type.Object(
  {
    from: Type.Optional(TimeParam),
    to: Type.Optional(TimeParam),
    cluster: Type.Optional(PatternParam),
    host: Type.Optional(PatternParam),
    service: Type.Optional(PatternParam),
    kind: Type.Optional(Type.Enum(['state', 'deploy', 'note', 'notification'])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: EVENTS_PER_ANSWER_MAX, default: 200 })),
  },
  { additionalProperties: false },
);
type EventsQuery = Static<typeof EventsQuery>;
const EventParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 32 }) });
const NOTHING = Type.Object({}, { additionalProperties: false });

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
    service: query.service === undefined ? null : nameFilter('service', query.service),
    of: oneService(query),
  });
  if (!found.ok) throw new HttpError('events_failed', 'the events cannot be read');
  if (found.leftOut > 0) void reply.header('muster-left-out', String(found.leftOut));
  return found.events;
}

/** The service whose names are written in full; null where a pattern may match several. */
function oneService(query: EventsQuery): ServiceKey | null {
  const [cluster, host, service] = [query.cluster, query.host, query.service].map(onlyName);
  if (cluster === undefined || host === undefined || service === undefined) return null;
  return { cluster, host, service };
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
  const timeMs = postedTimeMs(body.time, clock.nowMs());
  // A host that is not known may be one that is about to come.
  return { timeMs, kind, cluster, host: printable(host), text, tags: tags.map(printable), by };
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
