import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseGrid, gridColumn, gridTimes } from '../../src/query/grid.ts';

describe('chooseGrid', () => {
  test.for([
    {
      name: 'fits as it is',
      range: { fromS: 1000, toS: 1060, points: 100, baseS: 10 },
      grid: { startS: 1000, stepS: 10, rows: 6 },
    },
    {
      name: 'sticks out over both ends',
      range: { fromS: 1005, toS: 1055, points: 100, baseS: 10 },
      grid: { startS: 1000, stepS: 10, rows: 6 },
    },
    {
      name: 'coarser to stay within points',
      range: { fromS: 0, toS: 3600, points: 60, baseS: 10 },
      grid: { startS: 0, stepS: 60, rows: 60 },
    },
    {
      name: 'one step coarser where the ends stick out',
      range: { fromS: 5, toS: 3605, points: 60, baseS: 10 },
      grid: { startS: 0, stepS: 70, rows: 52 },
    },
    {
      name: 'one point over a boundary keeps the newest',
      range: { fromS: 95, toS: 105, points: 1, baseS: 10 },
      grid: { startS: 100, stepS: 10, rows: 1 },
    },
  ])('$name', ({ range, grid }) => {
    expect(chooseGrid(range)).toEqual(grid);
  });

  test('at most the points, aligned, up to the end, a multiple of the base', () => {
    const ranges = fc.record({
      fromS: fc.integer({ min: 0, max: 2_000_000_000 }),
      lengthS: fc.integer({ min: 1, max: 40_000_000 }),
      points: fc.integer({ min: 1, max: 10_000 }),
      baseS: fc.integer({ min: 1, max: 900 }),
    });
    fc.assert(
      fc.property(ranges, ({ fromS, lengthS, points, baseS }) => {
        const toS = fromS + lengthS;
        const { startS, stepS, rows } = chooseGrid({ fromS, toS, points, baseS });
        expect(rows).toBeGreaterThanOrEqual(1);
        expect(rows).toBeLessThanOrEqual(points);
        expect(stepS % baseS).toBe(0);
        expect(startS % stepS).toBe(0);
        expect(startS + rows * stepS).toBeGreaterThanOrEqual(toS);
        if (points > 1) expect(startS).toBeLessThanOrEqual(fromS);
      }),
    );
  });
});

test('times are the ends of the rows', () => {
  expect(gridTimes({ startS: 100, stepS: 10, rows: 3 })).toEqual([110, 120, 130]);
});

describe('a column of the grid', () => {
  const grid = { startS: 0, stepS: 10, rows: 3 };
  test.for([
    { name: 'nothing is known', spans: [], column: [NaN, NaN, NaN] },
    { name: 'one row', spans: [[10, 20, 5]], column: [NaN, 5, NaN] },
    {
      name: 'weighted by time',
      spans: [
        [0, 4, 1],
        [4, 10, 6],
      ],
      column: [4, NaN, NaN],
    },
    { name: 'unknown time does not count', spans: [[0, 4, 3]], column: [3, NaN, NaN] },
    {
      name: 'NaN is nothing',
      spans: [
        [0, 10, NaN],
        [10, 20, 1],
      ],
      column: [NaN, 1, NaN],
    },
    { name: 'a coarse row fills the finer ones', spans: [[-10, 40, 7]], column: [7, 7, 7] },
    {
      name: 'outside the grid',
      spans: [
        [-20, -10, 1],
        [30, 40, 2],
      ],
      column: [NaN, NaN, NaN],
    },
    {
      name: 'an empty span',
      spans: [
        [5, 5, 1],
        [9, 7, 1],
      ],
      column: [NaN, NaN, NaN],
    },
  ])('$name', ({ spans, column }) => {
    const sums = gridColumn(grid);
    for (const [fromS = 0, toS = 0, value = 0] of spans) sums.add(fromS, toS, value);
    expect([...sums.finish().values]).toEqual(column);
  });

  test('a band has what any part of a row has, and is unknown where one part is', () => {
    const column = gridColumn({ startS: 0, stepS: 10, rows: 4 }, true);
    column.add(0, 5, 2, 1, 4);
    column.add(5, 12, 3, 0, 3);
    column.add(12, 20, 5, NaN, NaN);
    column.add(20, 25, 7);
    const { values, lows, highs } = column.finish();
    expect([...values]).toEqual([2.5, (3 * 2 + 5 * 8) / 10, 7, NaN]);
    expect([...(lows ?? [])]).toEqual([0, NaN, 7, NaN]);
    expect([...(highs ?? [])]).toEqual([4, NaN, 7, NaN]);
  });
});
