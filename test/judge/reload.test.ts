import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench } from './fleet.ts';
import type { JudgeRules } from '../../src/judge/rules.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

function rules(...definitions: ServiceDefinition[]): JudgeRules {
  return {
    definitions,
    timeperiods: [],
    routes: [],
    channels: new Map(),
    groups: [{ name: 'web', hostTmaxMs: 20_000, hostDmaxMs: 3_600_000 }],
  };
}

const load = definition({ maxCheckAttempts: 3, retryIntervalMs: 0 });
const disk = definition({ name: 'disk', metric: 'df-.*', critical: '90' });

/** Two services: a load that is soft at its first attempt, and a disk that is well. */
async function running() {
  const one = bench({ definitions: [load, disk] });
  one.fleet.sample('w1', 'load_one', 9, 0);
  one.fleet.sample('w1', 'df-root', 50, 0);
  await one.at(1);
  return one;
}

test('a reload that changes nothing is no news, wherever the definitions stand', async () => {
  const one = await running();
  const moved = [disk, load].map((each, i) => ({ ...each, where: `b.yaml:${i + 1}:1` }));
  expect(one.judge.reload(rules(...moved))).toEqual({ ok: true });
  const { services, removed, evaluations } = await one.at(2);
  expect([services, removed, evaluations]).toEqual([[], [], 0]);
});

test('by another range the newest value is judged again; others are left alone', async () => {
  const one = await running();
  one.judge.reload(rules(load, { ...disk, critical: '40' }));
  const { services, removed } = await one.at(2);
  expect(services).toMatchObject([{ service: 'disk[df-root]', state: 'CRITICAL', critical: '40' }]);
  expect(removed).toEqual([]);
});

test('what remains keeps its attempts', async () => {
  const one = await running();
  one.judge.reload(
    rules({ ...load, notes: 'Look' }, definition({ name: 'other', metric: 'df-root', critical: '90' })),
  );
  one.fleet.sample('w1', 'load_one', 9, 2);
  const { services, removed } = await one.at(2);
  expect(services).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ service: 'load', state_type: 'SOFT', attempt: 2, notes: 'Look' }),
      expect.objectContaining({ service: 'other', state: 'OK' }),
    ]),
  );
  expect(removed).toEqual([{ cluster: 'web', host: 'w1', service: 'disk[df-root]' }]);
});

test('a refused reload changes nothing', async () => {
  const one = await running();
  expect(one.judge.reload(rules({ ...load, critical: '5:1' })).ok).toBe(false);
  expect((await one.at(2)).removed).toEqual([]);
});
