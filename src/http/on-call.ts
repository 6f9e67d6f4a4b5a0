import Type from 'typebox';
import { answers, NameParam, NO_QUERY } from './route.ts';
import { authorOf } from './quiet-body.ts';
import { ErrorBody } from '../contract/api.ts';
import { HttpError } from './errors.ts';
import { judgeAnswer } from './judge-answer.ts';
import { nearest } from '../model/nearest.ts';
import { identityOf, noteChange } from './audit.ts';
import { OnCallView, OverrideBody } from '../contract/alert-views.ts';
import { printable } from '../model/printable.ts';
import { readTimeRange } from './time-range.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';
import type { Static } from 'typebox';

const TimeParam = Type.String({ minLength: 1, maxLength: 40 });
const OnCallQuery = Type.Object(
  { from: Type.Optional(TimeParam), to: Type.Optional(TimeParam) },
  { additionalProperties: false },
);
const RotaParams = Type.Object({ name: NameParam });
const OverrideParams = Type.Object({ name: NameParam, id: Type.String({ minLength: 1, maxLength: 32 }) });
const NOTHING = Type.Object({}, { additionalProperties: false });

const DAY_S = 86_400;
const SHOWN_S = 28 * DAY_S;
const RANGE_S_MAX = 400 * DAY_S;
/** The year 9999: what is later is a mistake in units. */
const MS_MAX = 253_402_300_799_000;
const OVERRIDE_MS_MAX = 366 * DAY_S * 1000;

/** Who is on call, now and next, and who takes over for whom. */
export function onCallRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get<{ Querystring: Static<typeof OnCallQuery> }>(
    '/api/v1/oncall',
    { schema: { querystring: OnCallQuery, response: answers(OnCallView) } },
    (request) => onCall(ports, request.query),
  );
  app.post<{ Params: Static<typeof RotaParams>; Body: OverrideBody }>(
    '/api/v1/rotas/:name/overrides',
    {
      schema: {
        params: RotaParams,
        querystring: NO_QUERY,
        body: OverrideBody,
        response: { 201: OnCallView, default: ErrorBody },
      },
    },
    async (request, reply) => reply.code(201).send(await override(ports, request.params.name, request)),
  );
  app.delete<{ Params: Static<typeof OverrideParams> }>(
    '/api/v1/rotas/:name/overrides/:id',
    {
      schema: {
        params: OverrideParams,
        querystring: NO_QUERY,
        body: NOTHING,
        response: answers(OnCallView),
      },
    },
    (request) => dropOverride(ports, request.params, request),
  );
}

function onCall({ alerting, clock }: HttpPorts, query: Static<typeof OnCallQuery>): Promise<OnCallView> {
  const nowS = Math.floor(clock.nowMs() / 1000);
  const { from = String(nowS), to = String(nowS + SHOWN_S) } = query;
  const { fromS, toS } = readTimeRange({ from, to }, clock.nowMs());
  if (toS - fromS > RANGE_S_MAX) {
    throw new HttpError('bad_range', 'more than 400 days are asked for', 'ask for 400 days at most');
  }
  return judgeAnswer(alerting.ask({ kind: 'on-call', fromMs: fromS * 1000, toMs: toS * 1000 }));
}

async function override(
  ports: HttpPorts,
  rota: string,
  request: FastifyRequest<{ Body: OverrideBody }>,
): Promise<OnCallView> {
  const { who, from_ms: fromMs, to_ms: toMs, comment = '', author } = request.body;
  if (fromMs < 0 || toMs > MS_MAX) throw new HttpError('bad_time', 'from_ms or to_ms is no time');
  if (toMs - fromMs > OVERRIDE_MS_MAX) {
    throw new HttpError('override_refused', 'the override is longer than a year', 'change the rota itself');
  }
  await demandRota(ports, rota);
  const done = await judgeAnswer(
    ports.alerting.ask({
      kind: 'override',
      rota,
      who,
      fromMs: Math.round(fromMs),
      toMs: Math.round(toMs),
      comment: printable(comment).trim(),
      author: authorOf(identityOf(request), author),
    }),
  );
  if (!done.ok) {
    throw new HttpError(done.full ? 'overrides_full' : 'override_refused', `${rota}: ${done.fault}`);
  }
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  noteChange(ports.audit, request, {
    action: 'override made',
    subject: rota,
    detail: `${who} from ${from} to ${to}`,
  });
  return done.value;
}

async function dropOverride(
  ports: HttpPorts,
  { name: rota, id }: Static<typeof OverrideParams>,
  request: FastifyRequest,
): Promise<OnCallView> {
  await demandRota(ports, rota);
  const dropped = await judgeAnswer(ports.alerting.ask({ kind: 'drop-override', rota, id }));
  if (!dropped) throw new HttpError('override_unknown', `${rota} has no override ${JSON.stringify(id)}`);
  noteChange(ports.audit, request, { action: 'override taken back', subject: rota, detail: id });
  return onCall(ports, {});
}

/** Throws the error to answer with where there is no rota of that name. */
async function demandRota({ alerting, clock }: HttpPorts, name: string): Promise<void> {
  const nowMs = clock.nowMs();
  const { rotas } = await judgeAnswer(alerting.ask({ kind: 'on-call', fromMs: nowMs, toMs: nowMs + 1 }));
  const names = rotas.map((rota) => rota.name);
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
  throw new HttpError('rota_unknown', `there is no rota ${JSON.stringify(name)}${hint}`);
}
