import { describe as suite, expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { lastKnownS, mergeSeries } from '../../src/query/merge.ts';
import { describe, source } from '../store/batch.ts';
import { tailOf } from './tails.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { StoredRows } from '../../src/store/store.ts';
import type { PointRow } from '../store/batch.ts';

const gauge = describe();
const derive = describe({ sources: [source('value', KIND.derive)] });
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
  /** Points at the head of the tail that the store has. */
  inStore: number;
  /** The end of what is asked for; the newest point's time unless told, so that nothing is carried. */
  toS?: number;
  column: number[];
}

suite('mergeSeries', () => {
  const none: StoredRows[] = [];
  test.for<MergeRow>([
    {
      name: 'stored rows alone',
      record: gauge,
      stored: [rows(1000, 10, [1, 2, NaN, 4])],
      tail: [],
      inStore: 0,
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
      inStore: 0,
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
      inStore: 1,
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
      inStore: 0,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 0,
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
      inStore: 0,
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
      inStore: 0,
      column: [1, NaN, 3, NaN, NaN, NaN],
    },
    {
      name: 'a coarse row, then finer ones',
      record: gauge,
      stored: [rows(960, 60, [3]), rows(1020, 10, [4, 5])],
      tail: [],
      inStore: 0,
      column: [3, 3, 4, 5, NaN, NaN],
    },
    {
      name: 'a finer row inside a known coarse one counts once',
      record: gauge,
      stored: [rows(960, 60, [3]), rows(1010, 10, [9, 5])],
      tail: [],
      inStore: 0,
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
      inStore: 0,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 1,
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
      inStore: 0,
      column: [0, 3, NaN, NaN, NaN, NaN],
    },
    {
      name: 'two stored points: the rate up to the newest is known past the last finished row',
      record: derive,
      stored: [rows(1000, 10, [7, 7])],
      tail: [
        [1015, 100],
        [1025, 170],
      ],
      inStore: 2,
      column: [7, 7, 7, NaN, NaN, NaN],
    },
    {
      name: 'two stored points of a gauge: finished rows count once',
      record: gauge,
      stored: [rows(1000, 10, [1, 2])],
      tail: [
        [1015, 2],
        [1025, 4],
        [1035, 8],
      ],
      inStore: 2,
      column: [1, 2, 6, 8, NaN, NaN],
    },
    {
      name: 'a stored row that ends after the newest of two stored points does not hide the tail',
      record: derive,
      stored: [rows(1000, 20, [1, 2])],
      tail: [
        [1020, 100],
        [1030, 120],
        [1040, 200],
      ],
      inStore: 2,
      column: [1, 1, 2, 8, NaN, NaN],
    },
    {
      name: 'the newest value is carried to the end of what is asked for',
      record: describe({ intervalS: 40 }),
      stored: none,
      tail: [
        [990, 3],
        [1020, 5],
      ],
      inStore: 0,
      toS: 1060,
      column: [5, 5, 5, 5, 5, 5],
    },
    {
      name: 'the newest rate as well',
      record: derive,
      stored: [rows(1000, 10, [7])],
      tail: [
        [1005, 0],
        [1015, 70],
      ],
      inStore: 2,
      toS: 1030,
      column: [7, 7, 7, NaN, NaN, NaN],
    },
    {
      name: 'not beyond the end asked for',
      record: gauge,
      stored: none,
      tail: [
        [1020, 3],
        [1022, 8],
        [1024, 2],
      ],
      inStore: 0,
      toS: 1026,
      column: [NaN, 3, 4, NaN, NaN, NaN],
    },
    {
      name: 'for two steps at most',
      record: gauge,
      stored: none,
      tail: [[1020, 5]],
      inStore: 0,
      toS: 1060,
      column: [NaN, 5, 5, 5, NaN, NaN],
    },
    {
      name: 'or for tmax, where that is longer',
      record: describe({ tmaxS: 30 }),
      stored: none,
      tail: [[1020, 5]],
      inStore: 0,
      toS: 1060,
      column: [NaN, 5, 5, 5, 5, NaN],
    },
    {
      name: 'what the newest point leaves unknown is not carried',
      record: gauge,
      stored: none,
      tail: [
        [1010, 1],
        [1020, NaN],
      ],
      inStore: 0,
      toS: 1060,
      column: [1, NaN, NaN, NaN, NaN, NaN],
    },
    {
      name: 'nor is a rate from before a reset',
      record: counter,
      stored: none,
      tail: [
        [1010, 100],
        [1020, 200],
        [1030, 3, 'reset'],
      ],
      inStore: 0,
      toS: 1060,
      column: [NaN, 10, NaN, NaN, NaN, NaN],
    },
    {
      name: 'nor anything over a silence of the past',
      record: gauge,
      stored: [rows(900, 10, [3])],
      tail: [[1050, 5]],
      inStore: 1,
      toS: 1060,
      column: [NaN, NaN, NaN, NaN, 5, 5],
    },
    {
      name: 'where the store knows more than the tail, its own rows stand',
      record: gauge,
      stored: [rows(1000, 10, [1, 2, 3])],
      tail: [[1020, 2]],
      inStore: 0,
      toS: 1040,
      column: [1, 2, 3, 2, NaN, NaN],
    },
  ] satisfies MergeRow[])('$name', ({ record, stored, tail, inStore, toS, column }) => {
    const history = { description: record, stored, tail: tailOf(record, tail, inStore) };
    const until = toS ?? tail.at(-1)?.[0] ?? 1060;
    expect([...mergeSeries(history, { source: 0, grid, toS: until }).values]).toEqual(column);
  });

  test('each data source by itself, with the times they share', () => {
    const record = describe({ sources: [source('rx', KIND.derive), source('tx', KIND.gauge)] });
    const points: PointRow[] = [
      [1010, [10, 1]],
      [1020, [-10, 2]],
    ];
    const history = { description: record, stored: [], tail: tailOf(record, points, 1) };
    expect([...mergeSeries(history, { source: 0, grid, toS: 1020 }).values].slice(0, 2)).toEqual([NaN, -2]);
    expect([...mergeSeries(history, { source: 1, grid, toS: 1020 }).values].slice(0, 2)).toEqual([1, 2]);
    expect([...mergeSeries(history, { source: 2, grid, toS: 1020 }).values]).toEqual(
      Array.from({ length: 6 }, () => NaN),
    );
  });
});

test('the last known row is one where any source is known', () => {
  const columns = [Float64Array.of(1, NaN, NaN), Float64Array.of(NaN, 2, NaN)];
  expect(lastKnownS({ startS: 100, stepS: 10, columns })).toBe(120);
  expect(lastKnownS({ startS: 100, stepS: 10, columns: [] })).toBe(-Infinity);
});
