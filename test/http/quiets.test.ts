import { expect, test } from 'vitest';
import { covers } from '../alert/quiet/rules.ts';
import { guarded } from './guarded.ts';
import { NOW_MS, stand } from './stand.ts';
import { service } from '../web/service.ts';
import type { AcknowledgementView, QuietView } from '../../src/contract/alert-views.ts';

const HOUR_MS = 3_600_000;
const VIEW: QuietView = {
  id: 'd7',
  covers: { host: 'w1' },
  kind: 'fixed',
  from_ms: NOW_MS,
  to_ms: NOW_MS + HOUR_MS,
  duration_ms: null,
  times: [],
  timezone: '',
  comment: 'new disks',
  author: 'anybody',
  created_ms: NOW_MS,
  state: 'active',
  ended_ms: null,
  ended_by: '',
  services: 2,
};
const COVERED = { count: 2, hosts: 1, services: [service({})] };
const GIVEN: AcknowledgementView = {
  cluster: 'web',
  host: 'a',
  service: 'load',
  comment: 'on it',
  author: 'anybody',
  sticky: false,
  at_ms: NOW_MS,
  until_ms: null,
  state: 'CRITICAL',
};

function standing() {
  const server = stand();
  server.alerting.answers('quieten', { ok: true, value: VIEW });
  server.alerting.answers('cover', COVERED);
  server.alerting.answers('acknowledge', { ok: true, value: [GIVEN] });
  server.alerting.answers('unacknowledge', [GIVEN]);
  server.judged.judge(service({}), service({ host: '', service: 'hosts' }));
  return server;
}

const post = (url: string, payload: object) => ({ method: 'POST' as const, url, payload });
const DOWNTIME = { covers: { host: 'w1' }, to_ms: NOW_MS + HOUR_MS, comment: 'new disks' };

test('a downtime is made, audited, and answered with what it covers', async () => {
  await using server = standing();
  const answer = await server.app.inject(post('/api/v1/downtimes', DOWNTIME));
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toEqual({ quiet: VIEW, covers: COVERED });
  expect(server.alerting.asked).toEqual([
    {
      kind: 'quieten',
      covers: covers({ host: 'w1' }),
      time: { kind: 'fixed', fromMs: NOW_MS, toMs: NOW_MS + HOUR_MS },
      comment: 'new disks',
      author: 'anybody',
      known: false,
      preview: false,
    },
    { kind: 'cover', covers: covers({ host: 'w1' }), wholeHosts: true, problems: false },
  ]);
  expect(server.audit.notes).toMatchObject([{ who: 'anybody', action: 'downtime made', subject: 'd7' }]);
  expect(server.audit.notes[0]?.detail).toMatch(
    /^host w1: 2 services on 1 hosts; from .* until .*; new disks$/,
  );
});

test('a preview changes nothing', async () => {
  await using server = standing();
  const answer = await server.app.inject(post('/api/v1/downtimes', { ...DOWNTIME, preview: true }));
  expect([answer.statusCode, answer.json()]).toEqual([200, { quiet: null, covers: COVERED }]);
  expect(server.alerting.asked[0]).toMatchObject({ kind: 'quieten', preview: true });
  expect(server.audit.notes).toEqual([]);
});

test.for([
  {
    name: 'flexible',
    body: { kind: 'flexible', duration_ms: 60_000 },
    time: { kind: 'flexible', fromMs: NOW_MS, toMs: NOW_MS + HOUR_MS, durationMs: 60_000 },
  },
  {
    name: 'recurring, open',
    body: { kind: 'recurring', times: ['sunday 02:00-04:00'], timezone: 'Europe/Paris', to_ms: null },
    time: {
      kind: 'recurring',
      fromMs: NOW_MS,
      toMs: null,
      times: ['sunday 02:00-04:00'],
      timezone: 'Europe/Paris',
    },
  },
])('times of a downtime: $name', async ({ body, time }) => {
  await using server = standing();
  const answer = await server.app.inject(post('/api/v1/downtimes', { ...DOWNTIME, ...body }));
  expect(answer.statusCode).toBe(201);
  expect(server.alerting.asked[0]).toMatchObject({ time });
});

test.for([
  { name: 'covers nothing', body: { covers: {} }, code: 'bad_covers', says: 'covers says nothing' },
  {
    name: 'a severity',
    body: { covers: { host: 'a', severity: 'x' } },
    code: 'bad_covers',
    says: 'silences only',
  },
  {
    name: 'a pattern that is none',
    body: { covers: { host: 'w(' } },
    code: 'bad_pattern',
    says: 'covers.host does not compile',
  },
  {
    name: 'a fact that is none',
    body: { covers: { facts: [{ fact: 'a', pattern: '[' }] } },
    code: 'bad_pattern',
    says: 'covers.facts[0].pattern',
  },
  {
    name: 'names with control characters',
    body: { covers: { services: [{ cluster: 'web', host: 'a\u0000b', service: 'x' }] } },
    code: 'bad_request',
    says: 'name of the host',
  },
  {
    name: 'an end before its begin',
    body: { from_ms: NOW_MS + 2 * HOUR_MS },
    code: 'bad_range',
    says: 'not after from_ms',
  },
  { name: 'an end that is past', body: { from_ms: 1, to_ms: NOW_MS }, code: 'bad_range', says: 'is past' },
  {
    name: 'seconds for milliseconds, the other way round',
    body: { to_ms: NOW_MS * 1000 },
    code: 'bad_range',
    says: 'five years',
  },
  { name: 'no end', body: { to_ms: null }, code: 'bad_quiet', says: 'needs an end' },
  { name: 'no duration', body: { kind: 'flexible' }, code: 'bad_quiet', says: 'duration_ms' },
  {
    name: 'a duration of another kind',
    body: { duration_ms: 5000 },
    code: 'bad_quiet',
    says: 'of kind: flexible',
  },
  { name: 'no times', body: { kind: 'recurring' }, code: 'bad_quiet', says: 'needs times' },
  {
    name: 'times of another kind',
    body: { times: ['sunday 1:00-2:00'] },
    code: 'bad_quiet',
    says: 'of kind: recurring',
  },
  { name: 'a blank comment', body: { comment: '  ' }, code: 'bad_body', says: 'comment is blank' },
  { name: 'a key that is none', body: { cover: {} }, code: 'bad_body', says: '' },
])('a downtime is refused: $name', async ({ body, code, says }) => {
  await using server = standing();
  const answer = await server.app.inject(post('/api/v1/downtimes', { ...DOWNTIME, ...body }));
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, code]);
  expect(answer.json<{ message: string }>().message).toContain(says);
  expect(server.alerting.asked).toEqual([]);
});

test('a key of covers that is none: the cure names theirs', async () => {
  await using server = standing();
  const answer = await server.app.inject(post('/api/v1/downtimes', { ...DOWNTIME, covers: { hosts: 'a' } }));
  expect(answer.json()).toMatchObject({
    code: 'bad_body',
    message: 'unknown body key "hosts"',
    cure: 'did you mean host? the keys are cluster, host, service, severity, facts, services',
  });
});

test.for([
  { full: false, fault: 'times[1]: "sumday 1:00-2:00": what', status: 400, code: 'bad_quiet' },
  { full: true, fault: 'there are 5000', status: 409, code: 'quiets_full' },
])('what the judge says of it comes back: $code', async ({ full, fault, status, code }) => {
  await using server = standing();
  server.alerting.answers('quieten', { ok: false, full, fault });
  const answer = await server.app.inject(post('/api/v1/downtimes', DOWNTIME));
  expect(answer.statusCode).toBe(status);
  expect(answer.json()).toMatchObject({ code, message: fault });
  expect(server.audit.notes).toEqual([]);
});

test('a silence may be of severities', async () => {
  await using server = standing();
  const wish = { covers: { cluster: 'web', severity: 'warning' }, to_ms: NOW_MS + 1000, comment: 'noise' };
  expect((await server.app.inject(post('/api/v1/silences', wish))).statusCode).toBe(201);
  expect(server.alerting.asked).toMatchObject([
    { covers: covers({ cluster: 'web', severity: 'warning' }), time: { kind: 'silence' } },
    { wholeHosts: false },
  ]);
  expect(server.audit.notes).toMatchObject([{ action: 'silence made' }]);
});

test('they are listed by their sort, and undone', async () => {
  await using server = standing();
  server.alerting.answers('quiets', [VIEW]);
  server.alerting.answers('end-quiet', { ...VIEW, state: 'ended' });
  expect((await server.app.inject('/api/v1/downtimes')).json()).toEqual([VIEW]);
  const ended = await server.app.inject({ method: 'DELETE', url: '/api/v1/downtimes/d7', payload: {} });
  expect(ended.json()).toMatchObject({ id: 'd7', state: 'ended' });
  expect(server.alerting.asked).toEqual([
    { kind: 'quiets', sort: 'downtime' },
    { kind: 'end-quiet', id: 'd7', by: 'anybody' },
  ]);
  expect(server.audit.notes).toMatchObject([{ action: 'downtime ended', subject: 'd7' }]);
  const other = await server.app.inject({ method: 'DELETE', url: '/api/v1/silences/d7', payload: {} });
  expect(other.json()).toMatchObject({ code: 'quiet_unknown' });
  server.alerting.answers('end-quiet', null);
  const gone = await server.app.inject({ method: 'DELETE', url: '/api/v1/downtimes/d7', payload: {} });
  expect(gone.statusCode).toBe(404);
});

const ACK = '/api/v1/services/web/a/load/acknowledge';

test('a problem is acknowledged, and that is taken back', async () => {
  await using server = standing();
  const wish = { comment: 'on it', author: 'ann', sticky: true, until_ms: NOW_MS + HOUR_MS, notify: true };
  const answer = await server.app.inject(post(ACK, wish));
  expect([answer.statusCode, answer.json()]).toEqual([201, GIVEN]);
  const one = covers({ services: [{ cluster: 'web', host: 'a', service: 'load' }] });
  expect(server.alerting.asked).toEqual([
    {
      kind: 'acknowledge',
      covers: one,
      comment: 'on it',
      author: 'ann',
      sticky: true,
      untilMs: NOW_MS + HOUR_MS,
      notify: true,
    },
  ]);
  const undone = await server.app.inject({ method: 'DELETE', url: ACK, payload: {} });
  expect(undone.json()).toEqual(GIVEN);
  expect(server.alerting.asked[1]).toEqual({ kind: 'unacknowledge', covers: one, by: 'anybody' });
  expect(server.audit.notes.map(({ action, subject }) => `${action}: ${subject}`)).toEqual([
    'acknowledged: web a load',
    'acknowledgement removed: web a load',
  ]);
});

test('an aggregate has the host -', async () => {
  await using server = standing();
  const url = '/api/v1/services/web/-/hosts/acknowledge';
  expect((await server.app.inject(post(url, { comment: 'on it' }))).statusCode).toBe(201);
  expect(server.alerting.asked).toMatchObject([
    { covers: { services: [{ cluster: 'web', host: '', service: 'hosts' }] } },
  ]);
});

test('what is not there, is well, or is not acknowledged', async () => {
  await using server = standing();
  const none = await server.app.inject(post('/api/v1/services/web/a/swap/acknowledge', { comment: 'x' }));
  expect([none.statusCode, none.json<{ code: string }>().code]).toEqual([404, 'service_unknown']);
  server.alerting.answers('acknowledge', { ok: false, full: false, fault: 'nothing of it has a problem' });
  const well = await server.app.inject(post(ACK, { comment: 'x' }));
  expect([well.statusCode, well.json<{ code: string }>().code]).toEqual([409, 'not_a_problem']);
  server.alerting.answers('unacknowledge', []);
  const not = await server.app.inject({ method: 'DELETE', url: ACK, payload: {} });
  expect([not.statusCode, not.json<{ code: string }>().code]).toEqual([404, 'not_acknowledged']);
  const past = await server.app.inject(post(ACK, { comment: 'x', until_ms: NOW_MS }));
  expect([past.statusCode, past.json<{ code: string }>().code]).toEqual([400, 'bad_range']);
});

test('many at once, looked at before, and taken back', async () => {
  await using server = standing();
  const url = '/api/v1/acknowledgements';
  const wish = { covers: { cluster: 'web' }, comment: 'the switch' };
  const preview = await server.app.inject(post(url, { ...wish, preview: true }));
  expect([preview.statusCode, preview.json()]).toEqual([200, { acknowledged: [], covers: COVERED }]);
  expect(server.audit.notes).toEqual([]);
  const made = await server.app.inject(post(url, wish));
  expect([made.statusCode, made.json()]).toEqual([201, { acknowledged: [GIVEN], covers: COVERED }]);
  const back = await server.app.inject({ method: 'DELETE', url, payload: { covers: { cluster: 'web' } } });
  expect(back.statusCode).toBe(200);
  expect(server.alerting.asked.map(({ kind }) => kind)).toEqual([
    'cover',
    'cover',
    'acknowledge',
    'cover',
    'unacknowledge',
  ]);
  expect(server.audit.notes).toMatchObject([
    {
      action: 'acknowledged',
      subject: '2 problems',
      detail: 'cluster web: 2 services on 1 hosts; the switch',
    },
    { action: 'acknowledgements removed' },
  ]);
});

test('whoever signed in is the author, whatever the body says', async () => {
  await using server = guarded();
  server.alerting.answers('quieten', { ok: true, value: VIEW });
  server.alerting.answers('cover', COVERED);
  const headers = { authorization: `Bearer ${server.addToken('operator')}` };
  const payload = { ...DOWNTIME, author: 'the boss' };
  const answer = await server.app.inject({ method: 'POST', url: '/api/v1/downtimes', headers, payload });
  expect(answer.statusCode).toBe(201);
  expect(server.alerting.asked[0]).not.toMatchObject({ author: 'the boss' });
});
