import { expect, test } from 'vitest';
import { updates } from '../../../src/store/rrd/update.ts';
import { KIND } from '../../../src/model/kind.ts';
import { batchOf, describe, source } from '../batch.ts';
import type { PointRow } from '../batch.ts';

const { gauge, counter, derive, absolute } = KIND;
const mixed = [gauge, counter, derive, absolute];

test.for([
  {
    name: 'gauges are shortest exact',
    kinds: [gauge],
    points: [
      [100, 0.1],
      [110, 1e21],
      [120, -0],
    ],
    afterS: 0,
    values: '100:0.1 110:1e+21 120:0',
  },
  {
    name: 'NaN and infinities are unknown',
    kinds: [gauge],
    points: [
      [100, Number.NaN],
      [110, Infinity],
      [120, -Infinity],
    ],
    afterS: 0,
    values: '100:U 110:U 120:U',
  },
  {
    name: 'counter and derive to the last digit',
    kinds: [counter, derive],
    points: [[100, [18_446_744_073_709_551_615n, -9_223_372_036_854_775_808n]]],
    afterS: 0,
    values: '100:18446744073709551615:-9223372036854775808',
  },
  {
    name: 'late points stay out',
    kinds: [gauge],
    points: [
      [100, 1],
      [110, 2],
      [120, 3],
    ],
    afterS: 110,
    values: '120:3',
  },
  {
    name: 'reset: U a second after the last point',
    kinds: [counter],
    points: [
      [100, 9],
      [110, 1, 'reset'],
    ],
    afterS: 0,
    values: '100:9 101:U 110:1',
  },
  {
    name: 'reset after the last stored point',
    kinds: [counter],
    points: [[110, 1, 'reset']],
    afterS: 100,
    values: '101:U 110:1',
  },
  {
    name: 'reset at the first point of a file',
    kinds: [counter],
    points: [[110, 1, 'reset']],
    afterS: 0,
    values: '110:1',
  },
  {
    name: 'reset without a second between',
    kinds: [counter],
    points: [
      [100, 9],
      [101, 1, 'reset'],
    ],
    afterS: 0,
    values: '100:9 101:U',
  },
  {
    name: 'reset of a gauge is nothing',
    kinds: [gauge],
    points: [
      [100, 9],
      [110, 1, 'reset'],
    ],
    afterS: 0,
    values: '100:9 110:1',
  },
  {
    name: 'reset of mixed kinds',
    kinds: mixed,
    points: [
      [100, [1, 9, 9, 9]],
      [110, [2, 3, 4, 5], 'reset'],
    ],
    afterS: 0,
    values: '100:1:9:9:9 101:2:U:U:0 110:2:3:4:5',
  },
  {
    name: 'reset of mixed kinds without a second between',
    kinds: mixed,
    points: [
      [100, [1, 9, 9, 9]],
      [101, [2, 3, 4, 5], 'reset'],
    ],
    afterS: 0,
    values: '100:1:9:9:9 101:2:U:4:5',
  },
] as const)('$name', ({ kinds, points, afterS, values }) => {
  const record = describe({ sources: kinds.map((kind, i) => source(`s${i}`, kind)) });
  const other = describe({ host: 'other', sources: [source('x', gauge)] });
  const batch = batchOf([
    [other, [[50, 1]]],
    [record, points],
  ]);
  const [update, ...more] = updates(batch, 1, './f.rrd', afterS);
  expect(more).toEqual([]);
  expect(update?.line()).toBe(`update ./f.rrd --skip-past-updates ${values}`);
  expect(update?.throughS).toBe(points.at(-1)?.[0]);
});

test('nothing new is no command', () => {
  expect(updates(batchOf([[describe(), [[100, 1]]]]), 0, './f.rrd', 100)).toEqual([]);
});

test('a long run of points is several commands in order', () => {
  const points = Array.from({ length: 12_000 }, (_, i): PointRow => [100 + i, i]);
  const lines = updates(batchOf([[describe(), points]]), 0, './f.rrd', 0);
  expect(lines.map((update) => update.throughS)).toEqual([5099, 10_099, 12_099]);
  const values = lines.flatMap(({ line }) => line().split(' ').slice(3));
  expect(values).toEqual(points.map(([timeS, value]) => `${timeS}:${String(value)}`));
});
