import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { interestsOf, okBounds, verdictOf } from '../../src/backtest/interest.ts';
import { knownHost } from '../../src/backtest/past-host.ts';
import { gauge, pastHost } from './past-fleet.ts';

const range = fc.constantFrom('', '5', '8', '2:', '~:7', '3:6', '@4:5', '@~:1', '-2:2', '9:');

test('between the bounds every definition says OK', () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.double({ noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.tuple(range, range), { maxLength: 4 }), value, (ranges, one) => {
      const definitions = ranges.map(([warning, critical], i) =>
        definition({ name: `d${i}`, metric: 'load_one', warning, critical }),
      );
      const record = gauge('web', 'w1', 'load_one');
      const [interest] = interestsOf({ definitions }).ofRecord(knownHost(pastHost('web', 'w1', [])), record);
      if (interest?.kind !== 'plain') return;
      const { low, high } = okBounds(interest.matches);
      if (one >= low && one <= high) expect(verdictOf(one, interest.matches)).toBe(0);
      else if (!ranges.flat().some((text) => text.startsWith('@'))) {
        expect(verdictOf(one, interest.matches)).not.toBe(0);
      }
    }),
  );
});
