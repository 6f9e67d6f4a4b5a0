import Type from 'typebox';
import { LossView } from '../contract/api.ts';
import { LOSSES_PER_ANSWER_MAX } from '../limits.ts';
import { HttpError } from './errors.ts';
import { answers, nameFilter, PatternParam } from './route.ts';
import { readTimeRange } from './time-range.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const TimeParam = Type.String({ minLength: 1, maxLength: 40 });
const LossesQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    from: Type.Optional(TimeParam),
    to: Type.Optional(TimeParam),
  },
  { additionalProperties: false },
);

/** When datagrams of clusters were lost before they were read, newest first. */
export function lossRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof LossesQuery> }>(
    '/api/v1/losses',
    { schema: { querystring: LossesQuery, response: answers(Type.Array(LossView)) } },
    (request, reply) => {
      const { from = '-1d', to = 'now', cluster } = request.query;
      const { fromS, toS } = readTimeRange({ from, to }, ports.clock.nowMs());
      const found = ports.losses.list({
        fromMs: fromS * 1000,
        toMs: toS * 1000,
        cluster: nameFilter('cluster', cluster),
        limit: LOSSES_PER_ANSWER_MAX,
      });
      if (!found.ok) throw new HttpError('events_failed', 'the losses cannot be read');
      if (found.leftOut > 0) void reply.header('muster-left-out', String(found.leftOut));
      return found.losses;
    },
  );
}
