import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BestFew } from '../../src/model/best-few.ts';

test('the first few of the sorted whole, equals in the order they came; the others are counted', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 5 }), (list, max) => {
      const items = list.map((rank, at) => ({ rank, at }));
      const compare = (a: { rank: number }, b: { rank: number }) => a.rank - b.rank;
      const best = new BestFew(max, compare);
      for (const item of items) best.add(item);
      expect(best.items).toEqual(items.toSorted(compare).slice(0, max));
      expect(best.leftOut).toBe(Math.max(0, list.length - max));
    }),
  );
});
