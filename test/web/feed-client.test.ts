import { describe, expect, test } from 'vitest';
import { FeedClient, retryDelayMs, SILENCE_MS } from '../../web/src/live/feed-client.ts';
import type { FeedSocket, FeedWorld, SocketEvents } from '../../web/src/live/feed-client.ts';

/** A world whose time moves only when told, with every socket the client opened. */
class FakeWorld implements FeedWorld {
  readonly sockets: FakeSocket[] = [];
  #nowMs = 1_000_000;
  #timers: { atMs: number; run: () => void }[] = [];

  connect(events: SocketEvents): FeedSocket {
    const socket = new FakeSocket(events);
    this.sockets.push(socket);
    return socket;
  }
  nowMs(): number {
    return this.#nowMs;
  }
  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }
  random(): number {
    return 1;
  }
  pass(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let turns = 0; turns < 1000; turns += 1) {
      const [next] = this.#timers.filter((t) => t.atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs);
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = endMs;
  }
  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }
}

class FakeSocket implements FeedSocket {
  readonly said: unknown[] = [];
  readonly events: SocketEvents;
  closed = false;
  /** As on a dead path: `close` is told by the test, when it comes. */
  closesLate = false;
  constructor(events: SocketEvents) {
    this.events = events;
  }
  send(text: string): void {
    this.said.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
    if (!this.closesLate) this.events.closed(1000);
  }
  hear(frame: object): void {
    this.events.heard(JSON.stringify(frame));
  }
}

const selector = { cluster: 'web', host: '.*', metric: 'load_one' };
const series = [
  { cluster: 'web', host: 'a', metric: 'load_one', units: '' },
  { cluster: 'web', host: 'b', metric: 'load_one', units: '' },
];

function started() {
  const world = new FakeWorld();
  const client = new FeedClient(world);
  client.start();
  world.last.events.opened();
  return { world, client };
}

test.for([
  { attempt: 1, random: 1, ms: 500 },
  { attempt: 2, random: 1, ms: 1000 },
  { attempt: 5, random: 1, ms: 8000 },
  { attempt: 50, random: 1, ms: 10_000 },
  { attempt: 1, random: 0, ms: 400 },
])('attempt $attempt waits $ms ms', ({ attempt, random, ms }) =>
  expect(retryDelayMs(attempt, random)).toBe(ms),
);

test('values find their series by row', () => {
  const { world, client } = started();
  const { table } = client.subscribe(selector, false);
  expect(world.last.said).toEqual([{ subscribe: { id: 's0', ...selector } }]);
  world.last.hear({ id: 's0', series, left_out: 0 });
  world.last.hear({ id: 's0', t: 5000, rows: [1], values: [2.5], ages: [400] });
  expect(table.get('web', 'b', 'load_one')).toEqual({ value: 2.5, atMs: 4600 });
  expect(table.get('web', 'a', 'load_one')).toBeUndefined();
});

test('equal selectors share a subscription until the last user leaves', () => {
  const { world, client } = started();
  const first = client.subscribe(selector, false);
  const second = client.subscribe(selector, false);
  expect(second.table).toBe(first.table);
  first.release();
  expect(world.last.said).toHaveLength(1);
  second.release();
  expect(world.last.said.at(-1)).toEqual({ unsubscribe: 's0' });
});

test('a series that is gone takes its value with it', () => {
  const { world, client } = started();
  const { table } = client.subscribe(selector, false);
  world.last.hear({ id: 's0', series, left_out: 0 });
  world.last.hear({ id: 's0', t: 5000, rows: [0, 1], values: [1, 2], ages: [0, 0] });
  world.last.hear({ id: 's0', series: series.slice(1), left_out: 0 });
  expect(table.get('web', 'a', 'load_one')).toBeUndefined();
  expect(table.get('web', 'b', 'load_one')?.value).toBe(2);
});

test('tails grow by new samples only, and within their bound', () => {
  const { world, client } = started();
  const { table } = client.subscribe(selector, true);
  world.last.hear({ id: 's0', series, left_out: 0 });
  const frame = { id: 's0', t: 5000, rows: [0], values: [1], ages: [0] };
  world.last.hear(frame);
  world.last.hear({ ...frame, t: 6000, ages: [1000] });
  expect(table.tail('web', 'a', 'load_one').times).toEqual([5]);
  for (let i = 0; i < 2000; i += 1) world.last.hear({ ...frame, t: 10_000 + i * 1000, values: [null] });
  const tail = table.tail('web', 'a', 'load_one');
  expect(tail.times.length).toBe(tail.values.length);
  expect(tail.times.length).toBeLessThanOrEqual(720);
  expect(tail.values.at(-1)).toBeNull();
});

test('silence shows within three seconds, with the time last heard', () => {
  const { world, client } = started();
  world.last.hear({ beat: 1_000_000 });
  expect(client.connection).toEqual({ kind: 'live' });
  const heardMs = world.nowMs();
  world.pass(SILENCE_MS - 1);
  expect(client.connection.kind).toBe('live');
  world.pass(1);
  expect(client.connection).toEqual({ kind: 'broken', sinceMs: heardMs, attempt: 1 });
  expect(SILENCE_MS).toBeLessThan(3000);
});

test('a new connection subscribes to everything again', () => {
  const { world, client } = started();
  client.subscribe(selector, false);
  client.onTopic('clusters', () => {});
  world.last.events.closed(1006);
  expect(client.connection.kind).toBe('broken');
  world.pass(500);
  expect(world.sockets).toHaveLength(2);
  world.last.events.opened();
  expect(world.last.said).toEqual([
    { subscribe: { id: 's0', ...selector } },
    { subscribe: { id: 'topic-clusters', topic: 'clusters' } },
  ]);
  world.last.hear({ beat: 1 });
  expect(client.connection).toEqual({ kind: 'live' });
});

test('a server that stays away is asked ever less often', () => {
  const { world } = started();
  world.last.events.closed(1006);
  for (let i = 0; i < 6; i += 1) {
    world.pass(10_000);
    world.last.events.closed(1006);
  }
  const before = world.sockets.length;
  world.pass(9999);
  expect(world.sockets.length).toBe(before);
  world.pass(1);
  expect(world.sockets.length).toBe(before + 1);
});

test('words of an old connection are not heard', () => {
  const { world, client } = started();
  const old = world.last;
  old.events.closed(1006);
  old.hear({ beat: 1 });
  expect(client.connection.kind).toBe('broken');
});

describe('a dead socket that closes late', () => {
  test('does not touch the connection that took its place', () => {
    const { world, client } = started();
    const dead = world.last;
    dead.closesLate = true;
    world.pass(SILENCE_MS + 500);
    expect(dead.closed).toBe(true);
    expect(world.sockets).toHaveLength(2);
    world.last.events.opened();
    world.last.hear({ beat: 1 });
    dead.events.closed(1006);
    expect(client.connection).toEqual({ kind: 'live' });
    client.subscribe(selector, false);
    expect(world.last.said).toEqual([{ subscribe: { id: 's0', ...selector } }]);
    for (let s = 0; s < 30; s += 1) {
      world.last.hear({ beat: 1 });
      world.pass(1000);
    }
    expect(world.sockets).toHaveLength(2);
  });
  test('does not touch what was started after a stop', () => {
    const { world, client } = started();
    const dead = world.last;
    dead.closesLate = true;
    client.stop();
    expect(client.connection).toEqual({ kind: 'connecting' });
    client.start();
    dead.events.closed(1006);
    dead.hear({ beat: 1 });
    expect(client.connection).toEqual({ kind: 'connecting' });
    world.last.hear({ beat: 1 });
    expect(client.connection).toEqual({ kind: 'live' });
    expect(world.sockets).toHaveLength(2);
  });
  test('a start while a retry waits opens one socket', () => {
    const { world, client } = started();
    world.last.events.closed(1006);
    client.start();
    world.last.hear({ beat: 1 });
    world.pass(1000);
    expect(world.sockets).toHaveLength(2);
  });
});

test('topics reach their listeners until they leave', () => {
  const { world, client } = started();
  const heard: unknown[] = [];
  const leave = client.onTopic('services', (data) => heard.push(data));
  world.last.hear({ id: 'topic-services', topic: 'services', t: 1, data: [1] });
  leave();
  world.last.hear({ id: 'topic-services', topic: 'services', t: 2, data: [2] });
  expect(heard).toEqual([[1]]);
  expect(world.last.said.at(-1)).toEqual({ unsubscribe: 'topic-services' });
});

test('a refused subscription says why', () => {
  const { world, client } = started();
  const { table } = client.subscribe(selector, false);
  const error = { code: 'feed-series-max', message: 'Too many series.', cure: 'Narrow the selector.' };
  world.last.hear({ id: 's0', error });
  expect(table.error).toEqual(error);
});

test('ages are told by the server’s clock', () => {
  const { world, client } = started();
  world.last.hear({ beat: world.nowMs() + 60_000 });
  world.pass(1000);
  expect(client.serverNowMs()).toBe(world.nowMs() + 60_000);
});

test('after a stop nothing is tried again', () => {
  const { world, client } = started();
  client.stop();
  world.pass(60_000);
  expect(world.sockets).toHaveLength(1);
  expect(world.last.closed).toBe(true);
});

test.for([
  { name: 'nobody is signed in any more', code: 4401, told: 1 },
  { name: 'the server restarts', code: 1001, told: 0 },
  { name: 'the path is dead', code: 1006, told: 0 },
])('turned away: $name', ({ code, told }) => {
  const { world, client } = started();
  let count = 0;
  client.onTurnedAway(() => {
    count += 1;
  });
  world.last.events.closed(code);
  expect(count).toBe(told);
  expect(client.connection.kind).toBe('broken');
});
