import Type from 'typebox';
import { ClusterView } from '../contract/api.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

export function clusterRoutes(app: FastifyInstance, { fleet }: Resources): void {
  app.get(
    '/api/v1/clusters',
    { schema: { querystring: NO_QUERY, response: answers(Type.Array(ClusterView)) } },
    () => fleet.clusters(),
  );
}
