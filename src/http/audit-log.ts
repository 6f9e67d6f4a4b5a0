import Type from 'typebox';
import { AuditView } from '../contract/access.ts';
import { AUDIT_ROWS_PER_ANSWER_MAX } from '../limits.ts';
import { HttpError } from './errors.ts';
import { answers } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const AuditQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: AUDIT_ROWS_PER_ANSWER_MAX, default: 100 }),
    /** The last id of the answer before: what follows it. */
    before: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);

/** Who changed what, and who tried to get in; newest first. */
export function auditRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof AuditQuery> }>(
    '/api/v1/audit',
    { schema: { querystring: AuditQuery, response: answers(Type.Array(AuditView)) } },
    (request) => {
      try {
        return ports.audit.list(request.query);
      } catch (error) {
        ports.log.error({ err: error }, 'the audit log could not be read');
        throw new HttpError('not_ready', 'the audit log could not be read');
      }
    },
  );
}
