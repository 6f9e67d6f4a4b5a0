import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { RECEIVER_ANSWER_BYTES_MAX } from '../../../src/alert-limits.ts';
import { resolveAllowed } from '../../../src/notify/outgoing/resolve.ts';
import { selfSigned } from '../../config/self-signed.ts';
import { sendOut } from '../../../src/notify/outgoing/send-out.ts';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import type { OutgoingOptions } from '../../../src/notify/outgoing/send-out.ts';
import type { Resolve } from '../../../src/notify/outgoing/resolve.ts';
import type { RequestListener } from 'node:http';

const never = new AbortController().signal;
const servers: TcpServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: TcpServer): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function get(url: string, options: OutgoingOptions = {}, signal = never) {
  return sendOut({ url, method: 'GET', headers: {}, body: null }, signal, options);
}

/** A name that leads somewhere, and how often it was looked up. */
function names(address: string): { resolve: Resolve; asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (host) => {
    asked.push(host);
    return Promise.resolve({ ok: true, addresses: [{ address, family: 4 }] });
  };
  return { resolve, asked };
}

describe('where it does not go', () => {
  test.for([
    {
      url: 'http://169.254.169.254/latest/meta-data',
      fault: "refused: it leads to a cloud's metadata service",
    },
    { url: 'http://2852039166/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://0xa9.0xfe.0xa9.0xfe/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://0251.0376.0251.0376/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://169.254.43518/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://[::ffff:a9fe:a9fe]/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://[fd00:ec2::254]/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://metadata.google.internal/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'http://１６９.254.169.254/', fault: "refused: it leads to a cloud's metadata service" },
    { url: 'https://[fe80::1]/', fault: 'refused: it leads to a link-local address' },
    { url: 'http://0/', fault: 'refused: it leads to an address of nobody' },
    { url: 'http://[::]/', fault: 'refused: it leads to an address of nobody' },
    { url: 'http://224.0.0.1/', fault: 'refused: it leads to a multicast address' },
    { url: 'ftp://127.0.0.1/', fault: 'its URL is none of http: or https:' },
    { url: 'file:///etc/passwd', fault: 'its URL is none of http: or https:' },
    { url: 'nonsense', fault: 'its URL is none of http: or https:' },
  ])('$url', async ({ url, fault }) => {
    expect(await get(url)).toEqual({ ok: false, refused: true, fault });
  });
});

test('goes to the address that was judged, with the name it was asked for, and looks once', async () => {
  const hosts: unknown[] = [];
  const port = await listening(
    createServer((request, response) => {
      hosts.push(request.headers.host);
      response.end();
    }),
  );
  const { resolve, asked } = names('127.0.0.1');
  const answer = await get(`http://hooks.example.net:${port}/`, { resolve });
  expect(answer).toMatchObject({ ok: true, status: 200 });
  expect(hosts).toEqual([`hooks.example.net:${port}`]);
  expect(asked).toEqual(['hooks.example.net']);
});

test('localhost is found in the system’s files', async () => {
  const found = await resolveAllowed('localhost', never);
  expect(found.ok && found.addresses.map(({ address }) => address)).toContain('127.0.0.1');
});

describe('answers', () => {
  const listeners: Readonly<Record<string, RequestListener>> = {
    redirects: (_request, response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
    endless: (_request, response) => {
      const more = () => {
        while (response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    },
    half: (_request, response) => response.writeHead(200).write('half'),
  };

  test('a redirect is an answer like others', async () => {
    const port = await listening(createServer(listeners['redirects']));
    expect(await get(`http://127.0.0.1:${port}/`)).toMatchObject({ ok: true, status: 307 });
  });

  test('one without end is cut off', async () => {
    const port = await listening(createServer(listeners['endless']));
    const answer = await get(`http://127.0.0.1:${port}/`);
    expect(answer.ok && answer.body).toHaveLength(RECEIVER_ANSWER_BYTES_MAX);
  });

  test('one whose end does not come is taken for what it says', async () => {
    const port = await listening(createServer(listeners['half']));
    expect(await get(`http://127.0.0.1:${port}/`, { timeoutMs: 100 })).toMatchObject({
      ok: true,
      status: 200,
      body: 'half',
    });
  });
});

describe('no answer', () => {
  test.for([
    { name: 'silence', greet: () => undefined, fault: 'no answer in time' },
    {
      name: 'another protocol',
      greet: (write: (text: string) => void) => write('220 mail.example.net ESMTP\r\n'),
      fault: expect.stringMatching(/^HPE_/u),
    },
  ])('$name', async ({ greet, fault }) => {
    const port = await listening(createTcpServer((socket) => greet((text) => socket.end(text))));
    const answer = await get(`http://user:s3cret@127.0.0.1:${port}/path?token=s3cret`, { timeoutMs: 100 });
    expect(answer).toEqual({ ok: false, refused: false, fault });
  });

  test('a look-up that does not end', async () => {
    const hangs: Resolve = () => Promise.withResolvers<never>().promise;
    const answer = await get('http://hooks.example.net/', { resolve: hangs, timeoutMs: 20 });
    expect(answer).toEqual({ ok: false, refused: false, fault: 'no answer in time' });
  });

  test('broken off', async () => {
    const port = await listening(createTcpServer(() => undefined));
    const abort = new AbortController();
    const answer = get(`http://127.0.0.1:${port}/`, {}, abort.signal);
    abort.abort();
    expect(await answer).toEqual({ ok: false, refused: false, fault: 'broken off' });
  });
});

describe('TLS', () => {
  const pair = selfSigned();

  test.for([
    { name: 'its own name', host: 'localhost', trusted: true, is: { ok: true, status: 200 } },
    {
      name: 'another name',
      host: 'evil.example.net',
      trusted: true,
      is: { ok: false, fault: expect.stringContaining('certificate is for another name') },
    },
    {
      name: 'nobody vouches for it',
      host: 'localhost',
      trusted: false,
      is: { ok: false, fault: expect.stringContaining('signed by itself') },
    },
  ])('$name', async ({ host, trusted, is }) => {
    const port = await listening(createTlsServer(pair, (_request, response) => response.end('ok')));
    const ca = trusted ? { ca: pair.cert } : {};
    const answer = await get(`https://${host}:${port}/`, { ...names('127.0.0.1'), ...ca });
    expect(answer).toMatchObject(is);
  });
});
