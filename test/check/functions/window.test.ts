import { expect, test } from 'vitest';
import { ageS, missingWords } from '../../../src/check/functions/missing.ts';
import { compareMeans, compareWords } from '../../../src/check/functions/compare.ts';
import { hasEnough, historyWords, meanBetween } from '../../../src/check/functions/history.ts';
import { rateOfChange, rateOfChangeWords } from '../../../src/check/functions/rate-of-change.ts';
import { HOUR_MS, MIN_MS, NOW_MS, ringOf } from './ring.ts';
import type { SeriesFunction } from '../../../src/contract/checks.ts';

test.for([
  { name: 'a whole window', forMs: HOUR_MS, enough: true },
  { name: 'half of it', forMs: HOUR_MS / 2, enough: true },
  { name: 'less', forMs: 29 * MIN_MS, enough: false },
  { name: 'one sample', forMs: 0, enough: false },
])('enough: $name', ({ forMs, enough }) => {
  expect(hasEnough(ringOf(HOUR_MS, () => 1, { forMs }))).toBe(enough);
});

test.for([
  { windowMs: 2 * HOUR_MS, forMs: 13 * MIN_MS, words: '12 min of history, needs 1 h' },
  { windowMs: HOUR_MS, forMs: 29.9 * MIN_MS, words: '29 min of history, needs 30 min' },
  { windowMs: 6 * HOUR_MS, forMs: 2.9 * HOUR_MS, words: '2 h of history, needs 3 h' },
  { windowMs: 6 * HOUR_MS, forMs: 0, words: '0 s of history, needs 3 h' },
])('disk_used has $words', ({ windowMs, forMs, words }) => {
  const ring = ringOf(windowMs, () => 1, { everyMs: 6000, forMs });
  expect(historyWords('disk_used', ring)).toBe(`disk_used has ${words}`);
});

test('the mean of a part of the window, and none of too little of it', () => {
  const ring = ringOf(2 * HOUR_MS, (agoMs) => (agoMs < HOUR_MS ? 10 : 20));
  // One bucket has samples of both.
  expect(meanBetween(ring, NOW_MS - HOUR_MS, NOW_MS)).toBeCloseTo(10, 0);
  expect(meanBetween(ring, NOW_MS - 2 * HOUR_MS, NOW_MS - HOUR_MS)).toBeCloseTo(20, 0);
  expect(meanBetween(ring, NOW_MS - 10 * HOUR_MS, NOW_MS)).toBeNaN();
});

test.for([
  { name: 'a line', value: (agoMs: number) => -agoMs / HOUR_MS, rate: 1 },
  { name: 'a fall', value: (agoMs: number) => (3 * agoMs) / HOUR_MS, rate: -3 },
  { name: 'what stands', value: () => 7, rate: 0 },
])('rate of change of $name', ({ value, rate }) => {
  const ring = ringOf(2 * HOUR_MS, value);
  expect(rateOfChange(ring, { timeMs: NOW_MS, value: value(0) }, HOUR_MS)).toBeCloseTo(rate, 9);
});

test('no rate of change without time between', () => {
  const ring = ringOf(HOUR_MS, () => 1, { forMs: 0 });
  expect(rateOfChange(ring, { timeMs: NOW_MS, value: 1 }, HOUR_MS)).toBeNaN();
});

test.for([
  { as: 'percent', now: 5, before: 4, found: 25 },
  { as: 'percent', now: -5, before: -4, found: -25 },
  { as: 'percent', now: 5, before: 0, found: Number.NaN },
  { as: 'percent', now: 0, before: 0, found: 0 },
  { as: 'difference', now: 5, before: 0, found: 5 },
  { as: 'ratio', now: 5, before: 4, found: 1.25 },
  { as: 'ratio', now: 5, before: 0, found: Number.NaN },
  { as: 'ratio', now: 0, before: 0, found: 1 },
] as const)('$as of $now against $before', ({ as, now, before, found }) => {
  expect(compareMeans({ now, before }, as)).toBe(found);
});

test.for([
  { as: 'percent', now: 5.2, before: 4.16, words: 'is 25 % above that of 7 d before (5.2 against 4.16)' },
  { as: 'percent', now: 3, before: 4, words: 'is 25 % below that of 7 d before (3 against 4)' },
  { as: 'difference', now: 5, before: 4, words: 'is 1 above that of 7 d before (5 against 4)' },
  { as: 'ratio', now: 5, before: 4, words: 'is 1.25 times that of 7 d before (5 against 4)' },
  { as: 'percent', now: 5, before: 0, words: 'is 5 and was 0 7 d before: no percent' },
] as const)('$words', ({ as, now, before, words }) => {
  const rule: SeriesFunction = { name: 'compare', beforeMs: 7 * 24 * HOUR_MS, windowMs: HOUR_MS, as };
  const value = compareMeans({ now, before }, as);
  const said = compareWords({ metric: 'load_one', units: '', rule }, { now, before }, value);
  expect(said).toBe(`load_one over 1 h ${words}`);
});

test('ages, and words', () => {
  expect(ageS(NOW_MS - 94_000, NOW_MS)).toBe(94);
  expect(ageS(NOW_MS + 5000, NOW_MS)).toBe(0);
  expect(missingWords('load_one', '94 s')).toBe('newest load_one is 94 s old');
  expect(rateOfChangeWords('disk_used', HOUR_MS, '3.2 GB')).toBe('disk_used changes by 3.2 GB in 1 h');
});
