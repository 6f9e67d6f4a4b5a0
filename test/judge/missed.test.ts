import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { Fleet, HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import { NO_PAST } from '../../src/judge/values/past.ts';
import { PAGES_PER_TURN_MAX } from '../../src/alert/desk.ts';
import { Sources } from '../../src/judge/values/sources.ts';
import { passive, passiveHost, scene } from './reported.ts';

/** Problems that must not be kept from anybody, and ones that are none. */

const LOAD = 'web/w1/load';
const BACKUP = 'web/w1/backup';

describe('a silent host whose state is reported', () => {
  test.for([
    { name: 'UP', results: [{ service: 'host', code: 0 }] },
    { name: 'not at all so far', results: [] },
  ])('$name: what is missing of it is told', async ({ results }) => {
    const pager = new Pager();
    const s = scene([definition(), passiveHost()], { pager, hosts: [] });
    s.fleet.sample('w1', 'load_one', 1, 0.5);
    await s.pass(2);
    s.tell(3, ...results);
    await s.pass(300);
    expect(s.state(LOAD)).toBe('UNKNOWN;HARD;1');
    expect(pager.take()).toEqual(['problem web/w1/load UNKNOWN']);
  });

  test('DOWN: it tells of that itself', async () => {
    const pager = new Pager();
    const s = scene([definition(), passiveHost()], { pager, hosts: [] });
    s.fleet.sample('w1', 'load_one', 1, 0.5);
    await s.pass(2);
    s.tell(3, { service: 'host', code: 1 });
    await s.pass(300);
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
  });
});

test('a sum of metrics of a host that falls silent waits for the host, as its metrics do', async () => {
  const pager = new Pager();
  const fleet = new Fleet();
  const swap = definition({
    name: 'swap',
    subject: { kind: 'combined', function: 'sum', of: ['swap_in'], to: [], percent: false },
  });
  const sources = new Sources(fleet.catalogue, NO_PAST);
  const s = scene([swap, HOST_CHECK], { pager, fleet, sources, hosts: [] });
  fleet.sample('w1', 'swap_in', 1, 0.5);
  await s.pass(300);
  expect(s.state('web/w1/swap')).toBe('UNKNOWN;HARD;1');
  expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
});

describe('flapping', () => {
  test('ends after an hour in a state that is not looked at', async () => {
    const pager = new Pager();
    const flapDetectionOptions = ['o', 'c'];
    const s = scene([definition({ flapDetectionOptions }), HOST_CHECK], { pager });
    for (let i = 1; i < 12; i += 1) {
      s.fleet.sample('w1', 'load_one', i % 2 === 0 ? 1 : 9, i - 0.5);
      await s.pass(i);
    }
    pager.take();
    expect(s.views.get(LOAD)).toMatchObject({ flapping: true });
    await s.pass(3500);
    expect(s.views.get(LOAD)).toMatchObject({ state: 'UNKNOWN', flapping: true });
    expect(pager.take()).toEqual([]);
    await s.pass(3700);
    expect(s.views.get(LOAD)).toMatchObject({ state: 'UNKNOWN', flapping: false });
    expect(pager.take()).toEqual(['problem web/w1/load UNKNOWN']);
  });
});

describe('results that stay away', () => {
  test('nothing is missing within a minute of the start', async () => {
    const store = new MemoryStore();
    const backup = passive({ freshnessThresholdMs: 3_600_000 });
    const before = scene([backup, HOST_CHECK], { store });
    await before.pass(1);
    before.tell(2, { code: 0 });
    await before.judge.stop();
    // The result of half an hour before was lost, and the next one is due just after the start.
    const s = scene([backup, HOST_CHECK], { store, fleet: before.fleet, startS: 3595 });
    await s.pass(3610);
    expect(s.state(BACKUP)).toBe('OK;HARD;1');
    await s.pass(3660);
    expect(s.state(BACKUP)).toBe('UNKNOWN;HARD;1');
  });

  test('a late one counts although the command has stood in for it', async () => {
    const subject = { kind: 'passive', service: null, command: ['/p/none'] } as const;
    const s = scene([passive({ subject, freshnessThresholdMs: 60_000 }), HOST_CHECK]);
    await s.pass(1);
    s.tell(2, { code: 0 });
    await s.pass(64);
    const [run] = s.judge.takeErrands().runs;
    const startedMs = START_MS + 64_000;
    const ended = { code: 2, output: '', detail: '', startedMs, executionMs: 1, latencyMs: 0 };
    const report = s.judge.ran(run ? [{ ...run, ...ended, end: 'exited' }] : [], startedMs + 100);
    expect(report?.services).toMatchObject([{ service: 'backup', state: 'CRITICAL' }]);
    expect(s.tell(66, { code: 0, timeMs: startedMs - 1000 })).toEqual(['w1/backup']);
    expect(s.tell(67, { code: 2, timeMs: START_MS + 3000 })).toEqual(['old-result']);
  });

  test('of a command that a reload has taken away, nothing is run', async () => {
    const waiting = {
      host: '',
      service: 'agent',
      notificationFailureCriteria: [],
      executionFailureCriteria: ['p'],
      inheritsParent: false,
    };
    const subject = { kind: 'passive', service: null, command: ['/p/none'] } as const;
    const changes = { freshnessThresholdMs: 60_000, dependsOn: [waiting] };
    const agent = passive({ name: 'agent' });
    const s = scene([passive({ ...changes, subject }), agent, HOST_CHECK]);
    await s.pass(65);
    const rest = { timeperiods: [], routes: [], channels: new Map(), groups: [] };
    s.judge.reload({ ...rest, definitions: [passive({ freshnessThresholdMs: 60_000 }), agent, HOST_CHECK] });
    await s.pass(200);
    expect(s.judge.takeErrands().runs).toEqual([]);
    expect(s.views.get(BACKUP)).toMatchObject({ state: 'UNKNOWN', next_check_ms: null });
  });

  test('of a host behind one that is down: it is not to be reached', async () => {
    const definitions = [
      passiveHost({ host: 'w1', parents: ['switch'], freshnessThresholdMs: 60_000 }),
      passiveHost({ name: 'host', host: 'switch' }),
    ];
    const s = scene(definitions, { hosts: ['w1', 'switch'] });
    await s.pass(1);
    s.tell(2, { service: 'host', code: 0 }, { host: 'switch', service: 'host', code: 1 });
    await s.pass(70);
    expect(s.state('web/w1/host')).toBe('UNREACHABLE;HARD;1');
  });

  test('where none has come so far, each attempt is a retry_interval after the one before', async () => {
    const s = scene([
      passive({ freshnessThresholdMs: 600_000, maxCheckAttempts: 3, retryIntervalMs: 10_000 }),
      HOST_CHECK,
    ]);
    await s.pass(605);
    expect(s.state(BACKUP)).toBe('UNKNOWN;SOFT;1');
    await s.pass(630);
    expect(s.state(BACKUP)).toBe('UNKNOWN;HARD;3');
  });

  test('of a plugin in Nagios’ semantics it is run', async () => {
    const disk = definition({
      name: 'disk',
      subject: { kind: 'command', command: ['/p/check_disk'] },
      semantics: 'nagios',
      critical: '',
      checkIntervalMs: 3_600_000,
      freshnessThresholdMs: 60_000,
    });
    const s = scene([disk, HOST_CHECK]);
    await s.pass(70);
    expect(s.judge.takeErrands().runs).toHaveLength(1);
    expect(s.state('web/w1/disk')).toBe('PENDING;HARD;1');
  });
});

test('results are taken again when the server’s clock was a day ahead and is set back', async () => {
  const s = scene([passive(), HOST_CHECK]);
  await s.pass(1);
  s.tell(86_400, { code: 0 });
  expect(s.tell(10, { code: 2 })).toEqual(['w1/backup']);
  expect(s.tell(12, { code: 0 })).toEqual(['w1/backup']);
});

test('a volatile problem is no new one for a restart', async () => {
  const store = new MemoryStore();
  const pager = new Pager();
  const load = definition({ isVolatile: true, retryIntervalMs: 600_000 });
  const before = scene([load, HOST_CHECK], { store, pager });
  before.fleet.sample('w1', 'load_one', 9, 0.5);
  await before.pass(5);
  await before.judge.stop();
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  const s = scene([load, HOST_CHECK], { store, pager, fleet: before.fleet, startS: 20 });
  s.fleet.sample('w1', 'load_one', 9, 20.5);
  await s.pass(25);
  expect(pager.take()).toEqual([]);
});

test('a flood of volatile problems leaves room for the pages of others', async () => {
  const store = new MemoryStore();
  const s = scene([passive({ isVolatile: true }), HOST_CHECK], { store });
  await s.pass(1);
  for (let i = 0; i < 30; i += 1) {
    const results = Array.from({ length: 100 }, (_, j) => ({ code: 2, output: `${i} ${j}` }));
    s.tell(2, ...results);
  }
  expect(store.pages.size).toBe(PAGES_PER_TURN_MAX);
  await s.pass(3);
  expect(store.pages.size).toBe(PAGES_PER_TURN_MAX + 1);
});

test('what a service depends on follows the facts of its host', async () => {
  const pager = new Pager();
  const dependency = {
    host: 'db-{{host.facts.rack | none}}',
    service: 'backup',
    notificationFailureCriteria: ['c'],
    executionFailureCriteria: [],
    inheritsParent: false,
  };
  const load = definition({ host: 'w1', dependsOn: [dependency] });
  const s = scene([load, passive({ host: 'db-.*' }), HOST_CHECK], { pager, hosts: ['w1', 'db-2'] });
  s.fleet.sample('w1', 'load_one', 1, 0.5);
  await s.pass(1);
  const service = { cluster: 'web', host: 'w1', service: 'load' };
  const depends = () => s.judge.ask({ kind: 'detail', service }, 1_000_002_000).answer?.depends_on;
  expect(depends()).toMatchObject([{ host: 'db-none' }]);
  s.fleet.announce({ kind: 'fact', hostRow: 0, name: 'rack', value: '2' });
  await s.pass(2);
  expect(depends()).toMatchObject([{ host: 'db-2' }]);
});

test('services of several hosts that all depend on each other are judged all the same', async () => {
  const hosts = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];
  const dependsOn = hosts.map((host) => ({
    host,
    service: 'backup',
    notificationFailureCriteria: ['u'],
    executionFailureCriteria: [],
    inheritsParent: true,
  }));
  const pager = new Pager();
  const s = scene([passive({ dependsOn }), HOST_CHECK], { pager, hosts });
  await s.pass(1);
  s.tell(2, { code: 2 });
  await s.pass(3);
  expect(pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
});

test('after a restart a dependency holds before its host is known again', async () => {
  const store = new MemoryStore();
  const pager = new Pager();
  const hosts = ['w1', 'db'];
  const dependency = {
    host: 'db',
    service: 'backup',
    notificationFailureCriteria: ['c'],
    executionFailureCriteria: [],
    inheritsParent: false,
  };
  const definitions = [
    passive({ name: 'jobs', host: 'w1', dependsOn: [dependency] }),
    passive({ host: 'db' }),
    HOST_CHECK,
  ];
  const before = scene(definitions, { store, pager, hosts });
  await before.pass(1);
  before.tell(2, { host: 'db', code: 2 }, { service: 'jobs', code: 2 });
  await before.pass(3);
  expect(pager.take()).toEqual(['problem web/db/backup CRITICAL']);
  await before.judge.stop();
  const s = scene(definitions, { store, pager, fleet: new Fleet(), startS: 20, hosts: ['w1'] });
  await s.pass(25);
  expect(s.state('web/w1/jobs')).toBe('CRITICAL;HARD;1');
  expect(pager.take()).toEqual([]);
});
