import Type from 'typebox';
import { authorOf, commentOf, coverageRule, coverWords, demandTimes, made } from './quiet-body.ts';
import { DowntimeBody, QuietAnswer, QuietView, SilenceBody } from '../contract/alert-views.ts';
import { ErrorBody } from '../contract/api.ts';
import { HttpError } from './errors.ts';
import { identityOf, noteChange } from './audit.ts';
import { judgeAnswer } from './judge-answer.ts';
import { answers, NO_QUERY } from './route.ts';
import type { CoverageRule, QuietTime } from '../model/quiet.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import type { Resources } from './route.ts';
import type { Static } from 'typebox';

const QuietParams = Type.Object({ id: Type.String({ pattern: '^[ds][0-9]{1,15}$' }) });
const NOTHING = Type.Object({}, { additionalProperties: false });
const MADE = { 200: QuietAnswer, 201: QuietAnswer, default: ErrorBody };

type Sort = 'downtime' | 'silence';

/** Downtimes and silences: what is planned, and what nobody wants to hear of for a while. */
export function quietRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.post<{ Body: DowntimeBody }>(
    '/api/v1/downtimes',
    { schema: { querystring: NO_QUERY, body: DowntimeBody, response: MADE } },
    (request, reply) => {
      const { body } = request;
      const covers = coverageRule(body.covers);
      const time = downtimeOf(body, ports.clock.nowMs());
      return make({ ports, request, reply, sort: 'downtime' }, { covers, time, body });
    },
  );
  app.post<{ Body: SilenceBody }>(
    '/api/v1/silences',
    { schema: { querystring: NO_QUERY, body: SilenceBody, response: MADE } },
    (request, reply) => {
      const { body } = request;
      const nowMs = ports.clock.nowMs();
      const covers = coverageRule(body.covers, { severity: true });
      const time = { kind: 'silence', fromMs: body.from_ms ?? nowMs, toMs: body.to_ms } as const;
      demandTimes(time, nowMs);
      return make({ ports, request, reply, sort: 'silence' }, { covers, time, body });
    },
  );
  for (const sort of ['downtime', 'silence'] as const) listed(app, ports, sort);
}

function listed(app: FastifyInstance, ports: HttpPorts, sort: Sort): void {
  app.get(
    `/api/v1/${sort}s`,
    { schema: { querystring: NO_QUERY, response: answers(Type.Array(QuietView)) } },
    () => judgeAnswer(ports.alerting.ask({ kind: 'quiets', sort })),
  );
  app.delete<{ Params: Static<typeof QuietParams> }>(
    `/api/v1/${sort}s/:id`,
    { schema: { params: QuietParams, querystring: NO_QUERY, body: NOTHING, response: answers(QuietView) } },
    (request) => end(ports, request, sort),
  );
}

interface Making {
  readonly ports: HttpPorts;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly sort: Sort;
}

async function make(
  { ports, request, reply, sort }: Making,
  wish: {
    readonly covers: CoverageRule;
    readonly time: QuietTime;
    readonly body: Pick<DowntimeBody, 'comment' | 'author' | 'preview'>;
  },
): Promise<FastifyReply> {
  const { covers, time, body } = wish;
  const { preview = false } = body;
  const comment = commentOf(body.comment);
  const author = authorOf(identityOf(request), body.author);
  const question = { kind: 'quieten', covers, time, comment, author, known: false, preview } as const;
  const done = await judgeAnswer(ports.alerting.ask(question));
  const quiet = made(done, 'bad_quiet');
  const wholeHosts = sort === 'downtime';
  const covered = await judgeAnswer(
    ports.alerting.ask({ kind: 'cover', covers, wholeHosts, problems: false }),
  );
  if (preview) return reply.send({ quiet: null, covers: covered } satisfies QuietAnswer);
  const detail = `${coverWords(covers, covered)}; ${timeWords(time)}; ${comment}`;
  noteChange(ports.audit, request, { action: `${sort} made`, subject: quiet.id, detail });
  return reply.code(201).send({ quiet, covers: covered } satisfies QuietAnswer);
}

async function end(
  ports: HttpPorts,
  request: FastifyRequest<{ Params: Static<typeof QuietParams> }>,
  sort: Sort,
): Promise<QuietView> {
  const { id } = request.params;
  const isOfSort = id.startsWith(sort === 'silence' ? 's' : 'd');
  const by = authorOf(identityOf(request), undefined);
  const ended = isOfSort ? await judgeAnswer(ports.alerting.ask({ kind: 'end-quiet', id, by })) : null;
  if (!ended) {
    throw new HttpError(
      'quiet_unknown',
      `there is no ${sort} ${id} that could be ended`,
      `GET /api/v1/${sort}s lists them`,
    );
  }
  const detail = `of ${ended.author}: ${ended.comment}`;
  noteChange(ports.audit, request, { action: `${sort} ended`, subject: id, detail });
  return ended;
}

/** When it holds, by the kind. Throws where something is missing, or is of another kind. */
function downtimeOf(body: DowntimeBody, nowMs: number): QuietTime {
  const { kind = 'fixed', from_ms: fromMs = nowMs, to_ms: toMs = null, times, timezone = '' } = body;
  const isOther = { flexible: body.duration_ms, recurring: times ?? body.timezone } as const;
  for (const [other, value] of Object.entries(isOther)) {
    if (value === undefined || other === kind) continue;
    const keys = other === 'flexible' ? 'duration_ms' : 'times and timezone';
    throw new HttpError('bad_quiet', `${keys} are of kind: ${other}, and this is ${kind}`);
  }
  demandTimes({ fromMs, toMs }, nowMs);
  if (kind === 'recurring') {
    if (times === undefined) {
      throw new HttpError('bad_quiet', 'a recurring downtime needs times, like ["sunday 02:00-04:00"]');
    }
    return { kind, fromMs, toMs, times, timezone };
  }
  if (toMs === null) throw new HttpError('bad_quiet', `a ${kind} downtime needs an end: to_ms`);
  if (kind === 'fixed') return { kind, fromMs, toMs };
  const { duration_ms: durationMs } = body;
  if (durationMs === undefined) {
    throw new HttpError(
      'bad_quiet',
      'a flexible downtime needs duration_ms: how long it holds once it began',
    );
  }
  demandTimes({ fromMs: nowMs, toMs: nowMs + durationMs }, nowMs);
  return { kind, fromMs, toMs, durationMs };
}

const day = (timeMs: number) => new Date(timeMs).toISOString();

function timeWords(time: QuietTime): string {
  const until = time.toMs === null ? 'until it is ended' : `until ${day(time.toMs)}`;
  const span = `from ${day(time.fromMs)} ${until}`;
  switch (time.kind) {
    case 'fixed':
    case 'silence':
      return span;
    case 'flexible':
      return `${Math.round(time.durationMs / 1000)} s from the first problem, ${span}`;
    case 'recurring':
      return `${time.times.join(', ')} ${time.timezone}, ${span}`;
  }
}
