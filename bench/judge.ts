/**
 * What a judge's turn costs: services under watch against those whose sample is new in the turn. The
 * store is a real SQLite file in a temporary folder. The processor time is that of the judge's thread,
 * which a busy machine does not change much; samples are written outside of what is measured.
 *
 *   node_modules/.bin/node bench/judge.ts [services…] [--save]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createJudge } from '../src/judge/judge.ts';
import { localLease } from '../src/alert/lease.ts';
import { Report, table } from './report.ts';
import { openJudgeRepository } from '../src/state/judge-repository.ts';
import { Fleet, START_MS } from '../test/judge/fleet.ts';
import { definition } from '../test/check/definition.ts';
import type { CheckResult } from '../src/model/check-result.ts';

const METRICS_PER_HOST = 100;
const TURNS = 20;

interface Row {
  readonly turn: string;
  readonly ms: number;
  readonly cpuMs: number;
  readonly worstMs: number;
  readonly evaluations: number;
}

function measure(services: number): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const fleet = new Fleet();
  const hosts = Math.ceil(services / METRICS_PER_HOST);
  const sampleAll = (atS: number, share: number, value: number) => {
    for (let h = 0; h < hosts; h += 1) {
      fleet.host(`host-${h}`, atS);
      for (let m = 0; m < METRICS_PER_HOST * share; m += 1)
        fleet.sample(`host-${h}`, `metric-${m}`, value, atS);
    }
  };
  sampleAll(0, 1, 1);
  const store = openJudgeRepository(join(folder, 'judge.db'));
  let nowS = 0;
  const start = () =>
    createJudge({
      catalogue: fleet.catalogue,
      store,
      lease: localLease,
      definitions: [
        definition({ name: 'all', metric: 'metric-.*' }),
        definition({ name: 'host', metric: null }),
      ],
      timeperiods: [],
      routes: [],
      channels: new Map(),
      groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
      startedMs: START_MS + nowS * 1000,
      clock: () => START_MS + nowS * 1000,
      random: () => 0.5,
    });
  let judge = start();
  const rows: Row[] = [];
  const time = (turn: string, turns: number, prepare: () => void, run = turnOnce) => {
    let [sumMs, cpuMs, worstMs, evaluations] = [0, 0, 0, 0];
    for (let i = 0; i < turns; i += 1) {
      nowS += 1;
      prepare();
      const from = performance.now();
      const cpuFrom = process.threadCpuUsage();
      evaluations += run();
      const { user, system } = process.threadCpuUsage(cpuFrom);
      cpuMs += (user + system) / 1000;
      const ms = performance.now() - from;
      sumMs += ms;
      worstMs = Math.max(worstMs, ms);
    }
    const mean = { ms: sumMs / turns, cpuMs: cpuMs / turns };
    rows.push({ turn, ...mean, worstMs, evaluations: Math.round(evaluations / turns) });
  };
  const turnOnce = () => judge.turn(START_MS + nowS * 1000).evaluations;
  time('first, matching everything', 1, () => {});
  time('nothing new, states being written', TURNS, () => {});
  // The services' first states are written a few thousand a turn.
  for (let i = 0; i < services / 4000; i += 1) judge.turn(START_MS + nowS * 1000);
  time('nothing new', TURNS, () => {});
  time('a tenth new, all well', TURNS, () => sampleAll(nowS, 0.1, 1));
  time('all new, all well', TURNS, () => sampleAll(nowS, 1, 2));
  time('all new, all bad before too', TURNS, () => sampleAll(nowS, 1, 99));
  time('all new, a tenth crossing', 1, () => {
    sampleAll(nowS, 1, 99);
    sampleAll(nowS, 0.1, 2);
  });
  time(
    'start, with the states of before',
    1,
    () => {},
    () => {
      judge = start();
      return turnOnce();
    },
  );
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  return rows;
}

const BATCH = 500;
const BATCHES = 200;

interface Intake {
  readonly results: string;
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly worstMs: number;
}

/** Results from elsewhere, in batches as doors bring them: taken, kept, put into a report. */
function measureResults(): Intake[] {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const fleet = new Fleet();
  const [hosts, services] = [200, 100];
  for (let h = 0; h < hosts; h += 1) fleet.host(`host-${h}`, 0);
  const store = openJudgeRepository(join(folder, 'judge.db'));
  const judge = createJudge({
    catalogue: fleet.catalogue,
    store,
    lease: localLease,
    definitions: [
      definition({ name: 'any', subject: { kind: 'passive', service: '.*', command: null }, critical: '' }),
      definition({ name: 'host', metric: null }),
    ],
    timeperiods: [],
    routes: [],
    channels: new Map(),
    groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
    startedMs: START_MS,
    clock: () => START_MS,
    random: () => 0.5,
  });
  judge.turn(START_MS + 1000);
  let told = 0;
  const batch = (codeOf: (i: number) => number) =>
    Array.from({ length: BATCH }, (): CheckResult => {
      told += 1;
      const [host, service] = [`host-${told % hosts}`, `check ${Math.floor(told / hosts) % services}`];
      const output = 'DISK OK - free space: / 3326 MB (56%)|/=2643MB;5948;5958;0;5968';
      const from = '192.0.2.1';
      const timeMs = START_MS + 2000;
      return { cluster: '', host, service, code: codeOf(told), output, timeMs, door: 'nsca', from };
    });
  const time = (results: string, codeOf: (i: number) => number): Intake => {
    let [sumMs, cpuUs, worstMs] = [0, 0, 0];
    for (let i = 0; i < BATCHES; i += 1) {
      const some = batch(codeOf);
      const from = performance.now();
      const cpuFrom = process.threadCpuUsage();
      const { answer } = judge.ask({ kind: 'results', results: some }, START_MS + 3000 + i);
      judge.takeErrands();
      const { user, system } = process.threadCpuUsage(cpuFrom);
      const ms = performance.now() - from;
      if (!answer.every(({ ok }) => ok)) throw new Error('a result was refused');
      sumMs += ms;
      cpuUs += user + system;
      worstMs = Math.max(worstMs, ms);
    }
    const many = BATCH * BATCHES;
    return { results, perSecond: Math.round((many / sumMs) * 1000), cpuUs: cpuUs / many, worstMs };
  };
  const intakes = [
    time('the first of each service', () => 0),
    time('well as before', () => 0),
    time('one in ten another state', (i) => (i % 10 === 0 ? Math.floor(i / 20_000) % 3 : 0)),
    time('each another state', (i) => Math.floor(i / 20_000) % 3),
  ];
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
  return intakes;
}

const { positionals } = parseArgs({ options: { save: { type: 'boolean' } }, allowPositionals: true });
const sizes = positionals.map(Number);
const report = new Report('judge');
for (const services of sizes.length > 0 ? sizes : [10_000, 100_000]) {
  const rows = measure(services).map(({ turn, ms, cpuMs, worstMs, evaluations }) => {
    return [turn, ms.toFixed(1), cpuMs.toFixed(1), worstMs.toFixed(1), String(evaluations)];
  });
  report.print(`${services} services on ${Math.ceil(services / METRICS_PER_HOST)} hosts`);
  report.print(table(['turn', 'mean ms', 'processor ms', 'worst ms', 'samples judged'], rows));
}
report.print(`results in batches of ${BATCH}, on 20000 services`);
report.print(
  table(
    ['results', 'a second', 'processor µs each', 'worst batch ms'],
    measureResults().map(({ results, perSecond, cpuUs, worstMs }) => {
      return [results, String(perSecond), cpuUs.toFixed(1), worstMs.toFixed(1)];
    }),
  ),
);
report.close();
