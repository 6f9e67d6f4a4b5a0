import Type from 'typebox';
import { ReceiverTestAnswer, ReceiverView } from '../contract/alert-views.ts';
import { noteChange } from './audit.ts';
import { HttpError } from './errors.ts';
import { judgeAnswer } from './judge-answer.ts';
import { answers, NameParam, NO_QUERY } from './route.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Change } from './audit.ts';
import type { HttpErrorCode } from './errors.ts';
import type { ReceiverTested } from '../model/receiver-test.ts';
import type { Resources } from './route.ts';

const NameParams = Type.Object({ name: NameParam });
const Nothing = Type.Object({}, { additionalProperties: false });

/** Who can be told, how pages to them fare, and a page that only tries whether one arrives. */
export function receiverRoutes(app: FastifyInstance, { ports }: Resources): void {
  app.get(
    '/api/v1/receivers',
    { schema: { querystring: NO_QUERY, response: answers(Type.Array(ReceiverView)) } },
    () => judgeAnswer(ports.alerting.ask({ kind: 'receivers' })),
  );
  app.post<{ Params: Static<typeof NameParams> }>(
    '/api/v1/receivers/:name/test',
    {
      schema: {
        params: NameParams,
        querystring: NO_QUERY,
        body: Nothing,
        response: answers(ReceiverTestAnswer),
      },
    },
    (request) => sendTest(ports, request, request.params.name),
  );
}

async function sendTest(
  { alerting, audit }: Resources['ports'],
  request: FastifyRequest,
  name: string,
): Promise<ReceiverTestAnswer> {
  const outcome = testAnswer(name, await judgeAnswer(alerting.test(name)));
  if (!outcome.ok) throw new HttpError(outcome.code, outcome.message);
  noteChange(audit, request, outcome.change);
  return outcome.answer;
}

type Answer =
  /** `change`: as it is written down. */
  | { readonly ok: true; readonly answer: ReceiverTestAnswer; readonly change: Change }
  | { readonly ok: false; readonly code: HttpErrorCode; readonly message: string };

/** What a test came to, for whoever asked for it. */
export function testAnswer(name: string, tested: ReceiverTested): Answer {
  if (!tested.ok) {
    const [code, message] = REFUSALS[tested.fault];
    return { ok: false, code, message: `receiver ${JSON.stringify(name)}: ${message}` };
  }
  const outcomes = tested.outcomes.map(({ target, ok, detail, tookMs }) => {
    return { target, ok, detail, took_ms: tookMs };
  });
  const said = outcomes.map(({ target, ok, detail }) => `${target}: ${ok ? 'arrived' : detail}`).join('; ');
  return {
    ok: true,
    answer: { receiver: name, outcomes },
    change: { action: 'receiver tested', subject: name, detail: said },
  };
}

const REFUSALS: Readonly<
  Record<(ReceiverTested & { ok: false })['fault'], readonly [HttpErrorCode, string]>
> = {
  unknown: ['receiver_unknown', 'no receiver, rota or escalation has that name'],
  nobody: ['nobody_on_call', 'it comes to nobody now'],
  busy: ['test_under_way', 'a test page to it is on its way already'],
};
