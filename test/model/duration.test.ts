import { expect, test } from 'vitest';
import { durationWords, spanWords } from '../../src/model/duration.ts';

test.for([
  [0, '0 s'],
  [94_400, '94 s'],
  [119_499, '119 s'],
  [120_000, '2 min'],
  [1_222_000, '20 min'],
  [7_100_000, '118 min'],
  [7_200_000, '2 h'],
  [47 * 3_600_000, '47 h'],
  [72 * 3_600_000, '3 d'],
] as const)('%d ms is %s', ([ms, words]) => {
  expect(durationWords(ms)).toBe(words);
});

test.for([
  [0, '0 ms'],
  [1500, '1500 ms'],
  [90_000, '90 s'],
  [3_600_000, '1 h'],
  [5_400_000, '90 min'],
  [7 * 86_400_000, '7 d'],
] as const)('a span of %d ms is %s', ([ms, words]) => {
  expect(spanWords(ms)).toBe(words);
});
