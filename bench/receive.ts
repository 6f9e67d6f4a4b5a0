/**
 * What one ingest worker receives over real UDP before the kernel drops datagrams, and what it costs: a whole
 * Muster, 1000 hosts of 33 metrics, steps of rising rate. Other servers beside it: `ingest.ts --peers`.
 *
 *   node_modules/.bin/node bench/receive.ts [--save]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { CollectdFleet, FLEET, GmondFleet, take } from './fleet.ts';
import { cpuSeconds, quiet } from './process-load.ts';
import { Report, table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';
import type { Sent } from './sender.ts';

const STEP_S = 4;
/** Before the first step: rates at which the records become known and hot code is compiled. */
const WARM_UP_S = 5;
/** How long figures may take to reach /metrics: kernel drops are read every two seconds. */
const SETTLE_MS = 6000;

/** One protocol's traffic, and the rates it is tried at. */
interface Trial {
  readonly protocol: 'collectd' | 'ganglia';
  /** What rates are counted in, and how many of it a datagram holds. */
  readonly unit: 'values' | 'datagrams';
  readonly perDatagram: number;
  /** Units a second; the first is the warm-up's and not reported. */
  readonly rates: readonly [number, ...number[]];
  /** Before anything else: every series once. */
  readonly first: () => Iterable<Uint8Array>;
  readonly datagrams: () => Iterable<Uint8Array>;
}

interface Step {
  readonly rate: number;
  readonly sent: Sent;
  readonly received: number;
  readonly drops: number;
  /** Datagrams the server itself gave up: its ring was full, or they could not be read. */
  readonly refused: number;
  readonly cpuS: number;
}

/** Where a bench keeps its files, and what sends them. */
interface Place {
  readonly dir: string;
  readonly sender: Sender;
}

function collectdTrial(): Trial {
  const fleet = new CollectdFleet(FLEET, Math.floor(Date.now() / 1000));
  return {
    protocol: 'collectd',
    unit: 'values',
    perDatagram: FLEET.metrics,
    rates: [100_000, 500_000, 750_000, 1_000_000, 1_250_000, 1_500_000],
    first: () => fleet.round(),
    datagrams: () => fleet.datagrams(),
  };
}

function gmondTrial(): Trial {
  const fleet = new GmondFleet(FLEET, false);
  return {
    protocol: 'ganglia',
    unit: 'datagrams',
    perDatagram: 1,
    rates: [20_000, 75_000, 100_000, 150_000, 200_000],
    first: () => fleet.descriptions(),
    datagrams: () => fleet.datagrams(),
  };
}

/** Writes the next datagrams; the answer sends them. Writing comes first, so that it takes no one's time. */
function prepare({ dir, sender }: Place, trial: Trial, from: Iterable<Uint8Array>) {
  const file = join(dir, 'datagrams');
  writeDatagrams(file, from);
  return (to: { readonly port: number; readonly rate: number }): Promise<Sent> =>
    sender.send(file, to.port, to.rate / trial.perDatagram);
}

function lasting(trial: Trial, rate: number, seconds: number): Iterable<Uint8Array> {
  return take(trial.datagrams(), Math.round((rate / trial.perDatagram) * seconds));
}

async function figures(server: Server, { protocol }: Trial) {
  const label = `muster_packets_received_total{group="bench",protocol="${protocol}"}`;
  return {
    received: await server.metric(label),
    drops: await server.metric('muster_kernel_drops_total'),
    refused: await server.metric('muster_packets_rejected_total'),
  };
}

async function step(
  place: Place,
  trial: Trial,
  to: { readonly server: Server; readonly port: number; readonly rate: number },
): Promise<Step> {
  const { pid = 0 } = to.server.program.child;
  const send = prepare(place, trial, lasting(trial, to.rate, STEP_S));
  const before = await figures(to.server, trial);
  const cpuBefore = cpuSeconds(pid);
  const sent = await send(to);
  await quiet(pid);
  const cpuS = cpuSeconds(pid) - cpuBefore;
  const deadlineMs = Date.now() + SETTLE_MS;
  const after = await until(
    'figures',
    async () => {
      const now = await figures(to.server, trial);
      const told = now.received + now.drops + now.refused - before.received - before.drops - before.refused;
      return told >= sent.datagrams || Date.now() > deadlineMs ? now : undefined;
    },
    SETTLE_MS + 2000,
  );
  return {
    rate: to.rate,
    sent,
    received: after.received - before.received,
    drops: after.drops - before.drops,
    refused: after.refused - before.refused,
    cpuS,
  };
}

async function musterSteps(place: Place, trial: Trial): Promise<Step[]> {
  const [http, port] = [await freeTcpPort(), await freeUdpPort()];
  const file = configure(
    place.dir,
    `data_dir: ./${trial.protocol}
http: { listen: 127.0.0.1:${http} }
self_monitor: off
ingest: { workers: 1 }
store: { type: rrd }
cache: { max_age: 1h, jitter: 1m, max_points: 100000000 }
groups: [{ name: bench, listen: 127.0.0.1:${port}, timestamps: { outside: accept } }]
`,
  );
  await using server = await Server.start(file, http);
  const { pid = 0 } = server.program.child;
  const [warmUp, ...rates] = trial.rates;
  await prepare(place, trial, trial.first())({ port, rate: warmUp });
  await prepare(place, trial, lasting(trial, warmUp, WARM_UP_S))({ port, rate: warmUp });
  await quiet(pid);
  const steps: Step[] = [];
  for (const rate of rates) steps.push(await step(place, trial, { server, port, rate }));
  return steps;
}

function row(trial: Trial, { rate, sent, received, drops, refused, cpuS }: Step): string[] {
  const thousands = (perS: number) => (perS / 1000).toFixed(0);
  return [
    thousands(rate),
    thousands((sent.datagrams * trial.perDatagram) / sent.seconds),
    String(sent.datagrams),
    String(received),
    String(drops),
    String(refused),
    ((cpuS * 1e6) / received).toFixed(2),
    ((cpuS * 1e6) / received / trial.perDatagram).toFixed(2),
    (cpuS / sent.seconds).toFixed(2),
  ];
}

function print(report: Report, trial: Trial, steps: readonly Step[]): void {
  const head = [`k ${trial.unit}/s`, 'reached', 'datagrams', 'received', 'kernel drops', 'refused'];
  const costs = ['µs/datagram', 'µs/value', 'cores'];
  const rows = steps.map((step) => row(trial, step));
  report.print(table([...head, ...costs], rows));
  const whole = steps.filter(({ sent, received }) => received === sent.datagrams);
  const best = Math.max(0, ...whole.map(({ sent }) => (sent.datagrams * trial.perDatagram) / sent.seconds));
  report.print(`most without a loss: ${Math.round(best / 1000)} k ${trial.unit}/s\n`);
}

async function main(): Promise<void> {
  const clamp = readFileSync('/proc/sys/net/core/rmem_max', 'utf8').trim();
  const report = new Report('receive', [`net.core.rmem_max ${clamp}`]);
  report.print(`One ingest worker, ${FLEET.hosts} hosts of ${FLEET.metrics} metrics, ${STEP_S} s a step.`);
  report.print('CPU is of the whole process, all threads; the sender runs on the same machine.\n');
  using folder = scratch();
  const place = { dir: folder.dir, sender: await Sender.compile(folder.dir) };
  for (const trial of [collectdTrial(), gmondTrial()]) {
    print(report, trial, await musterSteps(place, trial));
  }
  report.close();
}

await main();
