import { expect, test } from 'vitest';
import { compensatedSum } from '../../../src/check/functions/sum.ts';
import { fold, percentOver } from '../../../src/check/functions/fold.ts';
import { ratio } from '../../../src/check/functions/ratio.ts';

test.for([
  { name: 'none', values: [], sum: 0 },
  { name: 'a small one between great ones', values: [1e16, 1, -1e16], sum: 1 },
  { name: 'tenths', values: Array.from({ length: 10 }, () => 0.1), sum: 1 },
  { name: 'infinite', values: [1, Number.POSITIVE_INFINITY], sum: Number.POSITIVE_INFINITY },
])('the sum of $name', ({ values, sum }) => {
  expect(compensatedSum(values)).toBe(sum);
});

test.for([
  { name: 'avg', values: [1, 2, 6], found: 3 },
  { name: 'sum', values: [1, 2, 6], found: 9 },
  { name: 'min', values: [3, -1, 6], found: -1 },
  { name: 'max', values: [3, -1, 6], found: 6 },
  { name: 'count', values: [3, -1, 6], found: 3 },
  { name: 'count', values: [], found: 0 },
  { name: 'avg', values: [], found: Number.NaN },
  { name: 'p95', values: [], found: Number.NaN },
  { name: 'p95', values: [7], found: 7 },
  { name: 'p95', values: [20, 1], found: 20 },
  // The nearest rank: the 19th of 20, the 20th of 21.
  { name: 'p95', values: Array.from({ length: 20 }, (_, i) => 20 - i), found: 19 },
  { name: 'p95', values: Array.from({ length: 21 }, (_, i) => 21 - i), found: 20 },
] as const)('$name of $values', ({ name, values, found }) => {
  expect(fold(name, Float64Array.from(values))).toBe(found);
});

test('only the first values count, and they stay as they are', () => {
  const values = Float64Array.of(3, 1, 100);
  expect(fold('p95', values, 2)).toBe(3);
  expect([...values]).toEqual([3, 1, 100]);
});

test.for([
  { values: [1, 8, 9, 10], percent: 50 },
  { values: [], percent: Number.NaN },
])('percent of $values above 8', ({ values, percent }) => {
  expect(percentOver(Float64Array.from(values), 8)).toBe(percent);
});

test.for([
  { of: 1, to: 4, percent: false, found: 0.25 },
  { of: 1, to: 4, percent: true, found: 25 },
  { of: 1, to: 0, percent: false, found: Number.NaN },
  { of: 0, to: 0, percent: true, found: Number.NaN },
])('$of to $to', ({ of, to, percent, found }) => {
  expect(ratio(of, to, percent)).toBe(found);
});
