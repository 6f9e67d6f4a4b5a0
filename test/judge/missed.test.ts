import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK, MemoryStore, Pager } from './fleet.ts';
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
