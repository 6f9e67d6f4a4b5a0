import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { GROUP_DEFAULTS } from '../../../src/contract/config.ts';
import { CollectdDoors } from '../../../src/ingest/collectd/collectd-door.ts';
import { harness, imbalance } from '../harness.ts';
import { forgotten, LEFT, registered } from '../instances.ts';
import { collectd } from '../messages.ts';
import { AUTH_FILE, encrypted, signed, usersOf } from './door-scene.ts';
import type { CollectdConfig } from '../../../src/contract/config.ts';

const KEY = { user: 'i-1', password: 'of the instance' };
const MEMBER = { key: KEY };

function scene(over: Partial<CollectdConfig> = {}) {
  const users = usersOf(AUTH_FILE);
  const told: string[] = [];
  const doors = new CollectdDoors({
    ticksMs: () => 1000,
    users: () => users,
    onUnverified: (group) => told.push(group),
  });
  const rules = { ...GROUP_DEFAULTS.collectd, securityLevel: 'Sign', replayWindowMs: 0, ...over } as const;
  const h = harness({ doors, rules: { collectd: rules } });
  h.engine.members.take([registered(MEMBER)]);
  const hosts = () => [...(h.catalogue.clusters.get('web')?.keys() ?? [])];
  const refused = () => [
    ...h.engine.books.packetsRejected.entries().map(([labels]) => labels[2]),
    ...h.engine.books.valuesRejected.entries().map(([labels]) => labels[1]),
  ];
  return { ...h, hosts, refused, told };
}

const plain = collectd({});
const own = signed(plain, KEY.user, KEY.password);
const sealed = encrypted(plain, KEY.user, KEY.password);
const wrong = signed(plain, KEY.user, 'another');
const FILE = { authFile: 'auth' };

describe('what an instance signs and encrypts', () => {
  test.for<{
    name: string;
    rules: Partial<CollectdConfig>;
    datagram: Uint8Array;
    refused?: string;
  }>([
    { name: 'signed, where one must sign', rules: {}, datagram: own },
    { name: 'encrypted', rules: { securityLevel: 'Encrypt' }, datagram: sealed },
    { name: 'signed, beside an AuthFile', rules: FILE, datagram: own },
    { name: 'plain', rules: {}, datagram: plain, refused: 'unsigned' },
    { name: 'with another password', rules: {}, datagram: wrong, refused: 'bad-signature' },
    {
      name: 'encrypted with another password',
      rules: {},
      datagram: encrypted(plain, KEY.user, 'another'),
      refused: 'bad-checksum',
    },
    {
      name: 'by nobody who registered',
      rules: {},
      datagram: signed(plain, 'i-2', 'x'),
      refused: 'unknown-user',
    },
    { name: 'by a user of the file', rules: FILE, datagram: signed(plain) },
    {
      name: 'another host, with its own key',
      rules: {},
      datagram: signed(collectd({ host: 'web-02' }), KEY.user, KEY.password),
      refused: 'user_host',
    },
    {
      name: 'another host, whatever the users’ patterns say',
      rules: { ...FILE, users: [{ name: 'i-1', hosts: '.*' }] },
      datagram: signed(collectd({ host: 'web-02' }), KEY.user, KEY.password),
      refused: 'user_host',
    },
    { name: 'signed, where nobody must', rules: { securityLevel: 'None' }, datagram: own },
    {
      name: 'with another password, where nobody must sign',
      rules: { securityLevel: 'None' },
      datagram: wrong,
      refused: 'bad-signature',
    },
    { name: 'plain, where nobody must sign', rules: { securityLevel: 'None' }, datagram: plain },
    {
      name: 'another’s signature, where nobody must sign',
      rules: { securityLevel: 'None' },
      datagram: signed(plain, 'eve', 'x'),
    },
    {
      name: 'another’s encryption, where nobody must sign',
      rules: { securityLevel: 'None' },
      datagram: encrypted(plain, 'eve', 'x'),
      refused: 'no-auth-file',
    },
  ])('$name', ({ rules, datagram, refused: reason }) => {
    const { send, hosts, refused, engine } = scene(rules);
    send(datagram);
    const expected = reason === undefined ? [['web-01'], []] : [[], [reason]];
    expect([hosts(), refused()]).toEqual(expected);
    expect(imbalance(engine)).toBe(0);
  });
});

test('a name that is in the AuthFile is the file’s, and writes what the file’s user may', () => {
  const { send, hosts, refused, engine } = scene({ authFile: 'auth', users: [] });
  engine.members.take([registered({ key: { user: 'alice', password: 'taken over' } })]);
  send(signed(collectd({ host: 'any' })));
  send(signed(collectd({ host: 'web-01' }), 'alice', 'taken over'));
  expect([hosts(), refused()]).toEqual([['any'], ['bad-signature']]);
});

test('who leaves is a user no more, and is one again when it is back', () => {
  const { send, engine, refused, live } = scene();
  const value = (n: number) => signed(collectd({ values: [n] }), KEY.user, KEY.password);
  const tries = (...news: Parameters<typeof engine.members.take>[0]) => {
    engine.members.take(news);
    send(value(tries.count++));
    return live('web', 'web-01', 'load/gauge') === undefined;
  };
  tries.count = 1;
  expect(tries(registered({ ...MEMBER, standing: LEFT }))).toBe(true);
  expect(tries(forgotten())).toBe(true);
  expect(refused()).toEqual(['unknown-user']);
  expect(tries(registered(MEMBER))).toBe(false);
});

test('another key takes the place of the former at once', () => {
  const { send, engine, hosts, refused } = scene();
  engine.members.take([registered({ key: { user: 'i-1', password: 'new' } })]);
  send(own);
  expect([hosts(), refused()]).toEqual([[], ['bad-signature']]);
  send(signed(plain, 'i-1', 'new'));
  expect(hosts()).toEqual(['web-01']);
});

test('a packet is a replay whether or not the roster told of its sender anew', () => {
  const { send, engine, refused } = scene({ replayWindowMs: 60_000 });
  send(own);
  engine.members.take([registered({ key: { ...KEY } })]);
  send(own);
  expect(refused()).toEqual(['replayed']);
});

test('that signatures pass unchecked is told for strangers only', () => {
  const { send, told } = scene({ securityLevel: 'None' });
  send(own);
  expect(told).toEqual([]);
  send(signed(Buffer.from(plain), 'eve', 'x'));
  expect(told).toEqual(['web']);
});
