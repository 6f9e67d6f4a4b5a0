import Type from 'typebox';
import {
  AcknowledgeBody,
  AcknowledgementsAnswer,
  AcknowledgementsBody,
  AcknowledgementView,
  Coverage,
} from '../contract/alert-views.ts';
import {
  authorOf,
  commentOf,
  coverageRule,
  coverWords,
  demandTimes,
  made,
  onlyService,
  pathKey,
} from './quiet-body.ts';
import { ErrorBody } from '../contract/api.ts';
import { HttpError } from './errors.ts';
import { identityOf, noteChange } from './audit.ts';
import { judgeAnswer } from './judge-answer.ts';
import { NameParam, NO_QUERY, answers } from './route.ts';
import { shownName, unknownService } from './unknown.ts';
import type { CoverageRule } from '../model/quiet.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';
import type { ServiceKey } from '../model/service-state.ts';
import type { Static } from 'typebox';

const ServiceParams = Type.Object({ cluster: NameParam, host: NameParam, service: NameParam });
type ServiceParams = Static<typeof ServiceParams>;
const NOTHING = Type.Object({}, { additionalProperties: false });
const TakeBackBody = Type.Object({ covers: Coverage }, { additionalProperties: false });
type TakeBackBody = Static<typeof TakeBackBody>;

/** Somebody works on a problem, or on many: said, and taken back. */
export function acknowledgeRoutes(app: FastifyInstance, { ports }: Resources): void {
  oneService(app, ports);
  const many = '/api/v1/acknowledgements';
  const response = { 200: AcknowledgementsAnswer, 201: AcknowledgementsAnswer, default: ErrorBody };
  app.post<{ Body: AcknowledgementsBody }>(
    many,
    { schema: { querystring: NO_QUERY, body: AcknowledgementsBody, response } },
    async (request, reply) => {
      const answer = await acknowledgeMany(ports, request);
      return reply.code(request.body.preview === true ? 200 : 201).send(answer);
    },
  );
  app.delete<{ Body: TakeBackBody }>(
    many,
    { schema: { querystring: NO_QUERY, body: TakeBackBody, response: answers(AcknowledgementsAnswer) } },
    (request) => takeBackMany(ports, request),
  );
}

function oneService(app: FastifyInstance, ports: HttpPorts): void {
  const one = '/api/v1/services/:cluster/:host/:service/acknowledge';
  app.post<{ Params: ServiceParams; Body: AcknowledgeBody }>(
    one,
    {
      schema: {
        params: ServiceParams,
        querystring: NO_QUERY,
        body: AcknowledgeBody,
        response: { 201: AcknowledgementView, default: ErrorBody },
      },
    },
    async (request, reply) => {
      const key = knownKey(ports, request.params);
      const [given] = await acknowledge(ports, request, onlyService(key));
      if (!given) throw new Error('the judge acknowledged nothing, and did not say why');
      const until = given.until_ms === null ? '' : `until ${new Date(given.until_ms).toISOString()}: `;
      const detail = `${given.state}; ${until}${given.comment}`;
      noteChange(ports.audit, request, { action: 'acknowledged', subject: subjectOf(key), detail });
      return reply.code(201).send(given);
    },
  );
  app.delete<{ Params: ServiceParams }>(
    one,
    {
      schema: {
        params: ServiceParams,
        querystring: NO_QUERY,
        body: NOTHING,
        response: answers(AcknowledgementView),
      },
    },
    (request) => takeBack(ports, request),
  );
}

async function takeBack(
  ports: HttpPorts,
  request: FastifyRequest<{ Params: ServiceParams }>,
): Promise<AcknowledgementView> {
  const key = knownKey(ports, request.params);
  const by = authorOf(identityOf(request), undefined);
  const covers = onlyService(key);
  const [taken] = await judgeAnswer(ports.alerting.ask({ kind: 'unacknowledge', covers, by }));
  if (!taken) throw new HttpError('not_acknowledged', `${shownName(key.service)} is not acknowledged`);
  const detail = `of ${taken.author}: ${taken.comment}`;
  noteChange(ports.audit, request, { action: 'acknowledgement removed', subject: subjectOf(key), detail });
  return taken;
}

async function acknowledgeMany(
  ports: HttpPorts,
  request: FastifyRequest<{ Body: AcknowledgementsBody }>,
): Promise<AcknowledgementsAnswer> {
  const { preview = false } = request.body;
  const rule = coverageRule(request.body.covers, { severity: true });
  const question = { kind: 'cover', covers: rule, wholeHosts: false, problems: true } as const;
  const covers = await judgeAnswer(ports.alerting.ask(question));
  if (preview) {
    checkWish(ports, request.body);
    return { acknowledged: [], covers };
  }
  const acknowledged = [...(await acknowledge(ports, request, rule))];
  const detail = `${coverWords(rule, covers)}; ${commentOf(request.body.comment)}`;
  noteChange(ports.audit, request, { action: 'acknowledged', subject: `${covers.count} problems`, detail });
  return { acknowledged, covers };
}

async function takeBackMany(
  ports: HttpPorts,
  request: FastifyRequest<{ Body: TakeBackBody }>,
): Promise<AcknowledgementsAnswer> {
  const rule = coverageRule(request.body.covers, { severity: true });
  const question = { kind: 'cover', covers: rule, wholeHosts: false, problems: true } as const;
  const covers = await judgeAnswer(ports.alerting.ask(question));
  const by = authorOf(identityOf(request), undefined);
  const taken = await judgeAnswer(ports.alerting.ask({ kind: 'unacknowledge', covers: rule, by }));
  if (taken.length > 0) {
    const detail = coverWords(rule, covers);
    noteChange(ports.audit, request, { action: 'acknowledgements removed', subject: 'many', detail });
  }
  return { acknowledged: [...taken], covers };
}

async function acknowledge(
  ports: HttpPorts,
  request: FastifyRequest<{ Body: AcknowledgeBody }>,
  covers: CoverageRule,
): Promise<readonly AcknowledgementView[]> {
  const { sticky = false, notify = false } = request.body;
  const wish = checkWish(ports, request.body);
  const author = authorOf(identityOf(request), request.body.author);
  const question = { kind: 'acknowledge', covers, author, sticky, notify, ...wish } as const;
  return made(await judgeAnswer(ports.alerting.ask(question)), 'not_a_problem');
}

function checkWish({ clock }: HttpPorts, { comment, until_ms: untilMs = null }: AcknowledgeBody) {
  demandTimes({ fromMs: clock.nowMs(), toMs: untilMs }, clock.nowMs());
  return { comment: commentOf(comment), untilMs };
}

function knownKey({ judged }: HttpPorts, params: ServiceParams): ServiceKey {
  const key = pathKey(params);
  if (!judged.service(key)) throw unknownService(key);
  return key;
}

function subjectOf({ cluster, host, service }: ServiceKey): string {
  return `${cluster} ${host} ${service}`;
}
