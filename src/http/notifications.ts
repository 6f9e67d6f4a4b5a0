import Type from 'typebox';
import { NotificationView } from '../contract/alert-views.ts';
import { answers } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const NotificationQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })) },
  { additionalProperties: false },
);

/** What was sent to whom, the newest first. */
export function notificationRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof NotificationQuery> }>(
    '/api/v1/notifications',
    { schema: { querystring: NotificationQuery, response: answers(Type.Array(NotificationView)) } },
    (request) => ports.judged.notifications(request.query.limit ?? 100),
  );
}
