import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { FEED_TOPICS } from '../../src/contract/feed.ts';
import { FeedHub } from '../../src/http/feed-hub.ts';
import { FleetView } from '../../src/http/fleet-view.ts';
import { HttpError } from '../../src/http/errors.ts';
import { FEED_ROLES } from '../../src/http/roles.ts';
import { TestFleet } from '../live/fleet.ts';
import { cookieOf, guarded } from './guarded.ts';
import { FakeRegistry } from './fake-instances.ts';
import { FakeClock, FakeEvents, FakeJudged, FakeOperations, FakeRetired } from './stand.ts';
import type { Identity, TokenRole } from '../../src/contract/access.ts';
import type { HttpErrorCode } from '../../src/http/errors.ts';
import type { FeedSocket } from '../../src/http/feed-client.ts';

type Guarded = ReturnType<typeof guarded>;

/** A real connection to a real port. */
async function connect(server: Guarded, headers: Record<string, string>) {
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const socket = new WebSocket(`${address.replace('http', 'ws')}/api/v1/live`, { headers });
  const frames: unknown[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8'))));
  return { socket, frames };
}

async function refusalOf(socket: WebSocket) {
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    NodeJS.ReadableStream & { statusCode: number },
  ];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, code: (JSON.parse(body) as { code: string }).code };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('opening the feed', () => {
  test.for<{ name: string; headers: (server: Guarded) => Record<string, string>; refused: object }>([
    { name: 'nothing', headers: () => ({}), refused: { status: 401, code: 'sign_in_needed' } },
    {
      name: 'an unknown token',
      headers: () => bearer('muster_x'),
      refused: { status: 401, code: 'credentials_refused' },
    },
    {
      name: 'an enrolment token',
      headers: (server) => bearer(server.addToken('enrol')),
      refused: { status: 403, code: 'role_too_weak' },
    },
  ])('with $name is refused', async ({ headers, refused }) => {
    await using server = guarded();
    const { socket } = await connect(server, headers(server));
    expect(await refusalOf(socket)).toEqual(refused);
  });

  test.for(['viewer', 'operator', 'admin'] as const)('with a token of role %s', async (role) => {
    await using server = guarded();
    const { socket } = await connect(server, bearer(server.addToken(role)));
    await once(socket, 'open');
  });
});

test('a session that ends takes its feed along within seconds', async () => {
  await using server = guarded({ publicUrl: 'http://127.0.0.1:8600' });
  server.addUser('ada', 'viewer');
  const { socket, frames } = await connect(server, { cookie: cookieOf(await server.signIn('ada')) });
  await once(socket, 'open');
  socket.send('{"subscribe":{"id":"c","topic":"clusters"}}');
  await expect.poll(() => frames.length).toBe(1);
  server.commandLine.removeUser('ada');
  const closed = once(socket, 'close');
  server.clock.pass(5);
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, reason.toString('utf8')]).toEqual([4401, 'credentials_expired']);
  expect(frames.at(-1)).toMatchObject({
    id: 'c',
    error: { code: 'credentials_expired', cure: 'sign in again' },
  });
});

test('a revoked token subscribes to nothing more', async () => {
  await using server = guarded();
  const token = server.addToken('viewer');
  const { socket, frames } = await connect(server, bearer(token));
  await once(socket, 'open');
  server.commandLine.revokeToken(token.slice(7, 15), server.time.ms);
  const closed = once(socket, 'close');
  socket.send('{"subscribe":{"id":"a","metric":"load_one"}}');
  expect((await closed)[0]).toBe(4401);
  expect(frames).toEqual([{ id: 'a', error: expect.objectContaining({ code: 'credentials_refused' }) }]);
});

class FakeSocket implements FeedSocket {
  readonly bufferedAmount = 0;
  readonly frames: unknown[] = [];
  ended = '';

  send(text: string): void {
    this.frames.push(JSON.parse(text));
  }

  ping(): void {}

  close(code: number, reason: string): void {
    this.ended = `${code} ${reason}`;
  }

  terminate(): void {}
}

describe('a connection', () => {
  function hubWith(first: TokenRole) {
    const fleet = new TestFleet();
    const clock = new FakeClock();
    const judged = new FakeJudged();
    const known = { registry: new FakeRegistry(), retired: new FakeRetired() };
    const ports = { catalogue: fleet.catalogue, clock, judged, operations: new FakeOperations(), ...known };
    const hub = new FeedHub({ ...ports, events: new FakeEvents(), fleet: new FleetView(ports) });
    clock.every(1000, () => hub.tick());
    const socket = new FakeSocket();
    const state: { role: TokenRole; asked: number; ended?: HttpErrorCode } = { role: first, asked: 0 };
    const permit = (): Identity | HttpError => {
      state.asked += 1;
      if (state.ended !== undefined) return new HttpError(state.ended, 'over');
      return { kind: 'person', name: 'ada', role: state.role, group: null };
    };
    const connection = hub.attach(socket, permit);
    const subscribe = (topic: string) =>
      connection.receive(
        JSON.stringify({ subscribe: { id: topic, ...(topic === 'series' ? {} : { topic }) } }),
      );
    return { hub, clock, socket, state, subscribe };
  }

  test.for(['series', ...FEED_TOPICS] as const)('whose role is too weak gets no %s', (topic) => {
    const { hub, socket, subscribe } = hubWith('enrol');
    expect(FEED_ROLES[topic]).toBe('viewer');
    subscribe(topic);
    expect(socket.frames).toMatchObject([{ id: topic, error: { code: 'role_too_weak' } }]);
    expect([socket.ended, hub.clients]).toEqual(['', 1]);
  });

  test('whose role is taken away loses its subscriptions', () => {
    const { clock, socket, state, subscribe } = hubWith('viewer');
    subscribe('clusters');
    socket.frames.length = 0;
    state.role = 'enrol';
    clock.pass(5);
    expect(socket.frames).toContainEqual({
      id: 'clusters',
      error: expect.objectContaining({ code: 'role_too_weak' }),
    });
    const refused = socket.frames.length;
    clock.pass(5);
    expect(socket.frames.slice(refused).every((frame) => 'beat' in (frame as object))).toBe(true);
  });

  test('is asked about once in five seconds', () => {
    const { clock, state } = hubWith('viewer');
    clock.pass(20);
    expect(state.asked).toBe(4);
  });

  test.for([
    { ended: 'credentials_expired', closed: '4401 credentials_expired' },
    { ended: 'role_too_weak', closed: '4401 role_too_weak' },
    { ended: 'not_ready', closed: '1013 not_ready' },
  ] as const)('whose right to it is $ended gets nothing more', ({ ended, closed }) => {
    const { hub, clock, socket, state, subscribe } = hubWith('viewer');
    subscribe('clusters');
    clock.pass(4);
    socket.frames.length = 0;
    state.ended = ended;
    clock.pass();
    expect([socket.ended, hub.clients]).toEqual([closed, 0]);
    expect(socket.frames).toMatchObject([{ id: 'clusters', error: { code: ended } }]);
  });
});
