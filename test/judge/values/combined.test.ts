import { expect, test } from 'vitest';
import { bench, Fleet } from '../fleet.ts';
import { definition } from '../../check/definition.ts';
import { NO_PAST } from '../../../src/judge/values/past.ts';
import { Sources } from '../../../src/judge/values/sources.ts';
import type { ServiceDefinition, Subject } from '../../../src/contract/checks.ts';

const RATIO: Subject = {
  kind: 'combined',
  function: 'ratio',
  of: ['mem_(used|cached)'],
  to: ['mem_total'],
  percent: true,
};
const SUM: Subject = {
  kind: 'combined',
  function: 'sum',
  of: ['swap_in', 'swap_out'],
  to: [],
  percent: false,
};

type Samples = Readonly<Record<string, number>>;

function scene(subject: Subject, changes: Partial<ServiceDefinition> = {}) {
  const fleet = new Fleet();
  const definitions = [definition({ name: 'memory', subject, critical: '80', ...changes })];
  const made = bench({ definitions, sources: new Sources(fleet.catalogue, NO_PAST), fleet });
  const seen = new Map<string, string>();
  let nowS = 0;
  return {
    fleet,
    seen: () => Object.fromEntries(seen),
    /** Those samples of `w1` in every second until then. */
    async until(untilS: number, samples: Samples) {
      for (nowS += 1; nowS <= untilS; nowS += 1) {
        fleet.host('w1', nowS);
        for (const [metric, value] of Object.entries(samples)) fleet.sample('w1', metric, value, nowS);
        const report = await made.at(nowS);
        for (const { host, service, state, output } of report.services) {
          seen.set(`${host}/${service}`, `${state} ${output}`);
        }
        for (const { host, service } of report.removed) seen.delete(`${host}/${service}`);
      }
      nowS = untilS;
    },
  };
}

const FULL: Samples = { mem_used: 50, mem_cached: 25, mem_total: 100 };

test('a ratio of metrics of a host, in percent', async () => {
  const { until, seen } = scene(RATIO);
  await until(1, FULL);
  expect(seen()).toEqual({ 'w1/memory': 'OK mem_(used|cached) / mem_total is 75 %' });
  await until(2, { ...FULL, mem_used: 60 });
  expect(seen()).toEqual({
    'w1/memory': 'CRITICAL mem_(used|cached) / mem_total is 85 % · critical above 80',
  });
});

test.for([
  { name: 'zero', change: { mem_total: 0 }, words: 'mem_(used|cached) / mem_total: mem_total is 0' },
  {
    name: 'not a number',
    change: { mem_total: Number.NaN },
    words: 'mem_(used|cached) / mem_total is not a number',
  },
])('a divisor that is $name is unknown', async ({ change, words }) => {
  const { until, seen } = scene(RATIO);
  await until(1, { ...FULL, ...change });
  expect(seen()).toEqual({ 'w1/memory': `UNKNOWN ${words}` });
});

test('a part that is not there is waited for, then named', async () => {
  const { until, seen } = scene(RATIO);
  await until(59, { mem_used: 50 });
  expect(seen()).toEqual({ 'w1/memory': 'PENDING no metric matches mem_total' });
  await until(62, { mem_used: 50 });
  expect(seen()).toEqual({ 'w1/memory': 'UNKNOWN no metric matches mem_total' });
  await until(63, { mem_used: 50, mem_total: 100 });
  expect(seen()).toEqual({ 'w1/memory': 'OK mem_(used|cached) / mem_total is 50 %' });
});

test('a part that is silent makes it unknown, and says which', async () => {
  const { until, seen } = scene(RATIO);
  await until(5, FULL);
  await until(35, { mem_used: 50, mem_total: 100 });
  expect(seen()['w1/memory']).toBe('OK mem_(used|cached) / mem_total is 75 %');
  await until(40, { mem_used: 50, mem_total: 100 });
  expect(seen()['w1/memory']).toMatch(/^UNKNOWN no sample of mem_cached for 3\d s$/);
  await until(41, FULL);
  expect(seen()['w1/memory']).toBe('OK mem_(used|cached) / mem_total is 75 %');
});

test('a metric that comes or leaves changes the sum', async () => {
  const { until, seen, fleet } = scene(RATIO);
  await until(1, { mem_used: 50, mem_total: 100 });
  expect(seen()['w1/memory']).toContain('is 50 %');
  await until(6, FULL);
  expect(seen()['w1/memory']).toContain('is 75 %');
  fleet.recordGone('w1', 'mem_cached');
  await until(12, { mem_used: 50, mem_total: 100 });
  expect(seen()['w1/memory']).toContain('is 50 %');
});

test('it is there where a metric that it begins with is, and goes with it', async () => {
  const { until, seen, fleet } = scene(SUM);
  await until(1, { mem_total: 100 });
  expect(seen()).toEqual({});
  await until(2, { swap_in: 1, swap_out: 2 });
  expect(seen()).toEqual({ 'w1/memory': 'OK swap_in + swap_out is 3' });
  fleet.recordGone('w1', 'swap_in');
  fleet.recordGone('w1', 'swap_out');
  await until(3, {});
  expect(seen()).toEqual({});
});

test('a record announced again goes on in its new place', async () => {
  const { until, seen, fleet } = scene(RATIO);
  await until(5, FULL);
  fleet.announceMetric('w1', 'mem_total');
  fleet.announceMetric('w1', 'mem_used');
  await until(12, { mem_used: 10, mem_cached: 0, mem_total: 50 });
  expect(seen()['w1/memory']).toContain('is 20 %');
});

test('all of it silent is stale like any metric', async () => {
  const { until, seen } = scene(RATIO);
  await until(5, FULL);
  await until(45, {});
  expect(seen()['w1/memory']).toMatch(/^UNKNOWN no sample for \d+ s$/);
});
