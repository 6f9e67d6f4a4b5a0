import Type from 'typebox';
import { ExplainView } from '../contract/alert-views.ts';
import { judgeAnswer } from './judge-answer.ts';
import { answers, NameParam } from './route.ts';
import { unknownService } from './unknown.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const ExplainQuery = Type.Object(
  {
    /** Empty: of the grid. */
    cluster: Type.String({ maxLength: 1000 }),
    /** Empty: of an aggregate. */
    host: Type.String({ maxLength: 1000 }),
    service: NameParam,
  },
  { additionalProperties: false },
);

/** Pages that an explanation shows. */
const NOTIFICATIONS_SHOWN = 20;

/** Why somebody is told of a service now, or why nobody is: the chain from datagram to receipt. */
export function explainRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof ExplainQuery> }>(
    '/api/v1/explain',
    { schema: { querystring: ExplainQuery, response: answers(ExplainView) } },
    async ({ query: { cluster, host, service } }) => {
      const key = { cluster, host, service };
      const explained = await judgeAnswer(ports.alerting.ask({ kind: 'explain', service: key }));
      if (explained === null) throw unknownService(key);
      const notifications = await ports.judged.notifications({ ...key, limit: NOTIFICATIONS_SHOWN });
      return { ...explained, notifications: [...notifications] };
    },
  );
}
