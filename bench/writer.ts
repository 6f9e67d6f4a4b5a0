/**
 * The RRD writer from prepared batches, beside its peer in the same run: `rrdtool -` reading the same
 * commands from a plain file. Both write the same number of points to as many files, 30 points a write.
 *
 *   node bench/writer.ts [--files 5000] [--rounds 4] [--workers 1,2] [--dir /var/tmp]
 */
import { spawn } from 'node:child_process';
import { open, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLUSH_RECORDS_MAX } from '../src/limits.ts';
import { KIND } from '../src/model/kind.ts';
import { wordsOf } from '../src/model/rate.ts';
import { ownPath } from '../src/store/rrd/path.ts';
import { createRrdStore } from '../src/store/rrd/rrd-store.ts';
import { updates } from '../src/store/rrd/update.ts';
import { rrdtoolVersion } from '../src/store/rrd/version.ts';
import type { RecordDescription } from '../src/model/record.ts';
import type { RecordBatch, Store } from '../src/store/store.ts';

const POINTS = 30;
const STEP_S = 10;
const START_S = 1_700_000_000;
const signal = new AbortController().signal;

interface Result {
  readonly what: string;
  readonly points: number;
  readonly seconds: number;
  /** CPU of this process a point, µs; undefined where it only waited. */
  readonly ownCpuUs: number | undefined;
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
function prepare(records: readonly RecordDescription[], round: number): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at < records.length; at += FLUSH_RECORDS_MAX) {
    const some = records.slice(at, at + FLUSH_RECORDS_MAX);
    const n = some.length * POINTS;
    const words = new Uint32Array(2 * n);
    const pair = { hi: 0, lo: 0 };
    for (let p = 0; p < n; p += 1) {
      wordsOf(Math.round(Math.random() * 1e6) / 1000, pair);
      words.set([pair.hi, pair.lo], 2 * p);
    }
    batches.push({
      records: some,
      starts: Uint32Array.from({ length: some.length + 1 }, (_, i) => i * POINTS),
      wordStarts: Uint32Array.from({ length: some.length }, (_, i) => i * POINTS * 2),
      timesS: Uint32Array.from({ length: n }, (_, p) => START_S + (round * POINTS + (p % POINTS)) * STEP_S),
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

async function benchStore(
  dir: string,
  workers: number,
  records: readonly RecordDescription[],
  rounds: readonly number[],
): Promise<Result> {
  await using store = createRrdStore({ dir, workers, rrdDirs: new Map(), now: () => performance.now() });
  const [warm = 0, ...measured] = rounds;
  await putAll(store, prepare(records, warm));
  const prepared = measured.map((round) => prepare(records, round));
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (const batches of prepared) await putAll(store, batches);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const points = records.length * POINTS * measured.length;
  return { what: `muster, ${workers} rrdtool`, points, seconds, ownCpuUs: (user + system) / points };
}

/** The peer: as many `rrdtool -` as told, each fed its share of the same commands by a file. */
async function benchPeer(
  dir: string,
  workers: number,
  records: readonly RecordDescription[],
  rounds: readonly number[],
): Promise<Result> {
  const [warm = 0, ...measured] = rounds;
  await feed(dir, await commandFiles(dir, workers, records, [warm]));
  const files = await commandFiles(dir, workers, records, measured);
  const began = performance.now();
  await feed(dir, files);
  const seconds = (performance.now() - began) / 1000;
  const points = records.length * POINTS * measured.length;
  return { what: `plain file, ${workers} rrdtool`, points, seconds, ownCpuUs: undefined };
}

async function commandFiles(
  dir: string,
  workers: number,
  records: readonly RecordDescription[],
  rounds: readonly number[],
): Promise<string[]> {
  const shares: string[][] = Array.from({ length: workers }, () => []);
  for (const batch of rounds.flatMap((round) => prepare(records, round))) {
    batch.records.forEach((record, i) => {
      const lines = updates(batch, i, `./${ownPath(record)}`, 0).map((update) => update.line);
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

function print(results: readonly Result[]): void {
  const rate = ({ points, seconds }: Result) => points / seconds;
  for (const result of results) {
    const peer = results.find((other) => other.what === result.what.replace('muster', 'plain file'));
    const own = result.ownCpuUs === undefined ? '' : `${result.ownCpuUs.toFixed(2)} µs`;
    const ratio = peer && peer !== result ? `${(rate(result) / rate(peer)).toFixed(2)} ×` : '';
    const cells = [result.what.padEnd(24), Math.round(rate(result)).toLocaleString('en').padStart(12)];
    console.log([...cells, own.padStart(14), ratio.padStart(10)].join(' '));
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '4' },
      workers: { type: 'string', default: '1,2' },
      dir: { type: 'string', default: tmpdir() },
    },
  });
  const records = descriptions(Number(values.files));
  const rounds = Number(values.rounds);
  const version = await rrdtoolVersion();
  const machine = `${cpus()[0]?.model ?? 'unknown CPU'} × ${availableParallelism()}`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const software = `Linux ${release()}, Node ${process.version}, rrdtool ${version.ok ? version.version : '-'}`;
  console.log(`${machine}, ${memory}, ${software}`);
  console.log(
    `${records.length} files, ${POINTS} points a write, ${rounds} rounds measured, files under ${values.dir}`,
  );
  const dir = await mkdtemp(join(values.dir, 'muster-writer-'));
  try {
    let next = 0;
    const span = () => Array.from({ length: rounds + 1 }, () => next++);
    const results: Result[] = [];
    {
      await using store = createRrdStore({
        dir,
        workers: 2,
        rrdDirs: new Map(),
        now: () => performance.now(),
      });
      const began = performance.now();
      await putAll(store, prepare(records, next++));
      console.log(`created in ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
    }
    for (const workers of values.workers.split(',').map(Number)) {
      results.push(await benchPeer(dir, workers, records, span()));
      results.push(await benchStore(dir, workers, records, span()));
    }
    console.log('writer                       points/s    own CPU/point  to the peer');
    print(results);
  } finally {
    await rm(dir, { recursive: true });
  }
}

await main();
