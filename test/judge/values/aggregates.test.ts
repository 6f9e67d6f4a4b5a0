import { expect, test } from 'vitest';
import { bench, Fleet, HOST_CHECK, MemoryStore, START_MS } from '../fleet.ts';
import { definition } from '../../check/definition.ts';
import { NO_PAST } from '../../../src/judge/values/past.ts';
import { Sources } from '../../../src/judge/values/sources.ts';
import type { Pager } from '../fleet.ts';
import type { AggregateOf, ServiceDefinition } from '../../../src/contract/checks.ts';
import type { JudgeOptions } from '../../../src/judge/judge.ts';

const LOAD: AggregateOf = { kind: 'values', metric: 'load_one', function: 'avg' };

function aggregate(
  of: AggregateOf,
  changes: Partial<ServiceDefinition> & { by?: readonly string[] } = {},
): ServiceDefinition {
  const { by = ['cluster'], ...rest } = changes;
  return definition({
    name: 'together',
    subject: { kind: 'aggregate', of, by },
    critical: '',
    warning: '5',
    ...rest,
  });
}

/** Hosts `w1` to `w<n>`, of which those that are `up` send their load every second. */
function scene(
  definitions: ServiceDefinition[],
  options: Partial<JudgeOptions> & { fleet?: Fleet; startS?: number; pager?: Pager } = {},
) {
  const fleet = options.fleet ?? new Fleet();
  const sources = new Sources(fleet.catalogue, NO_PAST);
  const made = bench({ definitions: [...definitions, HOST_CHECK], sources, ...options, fleet });
  const seen = new Map<string, string>();
  const up = new Map<string, number>();
  let nowS = options.startS ?? 0;
  return {
    ...made,
    up,
    /** Services of no host, as they were last reported. */
    seen: () => Object.fromEntries(seen),
    async until(untilS: number) {
      for (nowS += 1; nowS <= untilS; nowS += 1) {
        for (const [host, value] of up) fleet.sample(host, 'load_one', value, nowS);
        const report = await made.at(nowS);
        for (const { cluster, service, host, state, output } of report.services) {
          if (host === '') seen.set(`${cluster}/${service}`, `${state} ${output}`);
        }
        for (const { cluster, service, host } of report.removed)
          if (host === '') seen.delete(`${cluster}/${service}`);
      }
      nowS = untilS;
    },
    fact(host: string, name: string, value: string) {
      const hostRow = fleet.catalogue.host('web', host)?.hostRow ?? -1;
      fleet.announce({ kind: 'fact', hostRow, name, value });
    },
    factGone(host: string, name: string) {
      const hostRow = fleet.catalogue.host('web', host)?.hostRow ?? -1;
      fleet.announce({ kind: 'fact-gone', hostRow, name });
    },
  };
}

test('a value over the hosts of a cluster, judged as their samples come', async () => {
  const { up, until, seen, pager } = scene([aggregate(LOAD)]);
  await until(1);
  expect(seen()).toEqual({});
  for (let i = 1; i <= 4; i += 1) up.set(`w${i}`, i);
  await until(3);
  expect(seen()).toEqual({ 'web/together': 'OK avg of load_one over 4 hosts is 2.5' });
  up.set('w4', 14.8);
  await until(4);
  expect(seen()).toEqual({ 'web/together': 'WARNING avg of load_one over 4 hosts is 5.2 · warning above 5' });
  expect(pager.take()).toEqual(['problem web//together WARNING']);
});

test('a host that falls silent is left out, then is down, then is gone', async () => {
  const { up, until, seen, fleet } = scene([aggregate(LOAD, { warning: '3' })]);
  for (let i = 1; i <= 4; i += 1) up.set(`w${i}`, i);
  await until(20);
  up.delete('w4');
  await until(45);
  expect(seen()).toEqual({ 'web/together': 'OK avg of load_one over 4 hosts is 2.5' });
  await until(60);
  expect(seen()).toEqual({ 'web/together': 'OK avg of load_one over 3 of 4 hosts is 2' });
  await until(140);
  expect(seen()).toEqual({ 'web/together': 'OK avg of load_one over 3 of 4 hosts is 2' });
  fleet.hostGone('w4', 20);
  await until(146);
  expect(seen()).toEqual({ 'web/together': 'OK avg of load_one over 3 hosts is 2' });
  up.set('w4', 100);
  await until(148);
  expect(seen()['web/together']).toContain('WARNING avg of load_one over 4 hosts is 26.5');
});

test('members of which none is heard make it UNKNOWN; without members there is no service', async () => {
  const { up, until, seen, fleet } = scene([aggregate(LOAD)]);
  up.set('w1', 1);
  up.set('w2', 1);
  await until(20);
  up.clear();
  await until(70);
  expect(seen()['web/together']).toBe('UNKNOWN no value of load_one on 2 hosts (2 silent)');
  await until(130);
  expect(seen()['web/together']).toBe('UNKNOWN no value of load_one on 2 hosts (2 down)');
  fleet.recordGone('w1', 'load_one');
  fleet.hostGone('w2', 20);
  await until(131);
  expect(seen()).toEqual({});
});

test('a count of members of which none is heard is 0', async () => {
  const { up, until, seen } = scene([aggregate({ ...LOAD, function: 'count' }, { warning: '1:' })]);
  up.set('w1', 1);
  await until(20);
  up.clear();
  await until(70);
  expect(seen()['web/together']).toBe('WARNING count of load_one over 0 of 1 host is 0 · warning below 1');
});

test.for<{ name: string; of: AggregateOf; found: string }>([
  { name: 'sum', of: { ...LOAD, function: 'sum' }, found: 'sum of load_one over 4 hosts is 10' },
  { name: 'min', of: { ...LOAD, function: 'min' }, found: 'min of load_one over 4 hosts is 1' },
  { name: 'max', of: { ...LOAD, function: 'max' }, found: 'max of load_one over 4 hosts is 4' },
  { name: 'p95', of: { ...LOAD, function: 'p95' }, found: 'p95 of load_one over 4 hosts is 4' },
  { name: 'count', of: { ...LOAD, function: 'count' }, found: 'count of load_one over 4 hosts is 4' },
  {
    name: 'percent over',
    of: { kind: 'percent_over', metric: 'load_one', limit: 3 },
    found: 'load_one is above 3 on 25 % of 4 hosts',
  },
  {
    name: 'a pattern',
    of: { ...LOAD, metric: 'load_.*' },
    found: 'avg of load_.* over 4 values is 2.5',
  },
  {
    name: 'hosts in a state',
    of: { kind: 'states', service: 'host', states: ['DOWN'], function: 'count' },
    found: 'host is DOWN on 0 of 4 hosts',
  },
])('$name', async ({ of, found }) => {
  const { up, until, seen } = scene([aggregate(of, { warning: '1000' })]);
  for (let i = 1; i <= 4; i += 1) up.set(`w${i}`, i);
  await until(12);
  expect(seen()).toEqual({ 'web/together': `OK ${found}` });
});

test('right after a start no states are counted: hosts that were known are still announced', async () => {
  const up3 = aggregate(
    { kind: 'states', service: 'host', states: ['UP'], function: 'count' },
    { critical: '3:', maxCheckAttempts: 1 },
  );
  const { up, until, seen, pager } = scene([up3]);
  up.set('w1', 1);
  await until(2);
  for (let i = 2; i <= 3; i += 1) up.set(`w${i}`, i);
  await until(12);
  expect(seen()).toEqual({ 'web/together': 'OK host is UP on 3 of 3 hosts' });
  expect(pager.take()).toEqual([]);
});

test('hosts that never registered and were heard for a moment are not among those that are down', async () => {
  const down = aggregate(
    { kind: 'states', service: 'host', states: ['DOWN'], function: 'count' },
    { critical: '1', maxCheckAttempts: 1 },
  );
  const groups = [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000, newHostGraceMs: 300_000 }];
  const { up, until, seen, pager } = scene([down], { groups });
  for (let i = 1; i <= 4; i += 1) up.set(`w${i}`, i);
  await until(20);
  for (let i = 2; i <= 4; i += 1) up.delete(`w${i}`);
  await until(200);
  expect(seen()).toEqual({ 'web/together': 'OK host is DOWN on 0 of 1 host' });
  expect(pager.take()).toEqual([]);
});

test('how many hosts are down, and how many percent of their services are bad', async () => {
  const down = aggregate(
    { kind: 'states', service: 'host', states: ['DOWN', 'UNREACHABLE'], function: 'percent' },
    { name: 'hosts down', warning: '20', by: [] },
  );
  const bad = aggregate(
    { kind: 'states', service: 'load', states: ['CRITICAL'], function: 'count' },
    { name: 'bad loads', warning: '1' },
  );
  const { up, until, seen, pager } = scene([down, bad, definition()]);
  for (let i = 1; i <= 4; i += 1) up.set(`w${i}`, i > 2 ? 9 : 1);
  await until(12);
  expect(seen()).toEqual({
    '/hosts down': 'OK host is DOWN or UNREACHABLE on 0 % of 4 hosts',
    'web/bad loads': 'WARNING load is CRITICAL on 2 of 4 hosts · warning above 1',
  });
  pager.take();
  up.delete('w1');
  await until(100);
  expect(seen()).toEqual({
    '/hosts down': 'WARNING host is DOWN or UNREACHABLE on 25 % of 4 hosts · warning above 20',
    'web/bad loads': 'WARNING load is CRITICAL on 2 of 3 hosts (1 down) · warning above 1',
  });
  expect(pager.take()).toEqual(['problem web/w1/host DOWN', 'problem //hosts down WARNING']);
});

test('by a fact: hosts without it are counted, and one that gets another moves', async () => {
  const { up, until, seen, fact, judge } = scene([
    aggregate(LOAD, { by: ['cluster', 'rack'], warning: '100' }),
  ]);
  for (let i = 1; i <= 4; i += 1) up.set(`w${i}`, i);
  await until(1);
  for (const host of ['w1', 'w2']) fact(host, 'rack', 'r1');
  fact('w3', 'rack', 'r2');
  await until(8);
  expect(seen()).toEqual({
    'web/together[r1]': 'OK avg of load_one over 2 hosts (1 more without rack) is 1.5',
    'web/together[r2]': 'OK avg of load_one over 1 host (1 more without rack) is 3',
  });
  fact('w3', 'rack', 'r1');
  fact('w4', 'rack', 'r1\nx');
  await until(15);
  expect(seen()).toEqual({
    'web/together[r1]': 'OK avg of load_one over 3 hosts (1 more without rack) is 2',
  });
  const { answer } = judge.ask({ kind: 'figures' }, START_MS + 15_000);
  expect(answer.definitions[0]?.note).toBe(
    'some hosts are left out: what the facts of a host say is no name for a service',
  );
});

test('a fact that goes takes its host out, and the group with the last of them', async () => {
  const { up, until, seen, fact, factGone } = scene([
    aggregate(LOAD, { by: ['cluster', 'rack'], facts: [{ fact: 'role', pattern: 'db.*' }], warning: '100' }),
  ]);
  for (const [i, host] of ['w1', 'w2', 'w3'].entries()) {
    up.set(host, i + 1);
  }
  await until(1);
  for (const host of ['w1', 'w2', 'w3']) fact(host, 'role', 'db-1');
  for (const host of ['w1', 'w2']) fact(host, 'rack', 'r1');
  fact('w3', 'rack', 'r2');
  await until(8);
  expect(Object.keys(seen())).toEqual(['web/together[r1]', 'web/together[r2]']);
  factGone('w3', 'rack');
  fact('w2', 'role', 'web');
  await until(15);
  expect(seen()).toEqual({
    'web/together[r1]': 'OK avg of load_one over 1 host (1 more without rack) is 1',
  });
});

test('attempts are counted, each with something newer', async () => {
  const { up, until, seen, pager } = scene([
    aggregate(LOAD, { warning: '1', maxCheckAttempts: 3, retryIntervalMs: 10_000 }),
  ]);
  up.set('w1', 3);
  await until(15);
  expect(seen()['web/together']).toContain('WARNING');
  expect(pager.take()).toEqual([]);
  await until(22);
  expect(pager.take()).toEqual(['problem web//together WARNING']);
});

test('after a restart its state is as before, until all had the time to be heard', async () => {
  const store = new MemoryStore();
  const first = scene([aggregate(LOAD, { warning: '2' })], { store });
  for (let i = 1; i <= 4; i += 1) first.up.set(`w${i}`, i);
  await first.until(10);
  expect(first.pager.take()).toEqual(['problem web//together WARNING']);

  const { fleet } = first;
  const second = scene([aggregate(LOAD, { warning: '2' })], { store, fleet, startS: 100 });
  second.up.set('w1', 1);
  await second.until(110);
  // The others were heard last before the start: without them it would be well.
  expect(second.seen()['web/together']).toBe('WARNING 3 of 4 not heard yet since the start');
  second.up.set('w2', 2).set('w3', 3);
  await second.until(150);
  expect(second.pager.take()).toEqual([]);
  await second.until(200);
  expect(second.seen()['web/together']).toBe('OK avg of load_one over 3 of 4 hosts is 2');
  expect(second.pager.take()).toContain('recovery web//together OK');
});

test('after a short restart what was restored and is fresh counts at once', async () => {
  const fleet = new Fleet();
  for (let i = 1; i <= 4; i += 1) fleet.sample(`w${i}`, 'load_one', i, 98);
  const { up, until, seen } = scene([aggregate(LOAD)], { fleet, startS: 100 });
  up.set('w1', 1);
  await until(102);
  expect(seen()['web/together']).toBe('OK avg of load_one over 4 hosts is 2.5');
});

test('a reload keeps the state of what remains, and ends the others', async () => {
  const { up, until, seen, judge, pager } = scene([aggregate(LOAD, { warning: '1' })]);
  up.set('w1', 3);
  await until(3);
  expect(pager.take()).toEqual(['problem web//together WARNING']);
  const rules = {
    timeperiods: [],
    routes: [{ match: {}, receiver: 'ops', continue: false }],
    channels: new Map([['ops', pager]]),
    groups: [],
  };
  judge.reload({ ...rules, definitions: [aggregate({ ...LOAD, function: 'max' }, { warning: '2' })] });
  await until(8);
  expect(seen()['web/together']).toBe('WARNING max of load_one over 1 host is 3 · warning above 2');
  expect(pager.take()).toEqual([]);
  judge.reload({ ...rules, definitions: [] });
  await until(9);
  expect(seen()).toEqual({});
  expect(pager.take()).toEqual(['closed web//together WARNING']);
});
