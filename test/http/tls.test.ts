import { once } from 'node:events';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { changeCertificate } from '../../src/http/tls.ts';
import { selfSigned } from '../config/self-signed.ts';
import { stand } from './stand.ts';
import type { ConnectionOptions } from 'node:tls';
import type { FastifyInstance } from 'fastify';

const FIRST = selfSigned();

async function listening(app: FastifyInstance): Promise<{ port: number; address: string }> {
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { port: Number(new URL(address).port), address };
}

/** The certificate a new connection is given, as PEM text without line breaks; or how it was refused. */
async function handshake(port: number, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.toString() ?? '';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    socket.destroy();
  }
}

function get(port: number, path: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });
}

test('the API answers over TLS to who trusts the certificate', async () => {
  await using given = stand({ tls: FIRST });
  const { port, address } = await listening(given.app);
  expect(address).toMatch(/^https:/);
  expect(await get(port, '/readyz', FIRST.cert)).toBe(200);
  await expect(get(port, '/readyz', selfSigned().cert)).rejects.toThrow(/self-signed|certificate/);
});

test('the feed opens over TLS', async () => {
  await using given = stand({ tls: FIRST });
  const { port } = await listening(given.app);
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/v1/live`, { ca: FIRST.cert });
  await once(socket, 'open');
  socket.terminate();
});

test.for([
  { name: 'TLS 1.3', maxVersion: 'TLSv1.3', taken: true },
  { name: 'TLS 1.2', maxVersion: 'TLSv1.2', taken: true },
  { name: 'TLS 1.1', maxVersion: 'TLSv1.1', taken: false },
] as const)('$name', async ({ maxVersion, taken }) => {
  await using given = stand({ tls: FIRST });
  const { port } = await listening(given.app);
  // Level 0: or our own side would refuse before the server is asked.
  const old = { minVersion: 'TLSv1', maxVersion, ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
  const outcome = await handshake(port, old);
  expect(outcome.includes('BEGIN CERTIFICATE')).toBe(taken);
  changeCertificate(given.app, selfSigned());
  expect((await handshake(port, old)).includes('BEGIN CERTIFICATE')).toBe(taken);
});

test('a renewed certificate is given to new connections', async () => {
  await using given = stand({ tls: FIRST });
  const { port } = await listening(given.app);
  expect(await handshake(port)).toBe(FIRST.cert);
  const next = selfSigned();
  changeCertificate(given.app, next);
  expect(await handshake(port)).toBe(next.cert);
  expect(await get(port, '/readyz', next.cert)).toBe(200);
});

test('plain http and noise on the TLS port end their connection and nothing else', async () => {
  await using given = stand({ tls: FIRST });
  const { port } = await listening(given.app);
  for (const sent of [
    'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '\u0016\u0003\u0001\u0002\0xxxx',
    '\0'.repeat(99),
  ]) {
    const socket = connectPlain({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(sent);
    await once(socket, 'close');
  }
  expect(await get(port, '/readyz', FIRST.cert)).toBe(200);
});

test('a server without TLS has no certificate to change', async () => {
  await using given = stand();
  expect(() => changeCertificate(given.app, FIRST)).not.toThrow();
});
