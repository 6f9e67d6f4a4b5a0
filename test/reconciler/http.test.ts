import { createServer } from 'node:http';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { httpSource } from '../../src/reconciler/http.ts';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let answer: Answer;
let url: string;
let open: AsyncDisposableStack;
let dir: string;
const seen: IncomingMessage[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'muster-list-'));
  open = new AsyncDisposableStack();
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.defer(() => void server.close());
  open.defer(() => server.closeAllConnections());
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  seen.length = 0;
});
afterEach(async () => {
  await open.disposeAsync();
  rmSync(dir, { recursive: true, force: true });
});

const { signal } = new AbortController();

function json(text: string): Answer {
  return (_request, response) => response.setHeader('content-type', 'application/json').end(text);
}

function read(options: { path?: string; tokenFile?: string; maxBytes?: number; within?: AbortSignal } = {}) {
  const { path = '/list', tokenFile = null, maxBytes = 1000, within = signal } = options;
  return httpSource({ url: `${url}${path}`, tokenFile, maxBytes }).read(undefined, within);
}

test('a list is read, and told when it is the same again', async () => {
  answer = json('[{"id":"ü"}]');
  const source = httpSource({ url: `${url}/list?key=secret`, tokenFile: null });
  expect(source.name).toBe(`${url}/list`);
  const first = await source.read(undefined, signal);
  expect(first).toMatchObject({ kind: 'text', text: '[{"id":"ü"}]' });
  const mark = first.kind === 'text' ? first.mark : '';
  expect(await source.read(mark, signal)).toEqual({ kind: 'unchanged' });
  answer = json('[]');
  expect(await source.read(mark, signal)).toMatchObject({ kind: 'text', text: '[]' });
  expect(seen[0]).toMatchObject({ url: '/list?key=secret', headers: { accept: 'application/json' } });
});

test('the token is read at each use, and goes along', async () => {
  answer = json('[]');
  const tokenFile = join(dir, 'token');
  for (const token of ['first', 'second']) {
    writeFileSync(tokenFile, `${token}\nanother line\n`);
    await read({ tokenFile });
  }
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
});

test('a user and a password in the address go in a header, and are not told', async () => {
  answer = json('[]');
  const withUser = httpSource({ url: url.replace('//', '//chef:p%40ss@'), tokenFile: null });
  expect(withUser.name).toBe(`${url}/`);
  await withUser.read(undefined, signal);
  expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('chef:p@ss').toString('base64')}`);
});

test.for([
  { name: 'is not there', content: undefined, fault: 'cannot be read: ENOENT' },
  { name: 'is empty', content: '\n', fault: 'holds no token' },
  { name: 'holds something else', content: 'two words', fault: 'holds no token' },
])('nobody is asked where the file of the token $name', async ({ content, fault }) => {
  answer = json('[]');
  const tokenFile = join(dir, 'token');
  if (content !== undefined) writeFileSync(tokenFile, content);
  const got = await read({ tokenFile });
  expect(got.kind === 'failed' ? got.fault : got.kind).toBe(
    `is not asked: the file of its token_file ${fault}`,
  );
  expect(seen).toEqual([]);
});

test('a redirect within the origin is followed, one away from it is not', async () => {
  answer = (request, response) => {
    if (request.url === '/there') return void response.end('[]');
    response.writeHead(302, { location: request.url === '/list' ? '/there' : 'http://192.0.2.1/' }).end();
  };
  expect(await read()).toMatchObject({ kind: 'text', text: '[]' });
  expect(await read({ path: '/away' })).toEqual({
    kind: 'failed',
    fault: 'answers with a redirect to somewhere else: not followed',
  });
});

test.for<{ name: string; answer: Answer; fault: string }>([
  { name: '503', answer: (_q, r) => r.writeHead(503).end('[]'), fault: 'answers HTTP 503' },
  { name: '204', answer: (_q, r) => r.writeHead(204).end(), fault: 'answers HTTP 204' },
  { name: '401', answer: (_q, r) => r.writeHead(401).end('token abc'), fault: 'answers HTTP 401: is the' },
  { name: '304 unasked', answer: (_q, r) => r.writeHead(304).end(), fault: 'answers HTTP 304' },
  {
    name: 'a page to sign in at',
    answer: (_q, r) => r.setHeader('content-type', 'text/html; charset=utf-8').end('<html>'),
    fault: 'answers with a page for people, not with JSON',
  },
  {
    name: 'redirects without end',
    answer: (q, r) => r.writeHead(307, { location: `${q.url}x` }).end(),
    fault: 'answers with more than 5 redirects',
  },
  { name: 'more than may be read', answer: json('x'.repeat(1001)), fault: 'answers with more than 1000 b' },
  {
    name: 'a body without end',
    answer: (_q, r) => {
      const more = () => void (r.write('x'.repeat(500)) && !r.destroyed && setImmediate(more));
      more();
    },
    fault: 'answers with more than 1000 b',
  },
  {
    name: 'a packed bomb',
    answer: (_q, r) => r.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(10_000_000))),
    fault: 'answers with more than 1000 b',
  },
  {
    name: 'what is not packed as it says',
    answer: (_q, r) => r.setHeader('content-encoding', 'gzip').end('[]'),
    fault: 'cannot be read: Z_DATA_ERROR',
  },
  {
    name: 'half of what it announced',
    answer: (_q, r) => {
      r.writeHead(200, { 'content-length': '100' }).write('[1,');
      setImmediate(() => r.destroy());
    },
    fault: 'broke off its answer',
  },
  { name: 'a closed connection', answer: (q) => q.socket.destroy(), fault: 'broke off its answer' },
])('$name is an outage', async ({ answer: bad, fault }) => {
  answer = bad;
  const got = await read();
  expect(got.kind === 'failed' ? got.fault : got.kind).toContain(fault);
});

test('a body that does not come to its end ends with the time', async () => {
  answer = (_request, response) => void response.write('[');
  const got = await read({ within: AbortSignal.timeout(100) });
  expect(got.kind).toBe('failed');
});

test('nobody listens there', async () => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const source = httpSource({ url: `http://127.0.0.1:${port}/`, tokenFile: null });
  expect(await source.read(undefined, signal)).toMatchObject({
    kind: 'failed',
    fault: expect.stringContaining('nobody listens there'),
  });
});
