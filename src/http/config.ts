import Type from 'typebox';
import { HttpError } from './errors.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Resources } from './route.ts';

const ReloadAnswer = Type.Object({ changes: Type.Array(Type.String()) });

/** The running configuration, and reading it anew as SIGHUP does. */
export function configRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get('/api/v1/config', { schema: { querystring: NO_QUERY, response: answers(Type.Unknown()) } }, () =>
    ports.operations.config(),
  );
  app.post(
    '/api/v1/reload',
    {
      schema: {
        querystring: NO_QUERY,
        body: Type.Object({}, { additionalProperties: false }),
        response: answers(ReloadAnswer),
      },
    },
    async () => {
      const outcome = await ports.operations.reload();
      if (!outcome.ok) throw new HttpError('reload_refused', outcome.errors.join('\n'));
      return { changes: outcome.changes };
    },
  );
}
