import fc from 'fast-check';
import { describe as suite, expect, test } from 'vitest';
import { chooseSeam, settledThroughS } from '../../src/query/seam.ts';
import { describe } from '../store/batch.ts';
import { tailOf } from './tails.ts';
import type { PointRow } from '../store/batch.ts';

const record = describe();

suite('settledThroughS', () => {
  test.for<{ name: string; points: PointRow[]; stored: number; throughS: number }>([
    { name: 'of nothing known', points: [], stored: 0, throughS: -Infinity },
    {
      name: 'the newest stored point',
      points: [
        [100, 1],
        [110, 1],
        [120, 1],
      ],
      stored: 2,
      throughS: 110,
    },
    { name: 'a record that has ended', points: [[100, 1]], stored: 1, throughS: 100 },
    { name: 'a first point stands for a step', points: [[100, 1]], stored: 0, throughS: 90 },
  ])('$name', ({ points, stored, throughS }) => {
    expect(settledThroughS(record, tailOf(record, points, stored))).toBe(throughS);
  });

  test('no tail at all', () => expect(settledThroughS(record, undefined)).toBe(-Infinity));
});

suite('chooseSeam', () => {
  const grid = { startS: 0, stepS: 100, rows: 100 };
  const all = (count: number, timeS: number) => Array<number>(count).fill(timeS);
  test.for([
    { name: 'none', throughS: [], row: 0, settled: 0 },
    { name: 'all wait alike', throughS: all(50, 9650), row: 96, settled: 50 },
    {
      name: 'the earliest of those that wait',
      throughS: [...all(20, 9950), ...all(20, 9720)],
      row: 97,
      settled: 40,
    },
    {
      name: 'one that ended long ago does not hold the others up',
      throughS: [500, ...all(49, 9650)],
      row: 96,
      settled: 49,
    },
    {
      name: 'one of which nothing is known neither',
      throughS: [-Infinity, ...all(9, 9650)],
      row: 96,
      settled: 9,
    },
    { name: 'all newer than the grid', throughS: all(5, 20_000), row: 100, settled: 5 },
    { name: 'all older', throughS: all(5, -100), row: 0, settled: 5 },
  ])('$name', ({ throughS, row, settled }) => {
    const seam = chooseSeam(throughS, grid);
    expect([seam.row, seam.settled.filter(Boolean).length]).toEqual([row, settled]);
  });

  test('what is settled is so through the seam, and no other seam is cheaper', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -500, max: 12_000 }), { minLength: 1, maxLength: 40 }),
        (throughS) => {
          const { row, settled } = chooseSeam(throughS, grid);
          const cost = (at: number, has: (timeS: number) => boolean) =>
            throughS.reduce((sum, timeS) => sum + (has(timeS) ? grid.rows - at : grid.rows), 0);
          const own = cost(row, (timeS) => settled[throughS.indexOf(timeS)] === true);
          for (const [i, timeS] of throughS.entries()) {
            if (settled[i] && row > 0) expect(timeS).toBeGreaterThanOrEqual(row * grid.stepS);
          }
          for (let at = 0; at <= grid.rows; at += 1) {
            expect(own).toBeLessThanOrEqual(cost(at, (timeS) => timeS >= at * grid.stepS));
          }
        },
      ),
    );
  });
});
