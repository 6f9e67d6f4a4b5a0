import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { webhookBody, webhookChannel } from '../../src/notify/webhook.ts';
import { crowd, LINKS, page } from './page.ts';
import type { AddressInfo } from 'node:net';
import type { WebhookOptions } from '../../src/notify/webhook.ts';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';

interface Heard {
  method: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function receiver(
  answer: (response: ServerResponse) => void,
): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      heard.push({ method: request.method, headers: request.headers, body });
      answer(response);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
}

/** A webhook that is not signed. */
function webhook(url: string, more: Partial<WebhookOptions> = {}) {
  return webhookChannel({ url, secretFile: null, links: LINKS, clock: () => 1_795_180_000_500, ...more });
}

const never = new AbortController().signal;

test('posts the page as JSON with its idempotency key', async () => {
  const { url, heard } = await receiver((response) => response.writeHead(202).end('thanks'));
  const outcome = await webhook(url).send(page({ host: 'h/1 ü' }), never);
  expect(outcome).toEqual({ ok: true, detail: 'HTTP 202' });
  expect(heard).toHaveLength(1);
  expect(heard[0]).toMatchObject({
    method: 'POST',
    headers: { 'idempotency-key': 'key-1', 'user-agent': 'Muster', 'content-type': 'application/json' },
  });
  expect(JSON.parse(heard[0]?.body ?? '')).toEqual({
    version: 1,
    kind: 'problem',
    id: 'key-1',
    cluster: 'c',
    host: 'h/1 ü',
    service: 'load',
    state: 'CRITICAL',
    state_type: 'HARD',
    output: 'load_one is 9.61 · critical above 8',
    since_ms: 1000,
    notes: 'look',
    runbook: 'https://example.net/load',
    url: 'http://muster.example:8600/service?cluster=c&host=h%2F1%20%C3%BC&service=load',
    acknowledge_url: 'http://muster.example:8600/ack/key-1',
    incident: '',
    route: '',
    title: 'h: load is CRITICAL',
    count: 1,
    open: 1,
    alerts: [
      {
        news: 'problem',
        cluster: 'c',
        host: 'h/1 ü',
        service: 'load',
        state: 'CRITICAL',
        state_type: 'HARD',
        output: 'load_one is 9.61 · critical above 8',
        since_ms: 1000,
        notes: 'look',
        runbook: 'https://example.net/load',
        url: 'http://muster.example:8600/service?cluster=c&host=h%2F1%20%C3%BC&service=load',
      },
    ],
  });
});

test('of many services it names up to a hundred, and the page that has them all', () => {
  const body = webhookBody(crowd(137), LINKS);
  expect(body).toMatchObject({ count: 137, open: 137, incident: 'web/c/load', host: '', service: 'load' });
  expect(body['alerts']).toHaveLength(100);
  expect(body['url']).toBe('http://muster.example:8600/problems?sel=web%2Fc%2Fload');
});

test('what is over has no link to acknowledge it', () => {
  expect(webhookBody(page({ kind: 'recovery', state: 'OK', open: 0 }), LINKS)['acknowledge_url']).toBe('');
});

describe('a secret', () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-webhook-'));
  const secretFile = join(directory, 'secret');
  afterAll(() => rmSync(directory, { recursive: true }));

  test('signs the moment and the body, and holds from the next page on', async () => {
    const { url, heard } = await receiver((response) => response.writeHead(200).end());
    const channel = webhook(url, { secretFile });
    for (const secret of ['first', 'second']) {
      writeFileSync(secretFile, `${secret}\n`);
      await channel.send(page(), never);
      const { headers, body } = heard.pop() as Heard;
      const digest = createHmac('sha256', secret).update(`1795180000.${body}`).digest('hex');
      expect(headers['muster-signature']).toBe(`t=1795180000,v1=${digest}`);
    }
  });

  test.for([
    { name: 'missing', text: null, detail: 'its secret_file cannot be read (ENOENT)' },
    { name: 'empty', text: '\n', detail: 'its secret_file is empty' },
    { name: 'too long', text: 'x'.repeat(5000), detail: 'its secret_file is longer than 4096 bytes' },
  ])('$name: nothing is sent', async ({ text, detail }) => {
    rmSync(secretFile, { force: true });
    if (text !== null) writeFileSync(secretFile, text);
    const { url, heard } = await receiver((response) => response.writeHead(200).end());
    const outcome = await webhook(url, { secretFile }).send(page(), never);
    expect(outcome).toEqual({ ok: false, retryable: true, detail });
    expect(heard).toEqual([]);
  });
});

test.for([
  { about: { service: 'host', host: 'h/1' }, path: '/hosts/c/h%2F1' },
  { about: { service: 'disk[/ & a]' }, path: '/service?cluster=c&host=h&service=disk%5B%2F%20%26%20a%5D' },
  { about: { host: '', service: 'sum' }, path: '/service?cluster=c&host=&service=sum' },
])('its link leads to $path', ({ about, path }) => {
  expect(webhookBody(page(about), LINKS)['url']).toBe(`http://muster.example:8600${path}`);
});

describe('a user and password in the URL', () => {
  test.for([
    { name: 'plain', userinfo: 'muster:pass', credentials: 'muster:pass' },
    { name: 'escaped', userinfo: 'mu%40ster:p%3Aäß', credentials: 'mu@ster:p:äß' },
    { name: 'a user alone', userinfo: 'token', credentials: 'token:' },
    { name: 'a percent sign of its own', userinfo: 'muster:100%', credentials: 'muster:100%' },
  ])('$name: sent as Basic credentials', async ({ userinfo, credentials }) => {
    const { url, heard } = await receiver((response) => response.writeHead(200).end());
    const channel = webhook(url.replace('//', `//${userinfo}@`));
    expect(await channel.send(page(), never)).toEqual({ ok: true, detail: 'HTTP 200' });
    const [scheme, encoded = ''] = heard[0]?.headers.authorization?.split(' ') ?? [];
    expect([scheme, Buffer.from(encoded, 'base64').toString()]).toEqual(['Basic', credentials]);
  });

  test('stay out of the detail', async () => {
    const channel = webhook('http://muster:s3cret@127.0.0.1:1/hook');
    expect(JSON.stringify(await channel.send(page(), never))).not.toContain('s3cret');
  });
});

describe('what may be tried again', () => {
  test.for([
    { status: 500, retryable: true },
    { status: 503, retryable: true },
    { status: 429, retryable: true },
    { status: 408, retryable: true },
    { status: 401, retryable: true },
    { status: 403, retryable: true },
    { status: 404, retryable: true },
    { status: 405, retryable: true },
    { status: 410, retryable: true },
    { status: 400, retryable: false },
    { status: 413, retryable: false },
    { status: 422, retryable: false },
  ])('HTTP $status', async ({ status, retryable }) => {
    const { url } = await receiver((response) => response.writeHead(status).end());
    const outcome = await webhook(url).send(page(), never);
    expect(outcome).toEqual({ ok: false, retryable, detail: `HTTP ${status}` });
  });

  test.for([
    { value: '120', retryAfterMs: 120_000 },
    { value: '999999', retryAfterMs: 3_600_000 },
    { value: 'Fri, 20 Nov 2026 13:07:10 GMT', retryAfterMs: 29_500 },
    { value: 'soon', retryAfterMs: undefined },
  ])('Retry-After: $value', async ({ value, retryAfterMs }) => {
    const { url } = await receiver((response) => response.writeHead(429, { 'retry-after': value }).end());
    const outcome = await webhook(url).send(page(), never);
    expect(outcome).toMatchObject({ ok: false, retryable: true, detail: 'HTTP 429' });
    expect(outcome.ok ? undefined : outcome.retryAfterMs).toBe(retryAfterMs);
  });

  test('a redirect is not followed', async () => {
    const { url, heard } = await receiver((response) =>
      response.writeHead(302, { location: '/other' }).end(),
    );
    const outcome = await webhook(url).send(page(), never);
    expect(outcome).toEqual({ ok: false, retryable: true, detail: 'HTTP 302, a redirect: not followed' });
    expect(heard).toHaveLength(1);
  });

  test('no answer in time', async () => {
    const { url } = await receiver(() => {});
    const outcome = await webhook(url, { outgoing: { timeoutMs: 30 } }).send(page(), never);
    expect(outcome).toEqual({ ok: false, retryable: true, detail: 'no answer in time' });
  });

  test('nobody listens; the detail does not hold the URL', async () => {
    const { url } = await receiver(() => {});
    servers[0]?.close();
    await once(servers[0] as Server, 'close');
    const outcome = await webhook(`${url}?token=s3cret`).send(page(), never);
    expect(outcome).toEqual({ ok: false, retryable: true, detail: 'nobody listens there (ECONNREFUSED)' });
  });

  test('an abort ends it', async () => {
    const { url } = await receiver(() => {});
    const abort = new AbortController();
    const sending = webhook(url).send(page(), abort.signal);
    abort.abort();
    expect((await sending).ok).toBe(false);
  });
});
