import Type from 'typebox';
import { identityOf, noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { Hourly } from './hourly.ts';
import { answers, NO_QUERY, PatternParam } from './route.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

const FlushBody = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    host: Type.Optional(PatternParam),
    metric: Type.Optional(PatternParam),
  },
  { additionalProperties: false },
);
type FlushBody = Static<typeof FlushBody>;
const FlushAnswer = Type.Object({
  records: Type.Integer(),
  points: Type.Integer(),
  left: Type.Integer(),
});

/** Writing what waits now: answered when the store's files have it, for tools that read them. */
export function flushRoute(app: FastifyInstance, { ports }: Resources): void {
  const hourly = new Hourly();
  app.post<{ Body: FlushBody }>(
    '/api/v1/flush',
    { schema: { querystring: NO_QUERY, body: FlushBody, response: answers(FlushAnswer) } },
    (request) => flush(ports, request, hourly),
  );
}

async function flush(
  { operations, audit, clock }: HttpPorts,
  request: FastifyRequest<{ Body: FlushBody }>,
  hourly: Hourly,
): Promise<Static<typeof FlushAnswer>> {
  const { cluster = '.*', host = '.*', metric = '.*' } = request.body;
  const outcome = await operations.flush({ cluster, host, metric });
  if (!outcome.ok) throw new HttpError(outcome.reason, outcome.message);
  const { records, points, left } = outcome;
  if (hourly.isDue(identityOf(request).name, clock.nowMs())) {
    const detail = `${points} points of ${records} records, ${left} left; noted once an hour`;
    noteChange(audit, request, { action: 'flush', subject: `${cluster} ${host} ${metric}`, detail });
  }
  return { records, points, left };
}
