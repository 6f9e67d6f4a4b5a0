import Type from 'typebox';
import { ServiceView } from '../contract/api.ts';
import { ROWS_PER_ANSWER_MAX } from '../limits.ts';
import { answers, cutRows, nameFilter, PatternParam } from './route.ts';
import { compareServices } from './service-index.ts';
import { isProblem } from './severity.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN', 'UP', 'DOWN', 'UNREACHABLE'] as const;
const ServiceQuery = Type.Object(
  {
    cluster: Type.Optional(PatternParam),
    host: Type.Optional(PatternParam),
    service: Type.Optional(PatternParam),
    state: Type.Optional(Type.Enum([...STATES])),
    /** True: only what is not OK or UP, soft or hard; false: only what is. */
    problem: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export function serviceRoutes(app: FastifyInstance, { ports, fleet }: Resources): void {
  app.get<{ Querystring: Static<typeof ServiceQuery> }>(
    '/api/v1/services',
    { schema: { querystring: ServiceQuery, response: answers(Type.Array(ServiceView)) } },
    (request, reply) => {
      const { state, problem } = request.query;
      const inCluster = nameFilter('cluster', request.query.cluster);
      const onHost = nameFilter('host', request.query.host);
      const named = nameFilter('service', request.query.service);
      const wanted = (view: ServiceView) =>
        (state === undefined || view.state === state) &&
        (problem === undefined || isProblem(view.state) === problem) &&
        inCluster(view.cluster) &&
        onHost(view.host) &&
        named(view.service);
      const views = problem === true ? fleet.services.problems() : [...ports.judged.services()];
      const found = views.filter(wanted);
      return cutRows(found.toSorted(compareServices), ROWS_PER_ANSWER_MAX, reply);
    },
  );
}
