import { expect, test } from 'vitest';
import { countsBy, differenceOf, SAME_WITHIN_MS, serviceOf } from '../../src/backtest/difference.ts';
import type { ComparedPage } from '../../src/backtest/difference.ts';

function page(createdMs: number, changes: Partial<ComparedPage> = {}): ComparedPage {
  const about = { receiver: 'ops', kind: 'problem', cluster: 'web', host: 'w1', service: 'load' };
  return { ...about, state: 'CRITICAL', title: 'w1: load is CRITICAL', createdMs, ...changes };
}

test.for([
  { name: 'nothing', before: [], after: [], same: 0, moved: 0, only: [0, 0] },
  { name: 'the same', before: [page(1)], after: [page(1)], same: 1, moved: 0, only: [0, 0] },
  { name: 'later', before: [page(1)], after: [page(5)], same: 0, moved: 1, only: [0, 0] },
  {
    name: 'much later',
    before: [page(1)],
    after: [page(2 + SAME_WITHIN_MS)],
    same: 0,
    moved: 0,
    only: [1, 1],
  },
  { name: 'gone', before: [page(1)], after: [], same: 0, moved: 0, only: [1, 0] },
  {
    name: 'to another',
    before: [page(1)],
    after: [page(1, { receiver: 'boss' })],
    same: 0,
    moved: 0,
    only: [1, 1],
  },
  {
    name: 'the nearest of two',
    before: [page(5)],
    after: [page(1), page(5)],
    same: 1,
    moved: 0,
    only: [0, 1],
  },
])('$name', ({ before, after, same, moved, only }) => {
  const found = differenceOf(before, after);
  expect(found).toMatchObject({ same });
  expect(found.moved).toHaveLength(moved);
  expect([found.onlyBefore.length, found.onlyAfter.length]).toEqual(only);
});

test('within a tolerance it is the same time', () => {
  expect(differenceOf([page(1000)], [page(1900)], 1000)).toMatchObject({ same: 1, moved: [] });
});

test('counts, the greatest change first; brackets are left out', () => {
  const disk = page(1, { service: 'disk[df-root]' });
  const counts = countsBy(
    [page(1), page(2), disk],
    [disk, page(3, { service: '', title: '3 hosts: load' })],
    serviceOf,
  );
  expect(counts).toEqual([
    { name: 'load', before: 2, after: 0 },
    { name: 'hosts: load', before: 0, after: 1 },
    { name: 'disk', before: 1, after: 1 },
  ]);
});
