/**
 * What a reload of many service definitions costs, by the thread it costs it: the main thread reads and
 * validates the files, the judge compiles them and matches the whole fleet anew. Every step is one stretch in
 * which its thread does nothing else; ingest has threads of its own. From round to round a twentieth of the
 * definitions has another range.
 *
 *   node_modules/.bin/node bench/reload.ts [--definitions 2000] [--hosts 500] [--save]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createJudge } from '../src/judge/judge.ts';
import { loadChecks } from '../src/config/checks.ts';
import { localLease } from '../src/alert/lease.ts';
import { MemoryStore, START_MS } from '../test/judge/fleet.ts';
import { benchFleet, CLUSTERS, definitionSet, METRICS_PER_HOST } from './definition-set.ts';
import { Report, table } from './report.ts';
import type { CheckRules } from '../src/contract/checks.ts';
import type { JudgeRules } from '../src/judge/rules.ts';
import type { ServiceChange } from '../src/judge/answers/preview.ts';

const { values: given } = parseArgs({
  options: {
    definitions: { type: 'string', default: '2000' },
    hosts: { type: 'string', default: '500' },
    save: { type: 'boolean', default: false },
  },
});
const DEFINITIONS = Number(given.definitions);
const HOSTS = Number(given.hosts);
const ROUNDS = 5;

function read(file: string, variant: number): CheckRules {
  writeFileSync(file, definitionSet(DEFINITIONS, variant));
  const { rules, errors } = loadChecks([file], { env: {}, display: (path) => path });
  if (errors.length > 0) throw new Error(errors[0]?.message);
  return rules;
}

function wordsOf(changes: readonly ServiceChange[]): string {
  const sum = (of: (change: ServiceChange) => number) => changes.reduce((n, change) => n + of(change), 0);
  return `${sum((c) => c.kept)} services kept, ${sum((c) => c.added)} added, ${sum((c) => c.removed)} removed`;
}

interface Timed {
  readonly step: string;
  readonly ms: number;
  /** Processor time of the thread: what is left of `ms` on a machine that others use, too. */
  readonly cpuMs: number;
  readonly result: string;
}

const report = new Report('reload');
const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
const file = join(folder, 'checks.yaml');
const rounds: Timed[][] = [];

function timed<T>(into: Timed[], step: string, work: () => T, words: (outcome: T) => string = () => ''): T {
  const from = performance.now();
  const cpu = process.threadCpuUsage();
  const outcome = work();
  const { user, system } = process.threadCpuUsage(cpu);
  const ms = performance.now() - from;
  into.push({ step, ms, cpuMs: (user + system) / 1000, result: words(outcome) });
  return outcome;
}

function figures(all: readonly Pick<Timed, 'ms' | 'cpuMs'>[]): string[] {
  const mean = (of: (one: Pick<Timed, 'ms' | 'cpuMs'>) => number) =>
    (all.reduce((sum, one) => sum + of(one), 0) / all.length).toFixed(0);
  return [mean(({ ms }) => ms), Math.max(...all.map(({ ms }) => ms)).toFixed(0), mean(({ cpuMs }) => cpuMs)];
}

function judgeRules(checks: CheckRules): JudgeRules {
  const groups = Array.from({ length: CLUSTERS }, (_, i) => ({
    name: `cluster-${i}`,
    hostTmaxMs: 20_000,
    hostDmaxMs: 3_600_000,
  }));
  return { ...checks, routes: [], channels: new Map(), groups };
}

const catalogue = benchFleet(HOSTS);
let nowMs = START_MS;
const judge = createJudge({
  ...judgeRules(read(file, 0)),
  catalogue,
  store: new MemoryStore(),
  lease: localLease,
  startedMs: START_MS,
  clock: () => nowMs,
  random: () => 0.5,
});
const turn = () => {
  nowMs += 1000;
  return judge.turn(nowMs);
};
turn();
for (let round = 1; round <= ROUNDS; round += 1) {
  const steps: Timed[] = [];
  const checks = timed(steps, 'main: read and validate the files', () => read(file, round));
  const sent = timed(steps, 'main: to the judge', () => structuredClone(checks));
  timed(steps, 'judge: preview', () => judge.ask({ kind: 'preview', rules: sent }, nowMs).answer, wordsOf);
  timed(steps, 'judge: take the rules', () => judge.reload(judgeRules(sent)));
  timed(steps, 'judge: the turn after it', turn, ({ services }) => `${services.length} services shown`);
  rounds.push(steps);
}
const steps = rounds[0] ?? [];
const rows = steps.map(({ step }, i) => {
  const of = rounds.flatMap((one) => one[i] ?? []);
  return [step, ...figures(of), of.at(-1)?.result ?? ''];
});
const sums = rounds.map((one) => ({
  ms: one.reduce((sum, { ms }) => sum + ms, 0),
  cpuMs: one.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
}));
rows.push(['together', ...figures(sums), '']);
report.print(
  `${DEFINITIONS} definitions, ${HOSTS} hosts with ${METRICS_PER_HOST} metrics each, ${ROUNDS} reloads`,
);
report.print(table(['step', 'mean ms', 'worst ms', 'cpu ms', ''], rows));
report.close();
rmSync(folder, { recursive: true, force: true });
