import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGGREGATES } from '../../src/contract/api.ts';
import { aggregateColumns } from '../../src/query/aggregate.ts';

describe('aggregateColumns', () => {
  const columns = [
    [1, NaN, NaN],
    [4, 2, NaN],
    [10, 6, NaN],
  ].map((values) => Float64Array.from(values));
  test.for([
    { name: 'avg', values: [5, 4, NaN] },
    { name: 'sum', values: [15, 8, NaN] },
    { name: 'min', values: [1, 2, NaN] },
    { name: 'max', values: [10, 6, NaN] },
    { name: 'count', values: [3, 2, 0] },
    { name: 'p95', values: [10, 6, NaN] },
  ] as const)('$name', ({ name, values }) => {
    expect([...aggregateColumns(columns, name)]).toEqual(values);
  });

  test('p95 of a hundred is the ninety-fifth', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => Float64Array.of(100 - i));
    expect([...aggregateColumns(hundred, 'p95')]).toEqual([95]);
  });

  test('no series give no rows', () => {
    for (const name of AGGREGATES) expect(aggregateColumns([], name)).toHaveLength(0);
  });

  test('the order of the series does not matter, and min ≤ avg, p95 ≤ max', () => {
    const value = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const one = values.map((v) => Float64Array.of(v));
        const of = (name: (typeof AGGREGATES)[number]) => aggregateColumns(one, name)[0] ?? NaN;
        for (const name of AGGREGATES) expect(aggregateColumns(one.toReversed(), name)[0]).toBe(of(name));
        if (of('count') === 0) return;
        expect(of('min')).toBeLessThanOrEqual(of('p95'));
        expect(of('p95')).toBeLessThanOrEqual(of('max'));
        expect(of('avg')).toBeGreaterThanOrEqual(of('min') - 1e-6);
        expect(of('avg')).toBeLessThanOrEqual(of('max') + 1e-6);
      }),
    );
  });
});
