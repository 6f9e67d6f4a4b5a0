import Type from 'typebox';
import { DiagnosisAnswer, FINDINGS } from '../contract/instances.ts';
import { FINDINGS_MAX } from '../limits.ts';
import { HttpError } from './errors.ts';
import { answers, NameParam } from './route.ts';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import type { Resources } from './route.ts';

const DiagnosisParams = Type.Object(
  {
    group: Type.Optional(NameParam),
    host: Type.Optional(NameParam),
    kind: Type.Optional(Type.Enum([...FINDINGS])),
    /** 0: how many there are of each kind, and nothing of them. */
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: FINDINGS_MAX, default: FINDINGS_MAX })),
  },
  { additionalProperties: false },
);

/** Who talks to the server, and what is amiss with it; the gravest first. */
export function diagnosisRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof DiagnosisParams> }>(
    '/api/v1/diagnosis',
    { schema: { querystring: DiagnosisParams, response: answers(DiagnosisAnswer) } },
    ({ query }) => {
      const { group } = query;
      const isKnown =
        group === undefined || ports.operations.stats().groups.some(({ name }) => name === group);
      if (!isKnown) throw new HttpError('cluster_unknown', `no group is called ${group}`);
      return ports.diagnosis.find(query);
    },
  );
}
