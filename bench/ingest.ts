import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GROUP_DEFAULTS } from '../src/contract/config.ts';
import { Engine } from '../src/ingest/engine.ts';
import { openJournal } from '../src/ingest/journal/journal.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import { CollectdFleet, GmondFleet } from './fleet.ts';
import { Report, table } from './report.ts';
import { sideBySide } from './side-by-side.ts';
import type { Journal } from '../src/ingest/journal/port.ts';
import type { RosterNews } from '../src/model/instance.ts';
import type { Store } from '../src/store/store.ts';

/**
 * The data plane without sockets: recognised, decoded, looked up, staged, appended to the journal, shown
 * live; one thread. With `--peers` also whole servers on the same load, Muster's and the others'. How much one
 * worker takes without a loss is `receive.ts`.
 *
 *   node_modules/.bin/node bench/ingest.ts [collectd|gmond] [--binding] [--peers] [--save]
 */

const START_S = 1_800_000_000;
const SENDER = '10.0.0.1';
/** The group's hosts are bound to their addresses. */
const BINDING = process.argv.includes('--binding');
/** 50 k live records. */
const FLEET = { hosts: 1500, metrics: 33 };
const ROUNDS = 60;
/** Not counted: every record is made, and hot code is compiled. */
const WARM_UP_ROUNDS = 6;
/** What a worker reads between two commits at 2 M values/s. */
const COMMIT_VALUES = 100_000;

const nullStore: Store = {
  ...createMemoryStore(),
  put: (batch) => Promise.resolve(batch.records.map(() => ({ ok: true as const, lateThroughS: 0 }))),
};

/** One protocol's datagrams, round after round; a round's are read before the next is asked for. */
interface Load {
  readonly name: string;
  readonly valuesEach: number;
  readonly round: () => readonly Uint8Array[];
}

/** `shuffle`: records of a host come in another order every time, which no agent does. */
function collectdLoad(name: string, shuffle: boolean): Load {
  const fleet = new CollectdFleet(FLEET, START_S, shuffle);
  return { name, valuesEach: FLEET.metrics, round: () => [...fleet.round()] };
}

function gmondLoad(): Load {
  const fleet = new GmondFleet(FLEET, false);
  const rounds = [[...fleet.round()], [...fleet.round()]] as const;
  let turn = 0;
  return { name: 'gmond', valuesEach: 1, round: () => rounds[++turn % 2 === 0 ? 0 : 1] };
}

async function openEngine(directory: string, nowMs: () => number): Promise<[Engine, number, Journal]> {
  const journal: Journal = await openJournal({
    directory,
    maxBytes: 2 * 2 ** 30,
    syncMs: 1000,
    worker: 0,
    records: {
      describe: (record) => engine.describe(record),
      settled: (record) => engine.lastStored(record),
    },
    nowMs,
    ticksMs: () => performance.now(),
    onLost: (values, reason) => {
      throw new Error(`${values} values lost: ${reason}`);
    },
    onReport: () => undefined,
  });
  const engine: Engine = new Engine({
    store: nullStore,
    journal,
    types: new Map(),
    cache: { maxAgeMs: 300_000, jitterMs: 60_000, maxPoints: 50_000_000 },
    reverse: () => Promise.resolve([]),
    nowMs,
    ticksMs: nowMs,
    sleep: () => Promise.resolve(),
    random: Math.random,
    onRefusal: () => undefined,
  });
  const index = engine.setGroup({
    name: 'bench',
    accept: ['collectd', 'ganglia'],
    hostName: 'packet',
    maxSeriesPerHost: 5000,
    pastMs: 600_000,
    futureMs: 60_000,
    outside: 'refuse',
    hostDmaxMs: 0,
    ownAddresses: [],
    ...GROUP_DEFAULTS,
    binding: BINDING,
  });
  if (BINDING) engine.members.take(Array.from({ length: FLEET.hosts }, (_, n) => registered(n)));
  return [engine, index, journal];
}

/** Every host at the one address that all datagrams come from: none of them is refused. */
function registered(n: number): RosterNews {
  const host = `web-${n}.example.net`;
  const standing = { kind: 'here', says: '' } as const;
  const member = { cluster: 'bench', host, instanceId: host, standing, sinceMs: 0, facts: [], key: null };
  return { kind: 'member', member: { ...member, addresses: [SENDER] } };
}

interface Measured {
  datagrams: number;
  /** Of the calls of `accept` alone. */
  acceptUs: number;
  /** Of the whole process: commits, writing, flushes and the collection of garbage as well. */
  wholeUs: number;
}

/** Where the ring of a worker has them: one behind the other in one buffer. */
const received = Buffer.allocUnsafeSlow(32 * 1024 * 1024);

/** Lays datagrams there; where each ends. */
function lay(datagrams: readonly Uint8Array[]): readonly number[] {
  let at = 0;
  return datagrams.map((datagram) => {
    received.set(datagram, at);
    at += datagram.length;
    return at;
  });
}

async function run({ name, valuesEach, round }: Load, directory: string): Promise<readonly string[]> {
  let nowMs = START_S * 1000;
  const [engine, index, journal] = await openEngine(directory, () => nowMs);
  const entry = { start: 0, end: 0, listener: index, address: SENDER, arrivalMs: 0 };
  const sum: Measured = { datagrams: 0, acceptUs: 0, wholeUs: 0 };
  for (let n = 0; n < ROUNDS; n += 1) {
    const batch = round();
    nowMs += 10_000;
    const step = Math.ceil(COMMIT_VALUES / valuesEach);
    for (let first = 0; first < batch.length; first += step) {
      const end = Math.min(batch.length, first + step);
      const ends = lay(batch.slice(first, end));
      const whole = process.cpuUsage();
      const from = process.threadCpuUsage();
      entry.end = 0;
      entry.arrivalMs = nowMs;
      for (const at of ends) {
        entry.start = entry.end;
        entry.end = at;
        engine.accept(received, entry);
      }
      const accept = process.threadCpuUsage(from);
      journal.commit();
      engine.tick();
      while (journal.figures().uncommittedMs > 0) await new Promise((resolve) => setImmediate(resolve));
      const all = process.cpuUsage(whole);
      if (n < WARM_UP_ROUNDS) continue;
      sum.datagrams += end - first;
      sum.acceptUs += accept.user + accept.system;
      sum.wholeUs += all.user + all.system;
    }
    engine.takeAnnouncements(Infinity);
  }
  const { books } = engine;
  await journal.close();
  return row(name, valuesEach, sum, books.lost + books.rejected);
}

function row(name: string, valuesEach: number, sum: Measured, lost: number): string[] {
  const values = sum.datagrams * valuesEach;
  return [
    name,
    String(sum.datagrams),
    (values / sum.acceptUs).toFixed(2),
    (sum.acceptUs / values).toFixed(3),
    (sum.acceptUs / sum.datagrams).toFixed(2),
    (sum.wholeUs / values).toFixed(3),
    String(lost),
  ];
}

async function main(): Promise<void> {
  const report = new Report('ingest');
  report.print(
    `${FLEET.hosts} hosts of ${FLEET.metrics} metrics, journal on, a store that takes everything.\n`,
  );
  const loads = [
    collectdLoad('collectd', false),
    collectdLoad('collectd, shuffled', true),
    gmondLoad(),
  ].filter(({ name }) => process.argv.slice(2).every((arg) => arg.startsWith('--') || name === arg));
  const rows: (readonly string[])[] = [];
  for (const load of loads) {
    const directory = mkdtempSync(join(tmpdir(), 'muster-ingest-'));
    rows.push(await run(load, directory).finally(() => rmSync(directory, { recursive: true, force: true })));
  }
  const head = ['protocol', 'datagrams', 'M values/CPU s', 'µs/value', 'µs/datagram', 'µs/value, whole'];
  report.print(table([...head, 'lost'], rows));
  if (process.argv.includes('--peers')) await sideBySide(report);
  report.close();
}

await main();
