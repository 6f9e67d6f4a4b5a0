import Type from 'typebox';
import { identityOf, noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
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
/** A tool that flushes before each of its graphs must not push out of the audit log who changed what. */
const NOTED_EVERY_MS = 3_600_000;
const FlushAnswer = Type.Object({
  records: Type.Integer(),
  points: Type.Integer(),
  left: Type.Integer(),
});

/** Writing what waits now: answered when the store's files have it, for tools that read them. */
export function flushRoute(app: FastifyInstance, { ports }: Resources): void {
  const noted = new Map<string, number>();
  app.post<{ Body: FlushBody }>(
    '/api/v1/flush',
    { schema: { querystring: NO_QUERY, body: FlushBody, response: answers(FlushAnswer) } },
    (request) => flush(ports, request, noted),
  );
}

async function flush(
  { operations, audit, clock }: HttpPorts,
  request: FastifyRequest<{ Body: FlushBody }>,
  noted: Map<string, number>,
): Promise<Static<typeof FlushAnswer>> {
  const { cluster = '.*', host = '.*', metric = '.*' } = request.body;
  const outcome = await operations.flush({ cluster, host, metric });
  if (!outcome.ok) throw new HttpError(outcome.reason, outcome.message);
  const { records, points, left } = outcome;
  const { name } = identityOf(request);
  if (clock.nowMs() - (noted.get(name) ?? -NOTED_EVERY_MS) >= NOTED_EVERY_MS) {
    noted.set(name, clock.nowMs());
    const detail = `${points} points of ${records} records, ${left} left; noted once an hour`;
    noteChange(audit, request, { action: 'flush', subject: `${cluster} ${host} ${metric}`, detail });
  }
  return { records, points, left };
}
