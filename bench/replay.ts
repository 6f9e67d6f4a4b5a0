/**
 * Definitions over a week of a fleet's RRD files, as `muster replay` judges them: 1 000 definitions, 500
 * hosts of 20 series each. Every file has the default archives: samples of six hours, minutes of two days,
 * ten minutes of the rest. One series in twenty has problems, each at times of its own. Two sets of
 * definitions are judged, as with `--checks`: the second with higher thresholds.
 *
 *   node_modules/.bin/node bench/replay.ts [--hosts 500] [--definitions 1000] [--days 7] [--dir D] [--save]
 *     [--rrdtool: files are read by rrdtool]
 */
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { KIND } from '../src/model/kind.ts';
import { loadChecks } from '../src/config/checks.ts';
import { NO_ALERTS } from '../src/contract/alerts.ts';
import { NOTHING_DECIDED } from '../src/backtest/decided.ts';
import { ownPath } from '../src/store/rrd/path.ts';
import { createDirectReader } from '../src/store/rrd/direct-reader.ts';
import { createRrdStore } from '../src/store/rrd/rrd-store.ts';
import { rangesOf } from '../src/backtest/stretches.ts';
import { replay } from '../src/backtest/replay.ts';
import { rrdtoolVersion } from '../src/store/rrd/version.ts';
import { batchOf } from '../test/store/batch.ts';
import { Report, table } from './report.ts';
import type { RecordDescription } from '../src/model/record.ts';
import type { Played, PlayedSet } from '../src/backtest/play.ts';
import type { FromPlayer } from '../src/backtest/replay-setup.ts';
import type { WantedHost } from '../src/backtest/read-fleet.ts';

const STEP_S = 10;
const DAY_S = 86_400;
const CLUSTERS = 10;
const METRICS = 20;
/** Files that differ: the others are copies of them. */
const CALM = 10;
const TROUBLED = 20;

function description(cluster: string, host: string, metric: string): RecordDescription {
  return {
    cluster,
    host,
    metric,
    protocol: 'collectd',
    sources: [{ name: 'value', kind: KIND.gauge, min: null, max: null }],
    intervalS: STEP_S,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
  };
}

/** Around 2, with some hours above 8 at times of its own where it is troubled. */
function valueAt(variant: number, timeS: number): number {
  const wave = 2 + Math.sin(timeS / 4000 + variant) + 0.2 * Math.sin(timeS / 17 + variant * 3);
  if (variant < CALM) return wave;
  const hour = Math.floor(timeS / 3600);
  const isTroubled = (hour * 7919 + variant * 104_729) % 41 === 0;
  return isTroubled && timeS % 3600 < 900 + 100 * variant ? 9 + wave : wave;
}

async function writeVariants(dir: string, fromS: number, toS: number): Promise<RecordDescription[]> {
  const records = Array.from({ length: CALM + TROUBLED }, (_, v) => description('seed', `v${v}`, 'm'));
  await using store = createRrdStore({ dir, workers: 2, rrdDirs: new Map(), now: Date.now });
  const options = { signal: new AbortController().signal, hurry: true };
  for (const [v, record] of records.entries()) {
    const points = Array.from({ length: (toS - fromS) / STEP_S }, (_, i) => {
      const timeS = fromS + (i + 1) * STEP_S;
      return [timeS, valueAt(v, timeS)] as const;
    });
    const outcomes = await store.put(batchOf([[record, points]]), options);
    if (outcomes.some(({ ok }) => !ok)) throw new Error(JSON.stringify(outcomes));
  }
  return records;
}

async function writeFleet(
  dir: string,
  hosts: number,
  seeds: readonly RecordDescription[],
): Promise<WantedHost[]> {
  const fleet: WantedHost[] = [];
  for (let h = 0; h < hosts; h += 1) {
    const [cluster, name] = [`cluster-${h % CLUSTERS}`, `host-${h}`];
    const records = Array.from({ length: METRICS }, (_, m) => description(cluster, name, `metric-${m}`));
    for (const [m, record] of records.entries()) {
      const n = h * METRICS + m;
      const seed = seeds[n % 20 === 19 ? CALM + (Math.floor(n / 20) % TROUBLED) : n % CALM] ?? record;
      const path = join(dir, ownPath(record));
      await mkdir(dirname(path), { recursive: true });
      await copyFile(join(dir, ownPath(seed)), path);
    }
    const agent = { address: '192.0.2.1', agent: 'collectd', facts: [], intervalMs: 10_000, gapMs: 10_000 };
    fleet.push({ cluster, name, ...agent, records });
  }
  return fleet;
}

/** As many of each cluster, for each of its metrics some: of all hosts, or of some. */
function definitionsText(count: number, critical: number): string {
  const lines = ['services:'];
  for (let i = 0; i < count; i += 1) {
    const metric = Math.floor(i / CLUSTERS) % METRICS;
    const host = i % 3 === 0 ? '.*' : `host-.*[${i % 10}${(i + 3) % 10}${(i + 6) % 10}]`;
    const attempts = 1 + (i % 4);
    lines.push(
      `  - { name: "check ${i}", cluster: "cluster-${i % CLUSTERS}", host: "${host}", metric: "metric-${metric}",` +
        ` warning: "${critical - 3}", critical: "${critical}", max_check_attempts: ${attempts} }`,
    );
  }
  lines.push('  - { name: host }');
  return `${lines.join('\n')}\n`;
}

/** On a thread of its own, as the command does. */
function playElsewhere(set: PlayedSet, dir: string, tellServices: (count: number) => void): Promise<Played> {
  const { promise, resolve, reject } = Promise.withResolvers<Played>();
  const store = { type: 'rrd', dir, workers: 1, archives: [], summaryInfo: false };
  const worker = new Worker(new URL('../src/threads/replay-player.ts', import.meta.url), {
    workerData: { config: { store, groups: [], dataDir: dir }, set },
  });
  worker.on('message', (message: FromPlayer) => {
    if (message.kind !== 'done') return;
    tellServices(message.played.services);
    resolve(message.played);
  });
  worker.on('error', reject);
  return promise;
}

/** Of all threads, and of the processes that have ended; user and system. */
function cpuTimesS(): { readonly own: number; readonly children: number } {
  const { user, system } = process.cpuUsage();
  // After the command's name in brackets, from field 3 on: cutime and cstime are 16 and 17, in hundredths.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return { own: (user + system) / 1e6, children: (Number(fields[13]) + Number(fields[14])) / 100 };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hosts: { type: 'string', default: '500' },
      definitions: { type: 'string', default: '1000' },
      days: { type: 'string', default: '7' },
      dir: { type: 'string', default: tmpdir() },
      rrdtool: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
    },
  });
  const [hosts, definitions, days] = [Number(values.hosts), Number(values.definitions), Number(values.days)];
  const version = await rrdtoolVersion();
  const report = new Report('replay', [version.ok ? `RRDtool ${version.version}` : version.cure]);
  const dir = await mkdtemp(join(values.dir, 'bench-replay-'));
  try {
    const nowS = Math.floor(Date.now() / 600_000) * 600;
    const fromS = nowS - days * DAY_S;
    const seeds = await writeVariants(dir, fromS - 2 * 3600, nowS);
    const fleet = await writeFleet(dir, hosts, seeds);
    const sets = [];
    for (const critical of [8, 9.5]) {
      const file = join(dir, `checks-${critical}.yaml`);
      await writeFile(file, definitionsText(definitions, critical));
      const { rules, errors } = loadChecks([file], { env: {}, display: (path) => path });
      if (errors.length > 0) throw new Error(errors[0]?.message);
      const channel = { kind: 'webhook' as const, url: 'http://127.0.0.1:9/', secretFile: null };
      const alerts = {
        ...NO_ALERTS,
        receivers: [{ name: 'ops', channels: [channel] }],
        routes: [{ match: {}, receiver: 'ops', continue: false }],
      };
      const groups = Array.from({ length: CLUSTERS }, (_, i) => {
        return { name: `cluster-${i}`, hostTmaxMs: 20_000, hostDmaxMs: DAY_S * 1000 };
      });
      sets.push({ checks: rules, alerts, groups });
    }
    const storeConfig = { type: 'rrd' as const, dir, workers: 2, archives: [], summaryInfo: false };
    const roots = { dir, rrdDirs: new Map<string, string>() };
    const rrdtool = createRrdStore({ ...roots, workers: 2, now: Date.now });
    const begunMs = performance.now();
    const before = cpuTimesS();
    const services: number[] = [];
    let readS: number | undefined;
    const { figures, pages } = await replay({
      sets,
      hosts: fleet,
      recorded: { before: [], during: [] },
      decided: NOTHING_DECIDED,
      store: values.rrdtool ? rrdtool : createDirectReader({ roots, otherwise: rrdtool }),
      play: (set) => {
        readS ??= cpuTimesS().own - before.own;
        return playElsewhere(set, dir, (count) => services.push(count));
      },
      ranges: rangesOf({ fromS: fromS - 3600, toS: nowS }, storeConfig, nowS),
      fromS,
      signal: new AbortController().signal,
    });
    const wallS = (performance.now() - begunMs) / 1000;
    await rrdtool[Symbol.asyncDispose]();
    const after = cpuTimesS();
    const ownS = after.own - before.own;
    const s = (ms: number) => (ms / 1000).toFixed(1);
    const head = [
      'hosts',
      'definitions',
      'series',
      'numbers read',
      'series judged',
      'numbers kept',
      'services',
    ];
    report.print(
      table(head, [
        [
          String(figures.hosts),
          String(definitions),
          String(figures.series),
          String(figures.numbers),
          String(figures.played),
          String(figures.kept),
          services.join(', '),
        ],
      ]),
    );
    const timeHead = [
      'read s',
      'judge s (two sets)',
      'turns',
      'evaluations',
      'pages',
      'in all s',
      'CPU s: reading',
      'judging',
      'rrdtool',
      'MiB',
    ];
    const { rss } = process.memoryUsage();
    report.print(
      table(timeHead, [
        [
          s(figures.readMs),
          s(figures.judgeMs),
          String(figures.turns),
          String(figures.evaluations),
          pages.map(({ length }) => length).join(' → '),
          wallS.toFixed(1),
          (readS ?? 0).toFixed(1),
          (ownS - (readS ?? 0)).toFixed(1),
          (after.children - before.children).toFixed(1),
          String(Math.round(rss / 2 ** 20)),
        ],
      ]),
    );
    report.close();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

await main();
