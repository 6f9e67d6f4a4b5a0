import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { createRrdStore } from '../../src/store/rrd/rrd-store.ts';
import { batchOf, describe, source } from '../store/batch.ts';
import { Agents } from './agents.ts';
import { ganglia } from './gmetad.ts';
import { gmetric } from './gmond.ts';
import { configure, freeTcpPort, freeUdpPort, Program, run, scratch, Server, until } from './server.ts';
import type { DataSource } from '../../src/model/record.ts';

/** A collectd that writes what it is told by PUTVAL to files below `dir`/rrd. */
async function tellCollectd(dir: string, commands: readonly string[]): Promise<void> {
  const conf = join(dir, 'collectd.conf');
  writeFileSync(
    conf,
    `Hostname "h"
FQDNLookup false
BaseDir "${dir}"
PIDFile "${dir}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
WriteThreads 1
LoadPlugin rrdtool
LoadPlugin unixsock
<Plugin rrdtool>
  DataDir "${dir}/rrd"
</Plugin>
<Plugin unixsock>
  SocketFile "${dir}/socket"
</Plugin>
`,
  );
  await using collectd = new Program('/usr/sbin/collectd', ['-f', '-C', conf]);
  await until('the socket of collectd', async () => existsSync(join(dir, 'socket')) || undefined);
  const socket = createConnection(join(dir, 'socket'));
  await once(socket, 'connect');
  const replies = createInterface(socket)[Symbol.asyncIterator]();
  for (const command of commands) {
    socket.write(`PUTVAL ${command}\n`);
    expect((await replies.next()).value).toMatch(/^0 Success/);
  }
  // At its end collectd lets go of what its writer has not had.
  const lastS = new Map(commands.map((command) => [identifier(command), / (\d+):/.exec(command)?.[1]]));
  for (const [name, timeS] of lastS) {
    await until(`${name} of collectd`, async () => {
      const { out } = await run('rrdtool', ['last', join(dir, 'rrd', `${name}.rrd`)]);
      return out.trim() === timeS || undefined;
    });
  }
  socket.end();
  expect((await collectd.end()).code).toBe(0);
}

function identifier(command: string): string {
  return /^"?(.*?)"? interval=/.exec(command)?.[1] ?? '';
}

/** All of `rrdtool info` but the name, and where in its round each archive began, which is drawn by lot. */
async function info(path: string): Promise<string> {
  const { code, out, err } = await run('rrdtool', ['info', path]);
  expect(code, err).toBe(0);
  return out.replaceAll(/^(filename|rra\[\d+\]\.cur_row) = .*\n/gm, '');
}

/** Without values and times: how the file was made. */
async function made(path: string): Promise<string> {
  const lines = (await info(path)).split('\n');
  return lines.filter((line) => !/last_|value|unknown_|cdp_prep/.test(line)).join('\n');
}

const TYPES: Readonly<Record<string, readonly DataSource[]>> = {
  gauge: [source('value', KIND.gauge)],
  percent: [source('value', KIND.gauge, { min: 0, max: 100.1 })],
  counter: [source('value', KIND.counter)],
  load: ['shortterm', 'midterm', 'longterm'].map((n) => source(n, KIND.gauge, { min: 0, max: 5000 })),
  if_octets: ['rx', 'tx'].map((n) => source(n, KIND.derive, { min: 0 })),
};

test("archives: collectd are the files of a real collectd's rrdtool plugin", async () => {
  using place = scratch();
  const [firstS, intervals] = [1_700_000_003, [1, 7, 10, 60, 300, 3600, 86_400]];
  const wanted = intervals.flatMap((intervalS) =>
    Object.entries(TYPES).map(([type, sources]) =>
      describe({ host: 'h', metric: `i${intervalS}/${type}`, protocol: 'collectd', intervalS, sources }),
    ),
  );
  const values = [7, 8, 9];
  await tellCollectd(
    place.dir,
    wanted.map(({ metric, intervalS, sources }) =>
      [`h/${metric} interval=${intervalS} ${firstS}`, ...values.slice(0, sources.length)].join(':'),
    ),
  );
  await using store = createRrdStore({
    dir: join(place.dir, 'ours'),
    workers: 1,
    rrdDirs: new Map(),
    archives: [{ match: '.*', use: 'collectd' }],
    now: Date.now,
  });
  const batch = batchOf(wanted.map((record) => [record, [[firstS, values]]]));
  const outcomes = await store.put(batch, { signal: new AbortController().signal, hurry: true });
  expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([]);
  for (const { metric } of wanted) {
    const theirs = join(place.dir, `rrd/h/${metric}.rrd`);
    const ours = join(place.dir, `ours/web/h/${metric}.rrd`);
    expect(await info(ours), metric).toBe(await info(theirs));
    expect(statSync(ours).size).toBe(statSync(theirs).size);
  }
});

/** The rows of a file's finest archive that end after `fromS` and no later than `toS`. */
async function rows(path: string, fromS: number, toS: number): Promise<number[]> {
  const { out } = await run('rrdtool', [
    'fetch',
    path,
    'AVERAGE',
    '-s',
    String(fromS),
    '-e',
    String(toS - 1),
  ]);
  return [...out.matchAll(/^\d+: (\S+)$/gm)].map(([, value]) => Number(value));
}

test('a tree that a real collectd wrote is continued in place, without a seam', async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const lastS = Math.floor(Date.now() / 10_000) * 10;
  const at = (i: number) => lastS - 200 + 10 * i;
  const value = (i: number) => 100 + (i % 7);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  await tellCollectd(
    place.dir,
    range(0, 10).map((i) =>
      `h/My Plugin/gauge interval=10 ${at(i)}:${value(i)}`.replace(/^(.*gauge)/, '"$1"'),
    ),
  );
  const old = join(place.dir, 'rrd/h/My Plugin/gauge.rrd');
  const before = await made(old);
  const config = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}, rrd_dir: ./rrd }]
cache: { max_age: 2s, jitter: 0s }
checks: []
`,
  );
  await using server = await Server.start(config, http);
  using agents = await Agents.on(udp);
  for (const plugin of ['My Plugin', 'New Plugin']) {
    agents.collectd(
      'h',
      plugin,
      range(10, 21).map((i) => [at(i), value(i)] as const),
    );
  }
  await until('all is stored', async () =>
    (await server.metric('muster_values_stored_total')) === 22 ? true : undefined,
  );
  expect((await server.stop()).code).toBe(0);
  expect(await rows(old, at(1), at(20))).toEqual(range(2, 21).map(value));
  expect(await made(old)).toBe(before);
  expect(await made(join(place.dir, 'rrd/h/New Plugin/gauge.rrd'))).toBe(before);
  expect(readdirSync(join(place.dir, 'rrd'))).toEqual(['h']);
});

const METRICS = [
  ['t_float', '36.6', 'float', 'both'],
  ['t_count', '100', 'uint32', 'positive'],
  ['t_derive', '100', 'uint32', 'derivative'],
  ['t_down', '3', 'int16', 'negative'],
  ['t_const', '8', 'int8', 'zero'],
  ['t open', '8', 'double', 'unspecified'],
] as const;

test(
  'archives: gmetad and its sums are the files of a real gmetad, and its tree is continued',
  { timeout: 240_000 },
  async () => {
    using place = scratch();
    const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
    const muster = (name: string, more: string, archives: string) =>
      configure(
        place.dir,
        `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}${more} }]
store: { rrd: { dir: ./ours, archives: ${archives}, summary_info: true } }
cache: { max_age: 2s, jitter: 0s }
checks: []
`,
        name,
      );
    const peer = await ganglia(place.dir, 'web', udp);
    await using ends = new AsyncDisposableStack();
    for (const program of [peer.gmond, peer.gmetad]) ends.use(program);
    const sayAll = async () => {
      for (const [name, value, type, slope] of METRICS) {
        const spoof = ['-S', '10.0.0.1:Host-1.Example'];
        const { code, err } = await run('gmetric', [
          '-c',
          peer.conf,
          '-n',
          name,
          '-v',
          value,
          '-t',
          type,
          '-s',
          slope,
          ...spoof,
        ]);
        expect(code, err).toBe(0);
      }
    };
    const theirs = (metric: string) => join(peer.root, `web/host-1.example/${metric}.rrd`);
    const ours = (metric: string) =>
      join(place.dir, `ours/web/Host-1.Example/${metric.replaceAll(' ', '%20')}.rrd`);
    const first = await Server.start(muster('first.yaml', '', 'gmetad'), http);
    ends.use(first);
    const twoPolls = await until(
      'two polls',
      async () => {
        await sayAll();
        await delay(1000);
        const path = theirs('t open');
        if (!existsSync(path)) return undefined;
        const known = (
          await rows(path, Math.floor(Date.now() / 1000) - 60, Math.floor(Date.now() / 1000))
        ).filter((v) => !Number.isNaN(v));
        return known.length >= 2 ? known : undefined;
      },
      70_000,
    );
    expect(twoPolls).toContain(8);
    await until('our files', async () => METRICS.every(([name]) => existsSync(ours(name))) || undefined);
    await first.stop();
    await peer.gmetad.end();
    for (const [name] of METRICS) expect(await made(ours(name)), name).toBe(await made(theirs(name)));

    const sums = [
      'web/__SummaryInfo__/t_float.rrd',
      '__SummaryInfo__/t_float.rrd',
      '__SummaryInfo__/t_count.rrd',
    ];
    for (const path of sums) {
      expect(await made(join(place.dir, 'ours', path)), path).toBe(await made(join(peer.root, path)));
      const { out } = await run('rrdtool', ['lastupdate', join(place.dir, 'ours', path)]);
      expect(out.trim().split(': ').at(-1)).toBe(path.endsWith('t_count.rrd') ? '100 1' : '36.6 1');
    }

    const seamS = Number((await run('rrdtool', ['last', theirs('t_float')])).out);
    await using second = await Server.start(muster('second.yaml', ', rrd_dir: ./rrds', 'default'), http);
    await until(
      'rows after the seam',
      async () => {
        await sayAll();
        await gmetric(peer.conf, 'new metric', 5, ['-S', '10.0.0.1:Host-1.Example']);
        await delay(1000);
        return Date.now() / 1000 > seamS + 40 ? true : undefined;
      },
      60_000,
    );
    await second.stop();
    const begin = Math.floor(seamS / 15) * 15;
    expect(await rows(theirs('t_float'), begin - 15, begin + 30)).toEqual([36.6, 36.6, 36.6]);
    expect(await rows(theirs('t_count'), begin - 15, begin + 30)).toEqual([0, 0, 0]);
    expect(await made(theirs('new metric'))).toBe(await made(theirs('t_float')));
    expect(readdirSync(join(peer.root, 'web')).toSorted()).toEqual(['__SummaryInfo__', 'host-1.example']);
    const { out: sum } = await run('rrdtool', [
      'lastupdate',
      join(peer.root, 'web/__SummaryInfo__/t_float.rrd'),
    ]);
    expect(Number(sum.trim().split('\n').at(-1)?.split(':')[0])).toBeGreaterThan(seamS);
    expect(existsSync(join(peer.root, 'web/__SummaryInfo__/new metric.rrd'))).toBe(true);
  },
);
