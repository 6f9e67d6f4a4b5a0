import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketRing, BUCKETS } from '../../../src/check/functions/bucket-ring.ts';
import { HOUR_MS, MIN_MS, NOW_MS, ringOf } from './ring.ts';

/** Times before now in minutes, and means, of the buckets that have samples. */
function filled(ring: BucketRing): [number, number][] {
  const found: [number, number][] = [];
  for (let place = 0; place < ring.places; place += 1) {
    if (ring.hasValue(place)) found.push([(NOW_MS - ring.timeMs(place)) / MIN_MS, ring.value(place)]);
  }
  return found;
}

test('a bucket has the mean of its samples and of their times', () => {
  const ring = new BucketRing(HOUR_MS);
  const begunMs = Math.floor(NOW_MS / MIN_MS) * MIN_MS;
  ring.add(begunMs, 1);
  ring.add(begunMs + 30_000, 5);
  expect(ring.oldest()).toBe(ring.places - 1);
  expect(ring.value(ring.oldest())).toBe(3);
  expect(ring.timeMs(ring.oldest())).toBe(begunMs + 15_000);
});

test('a whole window is held, and not much more', () => {
  const ring = ringOf(HOUR_MS, (agoMs) => agoMs, { forMs: 3 * HOUR_MS });
  expect(ring.spanMs()).toBe(HOUR_MS);
  expect(filled(ring)).toHaveLength(BUCKETS + 1);
});

test('samples that come late are put where they belong; those from before the window are left out', () => {
  const ring = ringOf(HOUR_MS, () => 1, { forMs: 0 });
  ring.add(NOW_MS - 10 * MIN_MS, 2);
  ring.add(NOW_MS - 2 * HOUR_MS, 3);
  expect(filled(ring)).toEqual([
    [10, 2],
    [0, 1],
  ]);
});

test('after a gap of more than a window nothing of before is left', () => {
  const ring = new BucketRing(HOUR_MS);
  ring.add(NOW_MS - 5 * HOUR_MS, 1);
  ring.add(NOW_MS, 2);
  expect(filled(ring)).toEqual([[0, 2]]);
  expect(ring.spanMs()).toBe(0);
});

test.for([
  { name: 'no number', add: [[NOW_MS, Number.NaN]] },
  { name: 'infinite', add: [[NOW_MS, Number.POSITIVE_INFINITY]] },
  { name: 'no time', add: [[Number.NaN, 1]] },
] as const)('$name is left out', ({ add }) => {
  const ring = new BucketRing(HOUR_MS);
  for (const [timeMs, value] of add) ring.add(timeMs, value);
  expect(ring.oldest()).toBe(-1);
  expect(ring.spanMs()).toBe(0);
});

test('any samples: as many buckets at most, each mean within what was added', () => {
  const sample = fc.tuple(
    fc.integer({ min: 0, max: 3 * HOUR_MS }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 300 }), (samples) => {
      const ring = new BucketRing(HOUR_MS);
      for (const [agoMs, value] of samples) ring.add(NOW_MS - agoMs, value);
      const values = samples.map(([, value]) => value);
      const slack = 1e-9 * Math.max(...values.map(Math.abs)) + Number.MIN_VALUE * 1e9;
      for (const [, mean] of filled(ring)) {
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(mean).toBeLessThanOrEqual(Math.max(...values) + slack);
      }
    }),
  );
});
