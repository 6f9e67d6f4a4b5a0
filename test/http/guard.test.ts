import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { hostCheck, hostnameOf } from '../../src/http/guard.ts';
import { stand } from './stand.ts';

describe('hostnameOf', () => {
  test.for([
    { host: 'localhost:8600', name: 'localhost' },
    { host: 'LOCALHOST', name: 'localhost' },
    { host: '[::1]:8600', name: '::1' },
    { host: '127.0.0.1', name: '127.0.0.1' },
    { host: 'a@localhost', name: null },
    { host: 'localhost/evil', name: null },
    { host: 'a b', name: null },
    { host: '::1', name: null },
    { host: '', name: null },
    { host: undefined, name: null },
  ])('$host', ({ host, name }) => {
    expect(hostnameOf(host)).toBe(name);
  });
});

describe('hostCheck', () => {
  const loopback = { listenAddress: '127.0.0.1', publicUrl: 'https://muster.example.net/base' };
  const everywhere = { listenAddress: '0.0.0.0', publicUrl: 'http://10.0.0.5:8600' };
  test.for([
    { options: loopback, hostname: 'localhost', accepted: true },
    { options: loopback, hostname: '::1', accepted: true },
    { options: loopback, hostname: 'muster.example.net', accepted: true },
    { options: loopback, hostname: '10.0.0.5', accepted: false },
    { options: loopback, hostname: 'evil.example', accepted: false },
    { options: loopback, hostname: 'localhost.evil.example', accepted: false },
    {
      options: { ...loopback, alsoNamed: () => ['Muster-B.example.net'] },
      hostname: 'muster-b.example.net',
      accepted: true,
    },
    { options: everywhere, hostname: '10.0.0.5', accepted: true },
    { options: everywhere, hostname: '192.168.1.1', accepted: true },
    { options: everywhere, hostname: 'evil.example', accepted: false },
    { options: { listenAddress: '10.0.0.9', publicUrl: 'not a url' }, hostname: '10.0.0.9', accepted: true },
    { options: { listenAddress: '10.0.0.9', publicUrl: 'not a url' }, hostname: '10.0.0.8', accepted: false },
  ])('$options.listenAddress, asked for $hostname', ({ options, hostname, accepted }) => {
    expect(hostCheck(options)(hostname)).toBe(accepted);
  });
});

describe('who may ask', () => {
  const json = { 'content-type': 'application/json' };
  test.for([
    { name: 'a plain read', method: 'GET', url: '/api/v1/clusters', headers: {}, status: 200 },
    {
      name: 'a foreign Host',
      method: 'GET',
      url: '/api/v1/clusters',
      headers: { host: 'evil.example' },
      status: 421,
      code: 'host_refused',
    },
    {
      name: 'a foreign Host for the page',
      method: 'GET',
      url: '/',
      headers: { host: 'evil.example' },
      status: 421,
      code: 'host_refused',
    },
    {
      name: 'a foreign Host where nothing is',
      method: 'GET',
      url: '/api/nothing',
      headers: { host: 'evil.example' },
      status: 421,
      code: 'host_refused',
    },
    {
      name: 'the public name',
      method: 'GET',
      url: '/api/v1/clusters',
      headers: { host: 'muster.example.net' },
      status: 200,
    },
    {
      name: 'a read from another site: no CORS lets it be seen',
      method: 'GET',
      url: '/api/v1/clusters',
      headers: { origin: 'https://evil.example' },
      status: 200,
    },
    {
      name: 'a change without Origin, as scripts do',
      method: 'POST',
      url: '/api/v1/reload',
      headers: json,
      status: 200,
    },
    {
      name: 'a change from our own page',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { ...json, host: 'localhost:8600', origin: 'http://localhost:8600' },
      status: 200,
    },
    {
      name: 'a change from the public address',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { ...json, origin: 'https://muster.example.net' },
      status: 200,
    },
    {
      name: 'a change from another site',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { ...json, origin: 'https://evil.example' },
      status: 403,
      code: 'origin_refused',
    },
    {
      name: 'a change from another port of this machine',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { ...json, host: 'localhost:8600', origin: 'http://localhost:3000' },
      status: 403,
      code: 'origin_refused',
    },
    {
      name: 'a change from a sandbox',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { ...json, origin: 'null' },
      status: 403,
      code: 'origin_refused',
    },
    {
      name: 'a form',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { 'content-type': 'text/plain' },
      status: 415,
      code: 'json_needed',
    },
    {
      name: 'a form with JSON in its name',
      method: 'POST',
      url: '/api/v1/reload',
      headers: { 'content-type': 'text/plain;application/json' },
      status: 415,
      code: 'json_needed',
    },
    {
      name: 'no content type',
      method: 'DELETE',
      url: '/api/v1/reload',
      headers: {},
      status: 415,
      code: 'json_needed',
    },
  ] as const)('$name', async ({ method, url, headers, status, ...wanted }) => {
    await using server = stand();
    const payload = method === 'POST' ? '{}' : undefined;
    const answer = await server.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
    expect(answer.statusCode).toBe(status);
    if ('code' in wanted) expect(answer.json()).toMatchObject({ code: wanted.code });
    expect(server.operations.reloads).toBe(method === 'POST' && status === 200 ? 1 : 0);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('no script runs but our own files', async () => {
    await using server = stand();
    const { headers } = await server.app.inject('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script-src');
    expect(headers['referrer-policy']).toBe('same-origin');
  });
});

/** What a server answers to bytes of the caller's own making, such as no client of ours would send. */
async function rawAnswer(request: string): Promise<string> {
  await using server = stand();
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(address).port) });
  socket.write(request);
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer;
}

test.for([
  { name: 'two Host headers', head: 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example', status: 400 },
  { name: 'a path that leads out', head: 'GET /../../package.json HTTP/1.1\r\nHost: localhost', status: 404 },
  { name: 'a path of two slashes', head: 'GET //etc/passwd HTTP/1.1\r\nHost: localhost', status: 404 },
  { name: 'a path like a route', head: 'GET /api/:a( HTTP/1.1\r\nHost: localhost', status: 404 },
])('$name', async ({ head, status }) => {
  const answer = await rawAnswer(`${head}\r\nConnection: close\r\n\r\n`);
  expect(answer.split('\r\n', 1)[0]).toContain(` ${status} `);
  expect(answer).toContain('"cure":');
});
