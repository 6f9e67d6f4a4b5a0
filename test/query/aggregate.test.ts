import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGGREGATES } from '../../src/contract/api.ts';
import { Fold } from '../../src/query/aggregate.ts';
import type { AggregateName } from '../../src/contract/api.ts';
import type { Column } from '../../src/query/grid.ts';

function fold(columns: readonly Column[], name: AggregateName, band = false): Column {
  const rows = columns[0]?.values.length ?? 0;
  const fold = new Fold(name, { rows, series: columns.length, band });
  for (const column of columns) fold.add(column);
  return fold.finish();
}

describe('Fold', () => {
  const columns = [
    [1, NaN, NaN],
    [4, 2, NaN],
    [10, 6, NaN],
  ].map((values) => ({ values: Float64Array.from(values) }));
  test.for([
    { name: 'avg', values: [5, 4, NaN] },
    { name: 'sum', values: [15, 8, NaN] },
    { name: 'min', values: [1, 2, NaN] },
    { name: 'max', values: [10, 6, NaN] },
    { name: 'count', values: [3, 2, 0] },
    { name: 'p95', values: [10, 6, NaN] },
  ] as const)('$name', ({ name, values }) => {
    expect([...fold(columns, name).values]).toEqual(values);
  });

  test('p95 of a hundred is the ninety-fifth', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => ({ values: Float64Array.of(100 - i) }));
    expect([...fold(hundred, 'p95').values]).toEqual([95]);
  });

  test('no series give no rows', () => {
    for (const name of AGGREGATES) expect(fold([], name).values).toHaveLength(0);
  });

  test('the order of the series does not matter, and min ≤ avg, p95 ≤ max', () => {
    const value = fc.oneof(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const one = values.map((v) => ({ values: Float64Array.of(v) }));
        const of = (name: (typeof AGGREGATES)[number]) => fold(one, name).values[0] ?? NaN;
        for (const name of AGGREGATES) {
          const reversed = fold(one.toReversed(), name).values[0] ?? NaN;
          if (Number.isNaN(of(name))) expect(reversed).toBeNaN();
          else expect(Math.abs(reversed - of(name))).toBeLessThanOrEqual(1e-15 * Math.abs(of(name)) + 1e-20);
        }
        if (of('count') === 0) return;
        expect(of('min')).toBeLessThanOrEqual(of('p95'));
        expect(of('p95')).toBeLessThanOrEqual(of('max'));
        expect(of('avg')).toBeGreaterThanOrEqual(of('min') - 1e-6);
        expect(of('avg')).toBeLessThanOrEqual(of('max') + 1e-6);
      }),
    );
  });

  test.for([
    { name: 'avg', lows: [0, 1, NaN, NaN], highs: [9, 8, NaN, NaN] },
    { name: 'max', lows: [0, 1, NaN, NaN], highs: [9, 8, NaN, NaN] },
    { name: 'sum', lows: undefined, highs: undefined },
    { name: 'count', lows: undefined, highs: undefined },
  ] as const)('the band of $name: the extremes of all, unknown where one is', ({ name, lows, highs }) => {
    const banded = [
      { values: [4, 2, 5, NaN], lows: [0, 1, NaN, NaN], highs: [5, 3, NaN, NaN] },
      { values: [6, 7, 6, NaN], lows: [2, 2, 3, NaN], highs: [9, 8, 7, NaN] },
    ].map((column) => ({
      values: Float64Array.from(column.values),
      lows: Float64Array.from(column.lows),
      highs: Float64Array.from(column.highs),
    }));
    const folded = fold(banded, name, true);
    expect(folded.lows && [...folded.lows]).toEqual(lows);
    expect(folded.highs && [...folded.highs]).toEqual(highs);
  });

  test('a sum keeps what an addition loses', () => {
    const parts = [1, 1e100, 1, -1e100].map((v) => ({ values: Float64Array.of(v) }));
    expect([...fold(parts, 'sum').values]).toEqual([2]);
  });
});
