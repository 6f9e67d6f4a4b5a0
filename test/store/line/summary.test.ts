import { expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { RowSums } from '../../../src/store/consolidate.ts';
import { fillPlain } from '../../../src/store/line/summary.ts';
import { describe, source } from '../batch.ts';
import type { Summary } from '../../../src/store/line/summary.ts';

/** Of each row from the one before the grid's first on, as a database sums it up: samples, newest, least. */
const STEADY = {
  counts: [10, 10, 10, 10, 10],
  lasts: [100, 200, 300, 400, 500],
  leasts: [10, 110, 210, 310, 410],
};

const columns = (given: Record<string, readonly number[]>) =>
  Object.fromEntries(Object.entries(given).map(([stat, row]) => [stat, Float64Array.from(row)]));

/** The rows that are not plain, and the rates of the others. */
function filled(given: Record<string, readonly number[]>, of = source('c', KIND.counter)) {
  const grid = { startS: 0, widthS: 100, rows: 4 };
  const sums = new RowSums(grid, { band: true });
  const summary = columns({ ...STEADY, ...given }) as unknown as Summary;
  const odd = fillPlain(sums, { record: describe({ sources: [of] }), source: of }, { summary, grid });
  const { values, lows } = sums.finish();
  return { odd: [...odd], values: [...values], lows: [...(lows ?? [])] };
}

test.for<{ name: string; given: Record<string, readonly number[]>; odd: number[] }>([
  { name: 'a steady counter', given: {}, odd: [0, 0, 0, 0] },
  { name: 'a drop inside a row', given: { leasts: [10, 110, 0, 310, 410] }, odd: [0, 1, 0, 0] },
  {
    name: 'a drop right after a row, which has its rate',
    given: { leasts: [10, 110, 210, 0, 410], lows: [1, 1, -30, 1, 1], highs: [1, 1, 1, 1, 1] },
    odd: [0, 1, 1, 0],
  },
  { name: 'a silence that begins in a row', given: { counts: [10, 10, 9, 4, 10] }, odd: [0, 1, 1, 1] },
  { name: 'the newest row, in the making', given: { counts: [10, 10, 10, 3, 0] }, odd: [0, 0, 1, 0] },
  { name: 'an end', given: { counts: [10, 10, 9, 0, 0] }, odd: [0, 1, 0, 0] },
])('rows of which the samples are looked at: $name', ({ given, odd }) => {
  const found = filled(given);
  expect(found.odd).toEqual(odd);
  const known = found.values.filter((value) => !Number.isNaN(value));
  expect(new Set(known)).toEqual(new Set([1]));
  expect(found.lows.some((low) => low < 0)).toBe(false);
});

test('a derive that may fall is plain where it falls', () => {
  const given = { lasts: [100, 50, 0, -50, -100], lows: [0, -2, -2, -2, -2], highs: [0, 1, 1, 1, 1] };
  const found = filled(given, source('d', KIND.derive));
  expect(found.odd).toEqual([0, 0, 0, 0]);
  expect(found.values).toEqual([-0.5, -0.5, -0.5, -0.5]);
  expect(found.lows).toEqual([-2, -2, -2, -2]);
});
