import { expect, test } from 'vitest';
import { guarded, JSON_BODY } from './guarded.ts';
import { stand } from './stand.ts';
import type { OnCallView } from '../../src/contract/alert-views.ts';

const DAY_MS = 86_400_000;
const ANN = { who: 'ann', from_ms: 0, to_ms: 7 * DAY_MS, kind: 'turn', by: '', override_id: '' } as const;
const VIEW: OnCallView = {
  rotas: [
    {
      name: 'primary',
      timezone: 'Europe/London',
      people: ['ann', 'bob'],
      now: ANN,
      next: null,
      shifts: [ANN],
    },
  ],
  escalations: [{ name: 'boss', steps: [{ after_ms: 0, notify: ['primary'], now: ['ann'] }] }],
};
const WISH = { who: 'bob', from_ms: 1000, to_ms: 61_000 };

function served(): ReturnType<typeof stand> {
  const server = stand();
  server.alerting.answers('on-call', VIEW);
  server.alerting.answers('override', { ok: true, value: VIEW });
  server.alerting.answers('drop-override', true);
  return server;
}

function post(server: Pick<ReturnType<typeof stand>, 'app'>, payload: object, rota = 'primary') {
  const url = `/api/v1/rotas/${rota}/overrides`;
  return server.app.inject({ method: 'POST', url, headers: JSON_BODY, payload });
}

function drop(server: Pick<ReturnType<typeof stand>, 'app'>, id: string, rota = 'primary') {
  const url = `/api/v1/rotas/${rota}/overrides/${id}`;
  return server.app.inject({ method: 'DELETE', url, headers: JSON_BODY, payload: {} });
}

test('who is on call: the next four weeks, unless others are asked for', async () => {
  await using server = served();
  const nowMs = Math.floor(server.clock.nowMs() / 1000) * 1000;
  expect((await server.app.inject('/api/v1/oncall')).json()).toEqual(VIEW);
  await server.app.inject('/api/v1/oncall?from=1000&to=2000');
  expect(server.alerting.asked).toEqual([
    { kind: 'on-call', fromMs: nowMs, toMs: nowMs + 28 * DAY_MS },
    { kind: 'on-call', fromMs: 1_000_000, toMs: 2_000_000 },
  ]);
});

test.for([
  { name: 'no time', query: 'from=soon', code: 'bad_time' },
  { name: 'backwards', query: 'from=2000&to=1000', code: 'bad_range' },
  { name: 'too long', query: 'from=0&to=999999999', code: 'bad_range' },
  { name: 'an unknown key', query: 'until=1', code: 'bad_query' },
])('a time that is refused: $name', async ({ query, code }) => {
  await using server = served();
  const answer = await server.app.inject(`/api/v1/oncall?${query}`);
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, code]);
});

test('somebody takes over, and it is written down who said so', async () => {
  await using server = served();
  const answer = await post(server, { ...WISH, comment: 'a wedding\u0007', author: 'boss' });
  expect([answer.statusCode, answer.json()]).toEqual([201, VIEW]);
  expect(server.alerting.asked.at(-1)).toEqual({
    kind: 'override',
    rota: 'primary',
    who: 'bob',
    fromMs: 1000,
    toMs: 61_000,
    comment: expect.stringMatching(/^a wedding.?$/u),
    author: 'boss',
  });
  expect(server.audit.notes).toMatchObject([
    {
      action: 'override made',
      subject: 'primary',
      detail: 'bob from 1970-01-01T00:00:01.000Z to 1970-01-01T00:01:01.000Z',
    },
  ]);
});

test('whoever signed in is the author, whatever the body says', async () => {
  await using server = guarded();
  server.alerting.answers('on-call', VIEW);
  server.alerting.answers('override', { ok: true, value: VIEW });
  const token = server.addToken('operator');
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/rotas/primary/overrides',
    headers: { ...JSON_BODY, authorization: `Bearer ${token}` },
    payload: { ...WISH, author: 'somebody else' },
  });
  expect(answer.statusCode).toBe(201);
  expect(server.alerting.asked.at(-1)).toMatchObject({ author: token.slice(7, 15) });
});

test.for([
  {
    name: 'what the rota says is against it',
    answer: { ok: false, full: false, fault: 'ann has it already' } as const,
    error: [409, 'override_refused', 'primary: ann has it already'],
  },
  {
    name: 'there are too many',
    answer: { ok: false, full: true, fault: 'there are 1000 overrides already' } as const,
    error: [409, 'overrides_full', 'primary: there are 1000 overrides already'],
  },
  {
    name: 'no such rota, and which one may be meant',
    rota: 'primry',
    error: [404, 'rota_unknown', 'there is no rota "primry"; did you mean "primary"?'],
  },
  {
    name: 'longer than a year',
    wish: { ...WISH, to_ms: 400 * DAY_MS },
    error: [409, 'override_refused', 'the override is longer than a year'],
  },
  {
    name: 'no time of this world',
    wish: { ...WISH, from_ms: 9e15, to_ms: 9e15 + 1 },
    error: [400, 'bad_time', 'from_ms or to_ms is no time'],
  },
  {
    name: 'nobody takes over',
    wish: { from_ms: 1, to_ms: 2 },
    error: [400, 'bad_body', expect.stringContaining('who')],
  },
])('an override that is refused: $name', async ({ answer, rota, wish = WISH, error }) => {
  await using server = served();
  if (answer) server.alerting.answers('override', answer);
  const refused = await post(server, wish, rota);
  const { code, message } = refused.json<{ code: string; message: string }>();
  expect([refused.statusCode, code, message]).toEqual(error);
  expect(server.audit.notes).toEqual([]);
});

test('an override is taken back', async () => {
  await using server = served();
  expect((await drop(server, 'o1')).json()).toEqual(VIEW);
  expect(server.alerting.asked).toContainEqual({ kind: 'drop-override', rota: 'primary', id: 'o1' });
  expect(server.audit.notes).toMatchObject([
    { action: 'override taken back', subject: 'primary', detail: 'o1' },
  ]);
});

test('one that is not there is an error, and no change', async () => {
  await using server = served();
  server.alerting.answers('drop-override', false);
  const answer = await drop(server, 'o9');
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'override_unknown']);
  expect((await drop(server, 'o9', 'other')).json<{ code: string }>().code).toBe('rota_unknown');
  expect(server.audit.notes).toEqual([]);
});

test('a judge that does not answer is an error', async () => {
  await using server = served();
  server.alerting.fault = 'silent';
  expect((await server.app.inject('/api/v1/oncall')).json()).toMatchObject({ code: 'judge_silent' });
});
