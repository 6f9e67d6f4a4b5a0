import { beforeEach, describe, expect, test } from 'vitest';
import {
  FEED_BACKLOG_BYTES_MAX,
  FEED_FAULTS_MAX,
  FEED_FRAMES_PER_SECOND_MAX,
  FEED_PROMPT_MAX,
  FEED_SELECTORS_MAX,
  FEED_SELECTORS_OF_RIGHT,
  FEED_SERIES_MAX,
  FEED_SUBSCRIPTIONS_MAX,
} from '../../src/limits.ts';
import { FeedHub } from '../../src/http/feed-hub.ts';
import { FleetView } from '../../src/http/fleet-view.ts';
import { TestFleet } from '../live/fleet.ts';
import { FakeRegistry } from './fake-instances.ts';
import {
  FakeClock,
  FakeEvents,
  FakeJudged,
  FakeOperations,
  FakeRetired,
  NOW_MS,
  serviceView,
} from './stand.ts';
import type { EventView } from '../../src/contract/api.ts';
import type { FeedSocket } from '../../src/http/feed-client.ts';

class FakeSocket implements FeedSocket {
  bufferedAmount = 0;
  readonly frames: unknown[] = [];
  pings = 0;
  ended = '';

  send(text: string): void {
    this.frames.push(JSON.parse(text));
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number, reason: string): void {
    this.ended = `${code} ${reason}`;
  }

  terminate(): void {
    this.ended = 'terminated';
  }

  /** The frames since the last call. */
  take(): unknown[] {
    return this.frames.splice(0);
  }
}

let fleet: TestFleet;
let clock: FakeClock;
let judged: FakeJudged;
const stateChange: EventView = {
  time_ms: 1,
  cluster: 'web',
  host: 'web-1',
  service: 'load',
  state: 'CRITICAL',
  state_type: 'HARD',
  attempt: 3,
  id: 's1',
  kind: 'state',
  text: '',
  tags: [],
  by: '',
};

let events: FakeEvents;
let hub: FeedHub;

beforeEach(() => {
  fleet = new TestFleet();
  clock = new FakeClock();
  judged = new FakeJudged();
  events = new FakeEvents();
  const ports = {
    catalogue: fleet.catalogue,
    events,
    clock,
    judged,
    operations: new FakeOperations(),
    registry: new FakeRegistry(),
    retired: new FakeRetired(),
    history: { read: () => Promise.reject(new Error('the feed reads no history')) },
    log: { error: () => {} },
  };
  hub = new FeedHub({ ...ports, fleet: new FleetView(ports) });
  clock.every(1000, () => hub.tick());
  for (const host of ['web-1', 'web-2', 'web-3']) fleet.record('web', host, 'load_one', { units: 'load' });
  fleet.sample(['web', 'web-1', 'load_one'], 1, NOW_MS - 5000);
  fleet.sample(['web', 'web-2', 'load_one'], NaN, NOW_MS);
});

function connect() {
  const socket = new FakeSocket();
  const connection = hub.attach(socket);
  const say = (frame: unknown) => connection.receive(JSON.stringify(frame));
  const subscribe = (id: string, more: object = {}) => say({ subscribe: { id, ...more } });
  return { socket, connection, say, subscribe };
}

const name = (host: string) => ({ cluster: 'web', host, metric: 'load_one', units: 'load' });

describe('a selector', () => {
  test('names first, then all that is known, then only what arrived since', () => {
    const { socket, subscribe } = connect();
    subscribe('a', { metric: 'load_one' });
    expect(socket.take()).toEqual([
      { id: 'a', series: [name('web-1'), name('web-2'), name('web-3')], left_out: 0 },
      { id: 'a', t: NOW_MS, rows: [0, 1], values: [1, null], ages: [5000, 0] },
    ]);
    fleet.sample(['web', 'web-3', 'load_one'], 3.5, NOW_MS + 400);
    clock.pass();
    expect(socket.take()).toEqual([{ id: 'a', t: NOW_MS + 1000, rows: [2], values: [3.5], ages: [600] }]);
    clock.pass();
    expect(socket.take()).toEqual([{ beat: NOW_MS + 2000 }]);
  });

  test('the same value anew is a change', () => {
    const { socket, subscribe } = connect();
    subscribe('a', { host: 'web-1' });
    socket.take();
    fleet.sample(['web', 'web-1', 'load_one'], 1, NOW_MS + 1);
    clock.pass();
    expect(socket.take()).toEqual([{ id: 'a', t: NOW_MS + 1000, rows: [0], values: [1], ages: [999] }]);
  });

  test('new series: the names again, then everything', () => {
    const { socket, subscribe } = connect();
    subscribe('a', { host: 'web-1|db-1' });
    socket.take();
    fleet.record('db', 'db-1', 'load_one').sample(['db', 'db-1', 'load_one'], 9, NOW_MS + 1000);
    clock.pass();
    expect(socket.take()).toMatchObject([
      { id: 'a', series: [{ host: 'web-1' }, { host: 'db-1' }] },
      { id: 'a', rows: [0, 1], values: [1, 9] },
    ]);
  });

  test('hosts by a fact: one that comes, changes or goes is followed', () => {
    const { socket, subscribe } = connect();
    fleet.fact('web', 'web-2', 'role', 'db-1');
    subscribe('a', { fact: ['role:db.*'] });
    expect(socket.take()[0]).toEqual({ id: 'a', series: [name('web-2')], left_out: 0 });
    fleet.fact('web', 'web-1', 'role', 'db-2');
    clock.pass();
    expect(socket.take()[0]).toEqual({ id: 'a', series: [name('web-1'), name('web-2')], left_out: 0 });
    fleet.fact('web', 'web-1', 'role', 'front').factGone('web', 'web-2', 'role');
    clock.pass();
    expect(socket.take()[0]).toEqual({ id: 'a', series: [], left_out: 0 });
  });

  test('a change of the fleet that does not concern it says nothing', () => {
    const { socket, subscribe } = connect();
    subscribe('a', { host: 'web-1' });
    socket.take();
    fleet.fact('web', 'web-1', 'os', 'Linux').record('db', 'db-1', 'load_one');
    clock.pass();
    expect(socket.take()).toEqual([{ beat: NOW_MS + 1000 }]);
  });

  test('one that matches nothing yet is answered all the same', () => {
    const { socket, subscribe } = connect();
    subscribe('a', { host: 'later' });
    expect(socket.take()).toEqual([
      { id: 'a', series: [], left_out: 0 },
      { id: 'a', t: NOW_MS, rows: [], values: [], ages: [] },
    ]);
  });

  test('shared: a later subscriber disturbs nobody and misses nothing', () => {
    const [first, second] = [connect(), connect()];
    first.subscribe('a', { host: 'web-1' });
    first.socket.take();
    fleet.sample(['web', 'web-1', 'load_one'], 2, NOW_MS + 100);
    second.subscribe('b', { host: 'web-1' });
    expect(second.socket.take()).toMatchObject([{ id: 'b' }, { id: 'b', values: [2] }]);
    clock.pass();
    expect(first.socket.take()).toMatchObject([{ id: 'a', rows: [0], values: [2] }]);
    expect(second.socket.take()).toMatchObject([{ id: 'b', rows: [0], values: [2] }]);
  });

  test('an id subscribed again is replaced; unsubscribed, it is silent', () => {
    const { socket, subscribe, say } = connect();
    subscribe('a', { host: 'web-1' });
    subscribe('a', { host: 'web-2' });
    expect(socket.take()).toMatchObject([{}, {}, { series: [{ host: 'web-2' }] }, {}]);
    say({ unsubscribe: 'a' });
    say({ unsubscribe: 'never there' });
    fleet.sample(['web', 'web-2', 'load_one'], 2, NOW_MS + 100);
    clock.pass();
    expect(socket.take()).toEqual([{ beat: NOW_MS + 1000 }]);
  });
});

describe('topics', () => {
  test('clusters whole, then again when something changed', () => {
    const { socket, subscribe } = connect();
    subscribe('c', { topic: 'clusters' });
    expect(socket.take()).toMatchObject([
      { id: 'c', topic: 'clusters', t: NOW_MS, data: [{ name: 'web', metrics: 3 }] },
    ]);
    clock.pass();
    expect(socket.take()).toEqual([{ beat: NOW_MS + 1000 }]);
    fleet.record('web', 'web-4', 'load_one');
    clock.pass();
    expect(socket.take()).toMatchObject([{ id: 'c', t: NOW_MS + 2000, data: [{ metrics: 4 }] }]);
  });

  test('services are the problems, events the newest first', () => {
    const { socket, subscribe } = connect();
    judged.judge(serviceView(), serviceView({ host: 'web-2', state: 'WARNING' }));
    subscribe('s', { topic: 'services' });
    subscribe('e', { topic: 'events' });
    expect(socket.take()).toMatchObject([
      { topic: 'services', data: [{ host: 'web-2' }] },
      { topic: 'events', data: [] },
    ]);
    events.all = [stateChange];
    judged.judge();
    clock.pass();
    expect(socket.take()).toMatchObject([
      { id: 's', data: [] },
      { id: 'e', data: [stateChange] },
    ]);
    clock.pass();
    expect(socket.take()).toEqual([{ beat: NOW_MS + 2000 }]);
    // Read when there are other ones only.
    expect(events.queries).toHaveLength(2);
  });
});

test('events that cannot be read leave the last ones, and nothing else behind', () => {
  const { socket, subscribe } = connect();
  subscribe('e', { topic: 'events' });
  socket.take();
  events.fault = 'disk I/O error';
  events.all = [{ ...stateChange, id: 's2' }];
  clock.pass();
  expect(socket.take()).toEqual([{ beat: NOW_MS + 1000 }]);
  events.fault = undefined;
  clock.pass();
  expect(socket.take()).toMatchObject([{ id: 'e', data: [{ id: 's2' }] }]);
});

describe('a client that cannot keep up', () => {
  test('skips frames without harm to others, and then gets everything', () => {
    const [slow, quick] = [connect(), connect()];
    for (const { subscribe, socket } of [slow, quick]) {
      subscribe('a', { metric: 'load_one' });
      subscribe('c', { topic: 'clusters' });
      socket.take();
    }
    slow.socket.bufferedAmount = FEED_BACKLOG_BYTES_MAX + 1;
    for (const [host, value] of [
      ['web-1', 10],
      ['web-2', 20],
    ] as const) {
      fleet.sample(['web', host, 'load_one'], value, clock.ms + 1).record('web', `new-${value}`, 'cpu');
      clock.pass();
    }
    expect(slow.socket.take()).toEqual([]);
    expect(quick.socket.take()).toMatchObject([
      { id: 'a', rows: [0] },
      { id: 'c' },
      { id: 'a', rows: [1] },
      { id: 'c' },
    ]);
    slow.socket.bufferedAmount = 0;
    clock.pass();
    expect(slow.socket.take()).toMatchObject([
      { id: 'a', rows: [0, 1], values: [10, 20] },
      { id: 'c', data: [{ metrics: 5 }] },
    ]);
    expect(quick.socket.take()).toMatchObject([{ beat: clock.ms }]);
  });

  test('what it subscribes to meanwhile comes when it has caught up', () => {
    const { socket, subscribe } = connect();
    socket.bufferedAmount = FEED_BACKLOG_BYTES_MAX + 1;
    subscribe('a', { host: 'web-1' });
    clock.pass();
    expect(socket.take()).toEqual([]);
    socket.bufferedAmount = 0;
    clock.pass();
    expect(socket.take()).toMatchObject([{ series: [{ host: 'web-1' }] }, { rows: [0] }]);
  });

  test('one that answers no ping is cut off', () => {
    const [dead, alive] = [connect(), connect()];
    for (let i = 0; i < 6; i += 1) {
      clock.pass(10);
      alive.connection.pong();
    }
    expect(dead.socket.ended).toBe('terminated');
    expect(alive.socket.ended).toBe('');
    expect({ clients: hub.clients, pings: alive.socket.pings }).toEqual({ clients: 1, pings: 6 });
  });
});

describe('bounds', () => {
  test('a pattern that does not compile is said so, and costs no more', () => {
    const { socket, subscribe } = connect();
    for (let i = 0; i < FEED_FAULTS_MAX + 1; i += 1) subscribe('a', { host: '(' });
    expect(socket.take()).toMatchObject(
      Array.from({ length: FEED_FAULTS_MAX + 1 }, () => ({ id: 'a', error: { code: 'bad_pattern' } })),
    );
    expect(socket.ended).toBe('');
  });

  test('frames that cannot be read: an error each, then the end', () => {
    const { socket, connection } = connect();
    for (let i = 0; i < FEED_FAULTS_MAX + 3; i += 1) connection.receive('nonsense');
    expect(socket.take()).toHaveLength(FEED_FAULTS_MAX);
    expect(socket.ended).toBe('1008 too many frames that cannot be read');
    expect(hub.clients).toBe(0);
  });

  test('a flood of frames', () => {
    const { socket, say } = connect();
    for (let i = 0; i < FEED_FRAMES_PER_SECOND_MAX; i += 1) say({ unsubscribe: 'a' });
    clock.pass();
    for (let i = 0; i < FEED_FRAMES_PER_SECOND_MAX; i += 1) say({ unsubscribe: 'a' });
    expect(socket.ended).toBe('');
    say({ unsubscribe: 'a' });
    expect(socket.ended).toBe('1008 too many frames');
  });

  test('so many subscriptions; the first few are answered at once, the others at the tick', () => {
    const { socket, subscribe } = connect();
    for (let i = 0; i < FEED_SUBSCRIPTIONS_MAX; i += 1) subscribe(`s${i}`, { host: 'web-1' });
    expect(socket.take()).toHaveLength(2 * FEED_PROMPT_MAX);
    subscribe('more', { host: 'web-1' });
    expect(socket.take()).toMatchObject([{ id: 'more', error: { code: 'feed_too_many_subscriptions' } }]);
    subscribe('s0', { host: 'web-2' });
    clock.pass();
    const answered = new Set(socket.take().map((frame) => (frame as { id?: string }).id));
    expect(answered.size).toBe(FEED_SUBSCRIPTIONS_MAX - FEED_PROMPT_MAX + 1);
  });

  test('so many series: cut in one selector, refused over all of a client', () => {
    for (let i = 0; i < FEED_SERIES_MAX; i += 1) fleet.record('big', 'big-1', `m${i}`);
    const { socket, subscribe } = connect();
    subscribe('a');
    expect(socket.take()).toMatchObject([{ id: 'a', left_out: 3 }, { id: 'a' }]);
    subscribe('b', { host: 'web-1' });
    expect(socket.take()).toMatchObject([{ id: 'b', error: { code: 'feed_too_many_series' } }]);
  });

  test('a few clients cannot take all selectors: the first ones of a newcomer are always followed', () => {
    const clients = Math.ceil(FEED_SELECTORS_MAX / FEED_SUBSCRIPTIONS_MAX);
    for (let i = 0; i < clients; i += 1) {
      const { subscribe } = connect();
      for (let s = 0; s < FEED_SUBSCRIPTIONS_MAX; s += 1) subscribe(`s${s}`, { host: `h-${i}-${s}` });
      clock.pass();
    }
    const { socket, subscribe } = connect();
    for (let s = 0; s < FEED_SELECTORS_OF_RIGHT; s += 1) subscribe(`s${s}`, { host: `new-${s}` });
    expect(JSON.stringify(socket.take())).not.toContain('feed_full');
    subscribe('more', { host: 'new-more' });
    expect(socket.take()).toMatchObject([{ id: 'more', error: { code: 'feed_full' } }]);
    subscribe('shared', { host: 'h-0-0' });
    expect(JSON.stringify(socket.take())).not.toContain('feed_full');
  });

  test('who has gone leaves nothing behind', () => {
    const { socket, connection, subscribe, say } = connect();
    subscribe('a');
    connection.gone();
    socket.take();
    say({ subscribe: { id: 'b' } });
    clock.pass();
    expect(socket.take()).toEqual([]);
    expect(hub.clients).toBe(0);
  });
});
