import Type from 'typebox';
import { NotificationView } from '../contract/alert-views.ts';
import { answers } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const Name = Type.String({ maxLength: 1000 });
const NotificationQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
    /** Only those with a smaller `id`: the next page of a list. */
    before: Type.Optional(Type.Integer({ minimum: 1 })),
    cluster: Type.Optional(Name),
    host: Type.Optional(Name),
    service: Type.Optional(Name),
    /** A target: a receiver, or `receiver/channel`. */
    receiver: Type.Optional(Name),
    outcome: Type.Optional(Type.Enum(['pending', 'delivered', 'failed', 'superseded'])),
    incident: Type.Optional(Name),
  },
  { additionalProperties: false },
);

/** What was sent to whom, the newest first. */
export function notificationRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof NotificationQuery> }>(
    '/api/v1/notifications',
    { schema: { querystring: NotificationQuery, response: answers(Type.Array(NotificationView)) } },
    ({ query }) => ports.judged.notifications({ ...query, limit: query.limit ?? 100 }),
  );
}
