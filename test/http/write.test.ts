import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { WRITE_BODY_BYTES_MAX, WRITE_BYTES_OF_SENDER_MAX } from '../../src/limits.ts';
import { guarded } from './guarded.ts';
import { NOW_MS, stand } from './stand.ts';
import type { AddressInfo } from 'node:net';

const LINE = 'cpu,host=a idle=99 1700000000000000000\n';
const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

type Headers = Record<string, string>;

describe('where nobody signs in', () => {
  test.for([
    { name: 'InfluxDB 1', url: '/write?db=web', msPerUnit: 1e-6 },
    { name: 'with what its clients add', url: '/write?db=web&rp=&consistency=one&u=x&p=y', msPerUnit: 1e-6 },
    { name: 'a precision', url: '/write?db=web&precision=s', msPerUnit: 1000 },
    { name: 'InfluxDB 2', url: '/api/v2/write?org=o&bucket=web&precision=ms', msPerUnit: 1 },
    { name: 'a bucket with a retention policy', url: '/api/v2/write?bucket=web/autogen', msPerUnit: 1e-6 },
  ])('$name', async ({ url, msPerUnit }) => {
    await using server = stand();
    const answer = await server.app.inject({ method: 'POST', url, headers: TEXT, payload: LINE });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    const said = { group: 'web', hasToken: false, address: '127.0.0.1', arrivalMs: NOW_MS, msPerUnit };
    expect(server.writes.bodies).toEqual([{ ...said, text: LINE }]);
  });

  test.for<{ name: string; headers: Headers }>([
    { name: 'curl’s form', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { name: 'none', headers: {} },
    { name: 'JSON', headers: { 'content-type': 'application/json' } },
  ])('a body of any type: $name', async ({ headers }) => {
    await using server = stand();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=web',
      headers,
      payload: Buffer.from(LINE),
    });
    expect(answer.statusCode).toBe(204);
    expect(server.writes.bodies[0]?.text).toBe(LINE);
  });

  test('packed', async () => {
    await using server = stand();
    const headers = { ...TEXT, 'content-encoding': 'gzip' };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=web',
      headers,
      payload: gzipSync(LINE),
    });
    expect(answer.statusCode).toBe(204);
    expect(server.writes.bodies[0]?.text).toBe(LINE);
  });

  test('nothing', async () => {
    await using server = stand();
    const answer = await server.app.inject({ method: 'POST', url: '/write?db=web', headers: TEXT });
    expect(answer.statusCode).toBe(204);
  });

  test.for([
    { name: 'no group', url: '/write', status: 400, code: 'bad_query' },
    { name: 'no such group', url: '/write?db=telegraf', status: 404, code: 'cluster_unknown' },
    { name: 'an unknown unit of time', url: '/write?db=web&precision=years', status: 400, code: 'bad_query' },
    { name: 'the group twice', url: '/write?db=web&db=web', status: 400, code: 'bad_query' },
  ])('refused: $name', async ({ url, status, code }) => {
    await using server = stand();
    const answer = await server.app.inject({ method: 'POST', url, headers: TEXT, payload: LINE });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({
      code,
      error: expect.stringContaining(answer.json<{ cure: string }>().cure),
    });
    expect(server.writes.bodies).toEqual([]);
  });

  test('an unknown unit of time is answered with those there are', async () => {
    await using server = stand();
    const url = '/write?db=web&precision=years';
    const answer = await server.app.inject({ method: 'POST', url, headers: TEXT, payload: LINE });
    expect(answer.json<{ message: string }>().message).toContain(
      'must be one of n, ns, u, µ, us, ms, s, m, h',
    );
  });

  test('a database that is none is told in InfluxDB’s words: Telegraf then keeps its batch', async () => {
    await using server = stand();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=x',
      headers: TEXT,
      payload: LINE,
    });
    expect(answer.json<{ error: string }>().error).toContain('database not found');
  });

  test('a page of another site writes nothing', async () => {
    await using server = stand();
    const headers = { ...TEXT, origin: 'https://evil.example' };
    const answer = await server.app.inject({ method: 'POST', url: '/write?db=web', headers, payload: LINE });
    expect(answer.json()).toMatchObject({ code: 'origin_refused' });
  });
});

describe('what became of it', () => {
  const fault = { line: 3, column: 5, reason: 'bad-number', quoted: 'm v="x' };
  test.for([
    {
      name: 'some lines were refused',
      outcome: { kind: 'read', lines: 9, refused: 1, faults: [fault] },
      status: 400,
      message: String.raw`partial write: 1 of 9 lines were refused: line 3, column 5: bad-number at "m v=\"x" dropped=1`,
    },
    {
      name: 'more than are told',
      outcome: { kind: 'read', lines: 9, refused: 7, faults: [fault] },
      status: 400,
      message: String.raw`partial write: 7 of 9 lines were refused: line 3, column 5: bad-number at "m v=\"x"; and 6 more dropped=7`,
    },
    {
      name: 'the group left',
      outcome: { kind: 'no-group' },
      status: 404,
      message: 'database not found: the group web does not run',
    },
    {
      name: 'not from there',
      outcome: { kind: 'not-allowed' },
      status: 403,
      message: 'the group web takes nothing from 127.0.0.1',
    },
    {
      name: 'too many',
      outcome: { kind: 'source-rate' },
      status: 429,
      message: '127.0.0.1 sends more requests than the group web takes',
    },
    {
      name: 'nobody there',
      outcome: new Error('ended'),
      status: 503,
      message: 'the server stops, or a thread of it has failed',
    },
  ] as const)('$name', async ({ outcome, status, message }) => {
    await using server = stand();
    server.writes.outcome = outcome;
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=web',
      headers: TEXT,
      payload: LINE,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json<{ message: string }>().message).toBe(message);
    expect(answer.headers['retry-after']).toBe(status === 429 || status === 503 ? '5' : undefined);
  });
});

describe('who may', () => {
  const basic = (name: string, password: string) =>
    `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  const ways: readonly { name: string; said: (token: string) => { query?: string; headers?: Headers } }[] = [
    { name: 'Bearer', said: (token) => ({ headers: { authorization: `Bearer ${token}` } }) },
    { name: 'Token', said: (token) => ({ headers: { authorization: `Token ${token}` } }) },
    { name: 'a password', said: (token) => ({ headers: { authorization: basic('telegraf', token) } }) },
    { name: 'the query', said: (token) => ({ query: `&u=telegraf&p=${token}` }) },
  ];

  test.for(ways)('an instance’s token by $name', async ({ said }) => {
    await using server = guarded();
    const { query = '', headers = {} } = said(server.addToken('enrol', { group: 'web' }));
    const url = `/write?db=telegraf${query}`;
    const answer = await server.app.inject({
      method: 'POST',
      url,
      headers: { ...TEXT, ...headers },
      payload: LINE,
    });
    expect(answer.statusCode).toBe(204);
    expect(server.writes.bodies[0]?.group).toBe('web');
  });

  test.for<{ name: string; headers: Headers; code: string }>([
    { name: 'nothing', headers: {}, code: 'sign_in_needed' },
    {
      name: 'a password that is no token',
      headers: { authorization: basic('u', 'p') },
      code: 'credentials_refused',
    },
    { name: 'a token of nobody', headers: { authorization: 'Token muster_x' }, code: 'credentials_refused' },
  ])('refused: $name', async ({ headers, code }) => {
    await using server = guarded();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=web',
      headers: { ...TEXT, ...headers },
      payload: LINE,
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code, error: expect.any(String) });
    expect(server.writes.bodies).toEqual([]);
  });

  test('the token of one group does not write to another', async () => {
    await using server = guarded();
    server.writes.groups = ['web', 'mysql'];
    const headers = { ...TEXT, authorization: `Token ${server.addToken('enrol', { group: 'mysql' })}` };
    const answer = await server.app.inject({ method: 'POST', url: '/write?db=web', headers, payload: LINE });
    expect(answer.json()).toMatchObject({ code: 'group_refused' });
  });

  test('a viewer may not; an admin says which group', async () => {
    await using server = guarded();
    const write = (role: 'viewer' | 'admin') => {
      const headers = { ...TEXT, authorization: `Token ${server.addToken(role)}` };
      return server.app.inject({ method: 'POST', url: '/write?db=web', headers, payload: LINE });
    };
    expect((await write('viewer')).json()).toMatchObject({ code: 'role_too_weak' });
    expect((await write('admin')).statusCode).toBe(204);
  });

  test.for<{ name: string; headers: Headers; query?: string }>([
    { name: 'Token', headers: { authorization: 'Token wrong' } },
    { name: 'Bearer', headers: { authorization: 'Bearer muster_wrong' } },
    { name: 'a password that means to be one', headers: {}, query: '&u=telegraf&p=muster_wrong' },
  ])('a wrong token is one where nobody signs in, too: $name', async ({ headers, query = '' }) => {
    await using server = stand();
    const url = `/write?db=web${query}`;
    const answer = await server.app.inject({
      method: 'POST',
      url,
      headers: { ...TEXT, ...headers },
      payload: LINE,
    });
    expect(answer.json()).toMatchObject({ code: 'credentials_refused' });
    expect(server.writes.bodies).toEqual([]);
  });

  test('whoever has no token is told where one is needed', async () => {
    await using server = stand();
    server.writes.outcome = { kind: 'token-needed' };
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=web',
      headers: TEXT,
      payload: LINE,
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'sign_in_needed', cure: expect.stringContaining('enrol') });
  });

  test('a token in the query opens nothing else', async () => {
    await using server = guarded();
    const answer = await server.app.inject({ url: `/api/v1/config?p=${server.addToken('admin')}` });
    expect(answer.statusCode).toBe(401);
  });
});

describe('bounds', () => {
  test.for<{ name: string; headers: Headers; payload: Buffer; status: number; code: string }>([
    {
      name: 'too long',
      headers: {},
      payload: Buffer.alloc(WRITE_BODY_BYTES_MAX + 1, 'x'),
      status: 413,
      code: 'too_large',
    },
    {
      name: 'too long when unpacked',
      headers: { 'content-encoding': 'gzip' },
      payload: gzipSync(Buffer.alloc(4 * WRITE_BODY_BYTES_MAX, 'x')),
      status: 413,
      code: 'too_large',
    },
    {
      name: 'packed, and not',
      headers: { 'content-encoding': 'gzip' },
      payload: Buffer.from(LINE),
      status: 400,
      code: 'bad_body',
    },
    {
      name: 'packed, and cut',
      headers: { 'content-encoding': 'gzip' },
      payload: gzipSync(LINE).subarray(0, -9),
      status: 400,
      code: 'bad_body',
    },
    {
      name: 'packed otherwise',
      headers: { 'content-encoding': 'zstd' },
      payload: Buffer.from(LINE),
      status: 400,
      code: 'bad_body',
    },
  ])('$name', async ({ headers, payload, status, code }) => {
    await using server = stand();
    const answer = await server.app.inject({
      method: 'POST',
      url: '/write?db=web',
      headers: { ...TEXT, ...headers },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
    expect(server.writes.bodies).toEqual([]);
  });

  test('one sender has so many bytes under way at most, and others still write', async () => {
    await using server = stand({ trustedProxies: ['127.0.0.1'] });
    const pending = Promise.withResolvers<void>();
    const write = server.writes.write.bind(server.writes);
    server.writes.write = async (request) => {
      await pending.promise;
      return write(request);
    };
    const body = Buffer.alloc(WRITE_BODY_BYTES_MAX, '#');
    // A request begins when somebody waits for it.
    const post = async (from: string) => {
      const headers = { ...TEXT, 'x-forwarded-for': from };
      return server.app.inject({ method: 'POST', url: '/write?db=web', headers, payload: body });
    };
    const first = Array.from({ length: WRITE_BYTES_OF_SENDER_MAX / body.length }, () => post('10.0.0.1'));
    const refused = await post('10.0.0.1');
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    const other = post('10.0.0.2');
    pending.resolve();
    const answers = await Promise.all([...first, other]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 204));
    expect((await post('10.0.0.1')).statusCode).toBe(204);
  });

  test('a sender that leaves in the middle of a packed body frees its place', async () => {
    await using server = stand();
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const head = [
      'POST /write?db=web HTTP/1.1',
      'host: localhost',
      'content-encoding: gzip',
      'content-length: 100',
      '',
      '',
    ];
    socket.write(head.join('\r\n'));
    socket.write(gzipSync(LINE).subarray(0, 20));
    socket.destroy();
    await once(socket, 'close');
    const answer = await fetch(`http://127.0.0.1:${port}/write?db=web`, { method: 'POST', body: LINE });
    expect(answer.status).toBe(204);
    expect(server.writes.bodies).toHaveLength(1);
  });
});

describe('what its clients ask besides', () => {
  test.for(['GET', 'HEAD'] as const)('%s /ping, without a token', async (method) => {
    await using server = guarded();
    const answer = await server.app.inject({ method, url: '/ping' });
    expect([answer.statusCode, answer.headers['x-influxdb-version']]).toEqual([204, '1.8 (Muster)']);
  });

  test('Telegraf makes its database', async () => {
    await using server = guarded();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Token ${server.addToken('enrol', { group: 'web' })}`,
    };
    const payload = new URLSearchParams({ q: 'CREATE DATABASE "telegraf"' }).toString();
    const answer = await server.app.inject({ method: 'POST', url: '/query', headers, payload });
    expect([answer.statusCode, answer.json()]).toEqual([200, { results: [{ statement_id: 0 }] }]);
  });

  test('nothing else is asked of it', async () => {
    await using server = stand();
    const answer = await server.app.inject({ method: 'POST', url: '/query?q=DROP+DATABASE+web' });
    expect(answer.json()).toMatchObject({ code: 'bad_query' });
  });
});
