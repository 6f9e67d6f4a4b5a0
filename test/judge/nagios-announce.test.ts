import { bench, Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import { definition } from '../check/definition.ts';
import { expect, test } from 'vitest';
import { NO_ALERTS } from '../../src/contract/alerts.ts';
import type { AlertRoute } from '../../src/contract/alerts.ts';
import type { Bench } from './fleet.ts';
import type { JudgeOptions } from '../../src/judge/judge.ts';
import type { JudgeChanges, JudgeMemory } from '../../src/judge/store.ts';
import type { Quiet, QuietTime } from '../../src/model/quiet.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

/** What the scenarios of Nagios do not speak of: restarts, reloads, routes, and what only Muster has. */

const NAGIOS = {
  name: 'backup',
  semantics: 'nagios',
  subject: { kind: 'passive', service: null, command: null },
  critical: '',
  flapDetectionEnabled: false,
  notificationIntervalMs: 60_000,
} as const;

function nagios(changes: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return definition({ ...NAGIOS, ...changes });
}

/** Remembers downtimes as well. */
class QuietStore extends MemoryStore {
  readonly #quiets = new Map<string, Quiet | null>();

  override load(): JudgeMemory {
    return { ...super.load(), quiets: [...this.#quiets.values()].filter((one) => one !== null) };
  }

  override commit(changes: JudgeChanges) {
    for (const [id, quiet] of changes.alerting.quiets) this.#quiets.set(id, quiet);
    return super.commit(changes);
  }
}

class Life {
  readonly fleet: Fleet;
  readonly store: MemoryStore;
  readonly #pagers: ReadonlyMap<string, Pager>;
  readonly #options: Partial<JudgeOptions>;
  bench: Bench;
  #nowS = 0;

  constructor(options: Partial<JudgeOptions> = {}, targets: readonly string[] = ['ops']) {
    this.fleet = new Fleet();
    this.fleet.host('w1', 0);
    this.store = new QuietStore();
    this.#pagers = new Map(targets.map((name) => [name, new Pager()]));
    this.#options = options;
    this.bench = this.#open();
  }

  /** Another judge over what this one has kept. */
  async restart(): Promise<void> {
    await this.bench.judge.stop();
    this.bench = this.#open();
  }

  async until(second: number): Promise<void> {
    for (; this.#nowS <= second; this.#nowS += 1) {
      this.fleet.host('w1', this.#nowS);
      await this.bench.at(this.#nowS);
    }
  }

  /** A result, and the turn after it. */
  async result(second: number, code: number): Promise<void> {
    await this.until(second);
    const nowMs = START_MS + second * 1000 + 200;
    const said = { cluster: 'web', host: 'w1', service: 'backup', code, output: 'said' };
    const results = [{ ...said, timeMs: nowMs, door: 'command' as const, from: '' }];
    this.bench.judge.ask({ kind: 'results', results }, nowMs);
    await this.until(second + 1);
  }

  quieten(time: QuietTime): void {
    const key = { cluster: 'web', host: 'w1', service: 'backup' };
    const covers = { cluster: null, host: null, service: null, severity: null, facts: [], services: [key] };
    const wish = { covers, time, comment: 'work', author: 'bob', known: true, preview: false };
    this.bench.judge.ask({ kind: 'quieten', ...wish }, START_MS + this.#nowS * 1000);
  }

  reload(changes: Partial<JudgeOptions>): void {
    this.bench.judge.reload({ ...this.#rules(), ...changes });
  }

  /** `ops problem CRITICAL`, and forgotten. */
  take(): string[] {
    return [...this.#pagers].flatMap(([name, { pages }]) =>
      pages.splice(0).map(({ kind, state }) => `${name} ${kind} ${state}`),
    );
  }

  #rules() {
    return {
      definitions: [nagios(), HOST_CHECK],
      timeperiods: [],
      routes: [{ match: {}, receiver: 'ops', continue: false }],
      channels: this.#pagers,
      groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
      ...this.#options,
    };
  }

  #open(): Bench {
    return bench({ fleet: this.fleet, store: this.store, startS: this.#nowS, ...this.#rules() });
  }
}

function between(fromS: number, toS: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: START_MS + fromS * 1000, toMs: START_MS + toS * 1000 };
}

test('a reminder comes with a result, and is another page', async () => {
  const life = new Life();
  await life.result(1, 2);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
  await life.until(70);
  expect(life.take()).toEqual([]);
  await life.result(71, 2);
  expect(life.take()).toEqual(['ops reminder CRITICAL']);
  const keys = life.store.commits.flatMap(({ pages }) => pages.map(({ key }) => key));
  expect(new Set(keys).size).toBe(2);
});

test('two results within a turn are told one after the other', async () => {
  const life = new Life();
  await life.until(1);
  const said = {
    cluster: 'web',
    host: 'w1',
    service: 'backup',
    output: '',
    door: 'command' as const,
    from: '',
  };
  for (const [code, ms] of [
    [2, 100],
    [0, 200],
  ] as const) {
    const nowMs = START_MS + 1000 + ms;
    life.bench.judge.ask({ kind: 'results', results: [{ ...said, code, timeMs: nowMs }] }, nowMs);
  }
  await life.until(3);
  expect(life.take()).toEqual(['ops problem CRITICAL', 'ops recovery OK']);
});

test('a restart within a downtime forgets neither its end nor the recovery that is owed', async () => {
  const life = new Life();
  await life.result(1, 2);
  life.quieten({ kind: 'fixed', ...between(3, 20) });
  await life.until(4);
  expect(life.take()).toEqual(['ops problem CRITICAL', 'ops downtime-start CRITICAL']);
  await life.result(6, 0);
  await life.restart();
  await life.until(25);
  expect(life.take()).toEqual(['ops downtime-end OK']);
  await life.result(26, 0);
  expect(life.take()).toEqual(['ops recovery OK']);
  await life.result(28, 0);
  expect([life.take(), life.store.services.get('w1/backup')?.notifying]).toEqual([[], undefined]);
});

test('a restart keeps the time of the next reminder', async () => {
  const life = new Life();
  await life.result(1, 2);
  await life.restart();
  await life.result(30, 2);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
  await life.result(62, 2);
  expect(life.take()).toEqual(['ops reminder CRITICAL']);
});

test('a silence keeps problems back, and no recovery', async () => {
  const life = new Life();
  await life.result(1, 1);
  life.quieten({ kind: 'silence', ...between(2, 20) });
  await life.result(4, 2);
  await life.result(6, 0);
  expect(life.take()).toEqual(['ops problem WARNING', 'ops recovery OK']);
});

const BY_SEVERITY: readonly AlertRoute[] = [
  { match: { severity: 'critical' }, receiver: 'ops', continue: false },
  { match: {}, receiver: 'mail', continue: false },
];

test('a target has the options of the states that lead to it', async () => {
  const life = new Life({ routes: BY_SEVERITY }, ['ops', 'mail']);
  await life.result(1, 1);
  expect(life.take()).toEqual(['mail problem WARNING']);
  await life.result(3, 2);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
  await life.result(5, 0);
  expect(life.take()).toEqual(['ops recovery OK', 'mail recovery OK']);
  await life.result(7, 2);
  await life.result(9, 0);
  expect(life.take()).toEqual(['ops problem CRITICAL', 'ops recovery OK']);
});

test('steps of an escalation begin by the time since the problem was first told', async () => {
  const steps = [
    { afterMs: 0, notify: ['ops'] },
    { afterMs: 90_000, notify: ['boss'] },
  ];
  const escalations = [{ name: 'staff', where: '', steps, repeatEveryMs: null }];
  const routes = [{ match: {}, receiver: 'staff', continue: false, groupWaitMs: 60_000 }];
  const life = new Life({ routes, alerts: { ...NO_ALERTS, escalations } }, ['ops', 'boss']);
  await life.result(1, 2);
  await life.result(62, 2);
  expect(life.take()).toEqual(['ops problem CRITICAL', 'ops reminder CRITICAL']);
  await life.result(123, 2);
  await life.result(125, 0);
  const all = ['ops reminder CRITICAL', 'ops recovery OK', 'boss reminder CRITICAL', 'boss recovery OK'];
  expect(life.take()).toEqual(all);
});

test('what the lease kept back is told without a result', async () => {
  const lease = { mine: false, mayPage: () => lease.mine };
  const life = new Life({ lease });
  await life.result(1, 2);
  expect(life.take()).toEqual([]);
  lease.mine = true;
  await life.until(4);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
});

test('outside its period a problem waits for a result within it', async () => {
  const timeperiods = [
    { name: 'later', where: '', timezone: 'UTC', times: ['1970-01-12 13:47-24:00'], exclude: [] },
  ];
  const definitions = [nagios({ notificationPeriod: 'later' }), HOST_CHECK];
  // It starts at 13:46:40.
  const life = new Life({ definitions, timeperiods });
  await life.result(1, 2);
  await life.result(10, 2);
  expect(life.take()).toEqual([]);
  await life.until(22);
  expect(life.take()).toEqual([]);
  await life.result(23, 2);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
});

test('of what Muster measures itself each look is a result', async () => {
  const load = definition({
    semantics: 'nagios',
    flapDetectionEnabled: false,
    notificationIntervalMs: 30_000,
  });
  const life = new Life({ definitions: [load, HOST_CHECK] });
  await life.until(1);
  life.fleet.sample('w1', 'load_one', 9, 1);
  await life.until(5);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
  life.fleet.sample('w1', 'load_one', 9, 6);
  await life.until(34);
  expect(life.take()).toEqual(['ops reminder CRITICAL']);
  life.fleet.sample('w1', 'load_one', 1, 34);
  await life.until(38);
  expect(life.take()).toEqual(['ops recovery OK']);
});

test.for([
  { name: 'to Nagios', before: 'muster', after: 'nagios' },
  { name: 'from Nagios', before: 'nagios', after: 'muster' },
] as const)('a reload that goes over $name tells the end of what was told', async ({ before, after }) => {
  const life = new Life({ definitions: [nagios({ semantics: before }), HOST_CHECK] });
  await life.result(1, 2);
  await life.until(4);
  expect(life.take()).toEqual(['ops problem CRITICAL']);
  life.reload({ definitions: [nagios({ semantics: after }), HOST_CHECK] });
  await life.until(8);
  expect(life.take()).toEqual([]);
  await life.result(9, 0);
  await life.until(20);
  expect(life.take()).toEqual(['ops recovery OK']);
});

test('one that is no longer watched is closed to those who know of its problem', async () => {
  const life = new Life();
  await life.result(1, 2);
  await life.until(3);
  life.reload({ definitions: [HOST_CHECK] });
  await life.until(6);
  expect(life.take()).toEqual(['ops problem CRITICAL', 'ops closed CRITICAL']);
});

test('an open problem is among the incidents, with whom the routes name', async () => {
  const life = new Life();
  await life.result(1, 2);
  const views = () => life.bench.judge.ask({ kind: 'incidents' }, START_MS + 2500).answer;
  expect(views()).toMatchObject([
    { id: '', route: 'route 1', title: 'w1: backup is CRITICAL', count: 1, targets: [{ target: 'ops' }] },
  ]);
  await life.result(5, 0);
  expect(views()).toEqual([]);
});
