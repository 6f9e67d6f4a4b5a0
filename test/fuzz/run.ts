/**
 * Mutated captures through every decoder and the whole data plane, for as long as one likes.
 *
 *   npm run fuzz -- [--inputs N] [--seed S] [--target NAME] [--replay HEX]
 *
 * N inputs for each target (default: 1 000 000), of a seed that is printed, so that the same run can be had
 * again. An input at which something is thrown, or that is read for longer than `HANG_MS`, is printed as hex,
 * and with `--replay` given to the target alone. Exit code: 0 nothing found, 1 something, 2 wrong usage.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { EngineTarget } from './engine-target.ts';
import { killers } from './killers.ts';
import { dice, INPUT_BYTES_MAX, Mutation } from './mutate.ts';
import { fuzzSeeds } from './seeds.ts';
import { TARGETS } from './targets.ts';

const ENGINE = 'engine';
/** How long an input may take: thousands of times the usual, for the machine may do other work. */
const HANG_MS = 10_000;
const LOOK_MS = 1000;
const SETTLE_EVERY = 500;
/** Growth after the first quarter of a run, when every table is as full as it gets. */
const GROWTH_BYTES_MAX = 48 * 1024 * 1024;

interface Job {
  readonly inputs: number;
  readonly seed: number;
  readonly targets: readonly string[];
  readonly replay: string | undefined;
  /** [inputs so far, length of the one in hand]; then its bytes. */
  readonly shared: SharedArrayBuffer;
}

const HEAD_BYTES = 8;

class Found extends Error {}

/** What it reads inputs with, and what it does now and then. */
interface Reader {
  readonly read: (bytes: Buffer, length: number, index: number) => void | Promise<void>;
  readonly settle: () => Promise<void>;
  readonly summary: () => string;
}

function readerOf(name: string, seed: number): Reader {
  const target = TARGETS.find((known) => known.name === name);
  if (target !== undefined) {
    return { read: target.read, settle: () => Promise.resolve(), summary: () => '' };
  }
  const engine = new EngineTarget();
  return {
    read: (bytes, length, index) => {
      const pick = dice(seed + 1, index);
      const input = bytes.subarray(0, length);
      return pick(20) === 0 ? engine.write(input, pick) : engine.take(input, pick);
    },
    settle: () => engine.settle(),
    summary: () => `, ${engine.summary}`,
  };
}

async function work(job: Job): Promise<void> {
  const say = (text: string) => parentPort?.postMessage(text);
  const progress = new Uint32Array(job.shared, 0, HEAD_BYTES / 4);
  const hand = Buffer.from(job.shared, HEAD_BYTES);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (const name of job.targets) {
    const reader = readerOf(name, job.seed);
    say(name);
    const startMs = performance.now();
    const give = async (bytes: Buffer, length: number, index: number) => {
      bytes.copy(hand, 0, 0, length);
      progress[1] = length;
      Atomics.add(progress, 0, 1);
      try {
        const later = reader.read(bytes, length, index);
        if (later !== undefined) await later;
      } catch (error) {
        const hex = bytes.toString('hex', 0, length);
        throw new Found(`${name}, input ${index} of seed ${job.seed}: ${hex}`, { cause: error });
      }
    };
    if (job.replay !== undefined) {
      const bytes = Buffer.from(job.replay, 'hex');
      await give(bytes, bytes.length, 0);
      continue;
    }
    for (const { bytes } of killers()) await give(Buffer.from(bytes), bytes.length, 0);
    const mutation = new Mutation(fuzzSeeds());
    let heapBytes = Infinity;
    for (let index = 0; index < job.inputs; index += 1) {
      mutation.make(dice(job.seed, index));
      await give(mutation.bytes, mutation.length, index);
      if (index % SETTLE_EVERY === 0) await reader.settle();
      if (index !== Math.floor(job.inputs / 4)) continue;
      collect();
      heapBytes = process.memoryUsage().heapUsed;
    }
    await reader.settle();
    collect();
    const grown = process.memoryUsage().heapUsed - heapBytes;
    if (grown > GROWTH_BYTES_MAX) throw new Found(`${name} has grown by ${grown} bytes`);
    const microseconds = ((performance.now() - startMs) * 1000) / job.inputs;
    say(`  ${microseconds.toFixed(1)} µs an input, ${Math.round(grown / 1024)} KiB more${reader.summary()}`);
  }
}

function usage(fault: string): never {
  process.stderr.write(`fuzz: ${fault}\n`);
  process.exit(2);
}

function jobOf(args: readonly string[]): Job {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { inputs: text, seed: text, target: text, replay: text },
  });
  const names = [...TARGETS.map(({ name }) => name), ENGINE];
  const inputs = Number(values.inputs ?? 1_000_000);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  if (!Number.isSafeInteger(inputs) || inputs < 1) usage('--inputs is a whole number');
  if (!Number.isSafeInteger(seed) || seed < 0) usage('--seed is a whole number');
  const { target, replay } = values;
  if (target !== undefined && !names.includes(target)) usage(`--target is one of ${names.join(', ')}`);
  const shared = new SharedArrayBuffer(HEAD_BYTES + INPUT_BYTES_MAX);
  return { inputs, seed, targets: target === undefined ? names : [target], replay, shared };
}

/** Runs a worker, and ends with it; one that does not get on with an input is ended, and the input told. */
function main(job: Job): void {
  process.stdout.write(`seed ${job.seed}, ${job.inputs} inputs a target\n`);
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  const progress = new Uint32Array(job.shared, 0, HEAD_BYTES / 4);
  let [before, sinceMs] = [-1, performance.now()];
  const watch = setInterval(() => {
    const now = Atomics.load(progress, 0);
    if (now !== before) [before, sinceMs] = [now, performance.now()];
    else if (performance.now() - sinceMs > HANG_MS) {
      const hex = Buffer.from(job.shared, HEAD_BYTES, progress[1]).toString('hex');
      process.stderr.write(`hangs, seed ${job.seed}: ${hex}\n`);
      process.exit(1);
    }
  }, LOOK_MS);
  worker.on('message', (text) => process.stdout.write(`${text}\n`));
  worker.on('error', (error) => {
    process.stderr.write(`${error.stack ?? error}\n`);
    if (error.cause instanceof Error) process.stderr.write(`caused by ${error.cause.stack ?? ''}\n`);
    process.exit(1);
  });
  worker.on('exit', () => clearInterval(watch));
}

if (isMainThread) main(jobOf(process.argv.slice(2)));
else await work(workerData as Job);
