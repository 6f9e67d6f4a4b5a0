import { expect, test } from 'vitest';
import { covers } from '../alert/quiet/rules.ts';
import { NOW_MS, stand } from './stand.ts';
import { service } from '../web/service.ts';
import { signLink } from '../../src/access/page-link.ts';
import type { LinkAbout } from '../../src/access/page-link.ts';

const HOUR_MS = 3_600_000;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const INCIDENT = { kind: 'incident', id: 'i-7' } as const;

function standing(about: LinkAbout = INCIDENT, expiresMs = NOW_MS + HOUR_MS) {
  const server = stand();
  const { alerting } = server;
  alerting.answers('cover', { count: 1, hosts: 1, services: [service({ host: 'w1', output: 'load is 9' })] });
  alerting.answers('told-of', ['ops/email', 'ops/slack']);
  alerting.answers('acknowledge', { ok: true, value: [] });
  alerting.answers('unacknowledge', [
    {
      cluster: 'web',
      host: 'w1',
      service: 'load',
      comment: '',
      author: '',
      sticky: false,
      at_ms: 0,
      until_ms: null,
      state: 'CRITICAL',
    },
  ]);
  const url = `/ack/${signLink({ about, target: 'ops/email', expiresMs }, alerting.linkSecret)}`;
  const send = (payload: string, headers: Record<string, string> = FORM) =>
    server.app.inject({ method: 'POST', url, headers, payload });
  return { ...server, url, send };
}

test('GET shows what it is about, and changes nothing', async () => {
  await using server = standing();
  const answer = await server.app.inject(server.url);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    'x-robots-tag': 'noindex, nofollow',
  });
  expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  for (const text of [
    'w1: load is CRITICAL',
    'load is 9',
    'ops/email, ops/slack',
    'name="comment"',
    'Acknowledge',
  ]) {
    expect(answer.body).toContain(text);
  }
  expect(answer.body).not.toMatch(/<script|\son\w+=|style="/);
  const rule = covers({ incident: 'i-7' });
  expect(server.alerting.asked).toEqual([
    { kind: 'cover', covers: rule, wholeHosts: false, problems: true },
    { kind: 'told-of', covers: rule },
  ]);
  expect(server.audit.notes).toEqual([]);
});

test.for([
  { until: 'well', untilMs: null },
  { until: '1h', untilMs: NOW_MS + HOUR_MS },
  { until: '4h', untilMs: NOW_MS + 4 * HOUR_MS },
  { until: 'nonsense', untilMs: null },
])('POST acknowledges: $until', async ({ until, untilMs }) => {
  await using server = standing();
  const answer = await server.send(`name=Ann+B&comment=on+it&until=${until}&action=acknowledge`);
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain('Acknowledged');
  expect(answer.body).toContain('value="undo"');
  expect(server.alerting.asked[1]).toEqual({
    kind: 'acknowledge',
    covers: covers({ incident: 'i-7' }),
    comment: 'on it',
    author: 'Ann B (by link)',
    untilMs,
    sticky: false,
    notify: true,
  });
  expect(server.audit.notes).toMatchObject([
    { who: 'the link of a page to ops/email', action: 'acknowledged', subject: 'w1: load is CRITICAL' },
  ]);
});

test('tomorrow at nine is that by the clock of the server', async () => {
  await using server = standing();
  await server.send('name=ann&until=morning');
  const asked = server.alerting.asked[1];
  const until = new Date(asked?.kind === 'acknowledge' ? (asked.untilMs ?? 0) : 0);
  expect([until.getHours(), until.getMinutes()]).toEqual([9, 0]);
  expect(until.getTime() - NOW_MS).toBeLessThan(48 * HOUR_MS);
});

test('the same link takes it back', async () => {
  await using server = standing();
  const answer = await server.send('action=undo');
  expect(answer.body).toContain('Taken back');
  expect(server.alerting.asked[1]).toEqual({
    kind: 'unacknowledge',
    covers: covers({ incident: 'i-7' }),
    by: 'ops/email (by link)',
  });
  expect(server.audit.notes).toMatchObject([{ action: 'acknowledgement removed' }]);
});

test('a link of one service is of that one alone', async () => {
  const key = { cluster: 'web', host: 'w1', service: 'load' };
  await using server = standing({ kind: 'service', service: key });
  await server.send('name=ann');
  expect(server.alerting.asked[0]).toMatchObject({ covers: covers({ services: [key] }) });
});

test('what is acknowledged already offers to undo it', async () => {
  await using server = standing();
  server.alerting.answers('cover', { count: 1, hosts: 1, services: [service({ acknowledged: true })] });
  const { body } = await server.app.inject(server.url);
  expect(body).toContain('It is acknowledged.');
  expect(body).not.toContain('value="acknowledge"');
});

test('what comes from elsewhere is text, and no markup', async () => {
  await using server = standing();
  const nasty = '<img src=x onerror="alert(1)">&\'';
  const view = service({
    host: nasty,
    service: nasty,
    output: nasty,
    notes: nasty,
    runbook: 'javascript:alert(1)',
  });
  server.alerting.answers('cover', { count: 1, hosts: 1, services: [view] });
  server.alerting.answers('told-of', [nasty]);
  const shown = await server.app.inject(server.url);
  const done = await server.send(`name=${encodeURIComponent(nasty)}&comment=${encodeURIComponent(nasty)}`);
  for (const { body } of [shown, done]) {
    expect(body).not.toContain('<img');
    expect(body).not.toContain('javascript:');
    expect(body).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;');
  }
});

test('it is over: a clear page', async () => {
  await using server = standing();
  server.alerting.answers('cover', { count: 0, hosts: 0, services: [] });
  for (const answer of [await server.app.inject(server.url), await server.send('name=ann')]) {
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('It is over');
  }
  expect(server.audit.notes).toEqual([]);
});

test('expired and damaged links; whoever tries many waits, a right one never', async () => {
  await using old = standing(INCIDENT, NOW_MS);
  const expired = await old.app.inject(old.url);
  expect([expired.statusCode, expired.body.includes('has expired')]).toEqual([410, true]);
  await using server = standing();
  for (let i = 0; i < 20; i += 1) expect((await server.app.inject(`/ack/x${i}`)).statusCode).toBe(404);
  const tried = await server.app.inject('/ack/x');
  expect([tried.statusCode, tried.headers['retry-after']]).toEqual([429, '1']);
  expect((await server.app.inject(server.url)).statusCode).toBe(200);
});

test.for([
  { name: 'JSON', payload: '{}', headers: { 'content-type': 'application/json' }, status: 415 },
  { name: 'too much', payload: `name=${'x'.repeat(20_000)}`, headers: FORM, status: 413 },
  { name: 'too many fields', payload: 'a&'.repeat(100), headers: FORM, status: 400 },
  {
    name: 'another site',
    payload: 'name=ann',
    headers: { ...FORM, origin: 'https://evil.example' },
    status: 403,
  },
])('a form that is none: $name', async ({ payload, headers, status }) => {
  await using server = standing();
  expect((await server.send(payload, headers)).statusCode).toBe(status);
  expect(server.alerting.asked).toEqual([]);
});

test('while the checks do not answer, that is said', async () => {
  await using server = standing();
  server.alerting.fault = 'silent';
  const answer = await server.app.inject(server.url);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
});
