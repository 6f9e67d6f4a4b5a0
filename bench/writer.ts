/**
 * The RRD writer from prepared batches, beside its peer in the same run: `rrdtool -` reading the same
 * commands from a plain file. Both write the same number of points to as many files, at one point a write and
 * at as many as the default cache age gathers.
 *
 *   node_modules/.bin/node bench/writer.ts [--files 5000] [--rounds 4] [--workers 1,2] [--points 1,30]
 *     [--dir /var/tmp] [--save]
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLUSH_RECORDS_MAX } from '../src/limits.ts';
import { KIND } from '../src/model/kind.ts';
import { wordsOf } from '../src/model/rate.ts';
import { ownPath } from '../src/store/rrd/path.ts';
import { createRrdStore } from '../src/store/rrd/rrd-store.ts';
import { updates } from '../src/store/rrd/update.ts';
import { rrdtoolVersion } from '../src/store/rrd/version.ts';
import { Report, table } from './report.ts';
import type { RecordDescription } from '../src/model/record.ts';
import type { RecordBatch, Store } from '../src/store/store.ts';

const STEP_S = 10;
const START_S = 1_700_000_000;
const signal = new AbortController().signal;

interface Result {
  readonly workers: number;
  readonly points: number;
  readonly seconds: number;
  /** CPU of this process a point, µs; undefined where it only waited. */
  readonly ownCpuUs: number | undefined;
  /** CPU of the rrdtools a point, µs. */
  readonly rrdtoolCpuUs: number;
}

/** Seconds of one write: `points` of them from `fromS` on. */
interface Round {
  readonly fromS: number;
  readonly points: number;
}

/** Some rounds to the same files, the first to warm up. */
interface Run {
  readonly dir: string;
  readonly workers: number;
  readonly records: readonly RecordDescription[];
  readonly warmUp: Round;
  readonly measured: readonly Round[];
}

function descriptions(files: number): RecordDescription[] {
  return Array.from({ length: files }, (_, i) => ({
    cluster: 'bench',
    host: `host-${Math.floor(i / 30)}`,
    metric: `metric_${i % 30}`,
    protocol: 'ganglia',
    sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
    intervalS: STEP_S,
    tmaxS: 20,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  }));
}

/** Every record's points of one round, in batches as the planner makes them. */
function prepare(records: readonly RecordDescription[], { fromS, points }: Round): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at < records.length; at += FLUSH_RECORDS_MAX) {
    const some = records.slice(at, at + FLUSH_RECORDS_MAX);
    const n = some.length * points;
    const words = new Uint32Array(2 * n);
    const pair = { hi: 0, lo: 0 };
    for (let p = 0; p < n; p += 1) {
      wordsOf(Math.round(Math.random() * 1e6) / 1000, pair);
      words.set([pair.hi, pair.lo], 2 * p);
    }
    batches.push({
      records: some,
      starts: Uint32Array.from({ length: some.length + 1 }, (_, i) => i * points),
      wordStarts: Uint32Array.from({ length: some.length }, (_, i) => i * points * 2),
      timesS: Uint32Array.from({ length: n }, (_, p) => fromS + (p % points) * STEP_S),
      words,
      gaps: new Uint8Array(n),
    });
  }
  return batches;
}

async function putAll(store: Store, batches: readonly RecordBatch[]): Promise<void> {
  const answers = await Promise.all(batches.map((batch) => store.put(batch, { signal, hurry: true })));
  const refused = answers.flat().find((outcome) => !outcome.ok);
  if (refused) throw new Error(JSON.stringify(refused));
}

async function benchStore({ dir, workers, records, warmUp, measured }: Run): Promise<Result> {
  await using store = createRrdStore({ dir, workers, rrdDirs: new Map(), now: () => performance.now() });
  await putAll(store, prepare(records, warmUp));
  const prepared = measured.map((round) => prepare(records, round));
  const cpu = process.cpuUsage();
  const childrenUs = childrenCpuUs();
  const began = performance.now();
  for (const batches of prepared) await putAll(store, batches);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const points = pointsOf(records, measured);
  const rrdtoolCpuUs = (childrenCpuUs() - childrenUs) / points;
  return { workers, points, seconds, ownCpuUs: (user + system) / points, rrdtoolCpuUs };
}

/** CPU of this process's children that live, µs. */
function childrenCpuUs(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  const ns = children.map((pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]));
  return ns.reduce((sum, one) => sum + one, 0) / 1000;
}

/** CPU of this process's children that have ended, µs; the kernel counts it in hundredths of a second. */
function endedCpuUs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10_000;
}

/** The peer: as many `rrdtool -` as told, each fed its share of the same commands by a file. */
async function benchPeer(run: Run): Promise<Result> {
  const { dir, workers, records, measured } = run;
  await feed(dir, await commandFiles(run, [run.warmUp]));
  const files = await commandFiles(run, measured);
  const endedUs = endedCpuUs();
  const began = performance.now();
  await feed(dir, files);
  const seconds = (performance.now() - began) / 1000;
  const points = pointsOf(records, measured);
  const rrdtoolCpuUs = (endedCpuUs() - endedUs) / points;
  return { workers, points, seconds, ownCpuUs: undefined, rrdtoolCpuUs };
}

function pointsOf(records: readonly RecordDescription[], rounds: readonly Round[]): number {
  return records.length * rounds.reduce((sum, { points }) => sum + points, 0);
}

async function commandFiles({ dir, workers, records }: Run, rounds: readonly Round[]): Promise<string[]> {
  const shares: string[][] = Array.from({ length: workers }, () => []);
  for (const batch of rounds.flatMap((round) => prepare(records, round))) {
    batch.records.forEach((record, i) => {
      const lines = updates(batch, i, `./${ownPath(record)}`, 0).map((update) => update.line());
      shares[i % workers]?.push(...lines);
    });
  }
  return Promise.all(
    shares.map(async (lines, i) => {
      const path = join(dir, `commands-${i}`);
      await writeFile(path, `${lines.join('\n')}\n`);
      return path;
    }),
  );
}

async function feed(dir: string, files: readonly string[]): Promise<void> {
  await Promise.all(
    files.map(async (file) => {
      await using input = await open(file);
      await new Promise<void>((resolve, reject) => {
        const child = spawn('rrdtool', ['-'], { cwd: dir, stdio: [input.fd, 'ignore', 'inherit'] });
        child.on('error', reject).on('exit', () => resolve());
      });
    }),
  );
}

const HEAD = ['writer', 'points/write', 'points/s', 'own CPU µs/point', 'rrdtool', 'in all', 'to the peer'];

function rows(points: number, own: Result, peer: Result): string[][] {
  const rate = (result: Result) => result.points / result.seconds;
  const figures = (who: string, result: Result) => [
    `${who}, ${result.workers} rrdtool`,
    String(points),
    Math.round(rate(result)).toLocaleString('en'),
    result.ownCpuUs?.toFixed(2) ?? '',
    result.rrdtoolCpuUs.toFixed(2),
    ((result.ownCpuUs ?? 0) + result.rrdtoolCpuUs).toFixed(2),
  ];
  return [
    [...figures('plain file', peer), ''],
    [...figures('muster', own), (rate(own) / rate(peer)).toFixed(2)],
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '4' },
      workers: { type: 'string', default: '1,2' },
      points: { type: 'string', default: '1,30' },
      dir: { type: 'string', default: tmpdir() },
      save: { type: 'boolean' },
    },
  });
  const records = descriptions(Number(values.files));
  const rounds = Number(values.rounds);
  const version = await rrdtoolVersion();
  const report = new Report('writer', [`rrdtool ${version.ok ? version.version : 'unknown'}`]);
  report.print(`${records.length} files below ${values.dir}, ${rounds} rounds measured`);
  const dir = await mkdtemp(join(values.dir, 'muster-writer-'));
  try {
    const clock = { nextS: START_S };
    const next = (points: number): Round => {
      const fromS = clock.nextS;
      clock.nextS += points * STEP_S;
      return { fromS, points };
    };
    report.print(`created in ${(await create(dir, records, next(1))).toFixed(1)} s by two rrdtool\n`);
    const found: string[][] = [];
    for (const points of values.points.split(',').map(Number)) {
      for (const workers of values.workers.split(',').map(Number)) {
        const run = (): Run => {
          const measured = Array.from({ length: rounds + 1 }, () => next(points));
          return { dir, workers, records, warmUp: measured.shift() ?? next(points), measured };
        };
        const peer = await benchPeer(run());
        found.push(...rows(points, await benchStore(run()), peer));
      }
    }
    report.print(table(HEAD, found));
  } finally {
    await rm(dir, { recursive: true });
  }
  report.close();
}

/** Seconds that the files took to come into being. */
async function create(dir: string, records: readonly RecordDescription[], round: Round): Promise<number> {
  await using store = createRrdStore({ dir, workers: 2, rrdDirs: new Map(), now: () => performance.now() });
  const began = performance.now();
  await putAll(store, prepare(records, round));
  return (performance.now() - began) / 1000;
}

await main();
