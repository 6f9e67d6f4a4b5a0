import { GROUP_DEFAULTS } from '../src/contract/config.ts';
import { Engine } from '../src/ingest/engine.ts';
import { CollectdFleet, FLEET, GmondFleet } from './fleet.ts';
import { noJournal } from '../src/ingest/journal/no-journal.ts';
import { Report, table } from './report.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';

/**
 * The data plane without sockets: recognised, decoded, looked up, staged, shown live; one thread. What whole
 * servers spend, sockets included, is `receive.ts`.
 *
 *   node_modules/.bin/node bench/ingest.ts [--save]
 */

const START_S = 1_800_000_000;
const ROUNDS = 30;

const nullStore: Store = {
  ...createMemoryStore(),
  put: (batch) => Promise.resolve(batch.records.map(() => ({ ok: true as const, lateThroughS: 0 }))),
};

function engine(nowMs: () => number): { engine: Engine; index: number } {
  const made = new Engine({
    store: nullStore,
    journal: noJournal,
    types: new Map(),
    cache: { maxAgeMs: 300_000, jitterMs: 60_000, maxPoints: 50_000_000 },
    reverse: () => Promise.resolve([]),
    nowMs: nowMs,
    ticksMs: nowMs,
    sleep: () => Promise.resolve(),
    random: Math.random,
    onRefusal: () => undefined,
  });
  const index = made.setGroup({
    name: 'bench',
    accept: ['collectd', 'ganglia'],
    hostName: 'packet',
    maxSeriesPerHost: 5000,
    pastMs: 600_000,
    futureMs: 60_000,
    outside: 'refuse',
    ...GROUP_DEFAULTS,
  });
  return { engine: made, index };
}

function run(name: string, round: () => Iterable<Uint8Array>, valuesEach: number): readonly string[] {
  let nowMs = START_S * 1000;
  const { engine: subject, index } = engine(() => nowMs);
  const entry = { start: 0, end: 0, listener: index, address: '10.0.0.1', arrivalMs: 0 };
  let count = 0;
  let cpu = 0;
  for (let n = 0; n < ROUNDS; n += 1) {
    const batch = [...round()];
    nowMs += 10_000;
    const from = process.cpuUsage();
    for (const datagram of batch) {
      entry.end = datagram.length;
      entry.arrivalMs = nowMs;
      subject.accept(datagram, entry);
    }
    const spent = process.cpuUsage(from);
    if (n === 0) continue;
    cpu += (spent.user + spent.system) / 1e6;
    count += batch.length;
  }
  const values = count * valuesEach;
  const lost = subject.books.lost + subject.books.rejected;
  return [
    name,
    String(count),
    (values / cpu / 1e6).toFixed(2),
    ((cpu / values) * 1e6).toFixed(3),
    ((cpu / count) * 1e6).toFixed(2),
    String(lost),
  ];
}

const report = new Report('ingest');
const collectd = new CollectdFleet(FLEET, START_S);
const gmond = new GmondFleet(FLEET, false);
report.print(
  table(
    ['protocol', 'datagrams', 'M values/CPU s', 'µs/value', 'µs/datagram', 'lost'],
    [run('collectd', () => collectd.round(), FLEET.metrics), run('gmond', () => gmond.round(), 1)],
  ),
);
report.close();
