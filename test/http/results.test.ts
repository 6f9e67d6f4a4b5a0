import { describe, expect, test } from 'vitest';
import { guarded, JSON_BODY } from './guarded.ts';
import { FakeAudit, NOW_MS, serviceView, stand } from './stand.ts';
import type { ResultRefusal } from '../../src/model/check-result.ts';
import type { ServiceKey } from '../../src/model/service-state.ts';

const BACKUP = { cluster: 'web', host: 'web-1', service: 'backup' };

function path({ cluster, host, service }: ServiceKey, what: 'result' | 'check'): string {
  return `/api/v1/services/${[cluster, host, service].map(encodeURIComponent).join('/')}/${what}`;
}

function report(server: ReturnType<typeof stand>, payload: object, key: ServiceKey = BACKUP) {
  const url = path(key, 'result');
  return server.app.inject({ method: 'POST', url, headers: JSON_BODY, payload });
}

function checkNow(server: ReturnType<typeof stand>, key: ServiceKey = BACKUP) {
  const url = path(key, 'check');
  return server.app.inject({ method: 'POST', url, headers: JSON_BODY, payload: {} });
}

/** A server with a host, whose services are there once a result came. */
function furnished() {
  const server = stand();
  server.fleet.host('web', 'web-1', NOW_MS);
  server.checks.taken = ({ cluster, host, service, code, output }) => {
    const state = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'][code] ?? 'UNKNOWN';
    server.judged.judge(serviceView({ cluster, host, service, state, output, kind: 'passive' }));
  };
  return server;
}

describe('a result', () => {
  test('is answered with the service as it stands after, which a list has too', async () => {
    await using server = furnished();
    const answer = await report(server, { state: 'CRITICAL', output: 'tape full | used=98%;80;90\nmore' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ ...BACKUP, state: 'CRITICAL' });
    expect((await server.app.inject('/api/v1/services')).json()).toEqual([answer.json()]);
    expect(server.checks.reported).toEqual([
      {
        ...BACKUP,
        code: 2,
        output: 'tape full | used=98%;80;90\nmore',
        timeMs: NOW_MS,
        door: 'api',
        from: '127.0.0.1',
      },
    ]);
  });

  test.for([
    { name: 'spaces', service: 'nightly backup of /var' },
    { name: 'slashes and brackets', service: 'disk[/var/log]' },
    { name: 'percent signs', service: '100% %2F %' },
    { name: 'signs of paths and queries', service: '..?a=b&c#d;e+f' },
    { name: 'other alphabets', service: 'Größe 空き 🙂' },
    { name: 'the words of the path', service: 'result' },
    { name: '1000 characters', service: '🙂'.repeat(500) },
  ])('a name with $name', async ({ service }) => {
    await using server = furnished();
    const key = { cluster: 'web eu/1', host: 'db [a]', service };
    const answer = await report(server, { state: 0, output: '' }, key);
    expect(answer.json()).toMatchObject(key);
    expect(server.checks.reported).toMatchObject([key]);
  });

  test.for([
    { state: 'OK', service: 'backup', code: 0 },
    { state: 'UNKNOWN', service: 'backup', code: 3 },
    { state: 3, service: 'backup', code: 3 },
    { state: '2', service: 'backup', code: 2 },
    { state: '1', service: 'host', code: 1 },
    { state: 'UP', service: 'host', code: 0 },
    { state: 'UNREACHABLE', service: 'host', code: 2 },
    { state: 1, service: 'host', code: 1 },
  ])('$state of $service is $code', async ({ state, service, code }) => {
    await using server = furnished();
    await report(server, { state, output: '' }, { ...BACKUP, service });
    expect(server.checks.reported).toMatchObject([{ code }]);
  });

  test('its time is taken, and what cannot be shown is not', async () => {
    await using server = furnished();
    const time = NOW_MS / 1000 - 3600.5;
    await report(server, { state: 0, output: 'a\u0000\r\nb\tc\ud800', time });
    expect(server.checks.reported).toMatchObject([
      { timeMs: NOW_MS - 3_600_500, output: 'a\ufffd\nb\tc\ufffd' },
    ]);
  });

  test('who reports is told by name, and noted once an hour', async () => {
    const audit = new FakeAudit();
    await using server = guarded({ audit });
    server.checks.taken = () => server.judged.judge(serviceView({ ...BACKUP, state: 'OK' }));
    const headers = { ...JSON_BODY, authorization: `Bearer ${server.addToken('operator')}` };
    for (const _ of [1, 2, 3]) {
      const payload = { state: 'OK', output: 'done' };
      const answer = await server.app.inject({
        method: 'POST',
        url: path(BACKUP, 'result'),
        headers,
        payload,
      });
      expect(answer.statusCode).toBe(200);
    }
    expect(new Set(server.checks.reported.map(({ from }) => from)).size).toBe(1);
    const who = server.checks.reported[0]?.from;
    const subject = 'web web-1 backup';
    expect(audit.notes).toMatchObject([
      { action: 'results reported', who, subject, detail: 'OK; noted once an hour' },
    ]);
  });
});

describe('a body that is refused', () => {
  test.for([
    { name: 'no state', payload: { output: '' }, code: 'bad_body' },
    { name: 'no output', payload: { state: 0 }, code: 'bad_body' },
    { name: 'null is not OK', payload: { state: null, output: '' }, code: 'bad_body' },
    { name: 'nor is false', payload: { state: false, output: '' }, code: 'bad_body' },
    { name: 'nor an empty text', payload: { state: '', output: '' }, code: 'bad_body' },
    { name: 'a word that is none', payload: { state: 'WARN', output: '' }, code: 'bad_body' },
    { name: 'a number that is none', payload: { state: 4, output: '' }, code: 'bad_body' },
    { name: 'a quoted number that is none', payload: { state: '4', output: '' }, code: 'bad_body' },
    { name: 'a number in words', payload: { state: '2.0', output: '' }, code: 'bad_body' },
    { name: 'a state of a host', payload: { state: 'DOWN', output: '' }, code: 'bad_body' },
    { name: 'milliseconds', payload: { state: 0, output: '', time: NOW_MS }, code: 'bad_body' },
    { name: 'a time ahead', payload: { state: 0, output: '', time: NOW_MS / 1000 + 1e6 }, code: 'bad_time' },
    { name: 'long ago', payload: { state: 0, output: '', time: 1 }, code: 'bad_time' },
    { name: 'no text', payload: { state: 0, output: 'x'.repeat(65_537) }, code: 'bad_body' },
    { name: 'another key', payload: { state: 0, output: '', service: 'x' }, code: 'bad_body' },
  ])('$name', async ({ payload, code }) => {
    await using server = furnished();
    const answer = await report(server, payload);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code }]);
    expect(server.checks.reported).toEqual([]);
  });

  test.for([
    { name: 'a service state of a host', key: { ...BACKUP, service: 'host' }, payload: { state: 'OK' } },
    { name: 'unknown of a host', key: { ...BACKUP, service: 'host' }, payload: { state: 3 } },
    { name: 'a name with NUL', key: { ...BACKUP, service: 'a\u0000b' }, payload: { state: 0 } },
    { name: 'a name with a line end', key: { ...BACKUP, host: 'a\nb' }, payload: { state: 0 } },
    { name: 'an empty host', key: { ...BACKUP, host: '' }, payload: { state: 0 } },
  ])('$name', async ({ key, payload }) => {
    await using server = furnished();
    const answer = await report(server, { output: '', ...payload }, key);
    expect(answer.statusCode).toBe(400);
    expect(server.checks.reported).toEqual([]);
  });
});

describe('a result that is not taken', () => {
  test.for<{ refusal: ResultRefusal; key?: ServiceKey; status: number; code: string; cure: string }>([
    {
      refusal: 'unknown-host',
      key: { ...BACKUP, cluster: 'wab' },
      status: 404,
      code: 'cluster_unknown',
      cure: 'did you mean web? GET /api/v1/clusters lists the clusters',
    },
    {
      refusal: 'unknown-host',
      key: { ...BACKUP, host: 'web-9' },
      status: 404,
      code: 'host_unknown',
      cure: 'a host is there from its first value on: GET /api/v1/hosts lists them',
    },
    {
      refusal: 'unknown-service',
      key: { ...BACKUP, service: 'disk [C:] "a"' },
      status: 404,
      code: 'service_unknown',
      cure:
        'add to a file of checks, and reload: ' +
        String.raw`services: [{ name: "disk [C:] \"a\"", cluster: "web", host: "web-1", passive: true }]`,
    },
    {
      refusal: 'unknown-service',
      key: { ...BACKUP, service: 'disk [/var]' },
      status: 404,
      code: 'service_unknown',
      cure:
        String.raw`services: [{ name: results, service: "disk \\[/var\\]", ` +
        'cluster: "web", host: "web-1", passive: true }]',
    },
    {
      refusal: 'unknown-service',
      key: { ...BACKUP, host: 'a.b[1]' },
      status: 404,
      code: 'service_unknown',
      cure:
        'add to a file of checks, and reload: ' +
        String.raw`services: [{ name: "backup", cluster: "web", host: "a\\.b\\[1\\]", passive: true }]`,
    },
    { refusal: 'ambiguous-host', status: 404, code: 'host_unknown', cure: 'name the host' },
    { refusal: 'not-passive', status: 409, code: 'not_passive', cure: 'passive: true' },
    { refusal: 'old-result', status: 409, code: 'old_result', cure: 'semantics: nagios' },
    { refusal: 'future-result', status: 400, code: 'bad_time', cure: 'clock' },
    { refusal: 'too-many-services', status: 503, code: 'services_full', cure: 'invents names' },
  ])('$refusal: $code', async ({ refusal, key = BACKUP, status, code, cure }) => {
    await using server = furnished();
    server.checks.outcome = { ok: false, refusal };
    const answer = await report(server, { state: 0, output: '' }, key);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
    expect(answer.json<{ cure: string }>().cure).toContain(cure);
    expect(server.audit.notes).toEqual([]);
  });

  test('long names are not repeated in messages', async () => {
    await using server = furnished();
    server.checks.outcome = { ok: false, refusal: 'not-passive' };
    const answer = await report(server, { state: 0, output: '' }, { ...BACKUP, service: 'x'.repeat(1000) });
    expect(answer.json<{ message: string }>().message.length).toBeLessThan(150);
  });

  test('without an answer of the judge', async () => {
    await using server = furnished();
    server.checks.fault = 'silent';
    const answer = await report(server, { state: 0, output: '' });
    expect([answer.statusCode, answer.json()]).toMatchObject([503, { code: 'judge_silent' }]);
  });

  test('under the address of a host, it is the host that stands in the answer', async () => {
    await using server = furnished();
    server.judged.judge(serviceView({ ...BACKUP, state: 'OK' }));
    server.checks.outcome = { ok: true, key: BACKUP };
    const answer = await report(server, { state: 0, output: '' }, { ...BACKUP, host: '192.0.2.1' });
    expect(answer.json()).toMatchObject(BACKUP);
  });
});

describe('check now', () => {
  test('is asked for, and noted', async () => {
    await using server = furnished();
    const http = { ...BACKUP, service: 'http/tls' };
    server.judged.judge(serviceView({ ...http, kind: 'command' }));
    const answer = await checkNow(server, http);
    expect([answer.statusCode, answer.json()]).toMatchObject([202, http]);
    expect(server.checks.asked).toEqual([http]);
    expect(server.audit.notes).toMatchObject([{ action: 'check now', subject: 'web web-1 http/tls' }]);
  });

  test.for([
    { now: 'nothing-to-run', host: 'web-1', status: 409, code: 'nothing_to_run' },
    { now: 'unknown-service', host: 'web-1', status: 404, code: 'service_unknown' },
    { now: 'unknown-service', host: 'web-9', status: 404, code: 'host_unknown' },
  ] as const)('$now on $host: $code', async ({ now, host, status, code }) => {
    await using server = furnished();
    server.checks.now = now;
    const answer = await checkNow(server, { ...BACKUP, host });
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
    expect(server.audit.notes).toEqual([]);
  });
});
