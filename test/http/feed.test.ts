import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FEED_FRAME_BYTES_MAX } from '../../src/limits.ts';
import { serviceView, stand } from './stand.ts';

/** A real connection to a real port. */
async function connect(
  server: ReturnType<typeof stand>,
  headers: Record<string, string> = {},
  path = '/api/v1/live',
) {
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = new WebSocket(address.replace('http', 'ws') + path, { headers });
  const frames: unknown[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8'))));
  return { socket, frames, address };
}

/** Status and code of an upgrade that was refused. */
async function refusal(socket: WebSocket) {
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    NodeJS.ReadableStream & { statusCode: number },
  ];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, code: (JSON.parse(body) as { code: string }).code };
}

test('a client subscribes, sees values move, and is counted', async () => {
  await using server = stand();
  server.fleet.record('web', 'web-1', 'load_one');
  const { socket, frames } = await connect(server);
  await once(socket, 'open');
  socket.send('{"subscribe":{"id":"a","metric":"load_one"}}');
  await expect.poll(() => frames.length).toBe(2);
  server.fleet.sample(['web', 'web-1', 'load_one'], 7, server.clock.ms + 1000);
  server.clock.pass();
  await expect.poll(() => frames.length).toBe(3);
  expect(frames[2]).toMatchObject({ id: 'a', rows: [0], values: [7] });
  expect((await server.app.inject('/metrics')).body).toContain('\nmuster_live_clients 1\n');
  socket.close();
  await once(socket, 'close');
  await expect
    .poll(async () => (await server.app.inject('/metrics')).body)
    .toContain('\nmuster_live_clients 0\n');
});

test('a change of state is sent after the turn that found it; the clock alone beats where turns are late', async () => {
  await using server = stand();
  const { socket, frames } = await connect(server);
  await once(socket, 'open');
  socket.send('{"subscribe":{"id":"s","topic":"services"}}');
  await expect.poll(() => frames.length).toBe(1);
  server.judged.turn();
  await expect.poll(() => frames.length).toBe(2);
  server.clock.ms += 950;
  server.judged.judge(serviceView({ state: 'CRITICAL' }));
  server.judged.turn();
  await expect.poll(() => frames.length).toBe(3);
  expect(frames.slice(1)).toMatchObject([{ beat: expect.anything() }, { data: [{ state: 'CRITICAL' }] }]);
  server.clock.pass();
  server.clock.pass();
  await expect.poll(() => frames.length).toBe(4);
  expect(frames[3]).toMatchObject({ beat: server.clock.ms });
});

test.for([
  { name: 'our own page', origin: 'own', opens: true },
  { name: 'the public address', origin: 'https://muster.example.net', opens: true },
  { name: 'another site', origin: 'https://evil.example', opens: false },
  { name: 'a sandbox', origin: 'null', opens: false },
])('opened from $name', async ({ origin, opens }) => {
  await using server = stand();
  const own = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { origin: origin === 'own' ? own : origin };
  const socket = new WebSocket(`${own.replace('http', 'ws')}/api/v1/live`, { headers });
  if (opens) {
    await once(socket, 'open');
    socket.terminate();
  } else expect(await refusal(socket)).toEqual({ status: 403, code: 'origin_refused' });
});

test.for([
  {
    name: 'a foreign Host',
    headers: { host: 'evil.example' },
    path: '/api/v1/live',
    refused: { status: 421, code: 'host_refused' },
  },
  { name: 'another path', headers: {}, path: '/api/v1/dead', refused: { status: 404, code: 'not_found' } },
])('refused: $name', async ({ headers, path, refused }) => {
  await using server = stand();
  const { socket } = await connect(server, headers, path);
  expect(await refusal(socket)).toEqual(refused);
});

test.for([
  { name: 'a frame too large', send: 'x'.repeat(FEED_FRAME_BYTES_MAX + 1), times: 1, code: 1009 },
  {
    name: 'bytes for text, again and again',
    send: Buffer.from('{"subscribe":{"id":"a"}}'),
    times: 5,
    code: 1008,
  },
])('closed for $name', async ({ send, times, code }) => {
  await using server = stand();
  const { socket } = await connect(server);
  await once(socket, 'open');
  for (let i = 0; i < times; i += 1) socket.send(send);
  const [closed] = (await once(socket, 'close')) as [number];
  expect(closed).toBe(code);
});

test('closing the server says goodbye, stops the clock and leaves no connection', async () => {
  const server = stand();
  const { socket } = await connect(server);
  await once(socket, 'open');
  const goodbye = once(socket, 'close');
  await server.app.close();
  expect((await goodbye)[0]).toBe(1001);
  expect([server.clock.running, server.judged.listeners]).toEqual([0, 0]);
});
