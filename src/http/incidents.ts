import Type from 'typebox';
import { IncidentView } from '../contract/alert-views.ts';
import { judgeAnswer } from './judge-answer.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

/** Open problems as pages have them, those that nobody is told of included; the worst first. */
export function incidentRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get(
    '/api/v1/incidents',
    { schema: { querystring: NO_QUERY, response: answers(Type.Array(IncidentView)) } },
    () => judgeAnswer(ports.alerting.ask({ kind: 'incidents' })),
  );
}
