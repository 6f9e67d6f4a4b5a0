import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fetchCommand, fetchPlan, parseFetch } from '../../../src/store/rrd/fetch.ts';
import { defaultArchives } from '../../../src/store/rrd/create.ts';
import { foldRows } from '../../../src/store/rows.ts';

const LAST = 1_700_000_005;
const file = {
  stepS: 10,
  lastS: LAST,
  sources: [{ name: 'sum', type: 'GAUGE' }],
  archives: defaultArchives(10),
};

test.for([
  {
    name: 'an hour in samples',
    backS: 3600,
    points: 400,
    plan: { stepS: 10, startS: 1_699_996_400, endS: 1_700_000_000 },
  },
  {
    name: 'an hour in 60 points',
    backS: 3600,
    points: 60,
    plan: { stepS: 60, startS: 1_699_996_380, endS: 1_699_999_980 },
  },
  {
    name: 'a day, finest that reaches',
    backS: 86_400,
    points: 10_000,
    plan: { stepS: 60, startS: 1_699_913_580, endS: 1_699_999_980 },
  },
  {
    name: 'further back than any archive',
    backS: 1_000_000_000,
    points: 500,
    plan: { stepS: 86_400, startS: 1_636_848_000, endS: 1_699_920_000 },
  },
])('$name', ({ backS, points, plan }) => {
  expect(fetchPlan(file, { fromS: LAST - 5 - backS, toS: LAST + 60, points })).toEqual(plan);
});

test.for([
  { name: 'after the last point', fromS: LAST + 10, toS: LAST + 100 },
  { name: 'an empty span', fromS: LAST - 105, toS: LAST - 105 },
])('nothing to fetch: $name', ({ fromS, toS }) => {
  expect(fetchPlan(file, { fromS, toS, points: 100 })).toBeUndefined();
});

test('a file without averages is not read', () => {
  const archives = file.archives.filter((archive) => archive.cf === 'MAX');
  expect(fetchPlan({ ...file, archives }, { fromS: LAST - 100, toS: LAST, points: 10 })).toBeUndefined();
});

test('columns follow the names, not the file; rows outside the plan are left out', () => {
  const plan = { stepS: 10, startS: 100, endS: 130 };
  expect(fetchCommand('./a.rrd', plan)).toBe('fetch ./a.rrd AVERAGE -r 10 -s 100 -e 130');
  const text =
    '                 rx                  tx\n\n110: 1.5e+00 -nan\n120: -nan 2e+00\n130: inf 3e+00\n140: 9 9\n';
  expect(parseFetch(text, ['tx', 'rx', 'gone'], plan)).toEqual({
    startS: 100,
    stepS: 10,
    columns: [
      [NaN, 2, 3],
      [1.5, NaN, NaN],
      [NaN, NaN, NaN],
    ].map((column) => Float64Array.from(column)),
  });
});

test('folded rows are few enough, on the grid, and keep the mean of each', () => {
  fc.assert(
    fc.property(
      fc.nat(500),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 2, max: 50 }),
      (at, count, points) => {
        const column = Float64Array.from({ length: count }, (_, i) => (i % 7 === 3 ? Number.NaN : i));
        const folded = foldRows({ startS: at * 10, stepS: 10, columns: [column] }, points);
        const [out = new Float64Array()] = folded.columns;
        expect(out.length).toBeLessThanOrEqual(points);
        if (count > points) expect(folded.startS % folded.stepS).toBe(0);
        out.forEach((value, group) => {
          const inside = column
            .filter((_, i) => {
              const start = at * 10 + i * 10;
              return (
                start >= folded.startS + group * folded.stepS &&
                start < folded.startS + (group + 1) * folded.stepS
              );
            })
            .filter((v) => !Number.isNaN(v));
          if (inside.length === 0) expect(value).toBeNaN();
          else expect(value).toBeCloseTo(inside.reduce((a, b) => a + b) / inside.length, 9);
        });
      },
    ),
  );
});

test('rows put together keep their lowest and highest, unknown where one is not known', () => {
  const rows = {
    startS: 0,
    stepS: 10,
    columns: [Float64Array.of(1, 3, NaN, 5, 6, 7)],
    lows: [Float64Array.of(0, 2, NaN, 4, NaN, 6)],
    highs: [Float64Array.of(2, 4, NaN, 9, NaN, 8)],
  };
  const folded = foldRows(rows, 4);
  expect(folded.stepS).toBe(20);
  expect([folded.columns, folded.lows, folded.highs].map((columns) => [...(columns?.[0] ?? [])])).toEqual([
    [2, 5, 6.5],
    [0, 4, NaN],
    [4, 9, NaN],
  ]);
});
