/**
 * What live services cost that judge more than a series as it stands: a judge's turn with one aggregate of
 * many hosts, and with functions and ratios on each of many series, by how many samples are new in the turn.
 *
 *   node_modules/.bin/node bench/values.ts [--save]
 */
import { MemoryStore, Fleet, START_MS } from '../test/judge/fleet.ts';
import { createJudge } from '../src/judge/judge.ts';
import { localLease } from '../src/alert/lease.ts';
import { definition } from '../test/check/definition.ts';
import { NO_PAST } from '../src/judge/values/past.ts';
import { Report, table } from './report.ts';
import { Sources } from '../src/judge/values/sources.ts';
import type { ServiceDefinition, Subject } from '../src/contract/checks.ts';

const HOSTS = 10_000;
/** After so many without a sample all of it would be stale. */
const TURNS = 20;
const HOUR_MS = 3_600_000;

type Sent = (fleet: Fleet, host: number, atS: number) => void;

const load: Sent = (fleet, host, atS) => fleet.sample(`host-${host}`, 'load_one', host % 17, atS);
const memory: Sent = (fleet, host, atS) => {
  fleet.sample(`host-${host}`, 'mem_used', host % 17, atS);
  fleet.sample(`host-${host}`, 'mem_total', 100, atS);
};

const values = (name: 'avg' | 'p95'): Subject => {
  return { kind: 'aggregate', of: { kind: 'values', metric: 'load_one', function: name }, by: [] };
};
const FORECAST = { name: 'forecast', reaches: 100, historyMs: HOUR_MS } as const;

/** Without one: what the hosts themselves cost, which every turn pays. */
const CASES: readonly { readonly name: string; readonly subject: Subject | null; readonly sent: Sent }[] = [
  { name: 'no service', subject: null, sent: load },
  { name: 'avg', subject: values('avg'), sent: load },
  { name: 'p95', subject: values('p95'), sent: load },
  {
    name: 'percent of hosts down',
    subject: {
      kind: 'aggregate',
      of: { kind: 'states', service: 'host', states: ['DOWN'], function: 'percent' },
      by: [],
    },
    sent: load,
  },
  { name: 'plain', subject: { kind: 'metric', metric: 'load_one', function: null }, sent: load },
  { name: 'forecast', subject: { kind: 'metric', metric: 'load_one', function: FORECAST }, sent: load },
  {
    name: 'ratio',
    subject: { kind: 'combined', function: 'ratio', of: ['mem_used'], to: ['mem_total'], percent: true },
    sent: memory,
  },
];

function measure(subject: Subject | null, sent: Sent): string[] {
  const fleet = new Fleet();
  const sendAll = (atS: number, share: number) => {
    for (let host = 0; host < HOSTS; host += 1) fleet.host(`host-${host}`, atS);
    for (let host = 0; host < HOSTS * share; host += 1) sent(fleet, host, atS);
  };
  let nowS = 0;
  const definitions: ServiceDefinition[] = subject === null ? [] : [definition({ subject, critical: '200' })];
  const judge = createJudge({
    catalogue: fleet.catalogue,
    sources: new Sources(fleet.catalogue, NO_PAST),
    store: new MemoryStore(),
    lease: localLease,
    definitions,
    timeperiods: [],
    routes: [],
    channels: new Map(),
    groups: [],
    startedMs: START_MS,
    clock: () => START_MS + nowS * 1000,
    random: () => 0.5,
  });
  const turns = (share: number): string => {
    const taken: number[] = [];
    sendAll(nowS, 1);
    judge.turn(START_MS + nowS * 1000);
    for (let turn = 0; turn < TURNS; turn += 1) {
      nowS += 1;
      sendAll(nowS, share);
      const from = process.threadCpuUsage();
      judge.turn(START_MS + nowS * 1000);
      const { user, system } = process.threadCpuUsage(from);
      taken.push((user + system) / 1000);
    }
    return (taken.toSorted((a, b) => a - b)[TURNS / 2] ?? 0).toFixed(2);
  };
  for (let i = 0; i < 3; i += 1) turns(1);
  return [turns(0), turns(0.1), turns(1)];
}

const report = new Report('values');
report.print(`${HOSTS} hosts, CPU of a turn, median, in ms`);
const rows = CASES.map(({ name, subject, sent }) => [name, ...measure(subject, sent)]);
report.print(table(['judged', 'nothing new', 'a tenth new', 'all new'], rows));
report.close();
