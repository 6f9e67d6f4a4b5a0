import { expect, test } from 'vitest';
import { KeptArrivals } from '../../src/threads/kept-arrivals.ts';

test('what was kept of a record is known by its worker and number', () => {
  const kept = new KeptArrivals();
  const one = { worker: 0, record: 3 };
  expect(kept.at(one)).toBe(0);
  kept.set(one, 7);
  kept.set({ worker: 1, record: 3 }, 8);
  kept.set({ worker: 0, record: 100_000 }, 9);
  expect([kept.at(one), kept.at({ worker: 1, record: 3 })]).toEqual([7, 8]);
  expect([kept.at({ worker: 0, record: 100_000 }), kept.at({ worker: 0, record: 99_999 })]).toEqual([9, 0]);
  kept.set(one, 0);
  expect(kept.at(one)).toBe(0);
});
