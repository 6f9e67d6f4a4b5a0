/**
 * The writer by line protocol into the real victoria-metrics, from prepared batches: CPU of this process a
 * point, split into building lines, compressing and sending, at one point of a record a write and at 30.
 *
 *   node_modules/.bin/node bench/lines.ts [--records 5000] [--rounds 4] [--points 1,30] [--save]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { FLUSH_RECORDS_MAX } from '../src/limits.ts';
import { KIND } from '../src/model/kind.ts';
import { integerWordsOf, wordsOf } from '../src/model/rate.ts';
import { createLineStore } from '../src/store/line/line-store.ts';
import { writeBatch } from '../src/store/line/put.ts';
import { Victoria } from '../test/e2e/victoria.ts';
import { Report, table } from './report.ts';
import type { DataSource, RecordDescription } from '../src/model/record.ts';
import type { RecordBatch, Store } from '../src/store/store.ts';

const STEP_S = 10;
const NAMING = { multivalue: 'split', integers: 'float' } as const;
const { signal } = new AbortController();

/** Half collectd's gauges, a quarter its counters, a quarter gmond's metrics; one value each, so a point is a line. */
function descriptions(count: number): RecordDescription[] {
  return Array.from({ length: count }, (_, i) => {
    const gmond = i % 4 === 3;
    const counter = i % 4 === 2;
    const value: DataSource = { name: 'value', kind: counter ? KIND.derive : KIND.gauge, min: 0, max: null };
    return {
      cluster: 'bench',
      host: `host-${Math.floor(i / 30)}.example.net`,
      metric: gmond
        ? `metric_${i % 30}`
        : counter
          ? `cpu-${i % 30}/cpu-user`
          : `sensors-${i % 30}/temperature-cpu`,
      protocol: gmond ? 'ganglia' : 'collectd',
      sources: [value],
      intervalS: STEP_S,
      tmaxS: 0,
      dmaxS: 0,
      slope: 'both',
      units: '',
      title: '',
      group: gmond ? '' : counter ? 'cpu' : 'sensors',
      description: '',
      provisional: false,
    };
  });
}

/** Every record's points of one round, in batches as the planner makes them. */
function prepare(records: readonly RecordDescription[], fromS: number, points: number): RecordBatch[] {
  const batches: RecordBatch[] = [];
  const pair = { hi: 0, lo: 0 };
  for (let at = 0; at < records.length; at += FLUSH_RECORDS_MAX) {
    const some = records.slice(at, at + FLUSH_RECORDS_MAX);
    const words = new Uint32Array(2 * some.length * points);
    const value = (i: number, p: number) =>
      some[i]?.sources[0]?.kind === KIND.gauge
        ? wordsOf(Math.round(Math.random() * 1e5) / 100, pair)
        : integerWordsOf(1e9 + 1000 * (fromS - START_S + p * STEP_S) + i, KIND.derive, pair);
    for (let n = 0; n < some.length * points; n += 1) {
      value(Math.floor(n / points), n % points);
      words.set([pair.hi, pair.lo], 2 * n);
    }
    batches.push({
      records: some,
      starts: Uint32Array.from({ length: some.length + 1 }, (_, i) => i * points),
      wordStarts: Uint32Array.from({ length: some.length }, (_, i) => 2 * i * points),
      timesS: Uint32Array.from({ length: some.length * points }, (_, i) => fromS + (i % points) * STEP_S),
      words,
      gaps: new Uint8Array(some.length * points),
    });
  }
  return batches;
}

const START_S = Math.floor(Date.now() / 1000) - 86_400;

/** µs of this process' CPU `work` takes. */
async function cpuOf(work: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function putAll(store: Store, batches: readonly RecordBatch[]): Promise<void> {
  for (const batch of batches) {
    const outcomes = await store.put(batch, { signal, hurry: false });
    const fault = outcomes.find((outcome) => !outcome.ok);
    if (fault) throw new Error(JSON.stringify(fault));
  }
}

/** The requests a put would make; nothing is sent. */
async function requestsOf(batches: readonly RecordBatch[]): Promise<string[]> {
  const requests: string[] = [];
  const send = async (lines: string) => {
    requests.push(lines);
    return { kind: 'ok' } as const;
  };
  for (const batch of batches) await writeBatch({ batch, naming: NAMING, send, requestsMax: 500 });
  return requests;
}

/** CPU of a process so far, µs; its clock ticks are 10 ms. */
async function cpuOfProcess(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function measure(
  store: Store,
  victoria: Victoria,
  options: { records: number; rounds: number; points: number },
) {
  const { rounds, points } = options;
  const records = descriptions(options.records);
  const batchesOf = (round: number) => prepare(records, START_S + round * points * STEP_S, points);
  await putAll(store, batchesOf(0));
  const all = Array.from({ length: rounds }, (_, round) => batchesOf(round + 1)).flat();
  const count = rounds * records.length * points;
  let requests: string[] = [];
  const building = await cpuOf(async () => {
    requests = await requestsOf(all);
  });
  const bodies = requests.map((lines) => Buffer.from(lines));
  let packed = 0;
  const packing = await cpuOf(() => {
    for (const body of bodies) packed += gzipSync(body, { level: 1 }).length;
  });
  const startedMs = performance.now();
  const theirs = await cpuOfProcess(victoria.pid);
  const whole = await cpuOf(() => putAll(store, all));
  const seconds = (performance.now() - startedMs) / 1000;
  const theirCpu = (await cpuOfProcess(victoria.pid)) - theirs;
  const plain = bodies.reduce((sum, body) => sum + body.length, 0);
  const each = (us: number) => (us / count).toFixed(2);
  return [
    String(points),
    Math.round(count / seconds).toLocaleString('en'),
    each(whole),
    each(building),
    each(packing),
    each(theirCpu),
    (plain / count).toFixed(0),
    (packed / count).toFixed(1),
  ];
}

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '4' },
    points: { type: 'string', default: '1,30' },
    save: { type: 'boolean' },
  },
});
const dir = await mkdtemp(join(tmpdir(), 'muster-bench-'));
const report = new Report('lines', ["Debian's victoria-metrics"]);
try {
  await using victoria = await Victoria.start(dir, ['-dedup.minScrapeInterval=1ms']);
  await using store = createLineStore({
    config: { ...NAMING, type: 'victoriametrics', url: victoria.url, readUrl: victoria.url },
    reader: { read: async () => [] },
    quarantineDir: join(dir, 'quarantine'),
    now: Date.now,
  });
  const rows: string[][] = [];
  for (const points of values.points.split(',').map(Number)) {
    const options = { records: Number(values.records), rounds: Number(values.rounds), points };
    // One point a write: more rounds, for as many points.
    const rounds = points === 1 ? 10 * options.rounds : options.rounds;
    rows.push(await measure(store, victoria, { ...options, rounds }));
  }
  const head = ['points a write', 'points/s', 'CPU µs', 'lines', 'gzip', 'victoria', 'bytes', 'packed'];
  report.print(table(head, rows));
  report.print('CPU µs: of this process a point, in all; of that, building the lines and packing them.');
} finally {
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}
report.close();
