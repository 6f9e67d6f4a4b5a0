import { ChecksView } from '../contract/api.ts';
import { judgeAnswer } from './judge-answer.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

/** The engine's own figures: how much it judges and how late, what its definitions match, who was refused. */
export function checkRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get('/api/v1/checks', { schema: { querystring: NO_QUERY, response: answers(ChecksView) } }, () =>
    judgeAnswer(ports.checks.figures()),
  );
}
