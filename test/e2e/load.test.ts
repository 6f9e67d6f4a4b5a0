import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dice, Mutation } from '../fuzz/mutate.ts';
import { fuzzSeeds } from '../fuzz/seeds.ts';
import {
  configure,
  freeTcpPort,
  freeUdpPort,
  imbalance,
  ROOT,
  run,
  scratch,
  Server,
  until,
} from './server.ts';

const GARBAGE = 10_000;
/** Lines a server may say of them: what it says once a group, and once in a while. */
const LINES_MAX = 20;
const SEED = 20_261_122;

const GROUPS = [
  { name: 'plain', protocol: 'collectd', extra: '' },
  { name: 'signed', protocol: 'collectd', extra: 'collectd: { security_level: Sign, auth_file: ./auth }' },
  { name: 'sealed', protocol: 'collectd', extra: 'collectd: { security_level: Encrypt, auth_file: ./auth }' },
  { name: 'gmonds', protocol: 'ganglia', extra: '' },
  { name: 'paths', protocol: 'graphite', extra: 'graphite_template: "servers.{host}.{metric}"' },
  { name: 'counts', protocol: 'statsd', extra: 'statsd: { flush_interval: 1s }' },
  { name: 'garbage', protocol: '', extra: '' },
] as const;

const LEVELS: Readonly<Record<string, string>> = { signed: 'Sign', sealed: 'Encrypt' };

const folder = scratch();
const ports = new Map<string, number>();
let server: Server;

beforeAll(async () => {
  const http = await freeTcpPort();
  for (const { name } of GROUPS) ports.set(name, await freeUdpPort());
  writeFileSync(join(folder.dir, 'auth'), 'ada: s3cret\n', { mode: 0o600 });
  writeFileSync(join(folder.dir, 'password'), 's3cret\n', { mode: 0o600 });
  const groups = GROUPS.map(
    ({ name, extra }) =>
      `  - { name: ${name}, listen: 127.0.0.1:${ports.get(name)}${extra === '' ? '' : `, ${extra}`} }\n`,
  );
  const text = [
    'data_dir: ./data',
    `http: { listen: 127.0.0.1:${http} }`,
    'self_monitor: off',
    'store: { type: memory }',
    `groups:\n${groups.join('')}`,
  ].join('\n');
  server = await Server.start(configure(folder.dir, text), http);
});

/** Sum of a figure of /metrics over all its labels of one group. */
async function sumOf(figure: string, group: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${figure}{group="${group}"`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

afterAll(async () => {
  try {
    const { code, books } = await server.stop();
    expect(code).toBe(0);
    expect(imbalance(books)).toBe(0);
  } finally {
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  }
});

test.for(GROUPS.filter(({ protocol }) => protocol !== ''))(
  'muster load into $name: every datagram is taken, none refused',
  async ({ name, protocol }) => {
    const level = LEVELS[name];
    const user = ['--user', 'ada', '--password-file', join(folder.dir, 'password')];
    const size = ['--hosts', '20', '--metrics', '12', '--rate', '4800', '--duration', '500ms', '--json'];
    const target = ['--protocol', protocol, '--target', `127.0.0.1:${ports.get(name)}`];
    const secured = level === undefined ? [] : [...user, '--security-level', level];
    const { code, out, err } = await run(join(ROOT, 'script/muster'), [
      'load',
      ...target,
      ...size,
      ...secured,
    ]);
    expect(code, err).toBe(0);
    const { datagrams, values } = JSON.parse(out) as { datagrams: number; values: number };
    const figure = (what: string) => server.metric(`muster_${what}{group="${name}",protocol="${protocol}"}`);
    await until('datagrams', async () => (await figure('packets_received_total')) === datagrams || undefined);
    const rejected = (await (await fetch(`${server.url}/metrics`)).text())
      .split('\n')
      .filter((line) => line.includes('_rejected_total{') && line.includes(`group="${name}"`));
    expect(rejected).toEqual([]);
    // statsd's values are those of its buckets: other ones, and later.
    if (protocol !== 'statsd') expect(await figure('values_received_total')).toBe(values);
    else await until('buckets', async () => ((await figure('values_received_total')) > 0 ? true : undefined));
  },
);

test(`${GARBAGE} datagrams of garbage are counted, and hardly spoken of`, async () => {
  const socket = createSocket('udp4');
  socket.connect(ports.get('garbage') ?? 0, '127.0.0.1');
  await once(socket, 'connect');
  const linesBefore = server.program.out.split('\n').length;
  const mutation = new Mutation(fuzzSeeds());
  for (let index = 0; index < GARBAGE; index += 1) {
    mutation.make(dice(SEED, index));
    socket.send(Buffer.from(mutation.bytes.subarray(0, Math.min(mutation.length, 1400))));
    if (index % 20 === 0) await turn();
  }
  socket.close();
  await until('garbage', async () => {
    const heard = await sumOf('muster_packets_received_total', 'garbage');
    const dropped = await sumOf('muster_kernel_drops_total', 'garbage');
    return heard + dropped >= GARBAGE ? true : undefined;
  });
  expect(await sumOf('muster_packets_rejected_total', 'garbage')).toBeGreaterThan(GARBAGE / 10);
  const lines = server.program.out.split('\n').slice(linesBefore);
  expect(lines.length, lines.join('\n')).toBeLessThan(LINES_MAX);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});
