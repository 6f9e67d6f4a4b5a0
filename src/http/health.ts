import Type from 'typebox';
import { HttpError } from './errors.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

const Ready = Type.Object({
  ready: Type.Boolean(),
  /** What to do something about, although the server works. */
  notes: Type.Array(Type.String()),
  /** Damaged files that were set aside in this run, and what is lost with each. */
  setAside: Type.Array(Type.String()),
});

/** `/healthz`: the process answers. `/readyz`: it does its work, or says why not. */
export function healthRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get(
    '/healthz',
    { schema: { querystring: NO_QUERY, response: answers(Type.Object({ alive: Type.Boolean() })) } },
    () => ({ alive: true }),
  );
  app.get('/readyz', { schema: { querystring: NO_QUERY, response: answers(Ready) } }, ({ identity }) => {
    // Everybody may ask; names of the fleet are for those who may see it.
    const { unready, notes, setAside } = ports.operations.readiness(identity !== null);
    if (unready.length > 0) throw new HttpError('not_ready', unready.join('; '));
    return { ready: true, notes: [...notes], setAside: [...setAside] };
  });
}
