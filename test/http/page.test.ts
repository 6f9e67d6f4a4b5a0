import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stand } from './stand.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'muster-page-'));
  mkdirSync(join(directory, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(directory, 'dist', 'index.html'), '<title>Muster</title>');
  writeFileSync(join(directory, 'dist', 'assets', 'index-3f9a.js'), 'let a;');
  writeFileSync(join(directory, 'secret'), 'secret');
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the page', () => {
  test.for([
    { url: '/', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    { url: '/index.html', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    { url: '/clusters/web?range=1h', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    {
      url: '/assets/index-3f9a.js',
      status: 200,
      body: 'let a;',
      cache: 'public, max-age=31536000, immutable',
    },
    { url: '/assets/index-old.js', status: 404, body: 'not_found', cache: 'no-store' },
    { url: '/api/v2/hosts', status: 404, body: 'not_found', cache: 'no-store' },
    { url: '/problems', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    ...['/services?state=critical', '/service?cluster=&host=&service=a%2Fb', '/checks'].map((url) => ({
      url,
      status: 200,
      body: '<title>Muster</title>',
      cache: 'no-cache',
    })),
    { url: '/senders', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    { url: '/oncall', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    {
      url: '/explain?cluster=web&host=a&service=load',
      status: 200,
      body: '<title>Muster</title>',
      cache: 'no-cache',
    },
    { url: '/hosts/web/web-1%2Fa?range=1h', status: 200, body: '<title>Muster</title>', cache: 'no-cache' },
    ...[
      '/..%2fsecret',
      '/%2e%2e/secret',
      '/../../package.json',
      '//etc/passwd',
      '/assets/%00',
      '/assets/../../secret',
      '/assets/',
      '/favicon.ico',
      '/anything',
      '/problems/more',
      '/api/:a(',
      '/api/v1/:a(?b=*',
      '/*',
    ].map((path) => ({ url: path, status: 404, body: '"not_found"', cache: 'no-store' })),
    ...['/graphite/render?target=a', '/api/docs'].map((path) => ({
      url: path,
      status: 404,
      body: 'not supported by this version',
      cache: 'no-store',
    })),
  ])('$url', async ({ url, status, body, cache }) => {
    await using server = stand({ pageDirectory: join(directory, 'dist') });
    const answer = await server.app.inject(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(body);
    expect(answer.body).not.toContain('secret"');
    expect(answer.headers['cache-control']).toBe(cache);
  });

  test.for([
    { path: '/blah', accept: 'text/html,application/xhtml+xml,*/*;q=0.8', shown: true },
    { path: '/blah', accept: '*/*', shown: false },
    { path: '/api/v1/nothing', accept: 'text/html', shown: false },
    { path: '/assets/index-old.js', accept: 'text/html', shown: false },
    { path: '/%2e%2e/secret', accept: 'text/html', shown: true },
  ])('a wrong address: $path for $accept', async ({ path, accept, shown }) => {
    await using server = stand({ pageDirectory: join(directory, 'dist') });
    const answer = await server.app.inject({ url: path, headers: { accept } });
    expect(answer.statusCode).toBe(404);
    expect(answer.body.includes('<title>Muster</title>')).toBe(shown);
  });

  test('not built: says what to do', async () => {
    await using server = stand({ pageDirectory: join(directory, 'nothing') });
    const answer = await server.app.inject('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.body).toContain('script/setup');
  });
});
