/**
 * What is lost while the main thread of a whole Muster does nothing for a second: datagrams come at 50 k a
 * second, before it, through it and after it.
 *
 *   node_modules/.bin/node bench/stall.ts [--save]
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { scratch } from '../test/e2e/server.ts';
import { take } from './fleet.ts';
import { collectdLoad, gmondLoad } from './loads.ts';
import { cpuSeconds, kernelDrops, quiet } from './process-load.ts';
import { Report, table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';
import { startMuster } from './side-by-side.ts';
import type { Load } from './loads.ts';

const DATAGRAMS_PER_S = 50_000;
const SECONDS = 4;
const STALL_MS = 1000;
const STALL_AT_MS = 1500;

interface Case {
  readonly load: Load;
  readonly datagramsPerS: number;
}

const CASES: readonly Case[] = [
  { load: gmondLoad(false), datagramsPerS: DATAGRAMS_PER_S },
  // 50 k of collectd's are 1.65 M values a second: more than two cores send and receive.
  { load: collectdLoad('None'), datagramsPerS: 20_000 },
];

async function measured({ load, datagramsPerS }: Case, dir: string, sender: Sender): Promise<string[]> {
  await using server = await startMuster(dir, load);
  const { pid, port } = server;
  const file = join(dir, 'datagrams');
  writeDatagrams(file, load.first());
  await sender.send(file, port, datagramsPerS / 2);
  writeDatagrams(file, take(load.datagrams(), datagramsPerS));
  await sender.send(file, port, datagramsPerS / 2);
  await quiet(pid);
  writeDatagrams(file, take(load.datagrams(), datagramsPerS * SECONDS));
  const [dropsBefore, cpuBefore] = [await kernelDrops(port), cpuSeconds(pid)];
  const sending = sender.send(file, port, datagramsPerS);
  await delay(STALL_AT_MS);
  process.kill(pid, 'SIGUSR2');
  await delay(STALL_MS / 10);
  const askedMs = performance.now();
  await fetch(`${server.url}/healthz`);
  const answeredMs = performance.now() - askedMs;
  const sent = await sending;
  await quiet(pid);
  const drops = (await kernelDrops(port)) - dropsBefore;
  const refused = await server.metric('muster_packets_rejected_total');
  return [
    load.name,
    (sent.datagrams / sent.seconds / 1000).toFixed(1),
    String(sent.datagrams),
    answeredMs.toFixed(0),
    String(drops),
    String(refused),
    ((cpuSeconds(pid) - cpuBefore) / sent.seconds).toFixed(2),
  ];
}

async function main(): Promise<void> {
  const report = new Report('stall');
  report.print(`The main thread stands still for ${STALL_MS} ms while datagrams come; one ingest worker.`);
  report.print('"answered" is when /healthz, asked right after the stall began, was.\n');
  process.env['NODE_OPTIONS'] =
    `--import=${pathToFileURL(join(import.meta.dirname, 'stall-preload.ts')).href}`;
  process.env['MUSTER_BENCH_STALL_MS'] = String(STALL_MS);
  using folder = scratch();
  const sender = await Sender.compile(folder.dir);
  const rows: string[][] = [];
  for (const one of CASES) rows.push(await measured(one, folder.dir, sender));
  const head = ['load', 'k datagrams/s', 'datagrams', 'answered ms', 'kernel drops', 'refused', 'cores'];
  report.print(table(head, rows));
  report.close();
}

await main();
