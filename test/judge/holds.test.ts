import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK, MemoryStore, Pager } from './fleet.ts';
import { passive, passiveHost, scene } from './reported.ts';
import type { Dependency } from '../../src/contract/checks.ts';

const B = 'web/w1/backup';

describe('flapping', () => {
  const told = async (definitionChanges = {}) => {
    const pager = new Pager();
    const s = scene([passive(definitionChanges), HOST_CHECK], { pager });
    await s.pass(1);
    return { ...s, pager };
  };

  test('holds what there is to say, and says where it ended', async () => {
    const s = await told();
    for (let i = 0; i < 5; i += 1) s.tell(2 + i, { code: i % 2 === 0 ? 2 : 0 });
    await s.pass(9);
    expect(s.views.get(B)).toMatchObject({ flapping: false, percent_state_change: 29.93 });
    s.pager.take();
    s.tell(10, { code: 0 });
    expect(s.views.get(B)).toMatchObject({ state: 'OK', flapping: true });
    s.tell(11, { code: 2 });
    await s.pass(12);
    expect(s.pager.take()).toEqual([]);
    for (let i = 0; i < 20; i += 1) s.tell(13 + i, { code: 1 });
    await s.pass(40);
    expect(s.views.get(B)).toMatchObject({ state: 'WARNING', flapping: false });
    expect(s.pager.take()).toEqual(['problem web/w1/backup WARNING']);
  });

  test('that ends well ends with the recovery of what was told', async () => {
    const s = await told();
    for (let i = 0; i < 7; i += 1) s.tell(2 + i, { code: i % 2 === 0 ? 2 : 0 });
    await s.pass(9);
    s.pager.take();
    for (let i = 0; i < 21; i += 1) s.tell(10 + i, { code: 0 });
    await s.pass(32);
    expect(s.pager.take()).toEqual(['recovery web/w1/backup OK']);
  });

  test('is not looked for where that is said', async () => {
    const s = await told({ flapDetectionEnabled: false });
    for (let i = 0; i < 9; i += 1) s.tell(2 + i, { code: i % 2 === 0 ? 2 : 0 });
    expect(s.views.get(B)).toMatchObject({ flapping: false, percent_state_change: expect.closeTo(51.52, 0) });
  });

  test('ends when no result has come for an hour', async () => {
    const s = await told();
    for (let i = 0; i < 7; i += 1) s.tell(2 + i, { code: i % 2 === 0 ? 2 : 0 });
    await s.pass(9);
    s.pager.take();
    await s.pass(3610);
    expect(s.views.get(B)).toMatchObject({ state: 'CRITICAL', flapping: false });
    expect(s.pager.pages.length).toBeLessThanOrEqual(1);
  });

  test('begins and ends in the history, in the state of the moment', async () => {
    const store = new MemoryStore();
    const s = scene([passive(), HOST_CHECK], { store });
    await s.pass(1);
    for (let i = 0; i < 7; i += 1) s.tell(2 + i, { code: i % 2 === 0 ? 2 : 0, output: 'tape' });
    await s.pass(10);
    for (let i = 0; i < 21; i += 1) s.tell(11 + i, { code: 0, output: 'tape' });
    await s.pass(33);
    const events = store.commits.flatMap((one) => one.events);
    expect(events.filter(({ output }) => output.startsWith('flapping'))).toEqual([
      expect.objectContaining({
        service: 'backup',
        state: 'OK',
        stateType: 'HARD',
        attempt: 1,
        output: 'flapping began: 35.5 % of its last states changed · tape',
      }),
      expect.objectContaining({ state: 'OK', output: expect.stringMatching(/^flapping ended: 1\d\.\d % /) }),
    ]);
  });

  test('is known over a restart', async () => {
    const store = new MemoryStore();
    const before = scene([passive(), HOST_CHECK], { store });
    await before.pass(1);
    for (let i = 0; i < 7; i += 1) before.tell(2 + i, { code: i % 2 === 0 ? 2 : 0 });
    const { percent_state_change } = before.views.get(B) ?? {};
    await before.judge.stop();
    const s = scene([passive(), HOST_CHECK], { store, fleet: before.fleet, startS: 20 });
    await s.pass(21);
    expect(s.views.get(B)).toMatchObject({ flapping: true, percent_state_change });
  });

  test('a live service is looked at when it changes, and else once a minute', async () => {
    const s = scene([definition(), HOST_CHECK]);
    await s.pass(1);
    const sample = async (value: number, atS: number) => {
      s.fleet.sample('w1', 'load_one', value, atS - 0.5);
      await s.pass(atS);
    };
    for (let i = 0; i < 8; i += 1) await sample(i % 2 === 0 ? 9 : 1, 10 + i);
    expect(s.views.get('web/w1/load')).toMatchObject({ flapping: true });
    for (let i = 0; i < 300; i += 10) await sample(1, 20 + i);
    expect(s.views.get('web/w1/load')).toMatchObject({ flapping: true });
    for (let i = 300; i < 1400; i += 10) await sample(1, 20 + i);
    expect(s.views.get('web/w1/load')).toMatchObject({ flapping: false, percent_state_change: 0 });
  });
});

describe('a dependency', () => {
  const on = (changes: Partial<Dependency> = {}): Dependency => ({
    host: '',
    service: 'disk',
    notificationFailureCriteria: ['c', 'u'],
    executionFailureCriteria: [],
    inheritsParent: false,
    ...changes,
  });

  test('holds a problem as long as the other fails, and lets an end pass', async () => {
    const pager = new Pager();
    const s = scene([passive({ dependsOn: [on()] }), passive({ name: 'disk' }), HOST_CHECK], { pager });
    await s.pass(1);
    s.tell(2, { service: 'disk', code: 2 }, { code: 2 });
    await s.pass(3);
    expect(pager.take()).toEqual(['problem web/w1/disk CRITICAL']);
    s.tell(4, { service: 'disk', code: 0 });
    await s.pass(5);
    expect(pager.take().toSorted()).toEqual(['problem web/w1/backup CRITICAL', 'recovery web/w1/disk OK']);
    s.tell(6, { service: 'disk', code: 2 }, { code: 0 });
    await s.pass(7);
    expect(pager.take().toSorted()).toEqual(['problem web/w1/disk CRITICAL', 'recovery web/w1/backup OK']);
  });

  test('is looked up by what stands in its text, also on another host', async () => {
    const dependsOn = [on({ host: 'db-{{host.1}}', service: 'disk' })];
    const s = scene(
      [passive({ host: 'w(.*)', dependsOn }), passive({ name: 'disk', host: 'db-.*' }), HOST_CHECK],
      { hosts: ['w1', 'db-1'] },
    );
    await s.pass(1);
    s.tell(2, { host: 'db-1', service: 'disk', code: 2 });
    const service = { cluster: 'web', host: 'w1', service: 'backup' };
    expect(s.judge.ask({ kind: 'detail', service }, 0).answer?.depends_on).toEqual([
      { host: 'db-1', service: 'disk', fails: true },
    ]);
  });
});

describe('a volatile service', () => {
  const volatile = (changes = {}) => passive({ isVolatile: true, ...changes });

  test('is told of with every hard result, each a page of its own', async () => {
    const [pager, store] = [new Pager(), new MemoryStore()];
    const s = scene([volatile({ maxCheckAttempts: 2 }), HOST_CHECK], { pager, store });
    await s.pass(1);
    for (const atS of [2, 3, 4, 5]) s.tell(atS, { code: 2 });
    await s.pass(6);
    expect(pager.pages.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'problem CRITICAL',
      'problem CRITICAL',
      'problem CRITICAL',
    ]);
    expect(new Set(pager.pages.map(({ key }) => key)).size).toBe(3);
    const events = store.commits
      .flatMap((one) => one.events)
      .map(({ stateType, attempt }) => `${stateType} ${attempt}`);
    expect(events).toEqual(['SOFT 1', 'HARD 2', 'HARD 2', 'HARD 2']);
    pager.take();
    s.tell(7, { code: 0 });
    await s.pass(8);
    expect(pager.take()).toEqual(['recovery web/w1/backup OK']);
  });

  test('of samples it is told every retry_interval', async () => {
    const pager = new Pager();
    const s = scene([definition({ isVolatile: true, retryIntervalMs: 15_000 }), HOST_CHECK], { pager });
    for (let atS = 1; atS <= 40; atS += 1) {
      s.fleet.sample('w1', 'load_one', 9, atS - 0.5);
      await s.pass(atS);
    }
    expect(pager.take()).toEqual(Array.from({ length: 3 }, () => 'problem web/w1/load CRITICAL'));
  });

  test('held meanwhile, it is told of once', async () => {
    const pager = new Pager();
    const s = scene([volatile(), passiveHost()], { pager });
    await s.pass(1);
    s.tell(2, { service: 'host', code: 1 }, { code: 2 }, { code: 2 }, { code: 2 });
    await s.pass(3);
    pager.take();
    s.tell(4, { service: 'host', code: 0 });
    await s.pass(5);
    expect(pager.take().toSorted()).toEqual(['problem web/w1/backup CRITICAL', 'recovery web/w1/host UP']);
  });
});

describe('parents', () => {
  const own = { ...HOST_CHECK, parents: ['sw-{{host.1}}'], host: 'w-(.*)' };
  const ofSwitch = { ...HOST_CHECK, name: 'host', host: 'sw-.*' };

  test('make a silent host UNREACHABLE while none of them is UP', async () => {
    const pager = new Pager();
    const s = scene([own, ofSwitch], { hosts: [], pager });
    for (const host of ['sw-1', 'w-1', 'w-2']) s.fleet.host(host, 0.5);
    await s.pass(81);
    s.fleet.host('sw-1', 81);
    await s.pass(120);
    // Its own packet may come a moment later.
    expect(s.state('web/w-1/host')).toBe('UNREACHABLE;HARD;1');
    await s.pass(122);
    expect(s.state('web/w-1/host')).toBe('DOWN;HARD;1');
    // Nobody knows sw-2: its host is by itself.
    expect(s.state('web/w-2/host')).toBe('DOWN;HARD;1');
    await s.pass(163);
    expect(s.state('web/w-1/host')).toBe('UNREACHABLE;HARD;1');
    expect(s.state('web/w-2/host')).toBe('DOWN;HARD;1');
    s.fleet.host('sw-1', 164);
    await s.pass(205);
    expect(s.state('web/w-1/host')).toBe('DOWN;HARD;1');
  });

  test('are known by facts that come later', async () => {
    const parents = ['{{host.facts.rack | none}}'];
    const s = scene([passiveHost({ parents })], { hosts: ['w1', 'sw-1'] });
    await s.pass(1);
    s.tell(2, { host: 'sw-1', service: 'host', code: 1 }, { service: 'host', code: 1 });
    expect(s.state('web/w1/host')).toBe('DOWN;HARD;1');
    s.fleet.announce({ kind: 'fact', hostRow: 0, name: 'rack', value: 'sw-1' });
    s.tell(3, { service: 'host', code: 1 });
    expect(s.state('web/w1/host')).toBe('UNREACHABLE;HARD;1');
  });

  test('translate what is reported of a host', async () => {
    const s = scene(
      [passiveHost({ host: 'w-(.*)', parents: ['sw-{{host.1}}'] }), passiveHost({ host: 'sw-.*' })],
      {
        hosts: ['w-1', 'sw-1'],
      },
    );
    await s.pass(1);
    s.tell(
      2,
      { host: 'sw-1', service: 'host', code: 1 },
      { host: 'w-1', service: 'host', code: 1, output: 'no ping' },
    );
    expect(s.state('web/w-1/host')).toBe('UNREACHABLE;HARD;1');
    expect(s.views.get('web/w-1/host')?.output).toBe('no ping · unreachable: sw-1 is down');
  });
});

describe('outside its check_period', () => {
  // START_MS is 13:46:40 UTC on a Monday: it rests from 80 s to 200 s.
  const work = {
    name: 'work',
    where: '',
    timezone: 'UTC',
    times: ['monday 13:00-13:48,13:50-18:00'],
    exclude: [],
  };

  test('nothing is judged, and the waiting for samples begins anew after it', async () => {
    const load = definition({ checkPeriod: 'work', freshnessThresholdMs: 30_000 });
    const s = scene([load, HOST_CHECK], { timeperiods: [work] });
    await s.pass(70);
    s.fleet.sample('w1', 'load_one', 1, 70.5);
    await s.pass(90);
    expect(s.views.get('web/w1/load')?.output).toBe('load_one is 1 · outside its check_period "work"');
    s.fleet.sample('w1', 'load_one', 9, 90.5);
    await s.pass(229);
    expect(s.views.get('web/w1/load')).toMatchObject({ state: 'OK', output: 'load_one is 1' });
    await s.pass(233);
    expect(s.state('web/w1/load')).toBe('UNKNOWN;HARD;1');
    s.fleet.sample('w1', 'load_one', 9, 233.5);
    await s.pass(234);
    expect(s.state('web/w1/load')).toBe('CRITICAL;HARD;1');
  });

  test('a service is there from its first moment, PENDING, and says why', async () => {
    const s = scene([definition({ checkPeriod: 'work' }), HOST_CHECK], { timeperiods: [work] });
    await s.pass(100);
    s.fleet.sample('w1', 'load_one', 9, 100.5);
    await s.pass(102);
    expect(s.views.get('web/w1/load')).toMatchObject({
      state: 'PENDING',
      output: 'outside its check_period "work"',
    });
    await s.pass(205);
    expect(s.views.get('web/w1/load')).toMatchObject({
      state: 'PENDING',
      output: 'load_one has no value yet',
    });
    s.fleet.sample('w1', 'load_one', 9, 205.5);
    await s.pass(206);
    expect(s.state('web/w1/load')).toBe('CRITICAL;HARD;1');
  });

  test('results from elsewhere are taken all the same, and not missed', async () => {
    const backup = passive({ checkPeriod: 'work', freshnessThresholdMs: 30_000 });
    const s = scene([backup, HOST_CHECK], { timeperiods: [work] });
    await s.pass(90);
    s.tell(90.5, { code: 0 });
    await s.pass(229);
    expect(s.state(B)).toBe('OK;HARD;1');
    await s.pass(233);
    expect(s.state(B)).toBe('UNKNOWN;HARD;1');
  });
});
