import { Engine } from '../src/ingest/engine.ts';
import { machine, table } from './report.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';

/**
 * The data plane without sockets: recognised, decoded, looked up, staged, shown live; one thread. The peer's
 * figures are C programs receiving and caching on the same kind of machine (docs/decisions/0005).
 */

const HOSTS = 1000;
const METRICS = 33;
const ROUNDS = 30;

const nullStore: Store = {
  ...createMemoryStore(),
  put: (batch) => Promise.resolve(batch.records.map(() => ({ ok: true as const, lateThroughS: 0 }))),
};

function engine(nowMs: () => number): { engine: Engine; index: number } {
  const made = new Engine({
    store: nullStore,
    types: new Map(),
    cache: { maxAgeMs: 300_000, jitterMs: 60_000, maxPoints: 50_000_000 },
    reverse: () => Promise.resolve([]),
    now: nowMs,
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
  });
  return { engine: made, index };
}

function collectdDatagram(host: number, timeS: number): Buffer {
  const parts: Buffer[] = [];
  const string = (type: number, text: string) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(4 + text.length + 1, 2);
    parts.push(head, Buffer.from(`${text}\0`));
  };
  const number = (type: number, value: bigint) => {
    const b = Buffer.alloc(12);
    b.writeUInt16BE(type, 0);
    b.writeUInt16BE(12, 2);
    b.writeBigUInt64BE(value, 4);
    parts.push(b);
  };
  string(0, `web-${String(host).padStart(5, '0')}.us-east-1b`);
  number(8, BigInt(timeS) << 30n);
  number(9, 10n << 30n);
  string(2, 'plugin');
  string(3, '0');
  string(4, 'gauge');
  for (let m = 0; m < METRICS; m += 1) {
    string(5, `metric${m}`);
    const b = Buffer.alloc(15);
    b.writeUInt16BE(6, 0);
    b.writeUInt16BE(15, 2);
    b.writeUInt16BE(1, 4);
    b[6] = 1;
    b.writeDoubleLE(host + m * 0.5 + timeS / 1e6, 7);
    parts.push(b);
  }
  return Buffer.concat(parts);
}

function gmondDatagram(host: number, metric: number, value: number): Buffer {
  const string = (text: string) => {
    const b = Buffer.alloc(4 + Math.ceil(text.length / 4) * 4);
    b.writeUInt32BE(text.length, 0);
    b.write(text, 4);
    return b;
  };
  const id = Buffer.from([0, 0, 0, 135]);
  const spoof = Buffer.from([0, 0, 0, 0]);
  const number = Buffer.alloc(8);
  number.writeDoubleBE(value);
  return Buffer.concat([id, string(`web-${host}`), string(`metric${metric}`), spoof, string('%f'), number]);
}

function run(name: string, datagrams: (round: number) => Buffer[], valuesEach: number): readonly string[] {
  let nowMs = 1_800_000_000_000;
  const { engine: subject, index } = engine(() => nowMs);
  const entry = { start: 0, end: 0, listener: index, address: '10.0.0.1', arrivalMs: 0 };
  let count = 0;
  let cpu = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const batch = datagrams(round);
    nowMs += 10_000;
    const from = process.cpuUsage();
    for (const datagram of batch) {
      entry.end = datagram.length;
      entry.arrivalMs = nowMs;
      subject.accept(datagram, entry);
    }
    const spent = process.cpuUsage(from);
    if (round === 0) continue;
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

const startS = 1_800_000_000;
const collectd = (round: number) =>
  Array.from({ length: HOSTS }, (_, h) => collectdDatagram(h, startS + 10 * (round + 1)));
const gmond = (round: number) =>
  Array.from({ length: HOSTS * METRICS }, (_, i) =>
    gmondDatagram(i % HOSTS, Math.floor(i / HOSTS), i + round),
  );

process.stdout.write(`${machine()}\n`);
process.stdout.write(
  table(
    ['protocol', 'datagrams', 'M values/CPU s', 'µs/value', 'µs/datagram', 'lost'],
    [run('collectd', collectd, METRICS), run('gmond', gmond, 1)],
  ),
);
