import Type from 'typebox';
import { SourcesAnswer } from '../contract/api.ts';
import { cureOf } from '../contract/reasons.ts';
import { SOURCES_PER_ANSWER_MAX } from '../limits.ts';
import { HttpError } from './errors.ts';
import { answers, NameParam } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';
import type { SourceRow } from '../model/source-query.ts';
import type { SourceView } from '../contract/api.ts';

const SourceQuery = Type.Object(
  {
    group: Type.Optional(NameParam),
    address: Type.Optional(Type.String({ maxLength: 100 })),
    q: Type.Optional(Type.String({ maxLength: 1000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: SOURCES_PER_ANSWER_MAX, default: 100 })),
  },
  { additionalProperties: false },
);

/** Who sends what, and what was refused of it; the most recently refused first. */
export function sourceRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof SourceQuery> }>(
    '/api/v1/sources',
    { schema: { querystring: SourceQuery, response: answers(SourcesAnswer) } },
    ({ query }) => sources(ports, query),
  );
}

async function sources(
  { senders, operations }: HttpPorts,
  { group, address, q, limit = 100 }: Static<typeof SourceQuery>,
): Promise<SourcesAnswer> {
  const isKnown = group === undefined || operations.stats().groups.some(({ name }) => name === group);
  if (!isKnown) throw new HttpError('cluster_unknown', `no group is called ${group}`);
  const { rows, leftOut } = await senders.senders({ group, address, q, limit });
  return { sources: rows.map(withCures), left_out: leftOut };
}

function withCures(row: SourceRow): SourceView {
  return { ...row, refused: row.refused.map((one) => ({ ...one, cure: cureOf(one.reason) })) };
}
