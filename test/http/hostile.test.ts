import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { HTTP_BODY_BYTES_MAX, HTTP_CONNECTIONS_MAX } from '../../src/limits.ts';
import { stand } from './stand.ts';

const json = { 'content-type': 'application/json' };
const reload = { method: 'POST', url: '/api/v1/reload', headers: json } as const;

describe('every error is { code, message, cure }', () => {
  test.for([
    { name: 'nothing there', ask: { url: '/api/v1/nothing' }, status: 404, code: 'not_found' },
    {
      name: 'nothing there, changed',
      ask: { ...reload, url: '/x', payload: '{}' },
      status: 404,
      code: 'not_found',
    },
    {
      name: 'a method it has not',
      ask: { ...reload, method: 'DELETE', payload: '{}' },
      status: 405,
      code: 'method_not_allowed',
    },
    {
      name: 'a method that a call with names in its path has not',
      ask: { ...reload, url: '/api/v1/hosts/web/web-1', payload: '{}' },
      status: 405,
      code: 'method_not_allowed',
    },
    {
      name: 'a path that the router itself would read as a route',
      ask: { ...reload, url: '/api/:a(', payload: '{}' },
      status: 404,
      code: 'not_found',
    },
    {
      name: 'a host that is not known',
      ask: { url: '/api/v1/hosts/web/nobody' },
      status: 404,
      code: 'host_unknown',
    },
    {
      name: 'a host named as every object is',
      ask: { url: '/api/v1/hosts/__proto__/constructor' },
      status: 404,
      code: 'host_unknown',
    },
    {
      name: 'an escape that is none',
      ask: { url: '/api/v1/hosts/web/%zz' },
      status: 400,
      code: 'bad_request',
    },
    {
      name: 'a name too long',
      ask: { url: `/api/v1/hosts/web/${'a'.repeat(1001)}` },
      status: 400,
      code: 'bad_query',
    },
    {
      name: 'a name far too long',
      ask: { url: `/api/v1/hosts/web/${'a'.repeat(10_000)}` },
      status: 414,
      code: 'name_too_long',
    },
    { name: 'an unknown key', ask: { url: '/api/v1/hosts?clutser=web' }, status: 400, code: 'bad_query' },
    {
      name: 'an unknown key that every object has',
      ask: { url: '/api/v1/hosts?__proto__=1' },
      status: 400,
      code: 'bad_query',
    },
    { name: 'an unknown state', ask: { url: '/api/v1/hosts?state=UPP' }, status: 400, code: 'bad_query' },
    { name: 'broken JSON', ask: { ...reload, payload: '{' }, status: 400, code: 'bad_body' },
    { name: 'no JSON', ask: { ...reload, payload: '' }, status: 400, code: 'bad_body' },
    { name: 'an array', ask: { ...reload, payload: '[]' }, status: 400, code: 'bad_body' },
    {
      name: 'an unknown key in the body',
      ask: { ...reload, payload: '{"force":true}' },
      status: 400,
      code: 'bad_body',
    },
    {
      name: 'a prototype in the body',
      ask: { ...reload, payload: '{"__proto__":{"a":1}}' },
      status: 400,
      code: 'bad_body',
    },
    {
      name: 'a constructor in the body',
      ask: { ...reload, payload: '{"constructor":{"prototype":{}}}' },
      status: 400,
      code: 'bad_body',
    },
    {
      name: 'a body too large',
      ask: { ...reload, payload: `{"a":"${'x'.repeat(HTTP_BODY_BYTES_MAX)}"}` },
      status: 413,
      code: 'too_large',
    },
    { name: 'the feed without an upgrade', ask: { url: '/api/v1/live' }, status: 404, code: 'not_found' },
  ] as const)('$name', async ({ ask, status, code }) => {
    await using server = stand();
    const answer = await server.app.inject(ask);
    expect(answer.json()).toEqual({
      code,
      message: expect.any(String),
      cure: expect.stringMatching(/.{5}/u),
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(server.operations.reloads).toBe(0);
    expect(server.logged).toEqual([]);
  });

  test('a mistyped key is named with the nearest that there is', async () => {
    await using server = stand();
    const { message, cure } = (await server.app.inject('/api/v1/hosts?clutser=web')).json<
      Record<string, string>
    >();
    expect(message).toBe('unknown query key "clutser"');
    expect(cure).toBe('did you mean cluster? the keys are cluster, state, q, fact');
  });

  test('a wrong value is named with what may stand there', async () => {
    await using server = stand();
    const { message } = (await server.app.inject('/api/v1/hosts?state=UPP')).json<Record<string, string>>();
    expect(message).toBe('query key "state" must be one of UP, DOWN, PENDING, RETIRED, all');
    const service = (await server.app.inject('/api/v1/services?state=critical')).json<
      Record<string, string>
    >();
    expect(service['message']).toBe(
      'query key "state" must be one of OK, WARNING, CRITICAL, UNKNOWN, UP, DOWN, UNREACHABLE, PENDING',
    );
  });

  test('a fault of ours is logged, and its insides are not told', async () => {
    await using server = stand();
    server.operations.stats = () => {
      throw new Error('secret in /var/lib');
    };
    const answer = await server.app.inject('/api/v1/status');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.body).not.toContain('secret');
    expect(server.logged).toHaveLength(1);
  });
});

describe('what never becomes a request', () => {
  test.for([
    { name: 'no HTTP', bytes: '\0\u0001\r\n\r\n', status: 400 },
    {
      name: 'two lengths',
      bytes: 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      status: 400,
    },
    {
      name: 'headers too large',
      bytes: `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
  ])('$name is answered as every error is', async ({ bytes, status }) => {
    await using server = stand();
    const { port } = new URL(await server.app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(bytes);
    const answer = await text(socket);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*\r\nContent-Type: application/json`, 'u'));
    const [, body = ''] = answer.split('\r\n\r\n');
    expect(JSON.parse(body)).toEqual({
      code: 'bad_request',
      message: expect.any(String),
      cure: expect.any(String),
    });
  });

  test('so many connections are taken at most, and no more', async () => {
    await using server = stand();
    expect(server.app.server.maxConnections).toBe(HTTP_CONNECTIONS_MAX);
  });
});

test('every call of the API refuses a key it does not know', async () => {
  await using server = stand();
  const { paths } = (await server.app.inject('/api/openapi.json')).json<{ paths: Record<string, object> }>();
  // Clients of InfluxDB send keys of their own with the one; the other answers people, by a page.
  const others = ['/ping', '/ack/{token}'];
  const reads = Object.entries(paths).filter(([path, calls]) => 'get' in calls && !others.includes(path));
  expect(reads.length).toBeGreaterThan(10);
  for (const [path] of reads) {
    const answer = await server.app.inject(`${path.replaceAll(/[{}]/gu, '')}?surely_unknown=1`);
    expect(`${path} ${answer.json<{ code: string }>().code}`).toBe(`${path} bad_query`);
  }
});

test('the document lists every call with its keys', async () => {
  await using server = stand();
  const document = (await server.app.inject('/api/openapi.json')).json();
  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Muster', version: '0.1.0' } });
  expect(Object.keys(document.paths)).toEqual([
    '/api/openapi.json',
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/v1/clusters',
    '/api/v1/hosts',
    '/api/v1/hosts/{cluster}/{host}',
    '/api/v1/hosts/{cluster}/{host}/metrics',
    '/api/v1/series',
    '/api/v1/services',
    '/api/v1/service',
    '/api/v1/services/{cluster}/{host}/{service}/result',
    '/api/v1/services/{cluster}/{host}/{service}/check',
    '/api/v1/services/{cluster}/{host}/{service}/acknowledge',
    '/api/v1/acknowledgements',
    '/api/v1/downtimes',
    '/api/v1/silences',
    '/api/v1/downtimes/{id}',
    '/api/v1/silences/{id}',
    '/api/v1/checks',
    '/api/v1/sources',
    '/api/v1/diagnosis',
    '/api/v1/reconcilers',
    '/api/v1/reconcilers/{name}/confirm',
    '/api/v1/search',
    '/api/v1/incidents',
    '/api/v1/explain',
    '/api/v1/notifications',
    '/api/v1/receivers',
    '/api/v1/receivers/{name}/test',
    '/api/v1/events',
    '/api/v1/events/{id}',
    '/api/v1/losses',
    '/api/v1/oncall',
    '/api/v1/rotas/{name}/overrides',
    '/api/v1/rotas/{name}/overrides/{id}',
    '/api/v1/dashboards',
    '/api/v1/dashboards/{name}',
    '/api/v1/status',
    '/api/v1/config',
    '/api/v1/reload',
    '/api/v1/flush',
    '/api/v1/register',
    '/api/v1/deregister',
    '/boot/{group}',
    '/api/v1/session',
    '/api/v1/audit',
    '/ack/{token}',
    '/write',
    '/api/v2/write',
    '/query',
    '/ping',
    '/nrdp',
    '/nrdp/',
    '/api/v1/commands',
  ]);
  const host = document.paths['/api/v1/hosts/{cluster}/{host}'].get;
  expect(host.parameters).toMatchObject([
    { name: 'cluster', in: 'path', required: true },
    { name: 'host', in: 'path' },
  ]);
  const series = document.paths['/api/v1/series'].get;
  expect(series.parameters.map(({ name }: { name: string }) => name)).toContain('aggregate');
  expect(series.responses.default.content['application/json'].schema.required).toEqual([
    'code',
    'message',
    'cure',
  ]);
  expect(document.paths['/metrics'].get.responses['200'].content).toHaveProperty(['text/plain']);
  expect(document.paths['/api/v1/reload'].post.requestBody.required).toBe(true);
  expect(document.paths['/api/v1/events'].post.responses['201'].description).toBe('The answer');
});
