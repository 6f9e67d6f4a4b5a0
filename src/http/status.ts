import { StatusView } from '../contract/api.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { ServerIdentity } from './fleet-view.ts';
import type { Resources } from './route.ts';

export function statusRoutes(app: FastifyInstance, { fleet }: Resources, identity: ServerIdentity): void {
  app.get('/api/v1/status', { schema: { querystring: NO_QUERY, response: answers(StatusView) } }, () =>
    fleet.status(identity),
  );
}
