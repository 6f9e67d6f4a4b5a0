import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  configure,
  freeTcpPort,
  freeUdpPort,
  imbalance,
  Program,
  run,
  scratch,
  Server,
  until,
} from './server.ts';
import type { HostView, SeriesAnswer } from '../../src/contract/api.ts';

const HOST = 'agent.example.net';

function collectdConf(dir: string, port: number): string {
  const file = join(dir, 'collectd.conf');
  writeFileSync(
    file,
    `Hostname "${HOST}"
FQDNLookup false
BaseDir "${dir}"
PIDFile "${dir}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
LoadPlugin load
LoadPlugin cpu
LoadPlugin memory
LoadPlugin interface
LoadPlugin df
LoadPlugin csv
<LoadPlugin network>
  FlushInterval 1
</LoadPlugin>
<Plugin csv>
  DataDir "${dir}/csv"
  StoreRates false
</Plugin>
<Plugin network>
  Server "127.0.0.1" "${port}"
</Plugin>
`,
  );
  return file;
}

/** The csv plugin's rows by record: seconds and values. */
function groundTruth(dir: string): Map<string, { timeS: number; values: number[] }[]> {
  const truth = new Map<string, { timeS: number; values: number[] }[]>();
  const root = join(dir, 'csv', HOST);
  for (const plugin of readdirSync(root)) {
    for (const file of readdirSync(join(root, plugin))) {
      const type = file.replace(/-\d{4}-\d{2}-\d{2}$/, '');
      const rows = readFileSync(join(root, plugin, file), 'utf8')
        .trim()
        .split('\n')
        .slice(1);
      const parsed = rows.map((row) => row.split(',').map(Number));
      const points = parsed.map(([timeS = 0, ...values]) => ({ timeS, values }));
      truth.set(`${plugin}/${type}`, [...(truth.get(`${plugin}/${type}`) ?? []), ...points]);
    }
  }
  return truth;
}

/** `rrdtool lastupdate` of a record: the second and the raw values it was given last. */
async function lastUpdate(file: string): Promise<{ timeS: number; values: number[] }> {
  const { out } = await run('rrdtool', ['lastupdate', file]);
  const [time, values] = (out.trim().split('\n').at(-1) ?? '').split(': ');
  return { timeS: Number(time), values: (values ?? '').split(' ').map(Number) };
}

test('a real collectd: what its csv plugin wrote is what our files hold', async () => {
  using place = scratch();
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    place.dir,
    `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp}, accept: [collectd] }]
cache: { max_age: 4s, jitter: 2s }
checks: []
`,
  );
  await using server = await Server.start(file, http);
  await using agent = new Program('/usr/sbin/collectd', ['-f', '-C', collectdConf(place.dir, udp)]);
  const view = await until('the host, judged', async () => {
    const found = await server.get<HostView>(`/api/v1/hosts/web/${HOST}`);
    return found.state === 'UP' ? found : undefined;
  });
  expect(view.agent).toBe('collectd');
  await delay(12_000);
  const load = await server.get<SeriesAnswer>(
    `/api/v1/series?cluster=web&host=.*&metric=load/load:.*&from=-10s`,
  );
  expect(load.series.map((s) => s.metric)).toEqual([
    'load/load:shortterm',
    'load/load:midterm',
    'load/load:longterm',
  ]);
  expect(load.series[0]?.values.filter((v) => v !== null).length).toBeGreaterThan(3);
  expect((await agent.end()).code).toBe(0);
  await delay(500);
  const { code, books } = await server.stop();
  expect(code).toBe(0);
  expect(imbalance(books)).toBe(0);
  expect(books).toMatchObject({ pending: 0, lost: 0, rejected: 0 });
  expect(await server.program.ended.then(({ err }) => err)).toBe('');

  const truth = groundTruth(place.dir);
  expect(truth.size).toBeGreaterThan(20);
  const wrong: string[] = [];
  let received = 0;
  for (const [record, rows] of truth) {
    received += rows.reduce((sum, row) => sum + row.values.length, 0);
    const rrd = join(place.dir, 'data/rrd/web', HOST, `${record}.rrd`);
    if (!existsSync(rrd)) {
      wrong.push(`${record}: no file`);
      continue;
    }
    const last = await lastUpdate(rrd);
    const expected = rows.find((row) => Math.round(row.timeS) === last.timeS);
    const same = expected?.values.every(
      (v, i) => Math.abs(v - (last.values[i] ?? Number.NaN)) <= 1e-6 * Math.abs(v) + 1e-6,
    );
    if (same !== true)
      wrong.push(`${record}: ${JSON.stringify(last)} is not ${JSON.stringify(expected ?? rows.at(-1))}`);
  }
  expect(wrong).toEqual([]);
  expect(books.received, 'every value the agent wrote itself').toBe(received);
});
