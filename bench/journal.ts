import { GROUP_DEFAULTS } from '../src/contract/config.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine } from '../src/ingest/engine.ts';
import { openJournal } from '../src/ingest/journal/journal.ts';
import type { Journal, ReplaySink } from '../src/ingest/journal/port.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import { KIND } from '../src/model/kind.ts';
import type { RecordDescription } from '../src/model/record.ts';
import { quantile, Report, table } from './report.ts';

/**
 * The journal of one worker on the disk of the temporary folder: appending with commits, opening again,
 * reading all of it back. CPU is of the whole process, the threads that write for it included.
 *
 *   node_modules/.bin/node bench/journal.ts [--save]
 */

const POINTS = 5_000_000;
/** Points read between two turns of the sockets, as the server does it. */
const SLICE = 4096;
const START_S = 1_800_000_000;

interface Case {
  readonly name: string;
  readonly records: number;
  readonly sources: number;
  /** Points between two commits: of 50 ms. */
  readonly burst: number;
}

const CASES: readonly Case[] = [
  { name: '1 M/s, 50 k records', records: 50_000, sources: 1, burst: 50_000 },
  { name: '1 M/s, 500 k records', records: 500_000, sources: 1, burst: 50_000 },
  { name: '500 k/s of 2 sources', records: 50_000, sources: 2, burst: 25_000 },
  { name: '100 k/s, 50 k records', records: 50_000, sources: 1, burst: 5000 },
];

function describe(record: number, sources: number): RecordDescription {
  return {
    cluster: 'production',
    host: `web-${String(record % 500).padStart(4, '0')}.example.org`,
    metric: `cpu-${Math.floor(record / 500)}/cpu-idle`,
    protocol: 'collectd',
    sources: Array.from({ length: sources }, (_, s) => ({
      name: s === 0 ? 'rx' : 'tx',
      kind: KIND.derive,
      min: 0,
      max: null,
    })),
    intervalS: 10,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'unspecified',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  };
}

function openIn(directory: string, sources: number): Promise<Journal> {
  return openJournal({
    directory,
    maxBytes: 8 * 2 ** 30,
    syncMs: 1000,
    worker: 0,
    records: { describe: (record) => describe(record, sources), settled: () => undefined },
    nowMs: Date.now,
    ticksMs: () => performance.now(),
    onLost: (values, reason) => {
      throw new Error(`${values} values lost: ${reason}`);
    },
    onReport: (level, message, fields) => {
      if (level !== 'info') process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
    },
  });
}

interface Measured {
  readonly cpuUs: number;
  readonly wallMs: number;
}

async function measured(run: () => Promise<void>): Promise<Measured> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuUs: user + system, wallMs: performance.now() - from };
}

/** As fast as the disk takes it, a commit each `burst` points; CPU of the calls alone, in µs. */
async function append(
  journal: Journal,
  { records, sources, burst }: Case,
  inCallMs: number[],
): Promise<number> {
  const words = new Uint32Array(2 * sources).fill(0x3ff0_0000);
  let appendUs = 0;
  for (let done = 0; done < POINTS;) {
    const cpu = process.threadCpuUsage();
    for (let i = 0; i < burst; i += 1, done += 1) {
      const timeS = START_S + Math.floor(done / records);
      if (!journal.append(done % records, timeS, 0, words, true))
        throw new Error('the disk does not keep up');
    }
    const { user, system } = process.threadCpuUsage(cpu);
    appendUs += user + system;
    const committing = performance.now();
    journal.commit();
    inCallMs.push(performance.now() - committing);
    while (journal.figures().uncommittedMs > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return appendUs;
}

async function readBack(journal: Journal, sliceMs: number[]): Promise<number> {
  let points = 0;
  let numbers = 0;
  const sink: ReplaySink = {
    define: () => numbers++,
    point: () => {
      points += 1;
    },
  };
  for (;;) {
    const from = performance.now();
    const outcome = await journal.read(SLICE, sink);
    sliceMs.push(performance.now() - from);
    if (outcome === 'end') return points;
  }
}

/** Of one worker's engine that takes up what `append` left: nothing goes to the store meanwhile. */
async function replay(journal: Journal, clusters: readonly string[]): Promise<Engine> {
  const engine = new Engine({
    store: createMemoryStore(),
    journal,
    types: new Map(),
    cache: { maxAgeMs: 3_600_000, jitterMs: 0, maxPoints: 2 * POINTS },
    reverse: () => Promise.reject(new Error('nobody is asked')),
    nowMs: Date.now,
    ticksMs: () => performance.now(),
    sleep: (ms) => delay(ms),
    random: Math.random,
    onRefusal: () => undefined,
  });
  for (const name of clusters) engine.setGroup({ ...RULES, name });
  await engine.readBack();
  return engine;
}

const RULES = {
  accept: ['collectd'],
  hostName: 'packet',
  maxSeriesPerHost: Number.POSITIVE_INFINITY,
  hostDmaxMs: 86_400_000,
  pastMs: 0,
  futureMs: 0,
  outside: 'accept',
  ownAddresses: [],
  ...GROUP_DEFAULTS,
} as const;

/** Notes how long each turn of the event loop takes, in ms: so long the sockets wait. */
function watchTurns(turnsMs: number[]): { stop: () => void } {
  let isOn = true;
  let before = performance.now();
  const turn = () => {
    const now = performance.now();
    turnsMs.push(now - before);
    before = now;
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
  return { stop: () => void (isOn = false) };
}

/** The turn in which somebody who comes at any moment finds the loop, in the given part of all cases. */
function met(turnsMs: readonly number[], part: number): number {
  const sorted = turnsMs.toSorted((a, b) => a - b);
  let left = part * sorted.reduce((sum, ms) => sum + ms, 0);
  return sorted.find((ms) => (left -= ms) <= 0) ?? 0;
}

/** From journal to cache, as the server does it at its start. */
async function runReplay(each: Case): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  try {
    const first = await openIn(directory, each.sources);
    first.catchUp(0, { define: () => -1, point: () => undefined });
    await append(first, each, []);
    await first.sync();
    await first.close();
    const second = await openIn(directory, each.sources);
    const turns: number[] = [];
    const watch = watchTurns(turns);
    let engine: Engine | undefined;
    const read = await measured(async () => {
      engine = await replay(second, ['production']);
    });
    watch.stop();
    const { pending } = engine?.stats() ?? { pending: 0 };
    if (pending !== POINTS * each.sources) throw new Error(`${pending} values came back`);
    await second.close();
    return [
      each.name,
      (POINTS / read.wallMs / 1000).toFixed(2),
      ((read.cpuUs * 1000) / POINTS).toFixed(0),
      met(turns, 0.5).toFixed(1),
      met(turns, 0.99).toFixed(1),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runCase(each: Case): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  try {
    const first = await openIn(directory, each.sources);
    const committing: number[] = [];
    let appendUs = 0;
    first.catchUp(0, { define: () => -1, point: () => undefined });
    const written = await measured(async () => {
      appendUs = await append(first, each, committing);
      await first.sync();
    });
    const { bytes } = first.figures();
    await first.close();
    let second = first;
    const opened = await measured(async () => {
      second = await openIn(directory, each.sources);
    });
    const slices: number[] = [];
    let points = 0;
    const read = await measured(async () => {
      points = await readBack(second, slices);
    });
    if (points !== POINTS) throw new Error(`${points} of ${POINTS} points came back`);
    await second.close();
    return [
      each.name,
      ((appendUs * 1000) / POINTS).toFixed(0),
      ((written.cpuUs * 1000) / POINTS).toFixed(0),
      quantile(committing, 0.99).toFixed(2),
      (bytes / POINTS).toFixed(1),
      (bytes / 2 ** 20).toFixed(0),
      (opened.cpuUs / 1000).toFixed(0),
      opened.wallMs.toFixed(0),
      (POINTS / read.wallMs / 1000).toFixed(1),
      ((read.cpuUs * 1000) / POINTS).toFixed(0),
      quantile(slices, 0.99).toFixed(2),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const report = new Report('journal');
const rows: (readonly string[])[] = [];
for (const each of CASES) rows.push(await runCase(each));
report.print(
  table(
    [
      'points',
      'append CPU ns',
      'CPU ns a point',
      'commit ms p99',
      'bytes a point',
      'MiB',
      'open CPU ms',
      'open ms',
      'read M points/s',
      'CPU ns a point',
      'slice ms p99',
    ],
    rows,
  ),
);
report.print(
  `Append: the calls alone. CPU: with checksums, writes and syncs. Read: ${SLICE} points a slice.`,
);
const replays: (readonly string[])[] = [];
for (const each of CASES.slice(0, 3)) replays.push(await runReplay(each));
report.print(
  '\nReplay into an engine, live columns and cache included; a turn: CPU for which the sockets wait:',
);
report.print(table(['points', 'M points/s', 'CPU ns a point', 'turn ms median', 'turn ms p99'], replays));
report.close();
