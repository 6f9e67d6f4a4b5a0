import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { configure, freeTcpPort, freeUdpPort, scratch, Server, until } from '../test/e2e/server.ts';
import { FLEET, take } from './fleet.ts';
import { collectdLoad, gmondLoad, graphiteLoad, statsdLoad, USER } from './loads.ts';
import { startCollectd, startGmond, startInflux } from './peers.ts';
import { bound, cpuOfThreads, cpuSeconds, kernelDrops, quiet } from './process-load.ts';
import { table } from './report.ts';
import { Sender, writeDatagrams } from './sender.ts';
import type { Load } from './loads.ts';
import type { Peer } from './peers.ts';
import type { Report } from './report.ts';

const SECONDS = 5;
/** What a server that does not come to rest is given to take in what it was sent. */
const RESTLESS_MS = 3000;
/** A rate that every server here takes without loss: values a second, and gmond's datagrams. */
const VALUES_PER_S = 100_000;
const DATAGRAMS_PER_S = 40_000;
/** Muster at a rate that is work: a thread that is woken for each datagram spends more on it. */
const FAST_VALUES_PER_S = 500_000;
const FAST_DATAGRAMS_PER_S = 120_000;

/** A server of some kind that receives on one port. */
interface Receiver extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  series(): Promise<number>;
  /** It goes on with other work when it has received everything. */
  readonly restless?: boolean;
  /** Datagrams it did not take in although the kernel had them for it; undefined: it does not tell. */
  refused?(): Promise<number>;
}

/** A whole Muster that receives. */
export interface Muster extends Receiver {
  readonly url: string;
  /** A figure of /metrics. */
  metric(name: string): Promise<number>;
}

interface Contest {
  readonly load: () => Load;
  readonly perS: number;
  readonly fastPerS: number;
  /** The others, and what they are sent where it is not the same. */
  readonly peers: readonly {
    readonly name: string;
    readonly start: (dir: string) => Promise<Peer>;
    readonly load?: () => Load;
  }[];
}

const CONTESTS: readonly Contest[] = [
  {
    load: () => collectdLoad('None'),
    perS: VALUES_PER_S,
    fastPerS: FAST_VALUES_PER_S,
    peers: [
      { name: 'collectd', start: (dir) => startCollectd(dir) },
      { name: 'influxd, with storage', start: startInflux },
    ],
  },
  ...(['Sign', 'Encrypt'] as const).map((level) => ({
    load: () => collectdLoad(level),
    perS: VALUES_PER_S,
    fastPerS: FAST_VALUES_PER_S,
    peers: [
      { name: 'collectd', start: (dir: string) => startCollectd(dir, { level, authFile: authFile(dir) }) },
    ],
  })),
  {
    load: () => gmondLoad(false),
    perS: DATAGRAMS_PER_S,
    fastPerS: FAST_DATAGRAMS_PER_S,
    peers: [{ name: 'gmond', start: startGmond, load: () => gmondLoad(true) }],
  },
  { load: statsdLoad, perS: VALUES_PER_S, fastPerS: FAST_VALUES_PER_S, peers: [] },
  { load: graphiteLoad, perS: VALUES_PER_S, fastPerS: FAST_VALUES_PER_S, peers: [] },
];

/** What receiving cost, of CPU. */
interface Cost {
  readonly perS: number;
  readonly perDatagram: number;
  /** Received, and dropped by the kernel. */
  readonly datagrams: number;
  readonly drops: number;
  readonly refused: number;
  /** A value: of the whole process, and of the thread that did most. */
  readonly wholeUs: number;
  readonly threadUs: number;
}

/** Muster and those it takes the place of, one after the other on the same load; CPU of each, and ratios. */
export async function sideBySide(report: Report): Promise<void> {
  report.print(
    `Whole servers over UDP: ${FLEET.hosts} hosts of ${FLEET.metrics} metrics, ${SECONDS} s each.`,
  );
  report.print(
    '"busiest thread" of Muster is its ingest worker. Ratios: CPU per value of the other over that of',
  );
  report.print('Muster at the same rate, of its ingest worker alone, and of Muster at its higher rate.\n');
  using folder = scratch();
  const sender = await Sender.compile(folder.dir);
  const rows: string[][] = [];
  for (const contest of CONTESTS) rows.push(...(await contend(contest, folder.dir, sender)));
  const head = ['load', 'received by', 'k/s', 'datagrams', 'kernel drops', 'refused'];
  report.print(
    table([...head, 'µs/datagram', 'µs/value', 'busiest thread', 'ratio', 'to worker', 'to higher'], rows),
  );
}

async function contend(contest: Contest, dir: string, sender: Sender): Promise<string[][]> {
  const { perS, fastPerS } = contest;
  const load = contest.load();
  const place = { dir, sender };
  const own = await measured({ ...place, load, perS }, await startMuster(dir, load));
  const fast = await measured({ ...place, load, perS: fastPerS }, await startMuster(dir, load));
  const rows = [row(load.name, 'Muster', own), row(load.name, 'Muster', fast)];
  for (const { name, start, load: loadOf = contest.load } of contest.peers) {
    const cost = await measured({ ...place, load: loadOf(), perS }, await start(dir));
    const ratios = [own.wholeUs, own.threadUs, fast.wholeUs].map((us) => (cost.wholeUs / us).toFixed(1));
    rows.push([...row(load.name, name, cost), ...ratios]);
  }
  return rows;
}

function row(load: string, who: string, cost: Cost): string[] {
  return [
    load,
    who,
    String(Math.round(cost.perS / 1000)),
    String(cost.datagrams),
    String(cost.drops),
    String(cost.refused),
    (cost.wholeUs * cost.perDatagram).toFixed(2),
    cost.wholeUs.toFixed(2),
    cost.threadUs.toFixed(2),
  ];
}

async function measured(
  { load, perS, dir, sender }: { load: Load; perS: number; dir: string; sender: Sender },
  started: Receiver,
): Promise<Cost> {
  await using receiver = started;
  const { pid, port } = receiver;
  const file = join(dir, 'datagrams');
  const rate = perS / load.perDatagram;
  const send = (from: Iterable<Uint8Array>) => {
    writeDatagrams(file, from);
    return sender.send(file, port, rate);
  };
  await send(load.first());
  await send(take(load.datagrams(), Math.round(rate * 2)));
  const rest = () => (load.restless || receiver.restless === true ? delay(RESTLESS_MS) : quiet(pid));
  await rest();
  const datagrams = Math.round(rate * SECONDS);
  writeDatagrams(file, take(load.datagrams(), datagrams));
  const refusedBefore = (await receiver.refused?.()) ?? 0;
  const before = { drops: await kernelDrops(port), threads: cpuOfThreads(pid), wholeS: cpuSeconds(pid) };
  const sent = await sender.send(file, port, rate);
  await rest();
  const wholeS = cpuSeconds(pid) - before.wholeS;
  const threads = [...cpuOfThreads(pid)].map(([id, cpuS]) => cpuS - (before.threads.get(id) ?? 0));
  const drops = (await kernelDrops(port)) - before.drops;
  const refused = ((await receiver.refused?.()) ?? 0) - refusedBefore;
  const series = await receiver.series();
  if (series < FLEET.hosts * FLEET.metrics) {
    throw new Error(`${load.name}: the receiver holds ${series} series only`);
  }
  const received = sent.datagrams - drops - refused;
  const perValue = 1e6 / (received * load.perDatagram);
  return {
    perS: (sent.datagrams * load.perDatagram) / sent.seconds,
    perDatagram: load.perDatagram,
    datagrams: received,
    drops,
    refused,
    wholeUs: wholeS * perValue,
    threadUs: Math.max(...threads) * perValue,
  };
}

function authFile(dir: string): string {
  const file = join(dir, 'bench.auth');
  writeFileSync(file, `${USER.user}: ${USER.password}\n`);
  return file;
}

/** A whole Muster with one ingest worker and its journal, which writes no file during the bench. */
export async function startMuster(dir: string, load: Load): Promise<Muster> {
  const [http, port] = [await freeTcpPort(), await freeUdpPort()];
  authFile(dir);
  const group = ['name: bench', `listen: 127.0.0.1:${port}`, 'timestamps: { outside: accept }', load.group];
  const file = configure(
    dir,
    `data_dir: ./muster-${port}
http: { listen: 127.0.0.1:${http} }
self_monitor: off
ingest: { workers: 1 }
store: { type: rrd }
cache: { max_age: 1h, jitter: 1m, max_points: 100000000 }
groups: [{ ${group.filter((part) => part !== '').join(', ')} }]
`,
  );
  const server = await Server.start(file, http);
  await bound(port);
  const { pid = 0 } = server.program.child;
  const series = async () => {
    const wanted = FLEET.hosts * FLEET.metrics;
    return until('series', async () => {
      const held = await server.metric('muster_series');
      return held >= wanted ? held : undefined;
    });
  };
  return {
    pid,
    port,
    series,
    url: server.url,
    refused: () => server.metric('muster_packets_rejected_total'),
    metric: (name) => server.metric(name),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
