/**
 * statsd on one thread, without sockets and store: samples into buckets, and buckets into values. Figures are
 * CPU time, so that other work on the machine counts little.
 *
 *   node_modules/.bin/node bench/statsd.ts [--save]
 */
import { Engine } from '../src/ingest/engine.ts';
import { noJournal } from '../src/ingest/journal/no-journal.ts';
import { GROUP_DEFAULTS } from '../src/contract/config.ts';
import { Report, table } from './report.ts';
import type { Store } from '../src/store/store.ts';

const LINES_PER_DATAGRAM = 20;
const SAMPLES = 1_000_000;
const FLUSH_MS = GROUP_DEFAULTS.statsd.flushMs;

interface Load {
  readonly name: string;
  readonly buckets: number;
  readonly line: (bucket: number) => string;
}

const LOADS: readonly Load[] = [
  { name: 'counters', buckets: 10_000, line: (n) => `shop.requests.r${n}:1|c` },
  { name: 'counters with a rate and tags', buckets: 10_000, line: tagged },
  { name: 'gauges', buckets: 10_000, line: (n) => `shop.level.l${n}:${n / 7}|g` },
  { name: 'timers', buckets: 10_000, line: (n) => `shop.time.t${n}:${(n / 7).toFixed(1)}|ms` },
  { name: 'sets', buckets: 10_000, line: (n) => `shop.users.u${n}:user-${n}|s` },
  { name: 'counters, 50 000 of them', buckets: 50_000, line: (n) => `shop.requests.r${n}:1|c` },
];

function tagged(n: number): string {
  return `shop.requests:1|c|@0.5|#route:r${n},env:prod,host:web-${n % 10}`;
}

/** Takes all that it is given. */
const nullStore: Store = {
  name: 'null',
  put: (batch) => Promise.resolve(batch.records.map(() => ({ ok: true, lateThroughS: 0 }) as const)),
  query: () => Promise.reject(new Error('nobody asks')),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

function engineAt(clock: { aheadMs: number }) {
  const engine = new Engine({
    store: nullStore,
    journal: noJournal,
    types: new Map(),
    cache: { maxAgeMs: 3_600_000, jitterMs: 0, maxPoints: 50_000_000 },
    reverse: () => Promise.reject(new Error('nobody is asked')),
    nowMs: () => Date.now() + clock.aheadMs,
    ticksMs: () => performance.now() + clock.aheadMs,
    sleep: () => Promise.resolve(),
    random: Math.random,
    onRefusal: () => undefined,
  });
  const index = engine.setGroup({
    ...GROUP_DEFAULTS,
    name: 'bench',
    accept: ['statsd', 'collectd'],
    hostName: 'address',
    hostDmaxMs: 86_400_000,
    maxSeriesPerHost: Number.POSITIVE_INFINITY,
    pastMs: 600_000,
    futureMs: 60_000,
    outside: 'refuse',
    ownAddresses: [],
  });
  return { engine, index };
}

function datagramsOf({ buckets, line }: Load): Uint8Array[] {
  return Array.from({ length: buckets / LINES_PER_DATAGRAM }, (_, d) => {
    const lines = Array.from({ length: LINES_PER_DATAGRAM }, (__, i) => line(d * LINES_PER_DATAGRAM + i));
    return Buffer.from(lines.join('\n'));
  });
}

function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Ticks until a whole round is through; the longest of them, ms. */
function flush(engine: Engine, values: number): number {
  let longestMs = 0;
  const end = engine.books.received + values;
  while (engine.books.received < end) {
    const startMs = performance.now();
    engine.tick();
    longestMs = Math.max(longestMs, performance.now() - startMs);
  }
  return longestMs;
}

function measure(load: Load): string[] {
  const clock = { aheadMs: 0 };
  const { engine, index } = engineAt(clock);
  const datagrams = datagramsOf(load);
  const feed = () => {
    for (const datagram of datagrams) {
      const arrivalMs = Date.now() + clock.aheadMs;
      const entry = { start: 0, end: datagram.length, listener: index, address: '10.0.0.1', arrivalMs };
      engine.accept(datagram, entry);
    }
  };
  const rounds = SAMPLES / load.buckets;
  for (let n = 0; n < rounds; n += 1) feed();
  const takingMs = cpuMs(() => {
    for (let n = 0; n < rounds; n += 1) feed();
  });
  clock.aheadMs += FLUSH_MS;
  engine.tick();
  while (engine.takeAnnouncements(1000).length > 0) engine.tick();
  const values = engine.books.received;
  feed();
  clock.aheadMs += FLUSH_MS;
  let longestMs = 0;
  const flushMs = cpuMs(() => (longestMs = flush(engine, values)));
  return [
    load.name,
    String(load.buckets),
    ((takingMs * 1e6) / SAMPLES).toFixed(0),
    String(values),
    ((flushMs * 1e6) / values).toFixed(0),
    longestMs.toFixed(0),
  ];
}

const report = new Report('statsd');
const head = ['samples', 'buckets', 'ns CPU/sample', 'values a flush', 'ns CPU/value', 'longest tick, ms'];
report.print(table(head, LOADS.map(measure)));
report.close();
