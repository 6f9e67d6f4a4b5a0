import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDrawn, Machine, Metadata, noMachines } from '../test/e2e/machine.ts';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { Report, table } from './report.ts';
import type { SeriesAnswer } from '../src/contract/api.ts';

/**
 * A boot script as an instance runs it, its agent installed, beside a whole server with what it has by
 * default: from the script's start to its end, and to the first value that a graph of the load can draw.
 */

const AGENTS = [
  { agent: 'collectd', metric: 'load/load:shortterm' },
  { agent: 'gmond', metric: 'load_one' },
] as const;
const ROUNDS = 3;

const reason = noMachines();
if (reason !== undefined) throw new Error(reason);
const report = new Report('boot');
using folder = scratch();
const [http, udp] = [await freeTcpPort(), await freeUdpPort()];
const file = configure(
  folder.dir,
  `data_dir: ./data
http: { listen: 127.0.0.1:${http} }
self_monitor: off
groups: [{ name: web, listen: 127.0.0.1:${udp} }]
`,
);
await using server = await Server.start(file, http);
await using cloud = await Metadata.start({ 'instance-id': 'i-0abc' });

/** Seconds from the script's start to its end, and to the first value. */
async function boot(name: string, { agent, metric }: (typeof AGENTS)[number]): Promise<[number, number]> {
  await using machine = await Machine.start(name, folder.dir);
  cloud.values.set('instance-id', `i-${name}`);
  const script = await fetch(`${server.url}/boot/web?agent=${agent}`);
  writeFileSync(join(folder.dir, 'boot.sh'), await script.text());
  const beginMs = performance.now();
  const { code, err } = await machine.run(`sh ${join(folder.dir, 'boot.sh')}`, {
    MUSTER_METADATA_URL: cloud.url,
  });
  if (code !== 0) throw new Error(err);
  const scriptS = (performance.now() - beginMs) / 1000;
  const query = new URLSearchParams({ cluster: 'web', host: name, metric, from: '-5m', to: 'now' });
  await until('a first value', async () => {
    const found = await fetch(`${server.url}/api/v1/series?${query.toString()}`);
    return found.ok && isDrawn((await found.json()) as SeriesAnswer) ? true : undefined;
  });
  return [scriptS, (performance.now() - beginMs) / 1000];
}

const rows: string[][] = [];
for (const one of AGENTS) {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const name = `${one.agent}-${round}`;
    rows.push([name, ...(await boot(name, one)).map((seconds) => seconds.toFixed(1))]);
  }
}
report.print(table(['interval 10 s', 'script, s', 'first value, s'], rows));
report.close();
