import Type from 'typebox';
import { noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { HttpPorts } from './ports.ts';
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
    (request) => reload(ports, request),
  );
}

/** Both outcomes are written down: one changed the server, the other was an attempt to. */
async function reload(
  { operations, audit }: HttpPorts,
  request: FastifyRequest,
): Promise<Static<typeof ReloadAnswer>> {
  const outcome = await operations.reload();
  const subject = 'configuration';
  if (!outcome.ok) {
    noteChange(audit, request, { action: 'reload refused', subject, detail: outcome.errors.join('; ') });
    throw new HttpError('reload_refused', outcome.errors.join('\n'));
  }
  const { changes } = outcome;
  noteChange(audit, request, { action: 'reload', subject, detail: changes.join('; ') });
  return { changes: [...changes] };
}
