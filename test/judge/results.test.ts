import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { HOST_CHECK, MemoryStore, Pager, START_MS } from './fleet.ts';
import { passive, passiveHost, scene } from './reported.ts';
import { REPORTED_SERVICES_PER_HOST_MAX } from '../../src/limits.ts';

const B = 'web/w1/backup';

test('a service whose results come from elsewhere is there at once, PENDING', async () => {
  const s = scene([passive(), HOST_CHECK]);
  await s.pass(1);
  expect(s.views.get(B)).toMatchObject({ kind: 'passive', state: 'PENDING', state_type: 'HARD', attempt: 1 });
});

test('a result is taken, kept, reported and paged before it is answered', async () => {
  const [store, pager] = [new MemoryStore(), new Pager()];
  const s = scene([passive(), HOST_CHECK], { store, pager });
  await s.pass(1);
  expect(s.tell(1.5, { code: 2, output: 'no space|free=0MB' })).toEqual(['w1/backup']);
  expect(s.views.get(B)).toMatchObject({
    state: 'CRITICAL',
    output: 'no space',
    last_check_ms: START_MS + 1500,
  });
  expect(store.services.get('w1/backup')).toMatchObject({
    status: { kind: 'hard', problem: 'CRITICAL' },
    result: { performance: 'free=0MB', via: 'api', from: 'ann' },
  });
  expect(store.pages.size).toBe(1);
  await s.pass(2);
  expect(pager.take()).toEqual(['problem web/w1/backup CRITICAL']);
});

test('a result about a host that was heard of since the last turn is taken', async () => {
  const s = scene([passive(), HOST_CHECK]);
  await s.pass(1);
  s.fleet.host('w2', 1);
  expect(s.tell(1.5, { host: 'w2', code: 0 }, { cluster: '', host: 'w2', code: 0 })).toEqual([
    'w2/backup',
    'w2/backup',
  ]);
});

describe('finds its host and service', () => {
  test.for([
    { name: 'by name and cluster', told: {}, answer: 'w1/backup' },
    { name: 'without a cluster', told: { cluster: '' }, answer: 'w1/backup' },
    { name: 'by address', told: { cluster: '', host: '192.0.2.1' }, answer: 'w1/backup' },
    { name: 'no such host', told: { host: 'w9' }, answer: 'unknown-host' },
    { name: 'not in that cluster', told: { cluster: 'db' }, answer: 'unknown-host' },
    { name: 'no such service', told: { service: 'cron' }, answer: 'unknown-service' },
    { name: 'one that is judged here', told: { service: 'load' }, answer: 'not-passive' },
    { name: 'a host that its silence tells of', told: { service: 'host' }, answer: 'not-passive' },
  ])('$name', async ({ told, answer }) => {
    const s = scene([passive(), definition(), HOST_CHECK]);
    s.fleet.sample('w1', 'load_one', 1, 0.5);
    await s.pass(1);
    expect(s.tell(2, { code: 0, ...told })).toEqual([answer]);
  });

  test('of several hosts of a name, the one that takes it', async () => {
    const s = scene([passive({ cluster: 'web' }), HOST_CHECK]);
    s.fleet.host('w1', 0, 'db');
    await s.pass(1);
    expect(s.tell(2, { code: 0, cluster: '' })).toEqual(['w1/backup']);
  });

  test('and refuses where that is more than one', async () => {
    const s = scene([passive(), HOST_CHECK]);
    s.fleet.host('w1', 0, 'db');
    await s.pass(1);
    expect(s.tell(2, { code: 0, cluster: '' })).toEqual(['ambiguous-host']);
  });
});

describe('names as they come', () => {
  const cron = passive({
    name: 'cron',
    subject: { kind: 'passive', service: 'cron-.*', command: null },
  });

  test('a result makes the service', async () => {
    const s = scene([cron, HOST_CHECK]);
    await s.pass(1);
    expect(s.views.has('web/w1/cron')).toBe(false);
    expect(s.tell(2, { code: 1, service: 'cron-daily' }, { code: 0, service: 'at-noon' })).toEqual([
      'w1/cron-daily',
      'unknown-service',
    ]);
    expect(s.state('web/w1/cron-daily')).toBe('WARNING;HARD;1');
  });

  test('it is there after a restart and a reload, and goes when nobody wants it', async () => {
    const store = new MemoryStore();
    const before = scene([cron, HOST_CHECK], { store });
    await before.pass(1);
    before.tell(2, { code: 2, service: 'cron-daily' });
    await before.judge.stop();
    const s = scene([cron, HOST_CHECK], { store, fleet: before.fleet, startS: 10 });
    await s.pass(11);
    expect(s.state('web/w1/cron-daily')).toBe('CRITICAL;HARD;1');
    const rules = { timeperiods: [], routes: [], channels: new Map(), groups: [] };
    s.judge.reload({ ...rules, definitions: [cron] });
    await s.pass(12);
    expect(s.state('web/w1/cron-daily')).toBe('CRITICAL;HARD;1');
    s.judge.reload({ ...rules, definitions: [passive()] });
    await s.pass(13);
    expect(s.views.has('web/w1/cron-daily')).toBe(false);
  });

  test('so many on one host', async () => {
    const s = scene([cron, HOST_CHECK]);
    await s.pass(1);
    const results = Array.from({ length: REPORTED_SERVICES_PER_HOST_MAX + 1 }, (_, i) => ({
      code: 0,
      service: `cron-${i}`,
    }));
    const answers = s.tell(2, ...results);
    expect(answers.filter((one) => one === 'too-many-services')).toHaveLength(1);
    expect(answers.at(-1)).toBe('too-many-services');
  });
});

describe('in the order they were found', () => {
  test.for([
    { name: 'an older one is refused', timeMs: START_MS - 60_000, semantics: 'muster', answer: 'old-result' },
    {
      name: 'one of the same second is taken',
      timeMs: START_MS + 2000,
      semantics: 'muster',
      answer: 'w1/backup',
    },
    {
      name: 'one from the future is refused',
      timeMs: START_MS + 3_600_000,
      semantics: 'muster',
      answer: 'future-result',
    },
    {
      name: 'Nagios takes an older one',
      timeMs: START_MS - 60_000,
      semantics: 'nagios',
      answer: 'w1/backup',
    },
  ] as const)('$name', async ({ timeMs, semantics, answer }) => {
    const s = scene([passive({ semantics }), HOST_CHECK]);
    await s.pass(1);
    s.tell(2.7, { code: 2 });
    expect(s.tell(3, { code: 0, timeMs })).toEqual([answer]);
  });

  test('every result is an attempt, however many come at once', async () => {
    const s = scene([passive({ maxCheckAttempts: 3, retryIntervalMs: 60_000 }), HOST_CHECK]);
    await s.pass(1);
    s.tell(2, { code: 1 }, { code: 2 });
    expect(s.state(B)).toBe('CRITICAL;SOFT;2');
    s.tell(2, { code: 2 });
    expect(s.state(B)).toBe('CRITICAL;HARD;3');
  });
});

test('of changes of one moment the last one is told', async () => {
  const [pager, store] = [new Pager(), new MemoryStore()];
  const s = scene([passive(), HOST_CHECK], { pager, store });
  await s.pass(1);
  s.tell(2, { code: 2 }, { code: 1 }, { code: 2 });
  await s.pass(3);
  expect(pager.pages.map(({ state }) => state)).toEqual(['CRITICAL']);
  expect(store.pages.size).toBe(1);
});

describe('results that stay away', () => {
  const stale = (changes = {}) => passive({ freshnessThresholdMs: 30_000, ...changes });

  test('take the state that is said, in words, and end with the next result', async () => {
    const s = scene([stale({ freshnessState: 'WARNING' }), HOST_CHECK]);
    await s.pass(1);
    s.tell(2, { code: 0, output: 'done' });
    await s.pass(32);
    expect(s.state(B)).toBe('OK;HARD;1');
    await s.pass(34);
    expect(s.views.get(B)).toMatchObject({ state: 'WARNING', output: 'no result for 31 s' });
    s.tell(35, { code: 0, output: 'done' });
    expect(s.views.get(B)).toMatchObject({ state: 'OK', output: 'done' });
  });

  test('also of one that never came', async () => {
    const s = scene([stale(), HOST_CHECK]);
    await s.pass(33);
    expect(s.views.get(B)).toMatchObject({ state: 'UNKNOWN', output: 'no result yet' });
  });

  test('while the server was away count, but for what became overdue just then', async () => {
    const store = new MemoryStore();
    const before = scene([stale(), HOST_CHECK], { store });
    await before.pass(1);
    before.tell(2, { code: 0 });
    await before.judge.stop();
    const s = scene([stale(), HOST_CHECK], { store, fleet: before.fleet, startS: 100 });
    await s.pass(129);
    expect(s.state(B)).toBe('OK;HARD;1');
    await s.pass(132);
    expect(s.state(B)).toBe('UNKNOWN;HARD;1');
  });

  test('are asked for by the command, where there is one', async () => {
    const command = ['/p/check_dummy', '3'];
    const s = scene([stale({ subject: { kind: 'passive', service: null, command } }), HOST_CHECK]);
    await s.pass(32);
    expect(s.judge.takeErrands().runs).toMatchObject([{ service: 'backup', command }]);
    expect(s.state(B)).toBe('PENDING;HARD;1');
  });
});

describe('a host of which results tell', () => {
  test('is DOWN by them, whatever is heard, and holds its services', async () => {
    const pager = new Pager();
    const s = scene([passive(), passiveHost()], { pager });
    await s.pass(1);
    s.tell(2, { service: 'host', code: 1, output: 'no answer' });
    expect(s.state('web/w1/host')).toBe('DOWN;HARD;1');
    s.tell(3, { code: 2 });
    await s.pass(4);
    expect(pager.take()).toEqual(['problem web/w1/host DOWN']);
    s.tell(5, { service: 'host', code: 0 });
    await s.pass(6);
    expect(pager.take().toSorted()).toEqual(['problem web/w1/backup CRITICAL', 'recovery web/w1/host UP']);
  });

  test('is shown so among the hosts', async () => {
    const s = scene([passiveHost()]);
    await s.pass(1);
    const results = [
      {
        cluster: 'web',
        host: 'w1',
        service: 'host',
        code: 2,
        output: '',
        timeMs: START_MS,
        door: 'nsca',
        from: '',
      },
    ] as const;
    const { report } = s.judge.ask({ kind: 'results', results }, START_MS + 2000);
    expect(report?.hosts).toMatchObject([{ name: 'w1', state: 'DOWN' }]);
    expect(s.tell(3, { service: '', code: 0 })).toEqual(['w1/host']);
  });

  test('goes by attempts in Muster’s semantics, in Nagios’ only where that is said', async () => {
    const rules = { maxCheckAttempts: 2 };
    for (const [changes, state] of [
      [{}, 'DOWN;SOFT;1'],
      [{ semantics: 'nagios' }, 'DOWN;HARD;1'],
      [{ semantics: 'nagios', passiveHostChecksAreSoft: true }, 'DOWN;SOFT;1'],
    ] as const) {
      const s = scene([passiveHost({ ...rules, ...changes })]);
      await s.pass(1);
      s.tell(2, { service: 'host', code: 1 });
      expect(s.state('web/w1/host')).toBe(state);
    }
  });
});

test('a service that a reload has judged otherwise keeps its state and what was told of it', async () => {
  const [pager, store] = [new Pager(), new MemoryStore()];
  const s = scene([passive({ name: 'load' }), HOST_CHECK], { pager, store });
  await s.pass(1);
  s.tell(2, { service: 'load', code: 2 });
  await s.pass(3);
  s.fleet.sample('w1', 'load_one', 9, 3.5);
  const rules = { timeperiods: [], channels: new Map([['ops', pager]]), groups: [] };
  const routes = [{ match: {}, receiver: 'ops', continue: false }];
  s.judge.reload({ ...rules, routes, definitions: [definition(), HOST_CHECK] });
  await s.pass(5);
  expect(s.views.get('web/w1/load')).toMatchObject({
    kind: 'metric',
    state: 'CRITICAL',
    output: expect.stringContaining('9'),
  });
  expect(pager.take()).toEqual(['problem web/w1/load CRITICAL']);
  s.fleet.sample('w1', 'load_one', 1, 5.5);
  await s.pass(6);
  expect(pager.take()).toEqual(['recovery web/w1/load OK']);
  expect(store.services.get('w1/load')).toMatchObject({ status: { kind: 'ok' } });
});

test('what is asked of one that is not there, and of one without a command', async () => {
  const s = scene([passive(), HOST_CHECK]);
  await s.pass(1);
  const ask = (service: string) =>
    s.judge.ask({ kind: 'check-now', service: { cluster: 'web', host: 'w1', service } }, START_MS).answer;
  expect([ask('backup'), ask('cron')]).toEqual(['nothing-to-run', 'unknown-service']);
});

test('all there is to know of one', async () => {
  const s = scene([passive({ dependsOn: [] }), HOST_CHECK]);
  await s.pass(1);
  s.tell(2, { code: 1, output: 'late|age=90s;60;120\nsince noon', door: 'nrdp', from: '192.0.2.7' });
  const service = { cluster: 'web', host: 'w1', service: 'backup' };
  expect(s.judge.ask({ kind: 'detail', service }, START_MS).answer).toMatchObject({
    service: { state: 'WARNING', output: 'late' },
    long_output: 'since noon',
    performance: [{ label: 'age', value: 90, uom: 's', metric: 'perfdata/backup/age' }],
    via: 'nrdp',
    from: '192.0.2.7',
    can_check_now: false,
    accepts_results: true,
    definition: { name: 'backup', semantics: 'muster', settings: { max_check_attempts: '1' } },
  });
  expect(s.judge.ask({ kind: 'detail', service: { ...service, host: 'w9' } }, START_MS).answer).toBeNull();
});

test('the engine’s figures: services by kind, problems, and definitions that match nothing', async () => {
  const nothing = definition({ name: 'swap', metric: 'swap_.*' });
  const cron = passive({ name: 'cron', subject: { kind: 'passive', service: 'cron-.*', command: null } });
  const s = scene([passive(), nothing, cron, HOST_CHECK]);
  await s.pass(1);
  s.tell(2, { code: 2 }, { code: 2 });
  const { answer } = s.judge.ask({ kind: 'figures' }, START_MS + 3000);
  expect(answer).toMatchObject({ evaluations: 2, services_by_kind: { passive: 1, host: 1 } });
  expect(
    answer.definitions.map(({ name, services, problems, note }) => [name, services, problems, note]),
  ).toEqual([
    ['backup', 1, 1, ''],
    ['swap', 0, 0, 'matches nothing'],
    ['cron', 0, 0, 'no result has come under such a name'],
    ['host', 1, 0, ''],
  ]);
});
