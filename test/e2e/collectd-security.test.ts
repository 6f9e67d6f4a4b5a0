import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { encodeCollectd, encodeNotification } from '../../src/wire/collectd/encode.ts';
import { encrypted, signed } from '../ingest/collectd/door-scene.ts';
import { Agents } from './agents.ts';
import { compareWithCsv, startCollectd } from './collectd.ts';
import { configure, freeTcpPort, freeUdpPort, imbalance, scratch, Server, until } from './server.ts';
import type { EventView } from '../../src/contract/api.ts';

const GROUPS = ['open', 'sign', 'encrypt'] as const;
const gauge = (host: string) =>
  encodeCollectd([
    {
      host,
      timeS: Date.now() / 1000,
      intervalS: 10,
      plugin: 'app',
      pluginInstance: '',
      type: 'gauge',
      typeInstance: '',
      kinds: [1],
      values: [1],
    },
  ])[0] ?? new Uint8Array(0);

test('collectds at three security levels at once, and those who have no business there', async () => {
  using place = scratch();
  const [http, open, sign, encrypt] = [
    await freeTcpPort(),
    await freeUdpPort(),
    await freeUdpPort(),
    await freeUdpPort(),
  ];
  const auth = join(place.dir, 'auth');
  writeFileSync(auth, 'alice: s3cr3t-Sign\nbob: Encrypt_Pass 42\n', { mode: 0o600 });
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups:
  - { name: open, listen: 127.0.0.1:${open}, accept: [collectd] }
  - name: sign
    listen: 127.0.0.1:${sign}
    accept: [collectd]
    collectd:
      security_level: Sign
      auth_file: ./auth
      users: [{ name: alice, hosts: 'sign\\..*' }]
  - name: encrypt
    listen: 127.0.0.1:${encrypt}
    accept: [collectd]
    collectd: { security_level: Encrypt, auth_file: ./auth }
cache: { max_age: 4s, jitter: 2s }
checks: []
`,
  );
  await using server = await Server.start(file, http);
  using toSign = await Agents.on(sign);
  using toEncrypt = await Agents.on(encrypt);
  const start = (host: string, servers: Parameters<typeof startCollectd>[2]) => {
    const dir = join(place.dir, host);
    mkdirSync(dir);
    return startCollectd(dir, host, servers);
  };
  await using atNone = start('open.example.net', [{ port: open }]);
  const alice = { level: 'Sign', user: 'alice', password: 's3cr3t-Sign' } as const;
  await using atSign = start('sign.example.net', [{ ...alice, port: sign }]);
  const bob = { level: 'Encrypt', user: 'bob', password: 'Encrypt_Pass 42' } as const;
  await using atEncrypt = start('encrypt.example.net', [{ ...bob, port: encrypt }]);
  await using hostile = start('hostile.example.net', [
    { ...alice, port: sign, password: 'wrong' },
    { ...alice, port: sign, user: 'mallory' },
    { port: sign },
    { ...bob, port: encrypt, password: 'wrong' },
    { ...alice, port: encrypt },
    { port: encrypt },
  ]);

  const refused = (group: string, reason: string) =>
    server.metric(`muster_packets_rejected_total{group="${group}",protocol="collectd",reason="${reason}"}`);
  const seen = (group: string, reason: string) =>
    until(`${reason} in ${group}`, async () => ((await refused(group, reason)) > 0 ? true : undefined));
  const reasons = [
    ['sign', 'bad-signature'],
    ['sign', 'unknown-user'],
    ['sign', 'unsigned'],
    ['encrypt', 'bad-checksum'],
    ['encrypt', 'unencrypted'],
  ] as const;
  for (const [group, reason] of reasons) {
    await seen(group, reason);
  }
  expect((await hostile.end()).code).toBe(0);

  // A user that is added counts within a second; a file without any leaves the users there were.
  const takes = (host: string, datagram: () => Uint8Array) =>
    until(
      `${host} in encrypt`,
      async () => {
        toEncrypt.send(datagram());
        const hosts = await server.get<{ name: string }[]>('/api/v1/hosts?cluster=encrypt');
        return hosts.some(({ name }) => name === host) ? true : undefined;
      },
      3000,
    );
  const carol = () => encrypted(gauge('carol.example.net'), 'carol', 'new');
  toEncrypt.send(carol());
  await seen('encrypt', 'unknown-user');
  appendFileSync(auth, 'carol: new\n');
  await takes('carol.example.net', carol);
  writeFileSync(auth, '');
  await delay(1200);
  const kept = () => encrypted(gauge('kept.example.net'), 'carol', 'new');
  await takes('kept.example.net', kept);

  // A user stays with its hosts; a datagram is taken once.
  const another = signed(gauge('encrypt.example.net'));
  toSign.send(another);
  toSign.send(another);
  await seen('sign', 'replayed');
  const bound = 'muster_values_rejected_total{group="sign",reason="user_host"}';
  expect(await server.metric(bound)).toBe(1);

  const said = { plugin: 'app', pluginInstance: '', type: 'gauge', typeInstance: '', severity: 1 };
  toSign.send(
    signed(encodeNotification({ ...said, host: 'sign.a', timeS: Date.now() / 1000, message: 'it burns' })),
  );
  const events = await until('the notification', async () => {
    const found = await server.get<EventView[]>('/api/v1/events?kind=notification');
    return found.length > 0 ? found : undefined;
  });
  expect(events).toMatchObject([
    { cluster: 'sign', host: 'sign.a', service: 'app/gauge', state: 'CRITICAL', text: 'it burns' },
  ]);

  for (const agent of [atNone, atSign, atEncrypt]) expect((await agent.end()).code).toBe(0);
  await delay(500);
  const { code, books } = await server.stop();
  expect([code, imbalance(books), books.pending, books.lost]).toEqual([0, 0, 0, 0]);
  for (const group of GROUPS) {
    const host = `${group}.example.net`;
    const tree = join(place.dir, 'data/rrd', group);
    expect(readdirSync(tree)).not.toContain('hostile.example.net');
    const { records, wrong } = await compareWithCsv(join(place.dir, host), host, tree);
    expect(records).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  }
});
