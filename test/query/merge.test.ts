import { describe as suite, expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { lastKnownS, mergeSeries } from '../../src/query/merge.ts';
import { describe, source } from '../store/batch.ts';
import { tailOf } from './tails.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { StoredRows } from '../../src/store/store.ts';
import type { PointRow } from '../store/batch.ts';

const gauge = describe();
const counter = describe({ sources: [source('value', KIND.counter)] });
const bounded = describe({ sources: [source('value', KIND.counter, { min: 0, max: 100 })] });
const absolute = describe({ sources: [source('value', KIND.absolute)] });
const grid = { startS: 1000, stepS: 10, rows: 6 };

function rows(startS: number, stepS: number, values: number[]): StoredRows {
  return { startS, stepS, columns: [Float64Array.from(values)] };
}

interface MergeRow {
  name: string;
  record: RecordDescription;
  stored: StoredRows[];
  tail: PointRow[];
  anchored: boolean;
  column: number[];
}

suite('mergeSeries', () => {
  const none: StoredRows[] = [];
  test.for([
    {
      name: 'stored rows alone',
      record: gauge,
      stored: [rows(1000, 10, [1, 2, NaN, 4])],
      tail: [],
      anchored: false,
      column: [1, 2, NaN, 4, NaN, NaN],
    },
    {
      name: 'a tail alone: its first gauge stands for a step',
      record: gauge,
      stored: none,
      tail: [
        [1020, 5],
        [1030, 6],
      ],
      anchored: false,
      column: [NaN, 5, 6, NaN, NaN, NaN],
    },
    {
      name: 'the tail takes over after the anchor',
      record: gauge,
      stored: [rows(1000, 10, [1, 2])],
      tail: [
        [1020, 2],
        [1030, 3],
        [1040, 4],
      ],
      anchored: true,
      column: [1, 2, 3, 4, NaN, NaN],
    },
    {
      name: 'a point in both counts once',
      record: gauge,
      stored: [rows(1000, 10, [1, 2, 3])],
      tail: [
        [1030, 30],
        [1040, 4],
      ],
      anchored: false,
      column: [1, 2, 3, 4, NaN, NaN],
    },
    {
      name: 'a stored row that ends after the anchor does not hide the tail',
      record: gauge,
      stored: [rows(1000, 20, [1, 2])],
      tail: [
        [1030, 2],
        [1040, 8],
      ],
      anchored: true,
      column: [1, 1, 2, 8, NaN, NaN],
    },
    {
      name: 'the unfinished row of the store is filled from the anchor',
      record: gauge,
      stored: [rows(1000, 10, [1])],
      tail: [
        [1015, 4],
        [1025, 8],
      ],
      anchored: true,
      column: [1, 6, 8, NaN, NaN, NaN],
    },
    {
      name: 'a gauge stands for the time since the last',
      record: gauge,
      stored: none,
      tail: [
        [1010, 1],
        [1040, 7],
      ],
      anchored: false,
      column: [1, 7, 7, 7, NaN, NaN],
    },
    {
      name: 'but not over a silence beyond the heartbeat',
      record: gauge,
      stored: none,
      tail: [
        [900, 1],
        [1040, 7],
      ],
      anchored: false,
      column: [NaN, NaN, NaN, 7, NaN, NaN],
    },
    {
      name: 'a gauge that says NaN',
      record: gauge,
      stored: none,
      tail: [
        [1010, 1],
        [1020, NaN],
        [1030, 3],
      ],
      anchored: false,
      column: [1, NaN, 3, NaN, NaN, NaN],
    },
    {
      name: 'a coarse row, then finer ones',
      record: gauge,
      stored: [rows(960, 60, [3]), rows(1020, 10, [4, 5])],
      tail: [],
      anchored: false,
      column: [3, 3, 4, 5, NaN, NaN],
    },
    {
      name: 'a finer row inside a known coarse one counts once',
      record: gauge,
      stored: [rows(960, 60, [3]), rows(1010, 10, [9, 5])],
      tail: [],
      anchored: false,
      column: [3, 3, 5, NaN, NaN, NaN],
    },
    {
      name: 'a rate needs a point before',
      record: counter,
      stored: none,
      tail: [
        [1010, 100],
        [1020, 150],
      ],
      anchored: false,
      column: [NaN, 5, NaN, NaN, NaN, NaN],
    },
    {
      name: 'the anchor gives the first rate',
      record: counter,
      stored: [rows(1000, 10, [7])],
      tail: [
        [1010, 100],
        [1020, 150],
      ],
      anchored: true,
      column: [7, 5, NaN, NaN, NaN, NaN],
    },
    {
      name: 'no rate over a reset',
      record: counter,
      stored: none,
      tail: [
        [1010, 100],
        [1020, 3, 'reset'],
        [1030, 23],
      ],
      anchored: true,
      column: [NaN, NaN, 2, NaN, NaN, NaN],
    },
    {
      name: 'no rate over a drop, marked or not',
      record: counter,
      stored: none,
      tail: [
        [1010, 100],
        [1020, 3],
        [1030, 23],
      ],
      anchored: true,
      column: [NaN, NaN, 2, NaN, NaN, NaN],
    },
    {
      name: 'a wrap at 32 bits goes on',
      record: counter,
      stored: none,
      tail: [
        [1010, 4294967290],
        [1020, 4],
      ],
      anchored: true,
      column: [NaN, 1, NaN, NaN, NaN, NaN],
    },
    {
      name: 'no rate over a silence beyond the heartbeat',
      record: counter,
      stored: none,
      tail: [
        [900, 100],
        [1040, 5000],
        [1050, 5010],
      ],
      anchored: true,
      column: [NaN, NaN, NaN, NaN, 1, NaN],
    },
    {
      name: 'a rate above its maximum is not known',
      record: bounded,
      stored: none,
      tail: [
        [1010, 0],
        [1020, 1001],
        [1030, 1011],
      ],
      anchored: true,
      column: [NaN, NaN, 1, NaN, NaN, NaN],
    },
    {
      name: 'an absolute counts since the point before',
      record: absolute,
      stored: none,
      tail: [
        [1010, 40],
        [1030, 40],
      ],
      anchored: true,
      column: [NaN, 2, 2, NaN, NaN, NaN],
    },
    {
      name: 'weighted by time inside a row',
      record: gauge,
      stored: none,
      tail: [
        [1010, 0],
        [1013, 10],
        [1020, 0],
      ],
      anchored: false,
      column: [0, 3, NaN, NaN, NaN, NaN],
    },
  ] satisfies MergeRow[])('$name', ({ record, stored, tail, anchored, column }) => {
    const history = { description: record, stored, tail: tailOf(record, tail, anchored) };
    expect([...mergeSeries(history, 0, grid)]).toEqual(column);
  });

  test('each data source by itself, with the times they share', () => {
    const record = describe({ sources: [source('rx', KIND.derive), source('tx', KIND.gauge)] });
    const points: PointRow[] = [
      [1010, [10, 1]],
      [1020, [-10, 2]],
    ];
    const history = { description: record, stored: [], tail: tailOf(record, points, true) };
    expect([...mergeSeries(history, 0, grid)].slice(0, 2)).toEqual([NaN, -2]);
    expect([...mergeSeries(history, 1, grid)].slice(0, 2)).toEqual([1, 2]);
    expect([...mergeSeries(history, 2, grid)]).toEqual(Array.from({ length: 6 }, () => NaN));
  });
});

test('the last known row is one where any source is known', () => {
  const columns = [Float64Array.of(1, NaN, NaN), Float64Array.of(NaN, 2, NaN)];
  expect(lastKnownS({ startS: 100, stepS: 10, columns })).toBe(120);
  expect(lastKnownS({ startS: 100, stepS: 10, columns: [] })).toBe(-Infinity);
});
