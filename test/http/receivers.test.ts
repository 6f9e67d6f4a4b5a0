import { expect, test } from 'vitest';
import { JSON_BODY } from './guarded.ts';
import { stand } from './stand.ts';
import type { ReceiverTested } from '../../src/model/receiver-test.ts';
import type { ReceiverView } from '../../src/contract/alert-views.ts';

const OPS: ReceiverView = {
  name: 'ops',
  channels: [
    {
      kind: 'webhook',
      target: 'ops',
      leads_to: 'hooks.example.net',
      state: 'failing',
      last_delivered_ms: 1000,
      fault: 'HTTP 503',
      pending: 31,
    },
  ],
};

function testPage(server: ReturnType<typeof stand>, name = 'ops') {
  const url = `/api/v1/receivers/${name}/test`;
  return server.app.inject({ method: 'POST', url, headers: JSON_BODY, payload: {} });
}

test('the receivers as they stand', async () => {
  await using server = stand();
  server.alerting.answers('receivers', [OPS]);
  expect((await server.app.inject('/api/v1/receivers')).json()).toEqual([OPS]);
});

test('a test page: what became of it, and who sent it', async () => {
  await using server = stand();
  const outcomes = [{ target: 'ops', ok: false, detail: 'HTTP 503', tookMs: 12 }];
  server.alerting.tested.set('ops', { ok: true, outcomes });
  expect((await testPage(server)).json()).toEqual({
    receiver: 'ops',
    outcomes: [{ target: 'ops', ok: false, detail: 'HTTP 503', took_ms: 12 }],
  });
  expect(server.audit.notes).toMatchObject([
    { who: 'anybody', action: 'receiver tested', subject: 'ops', detail: 'ops: HTTP 503' },
  ]);
});

test.for<{ fault: (ReceiverTested & { ok: false })['fault']; status: number; code: string }>([
  { fault: 'unknown', status: 404, code: 'receiver_unknown' },
  { fault: 'nobody', status: 409, code: 'nobody_on_call' },
  { fault: 'busy', status: 409, code: 'test_under_way' },
])('$fault is an error, and nothing is written down', async ({ fault, status, code }) => {
  await using server = stand();
  server.alerting.tested.set('ops', { ok: false, fault });
  const answer = await testPage(server);
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ code, message: expect.stringContaining('"ops"') });
  expect(server.audit.notes).toEqual([]);
});

test('the checks do not answer', async () => {
  await using server = stand();
  server.alerting.fault = 'silent';
  expect((await testPage(server)).json()).toMatchObject({ code: 'judge_silent' });
});
