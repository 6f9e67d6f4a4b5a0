import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { GROUP_DEFAULTS } from '../../src/contract/config.ts';
import { CollectdDoors } from '../../src/ingest/collectd/collectd-door.ts';
import { encodeNotification } from '../../src/wire/collectd/encode.ts';
import { encrypted, signed, usersOf, AUTH_FILE } from './collectd/door-scene.ts';
import { harness, imbalance, RULES } from './harness.ts';
import { collectd, START_S } from './messages.ts';
import type { CollectdConfig } from '../../src/contract/config.ts';

function scene(over: Partial<CollectdConfig> = {}) {
  const users = usersOf(AUTH_FILE);
  const doors = new CollectdDoors({ ticksMs: () => 1000, users: () => users });
  const rules = { ...GROUP_DEFAULTS.collectd, authFile: 'auth', securityLevel: 'Sign', ...over } as const;
  const stand = harness({ doors, rules: { collectd: rules } });
  const hosts = () => [...(stand.catalogue.clusters.get('web')?.keys() ?? [])];
  const refused = () => [
    ...stand.engine.books.packetsRejected.entries().map(([labels, n]) => `${labels[2]} ${n}`),
    ...stand.engine.books.valuesRejected.entries().map(([labels, n]) => `${labels[1]} ${n}`),
  ];
  return { ...stand, hosts, refused };
}

const HOSTS = [
  { name: 'alice', hosts: 'web-.*' },
  { name: 'bob', hosts: 'db-1' },
];
const two = (first: string, second: string) => collectd({ host: first }, { host: second, values: [2] });

describe('what is signed and encrypted is taken as what is plain', () => {
  test.for([
    { name: 'signed', datagram: signed(collectd({})), hosts: ['web-01'] },
    { name: 'encrypted', datagram: encrypted(collectd({})), hosts: ['web-01'] },
    {
      name: 'two encrypted parts whose names stand in the same place',
      datagram: Buffer.concat([encrypted(collectd({ host: 'a-1' })), encrypted(collectd({ host: 'b-1' }))]),
      hosts: ['a-1', 'b-1'],
    },
    {
      name: 'a signed list after an encrypted one whose names stand in the same place',
      datagram: signed(Buffer.concat([encrypted(collectd({ host: 'a-1' })), collectd({ host: 'b-1' })])),
      hosts: ['a-1', 'b-1'],
    },
  ])('$name', ({ datagram, hosts: expected }) => {
    const { send, hosts, live, refused, engine } = scene();
    send(datagram);
    expect([hosts(), refused()]).toEqual([expected, []]);
    expect(expected.map((host) => live('web', host, 'load/gauge')?.value)).toEqual(expected.map(() => 1.5));
    expect(imbalance(engine)).toBe(0);
  });

  test.for([
    { name: 'plain', datagram: collectd({}), reason: 'unsigned 1' },
    { name: 'another password', datagram: signed(collectd({}), 'alice', 'x'), reason: 'bad-signature 1' },
    { name: 'nobody we know', datagram: encrypted(collectd({}), 'eve', 'x'), reason: 'unknown-user 1' },
  ])('refused, with no host and one reason: $name', ({ datagram, reason }) => {
    const { send, hosts, refused, engine } = scene();
    send(datagram);
    expect([hosts(), refused(), engine.stats().received]).toEqual([[], [reason], 0]);
  });
});

describe('users and their hosts', () => {
  test.for([
    { name: 'its own', datagram: signed(collectd({ host: 'web-1' })), hosts: ['web-1'], refused: [] },
    { name: 'another’s', datagram: signed(collectd({ host: 'db-1' })), hosts: [], refused: ['user_host 1'] },
    {
      name: 'its own after another’s, in one datagram',
      datagram: signed(two('db-1', 'web-1')),
      hosts: ['web-1'],
      refused: ['user_host 1'],
    },
    {
      name: 'another’s after its own',
      datagram: signed(two('web-1', 'db-1')),
      hosts: ['web-1'],
      refused: ['user_host 1'],
    },
    {
      name: 'each user by itself, where their names stand in the same place',
      datagram: Buffer.concat([
        encrypted(collectd({ host: 'db-1' })),
        encrypted(collectd({ host: 'db-1' }), 'alice', 's3cr3t-Sign'),
      ]),
      hosts: ['db-1'],
      refused: ['user_host 1'],
    },
  ])('$name', ({ datagram, hosts: expected, refused: reasons }) => {
    const { send, hosts, refused, engine } = scene({ users: HOSTS });
    send(datagram);
    expect([hosts(), refused(), imbalance(engine)]).toEqual([expected, reasons, 0]);
  });

  test('a user without an entry may write every host', () => {
    const { send, hosts } = scene({ users: [{ name: 'bob', hosts: 'db-1' }] });
    send(signed(collectd({ host: 'any' })));
    expect(hosts()).toEqual(['any']);
  });

  test('at level None what is plain is nobody’s', () => {
    const { send, hosts } = scene({ users: HOSTS, securityLevel: 'None' });
    send(signed(collectd({ host: 'db-1' })));
    send(collectd({ host: 'db-1' }));
    expect(hosts()).toEqual(['db-1']);
  });

  test('the host is the one it will be called, not the one it says', () => {
    const users = [{ name: 'alice', hosts: 'a_b' }];
    const { send, hosts } = scene({ users });
    send(signed(collectd({ host: 'a/b' })));
    expect(hosts()).toEqual(['a_b']);
  });

  test('notifications, too; one of the whole cluster is every host’s', () => {
    const note = (host: string) =>
      encodeNotification({
        host,
        timeS: START_S,
        plugin: 'p',
        pluginInstance: '',
        type: 't',
        typeInstance: '',
        severity: 1,
        message: 'm',
      });
    const { send, engine, refused } = scene({ users: HOSTS });
    for (const host of ['web-1', 'db-1', '']) send(signed(note(host)));
    expect(engine.takeNotifications().map(({ host }) => host)).toEqual(['web-1']);
    expect(refused()).toEqual(['user-host 2']);
  });
});

test('other rules of a group take effect with the next datagram', () => {
  const { send, hosts, engine, refused } = scene();
  const rules = { ...GROUP_DEFAULTS.collectd, authFile: 'auth', securityLevel: 'Encrypt' } as const;
  send(signed(collectd({ host: 'a' })));
  engine.setGroup({ ...RULES, collectd: rules });
  send(signed(collectd({ host: 'b' })));
  expect([hosts(), refused()]).toEqual([['a'], ['unencrypted 1']]);
});
