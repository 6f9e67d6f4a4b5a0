import { expect, test } from 'vitest';
import { leastLoaded } from '../../src/threads/spread.ts';

test.for([
  { name: 'the first group', records: [0, 0], owners: [], worker: 0 },
  { name: 'the second one', records: [0, 0], owners: [0], worker: 1 },
  { name: 'by turns while nothing is known', records: [0, 0, 0], owners: [0, 1, 2, 0], worker: 1 },
  { name: 'a large group counts for many', records: [500_000, 3000], owners: [0, 1, 1, 1], worker: 1 },
  { name: 'small ones count as groups', records: [100, 5000], owners: [0, 0, 1], worker: 1 },
  { name: 'a single worker', records: [9], owners: [0, 0], worker: 0 },
])('$name', ({ records, owners, worker }) => {
  expect(leastLoaded(records, owners)).toBe(worker);
});

test('new groups of one reload are spread, too', () => {
  const owners: number[] = [];
  for (let group = 0; group < 40; group += 1) owners.push(leastLoaded([100_000, 0], owners));
  expect(owners.filter((owner) => owner === 0)).toHaveLength(10);
});
