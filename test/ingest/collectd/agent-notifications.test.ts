import { describe, expect, test } from 'vitest';
import { encodeNotification } from '../../../src/wire/collectd/encode.ts';
import {
  AGENT_NOTIFICATIONS_PER_SECOND_MAX,
  AGENT_NOTIFICATIONS_PER_WORKER_MAX,
} from '../../../src/limits.ts';
import { vector, vectorNames } from '../../wire/vector-files.ts';
import { harness, START_MS } from '../harness.ts';
import { START_S } from '../messages.ts';
import type { OutgoingNotification } from '../../../src/wire/collectd/encode.ts';

function said(over: Partial<OutgoingNotification> = {}): Uint8Array {
  return encodeNotification({
    host: 'web-01',
    timeS: START_S,
    plugin: 'cpu',
    pluginInstance: '0',
    type: 'percent',
    typeInstance: 'idle',
    severity: 2,
    message: 'is busy',
    ...over,
  });
}

const NOTIFICATION = {
  timeMs: START_MS,
  cluster: 'web',
  host: 'web-01',
  service: 'cpu-0/percent-idle',
  state: 'WARNING',
  text: 'is busy',
};

describe('what an agent has to say', () => {
  test.for([
    { name: 'whole', over: {}, is: {} },
    { name: 'a failure', over: { severity: 1 }, is: { state: 'CRITICAL' } },
    { name: 'all is well', over: { severity: 4 }, is: { state: 'OK' } },
    { name: 'of the whole cluster', over: { host: '' }, is: { host: '' } },
    {
      name: 'without instances',
      over: { pluginInstance: '', typeInstance: '' },
      is: { service: 'cpu/percent' },
    },
    { name: 'of a plugin alone', over: { type: '', typeInstance: '' }, is: { service: 'cpu-0' } },
    {
      name: 'of a type alone',
      over: { plugin: '', pluginInstance: '' },
      is: { service: '/percent-idle' },
    },
    {
      name: 'of nothing in particular',
      over: { plugin: '', pluginInstance: '', type: '', typeInstance: '' },
      is: { service: '' },
    },
    {
      name: 'names that are paths',
      over: { host: '/../x', plugin: 'a/b' },
      is: { host: '.._x', service: 'a_b-0/percent-idle' },
    },
    { name: 'markup and control characters', over: { message: '<b>\u001b[1m\n' }, is: { text: '<b>_[1m_' } },
    {
      name: 'the latest time there may be',
      over: { timeS: START_S + 60 },
      is: { timeMs: START_MS + 60_000 },
    },
  ])('$name', ({ over, is }) => {
    const { send, engine } = harness();
    send(said(over));
    expect(engine.takeNotifications()).toEqual([{ ...NOTIFICATION, ...is }]);
    expect(engine.takeNotifications()).toEqual([]);
    expect(engine.stats().groups[0]?.notifications).toBe(1);
  });

  test.for([
    { name: 'too old', over: { timeS: START_S - 601 }, reason: 'notification-past' },
    { name: 'from the future', over: { timeS: START_S + 61 }, reason: 'notification-future' },
  ])('refused and counted: $name', ({ over, reason }) => {
    const { send, engine } = harness();
    send(said(over));
    expect(engine.takeNotifications()).toEqual([]);
    expect(engine.books.packetsRejected.entries()).toEqual([[['web', 'collectd', reason], 1]]);
  });

  test('outside the window by arrival, where the group says so', () => {
    const { send, engine } = harness({ rules: { outside: 'arrival' } });
    send(said({ timeS: START_S - 9999 }));
    expect(engine.takeNotifications()).toMatchObject([{ timeMs: START_MS }]);
  });

  test('a host is named as the group names its hosts', () => {
    const { send, engine } = harness({ rules: { hostName: 'address' } });
    send(said(), '10.0.0.9');
    expect(engine.takeNotifications()).toMatchObject([{ host: '10.0.0.9' }]);
  });

  test('what real agents sent', () => {
    const { send, engine } = harness({ rules: { outside: 'accept' } });
    for (const file of vectorNames('collectd', /^plain-.*\.bin$/)) send(vector(`collectd/${file}`));
    const heard = engine.takeNotifications();
    expect(heard).toHaveLength(8);
    expect(new Set(heard.map(({ state }) => state))).toEqual(new Set(['OK', 'WARNING', 'CRITICAL']));
  });
});

describe('how much', () => {
  test('back and forth within a second is told to its end', () => {
    const { send, engine } = harness();
    for (const severity of [4, 2, 1, 4]) send(said({ severity }));
    expect(engine.takeNotifications().map(({ state }) => state)).toEqual(['OK', 'WARNING', 'CRITICAL', 'OK']);
  });

  test('the same once a second', () => {
    const { send, engine, clock } = harness();
    const refused = () => engine.books.packetsRejected.get('web', 'collectd', 'notification-repeated');
    for (let i = 0; i < 3; i += 1) send(said());
    send(said({ severity: 1 }));
    expect([engine.takeNotifications().length, refused()]).toEqual([2, 2]);
    clock.nowMs += 1000;
    send(said({ timeS: START_S + 1 }));
    expect([engine.takeNotifications().length, refused()]).toEqual([1, 2]);
  });

  test('so many of a group in a second, and of all groups of a worker', () => {
    const { send, engine, clock } = harness();
    for (let i = 0; i < AGENT_NOTIFICATIONS_PER_SECOND_MAX + 5; i += 1) send(said({ message: `m${i}` }));
    expect(engine.takeNotifications()).toHaveLength(AGENT_NOTIFICATIONS_PER_SECOND_MAX);
    expect(engine.books.packetsRejected.get('web', 'collectd', 'notifications-max')).toBe(5);
    expect(AGENT_NOTIFICATIONS_PER_WORKER_MAX).toBeGreaterThan(AGENT_NOTIFICATIONS_PER_SECOND_MAX);
    clock.nowMs += 1000;
    send(said());
    expect(engine.takeNotifications()).toHaveLength(1);
  });
});
