import Type from 'typebox';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

/** `/metrics`: the server's own figures as Prometheus text. */
export function metricsRoutes(
  app: FastifyInstance,
  { ports, fleet }: Resources,
  liveClients: () => number,
): void {
  app.get(
    '/metrics',
    { schema: { querystring: NO_QUERY, response: answers(Type.String()) } },
    (_request, reply) => {
      void reply.type('text/plain; version=0.0.4; charset=utf-8');
      return ports.operations.renderMetrics(fleet.selfFigures(liveClients()));
    },
  );
}
