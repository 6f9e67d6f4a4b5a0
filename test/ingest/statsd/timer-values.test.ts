import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianOf, rankOf, TimerValues } from '../../../src/ingest/statsd/timer-values.ts';
import { WholeRoom } from '../../../src/ingest/statsd/room.ts';
import { STATSD_VALUES_PER_TIMER_MAX } from '../../../src/limits.ts';

function timer(options: { room?: WholeRoom; random?: () => number } = {}) {
  return new TimerValues(options.room ?? new WholeRoom(1_000_000), options.random ?? (() => 0.5));
}

describe('figures', () => {
  test.for([
    { values: [5], rate: 1, count: 1, sum: 5, deviation: 0, lower: 5, upper: 5 },
    { values: [2, 4, 4, 4, 5, 5, 7, 9], rate: 1, count: 8, sum: 40, deviation: 2, lower: 2, upper: 9 },
    { values: [1, 3], rate: 0.1, count: 20, sum: 40, deviation: 1, lower: 1, upper: 3 },
    { values: [-1, 1], rate: 1, count: 2, sum: 0, deviation: 1, lower: -1, upper: 1 },
  ])('$values at rate $rate', ({ values, rate, ...figures }) => {
    const t = timer();
    for (const value of values) t.add(value, rate);
    const { count, sum, deviation, lower, upper } = t;
    expect({ count, sum, deviation, lower, upper }).toEqual(figures);
  });

  test('one value at a tenth weighs as ten', () => {
    const t = timer();
    t.add(10, 0.1);
    t.add(21, 1);
    expect(t.count).toBe(11);
    expect(t.sum / t.count).toBe(11);
    expect(t.deviation).toBeCloseTo(Math.sqrt((10 * 1 + 100) / 11), 12);
  });

  test('large values a little apart: no figure is lost to rounding', () => {
    const t = timer();
    for (const value of [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]) t.add(value, 1);
    expect(t.deviation).toBeCloseTo(Math.sqrt(22.5), 9);
  });

  test('the next interval knows nothing of the last', () => {
    const t = timer();
    for (let i = 0; i < 100; i += 1) t.add(i, 1);
    t.clear();
    t.add(3, 1);
    expect([...t.sorted()]).toEqual([3]);
    expect([t.count, t.sum, t.deviation, t.lower, t.upper]).toEqual([1, 3, 0, 3, 3]);
  });
});

test.for([
  { values: [1], median: 1 },
  { values: [1, 2], median: 1.5 },
  { values: [1, 2, 9], median: 2 },
  { values: [1, 2, 4, 9], median: 3 },
])('the median of $values is $median', ({ values, median }) => {
  expect(medianOf(Float64Array.from(values))).toBe(median);
});

test.for([
  { percentile: 90, n: 1, rank: 1 },
  { percentile: 90, n: 10, rank: 9 },
  { percentile: 90, n: 5, rank: 5 },
  { percentile: 50, n: 2, rank: 1 },
  { percentile: 50, n: 3, rank: 2 },
  { percentile: 1, n: 10, rank: 1 },
  { percentile: 99.9, n: 1000, rank: 999 },
  { percentile: 100, n: 7, rank: 7 },
])('of $n values percentile $percentile covers $rank', ({ percentile, n, rank }) => {
  expect(rankOf(percentile, n)).toBe(rank);
});

test('up to the bound all values are kept', () => {
  const t = timer();
  for (let i = STATSD_VALUES_PER_TIMER_MAX; i > 0; i -= 1) t.add(i, 1);
  const sorted = t.sorted();
  expect([sorted.length, sorted[0], sorted.at(-1)]).toEqual([
    STATSD_VALUES_PER_TIMER_MAX,
    1,
    STATSD_VALUES_PER_TIMER_MAX,
  ]);
});

test('beyond the bound a fair sample is, and the figures stay exact', () => {
  let state = 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const t = timer({ random });
  const n = 20 * STATSD_VALUES_PER_TIMER_MAX;
  for (let i = 1; i <= n; i += 1) t.add(i, 1);
  expect([t.count, t.sum, t.lower, t.upper]).toEqual([n, (n * (n + 1)) / 2, 1, n]);
  const sorted = t.sorted();
  expect(sorted.length).toBe(STATSD_VALUES_PER_TIMER_MAX);
  for (const percentile of [10, 50, 90, 99]) {
    const value = sorted[rankOf(percentile, sorted.length) - 1] as number;
    expect(Math.abs(value / n - percentile / 100)).toBeLessThan(0.02);
  }
});

test('no room: fewer values are kept, none is lost from the figures, and all room comes back', () => {
  const room = new WholeRoom(40);
  const t = timer({ room });
  for (let i = 0; i < 1000; i += 1) t.add(i, 1);
  expect(t.count).toBe(1000);
  expect(t.sorted().length).toBe(32);
  expect(room.left).toBe(8);
  for (let interval = 0; interval < 5; interval += 1) t.clear();
  expect(room.left).toBe(32);
  t.release();
  expect(room.left).toBe(40);
});

test('any values: the figures are those of the values', () => {
  const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
      const t = timer();
      for (const v of values) t.add(v, 1);
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const spread = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      expect(t.deviation).toBeCloseTo(Math.sqrt(spread), 3);
      expect([...t.sorted()].map((v) => v + 0)).toEqual(values.toSorted((a, b) => a - b).map((v) => v + 0));
    }),
  );
});
