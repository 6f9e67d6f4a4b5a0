import { expect, test } from 'vitest';
import { durationWords } from '../../src/model/duration.ts';

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
