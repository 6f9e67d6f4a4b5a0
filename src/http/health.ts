import Type from 'typebox';
import { HttpError } from './errors.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

/** `/healthz`: the process answers. `/readyz`: it does its work, or says why not. */
export function healthRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get(
    '/healthz',
    { schema: { querystring: NO_QUERY, response: answers(Type.Object({ alive: Type.Boolean() })) } },
    () => ({ alive: true }),
  );
  app.get(
    '/readyz',
    { schema: { querystring: NO_QUERY, response: answers(Type.Object({ ready: Type.Boolean() })) } },
    () => {
      const reasons = ports.operations.unready();
      if (reasons.length > 0) throw new HttpError('not_ready', reasons.join('; '));
      return { ready: true };
    },
  );
}
