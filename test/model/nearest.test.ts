import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../src/model/nearest.ts';

test.for([
  { word: 'gruops', candidates: ['groups', 'grid'], found: 'groups' },
  { word: 'data-dir', candidates: ['data_dir'], found: 'data_dir' },
  { word: 'Listen', candidates: ['listen'], found: 'listen' },
  { word: 'zzz', candidates: ['groups', 'grid'], found: undefined },
  { word: '', candidates: ['groups'], found: undefined },
  { word: 'x'.repeat(1000), candidates: ['x'.repeat(999)], found: undefined },
])('$word stands for $found', ({ word, candidates, found }) => {
  expect(nearest(word, candidates)).toBe(found);
});

test('the distance is symmetric, zero for itself, and at most the longer length', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance === 0).toBe(a === b);
    }),
  );
});
