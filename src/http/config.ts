import Type from 'typebox';
import { ReloadAnswer, ReloadBody } from '../contract/api.ts';
import { noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { answers, NO_QUERY } from './route.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';

/** The running configuration, and reading it anew as SIGHUP does. */
export function configRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get('/api/v1/config', { schema: { querystring: NO_QUERY, response: answers(Type.Unknown()) } }, () =>
    ports.operations.config(),
  );
  app.post<{ Body: ReloadBody }>(
    '/api/v1/reload',
    { schema: { querystring: NO_QUERY, body: ReloadBody, response: answers(ReloadAnswer) } },
    (request) => reload(ports, request),
  );
}

/**
 * Both outcomes are written down: one changed the server, the other was an attempt to. A preview is neither.
 */
async function reload(
  { operations, audit }: HttpPorts,
  request: FastifyRequest<{ Body: ReloadBody }>,
): Promise<ReloadAnswer> {
  const { preview = false } = request.body;
  const outcome = await operations.reload({ preview });
  const note = (action: string, lines: readonly string[]) => {
    if (!preview) noteChange(audit, request, { action, subject: 'configuration', detail: lines.join('; ') });
  };
  if (!outcome.ok) {
    note('reload refused', outcome.errors);
    throw new HttpError('reload_refused', outcome.errors.join('\n'));
  }
  const { changes, definitions } = outcome;
  note('reload', changes);
  return { changes: [...changes], definitions: [...definitions] };
}
