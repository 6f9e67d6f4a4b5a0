import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Day } from './day.ts';
import { temporaryFolder } from '../state/folder.ts';

/** The whole day, with 2 000 instances, is bench/fleet-day.ts. */
test('three hours of a fleet: deaths are told of, and nothing that is no trouble', async () => {
  const plan = {
    seed: 'three hours',
    instances: 200,
    clusters: 2,
    hours: 3,
    stepMs: 5000,
    scaleIns: 60,
    deaths: 8,
    reboots: 10,
    passing: 5,
    unheardOf: 2,
    listDownMs: 30 * 60_000,
  };
  const { falsePages, deaths, ended, cut, unheardOf } = await new Day(
    plan,
    join(temporaryFolder(), 'fleet.db'),
  ).live();
  expect(falsePages).toEqual([]);
  expect(deaths).toHaveLength(8);
  const late = deaths.filter(({ afterMs }) => afterMs === null || afterMs > 60_000);
  expect(late).toEqual([]);
  expect(ended.word + ended.list).toBe(60);
  expect(ended.list).toBeGreaterThan(15);
  expect(cut).toEqual({ asOne: 1, single: 0 });
  // Nothing told them from deaths; that they had left was told when the list was read again.
  expect(unheardOf).toEqual({ ended: 2, paged: 2, closed: 2 });
}, 60_000);
