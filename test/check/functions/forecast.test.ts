import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketRing } from '../../../src/check/functions/bucket-ring.ts';
import { forecastWords, hoursUntil } from '../../../src/check/functions/forecast.ts';
import { leastSquaresSlope } from '../../../src/check/functions/slope.ts';
import { HOUR_MS, MIN_MS, NOW_MS, ringOf } from './ring.ts';

const WINDOW_MS = 4 * HOUR_MS;
/** Grows by ten an hour, and is 60 now. */
const growing = (agoMs: number) => 60 - (10 * agoMs) / HOUR_MS;
const falling = (agoMs: number) => 60 + (10 * agoMs) / HOUR_MS;

test.for([
  { name: 'grows towards it', value: growing, reaches: 100, hours: 4 },
  { name: 'falls towards it', value: falling, reaches: 0, hours: 6 },
  { name: 'moves away', value: falling, reaches: 101, hours: Number.POSITIVE_INFINITY },
  { name: 'stands', value: () => 60, reaches: 100, hours: Number.POSITIVE_INFINITY },
  { name: 'stands at it', value: () => 60, reaches: 60, hours: 0 },
  { name: 'has gone past it in this window', value: growing, reaches: 50, hours: 0 },
  { name: 'was past it before', value: growing, reaches: 10, hours: Number.POSITIVE_INFINITY },
  {
    name: 'has gaps',
    value: (agoMs: number) => (agoMs > HOUR_MS && agoMs < 3 * HOUR_MS ? Number.NaN : growing(agoMs)),
    reaches: 100,
    hours: 4,
  },
  {
    name: 'is a small change of a great value',
    value: (agoMs: number) => 1e12 + growing(agoMs),
    reaches: 1e12 + 100,
    hours: 4,
  },
])('$name', ({ value, reaches, hours }) => {
  expect(hoursUntil(ringOf(WINDOW_MS, value), value(0), reaches)).toBeCloseTo(hours, 5);
});

test('noise around a line does not move it much', () => {
  const noisy = (agoMs: number) => growing(agoMs) + ((agoMs / MIN_MS) % 2 === 0 ? 1 : -1);
  expect(hoursUntil(ringOf(WINDOW_MS, noisy), 60, 100)).toBeCloseTo(4, 1);
});

test('samples by the second beside coarse rows do not outweigh them', () => {
  const ring = ringOf(WINDOW_MS, growing, { everyMs: 4 * MIN_MS });
  const dense = ringOf(WINDOW_MS, () => 60, { everyMs: 1000, forMs: 2 * MIN_MS });
  expect(dense.spanMs()).toBeLessThan(4 * MIN_MS);
  const before = leastSquaresSlope(ring);
  for (let place = 0; place < dense.places; place += 1) {
    if (dense.hasValue(place)) for (let i = 0; i < 100; i += 1) ring.add(dense.timeMs(place), 60);
  }
  expect(leastSquaresSlope(ring) / before).toBeCloseTo(1, 1);
});

test('the slope of any line is found, whatever samples there are of it', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 240 }), { minLength: 3, maxLength: 100 });
  const slopes = fc.integer({ min: -1000, max: 1000 });
  const levels = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(times, slopes, levels, (minutes, perHour, level) => {
      const ring = new BucketRing(WINDOW_MS);
      for (const min of minutes) ring.add(NOW_MS - min * MIN_MS, level - (perHour * min) / 60);
      const slope = leastSquaresSlope(ring) * HOUR_MS;
      // Minutes that are in one bucket are one point.
      expect(Number.isNaN(slope) ? perHour : slope).toBeCloseTo(perHour, 4);
    }),
  );
});

test('one bucket has no slope', () => {
  const ring = ringOf(WINDOW_MS, growing, { forMs: 0 });
  expect(hoursUntil(ring, 60, 100)).toBeNaN();
  expect(hoursUntil(new BucketRing(WINDOW_MS), 60, 100)).toBeNaN();
});

test.for([
  { hours: 3.2, shown: '3.2 h', words: 'disk_free reaches 5 GB in 3.2 h' },
  { hours: 0.0858, shown: '0.0858 h', words: 'disk_free reaches 5 GB in 5 min' },
  { hours: 0, shown: '0 h', words: 'disk_free has reached 5 GB' },
  { hours: Number.POSITIVE_INFINITY, shown: 'infinite h', words: 'disk_free does not reach 5 GB' },
])('$words', ({ hours, shown, words }) => {
  expect(forecastWords({ metric: 'disk_free', units: 'bytes', reaches: 5e9 }, hours, shown)).toBe(words);
});
