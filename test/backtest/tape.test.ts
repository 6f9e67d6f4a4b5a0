import { expect, test } from 'vitest';
import { gauge, tape } from './past-fleet.ts';
import { intersection, SpanCursor, union } from '../../src/backtest/spans.ts';
import { tapeOf, TapeHead } from '../../src/backtest/tape.ts';

const RECORD = gauge('web', 'w1', 'load_one');

test.for([
  { name: 'before the first row', atS: 100, is: [false, 0] },
  { name: 'within a row of one sample', atS: 109, is: [false, 0] },
  { name: 'at its end', atS: 110, is: [true, 110] },
  { name: 'long after the last', atS: 500, is: [true, 130] },
])('samples: $name', ({ atS, is }) => {
  const head = new TapeHead(tape(RECORD, 100, [1, 2, 3]));
  expect([head.seek(atS), head.sampleS]).toEqual(is);
});

test('a row of a minute is six samples of its value', () => {
  const head = new TapeHead(tape(RECORD, 0, [5], 60));
  const seen = Array.from({ length: 60 }, (_, i) => head.seek(i + 1) && head.sampleS).filter(Boolean);
  expect(seen).toEqual([10, 20, 30, 40, 50, 60]);
  expect(head.value(0)).toBe(5);
});

test('a coarser row goes on to its end, and finer ones follow', () => {
  const { stretches } = tapeOf(RECORD, [
    { startS: 0, stepS: 60, columns: [Float64Array.of(1, 2, 3)] },
    { startS: 90, stepS: 10, columns: [Float64Array.of(4, 5, 6, 7, 8)] },
  ]);
  expect(stretches.map(({ startS, rows, columns }) => [startS, rows, ...(columns[0] ?? [])])).toEqual([
    [0, 2, 1, 2],
    [120, 2, 7, 8],
  ]);
});

test('spans', () => {
  const [a, b] = [[{ fromS: 0, untilS: 10 }], [{ fromS: 5, untilS: 20 }]];
  expect(union(a, b)).toEqual([{ fromS: 0, untilS: 20 }]);
  expect(intersection(a, b)).toEqual([{ fromS: 5, untilS: 10 }]);
  const cursor = new SpanCursor(b);
  expect([4, 5, 19, 20].map((timeS) => cursor.find(timeS) !== undefined)).toEqual([false, true, true, false]);
});
