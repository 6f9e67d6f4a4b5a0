import { expect, test } from 'vitest';
import { guarded, JSON_BODY } from './guarded.ts';
import { NOW_MS, stand } from './stand.ts';

const LINES = [
  '[1700000000] PROCESS_SERVICE_CHECK_RESULT;web1;cron;2;CRIT; it failed',
  '',
  'PROCESS_HOST_CHECK_RESULT;web1;0;UP',
  'SCHEDULE_FORCED_SVC_CHECK;web1;load;1700000000',
  'DISABLE_NOTIFICATIONS',
  'PROCESS_HOST_CHECK_RESULT;;0;UP',
];
const FORMS = [
  { name: 'JSON', headers: JSON_BODY, payload: JSON.stringify({ commands: LINES }) },
  { name: 'text', headers: { 'content-type': 'text/plain' }, payload: `${LINES.join('\n')}\n` },
];

test.for(FORMS)('$name: what became of each line', async ({ headers, payload }) => {
  await using server = stand();
  const answer = await server.app.inject({ method: 'POST', url: '/api/v1/commands', headers, payload });
  expect(answer.statusCode).toBe(200);
  const well = { ok: true, reason: '', cure: '' };
  const ill = { ok: false, cure: expect.any(String) };
  expect(answer.json()).toEqual({
    taken: 3,
    refused: 2,
    outcomes: [
      { line: 1, about: 'web1 / cron', ...well },
      { line: 3, about: 'web1 / host', ...well },
      { line: 4, about: 'web1 / load', ...well },
      { line: 5, about: 'DISABLE_NOTIFICATIONS', reason: 'unsupported-command', ...ill },
      { line: 6, about: 'PROCESS_HOST_CHECK_RESULT', reason: 'bad-command', ...ill },
    ],
  });
  const said = { cluster: '', host: 'web1', door: 'command', from: '127.0.0.1' };
  expect(server.checks.reported).toEqual([
    { ...said, service: 'cron', code: 2, output: 'CRIT; it failed', timeMs: 1_700_000_000_000 },
    { ...said, service: 'host', code: 0, output: 'UP', timeMs: NOW_MS },
  ]);
  expect(server.checks.asked).toEqual([{ cluster: '', host: 'web1', service: 'load' }]);
  expect(server.checks.refusals).toMatchObject([
    { reason: 'unsupported-command' },
    { reason: 'bad-command' },
  ]);
});

test('what the judge refuses is told with its cure', async () => {
  await using server = stand();
  server.checks.outcome = { ok: false, refusal: 'old-result' };
  server.checks.now = 'nothing-to-run';
  const commands = ['PROCESS_HOST_CHECK_RESULT;web1;0;UP', 'SCHEDULE_FORCED_HOST_CHECK;web1'];
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/commands',
    headers: JSON_BODY,
    payload: { commands },
  });
  expect(answer.json<{ outcomes: { reason: string }[] }>().outcomes.map(({ reason }) => reason)).toEqual([
    'old-result',
    'nothing-to-run',
  ]);
});

test('an operator may', async () => {
  await using server = guarded();
  const call = (role: 'viewer' | 'operator' | 'enrol') =>
    server.app.inject({
      method: 'POST',
      url: '/api/v1/commands',
      headers: { 'content-type': 'text/plain', authorization: `Bearer ${server.addToken(role)}` },
      payload: LINES[2] ?? '',
    });
  expect((await call('viewer')).statusCode).toBe(403);
  expect((await call('enrol')).statusCode).toBe(403);
  expect((await call('operator')).statusCode).toBe(200);
  expect(server.checks.reported).toMatchObject([{ from: expect.any(String) }]);
});

test('a page of another site cannot', async () => {
  await using server = stand();
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/commands',
    headers: { 'content-type': 'text/plain', origin: 'http://evil.example' },
    payload: LINES[0] ?? '',
  });
  expect(answer.json()).toMatchObject({ code: 'origin_refused' });
});

test('problems are acknowledged, and downtimes planned, by whoever sends the lines', async () => {
  await using server = stand();
  server.alerting.answers('acknowledge', { ok: true, value: [] });
  server.alerting.answers('end-quiet', null);
  const commands = [
    'ACKNOWLEDGE_SVC_PROBLEM;web1;load;2;1;1;ann;on it',
    'DEL_HOST_DOWNTIME;7',
    'SCHEDULE_HOST_DOWNTIME;web1;2;1;1;0;0;ann;x',
    'SCHEDULE_HOST_DOWNTIME;web1;1;2;1;3;0;ann;x',
  ];
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/v1/commands',
    headers: JSON_BODY,
    payload: { commands },
  });
  expect(answer.json()).toMatchObject({
    taken: 1,
    outcomes: [
      { ok: true, about: 'web1 / load' },
      { about: 'd7', reason: 'no-downtime' },
      { about: 'web1', reason: 'bad-downtime' },
      { about: 'SCHEDULE_HOST_DOWNTIME', reason: 'triggered-downtime' },
    ],
  });
  expect(server.alerting.asked).toMatchObject([
    { kind: 'acknowledge', author: 'ann', sticky: true, notify: true },
    { kind: 'end-quiet', id: 'd7' },
  ]);
  expect(server.audit.notes).toMatchObject([
    { action: 'acknowledged', subject: 'web1 / load' },
    { action: 'external commands' },
  ]);
});
