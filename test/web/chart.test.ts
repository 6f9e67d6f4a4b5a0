import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { timeSpace } from '../../web/src/chart/axes.ts';
import { bridge, hasKnown, lonely, summarise, visibleEnd } from '../../web/src/chart/columns.ts';
import { heatColour, heatGradient, layoutHeat } from '../../web/src/chart/heat.ts';
import { appendTails } from '../../web/src/chart/live-columns.ts';
import { namedColours } from '../../web/src/chart/palette.ts';
import { summaryColumns } from '../../web/src/chart/summary.ts';
import { thresholdLines } from '../../web/src/chart/threshold.ts';
import { thresholdNotes, valueBounds } from '../../web/src/chart/value-bounds.ts';
import type { Threshold } from '../../web/src/chart/value-bounds.ts';

/** Drawn through. */
const THROUGH = undefined;

describe('gaps', () => {
  test.for([
    { name: 'nothing known', line: [null, null], out: [null, null] },
    { name: 'no hole', line: [1, 2, 3], out: [1, 2, 3] },
    { name: 'one missing sample is drawn through', line: [1, 2, null, 4, 5], out: [1, 2, THROUGH, 4, 5] },
    { name: 'a longer silence stays open', line: [1, 2, null, null, 5, 6], out: [1, 2, null, null, 5, 6] },
    { name: 'a grid finer than the samples', line: [1, null, 3, null, 5], out: [1, THROUGH, 3, THROUGH, 5] },
    { name: 'the ends stay open', line: [null, 1, 2, null], out: [null, 1, 2, null] },
  ])('$name', ({ line, out }) => {
    expect(
      bridge(
        line.map((_, i) => i * 10),
        line,
      ),
    ).toEqual(out);
  });
});

describe('live tails behind history', () => {
  const history = { times: [10, 20], lines: [[1, 2]] };
  test.for([
    { name: 'no tail', tail: { times: [], values: [] }, times: [10, 20], line: [1, 2] },
    {
      name: 'newer samples follow',
      tail: { times: [30.2], values: [3] },
      times: [10, 20, 30],
      line: [1, 2, 3],
    },
    {
      name: 'what history has is not told twice',
      tail: { times: [15, 20], values: [9, 9] },
      times: [10, 20],
      line: [1, 2],
    },
  ])('$name', ({ tail, times, line }) => {
    expect(appendTails(history, [tail])).toEqual({ times, lines: [line] });
  });
  test('two lines at different times do not cut each other', () => {
    const data = appendTails({ times: [], lines: [[], []] }, [
      { times: [10, 20, 30], values: [1, 2, 3] },
      { times: [15, 25, 35], values: [4, 5, 6] },
    ]);
    expect(data.times).toEqual([10, 15, 20, 25, 30, 35]);
    expect(data.lines[0]).toEqual([1, THROUGH, 2, THROUGH, 3, null]);
    expect(data.lines[1]).toEqual([null, 4, THROUGH, 5, THROUGH, 6]);
  });
  test('times ascend and lines are as long as they are', () => {
    const tail = fc.uniqueArray(fc.integer({ min: 0, max: 1000 })).map((times) => ({
      times: times.toSorted((a, b) => a - b),
      values: times.map((t) => (t % 3 ? t : null)),
    }));
    fc.assert(
      fc.property(tail, tail, (a, b) => {
        const data = appendTails(
          {
            times: [1, 500],
            lines: [
              [1, 2],
              [null, 3],
            ],
          },
          [a, b],
        );
        expect(data.times).toEqual([...new Set(data.times)].toSorted((x, y) => x - y));
        for (const line of data.lines) expect(line).toHaveLength(data.times.length);
      }),
    );
  });
});

test('a line’s summary leaves out what is not known', () => {
  expect(summarise([null, 4, undefined, 2, null])).toEqual({ last: 2, min: 2, avg: 3, max: 4 });
  expect(summarise([null])).toEqual({ last: null, min: null, avg: null, max: null });
});

describe('cluster summaries', () => {
  const answer = (times: number[], values: (number | null)[]) => ({
    times,
    series: [{ cluster: 'c', host: '', metric: 'm', units: '', values }],
    left_out: 0,
  });
  test('a line for each answer, on the first one’s times', () => {
    const data = summaryColumns([answer([10, 20], [1, 2]), answer([20, 30], [5, 6]), undefined], 'plain');
    expect(data).toEqual({
      times: [10, 20],
      lines: [
        [1, 2],
        [null, 5],
        [null, null],
      ],
    });
  });
  test.for([
    { name: 'gmond alone', rows: [[100], [40], [null], [null]], used: 60 * 1024, total: 100 * 1024 },
    { name: 'collectd alone', rows: [[null], [null], [7], [9]], used: 7, total: 9 },
    { name: 'both', rows: [[1], [0], [7], [9]], used: 1031, total: 1033 },
    { name: 'neither', rows: [[null], [null], [null], [null]], used: null, total: null },
  ])('memory: $name', ({ rows, used, total }) => {
    const data = summaryColumns(
      rows.map((row) => answer([10], row)),
      'memory',
    );
    expect(data.lines).toEqual([[used], [total]]);
  });
});

test.for([
  { range: '10', lines: ['above 10'] },
  { range: '0:10', lines: ['above 10'] },
  { range: '10:', lines: ['below 10'] },
  { range: '~:10', lines: ['above 10'] },
  { range: '10:20', lines: ['below 10', 'above 20'] },
  { range: '@10:20', lines: ['above 10', 'below 20'] },
  { range: '-5:5.5', lines: ['below -5', 'above 5.5'] },
  { range: '', lines: [] },
  { range: 'what', lines: [] },
])('threshold $range', ({ range, lines }) =>
  expect(thresholdLines(range).map(({ side, value }) => `${side} ${value}`)).toEqual(lines),
);

describe('thresholds and the axis', () => {
  const warning = (value: number): Threshold => ({ value, side: 'above', state: 'warning' });
  const plain = { kind: 'plain' } as const;
  const percent = { kind: 'percent' } as const;
  test.for([
    { name: 'near: drawn', max: 6, quantity: plain, value: 16, top: 17.28, notes: [] },
    { name: 'far: told', max: 5, quantity: plain, value: 16, top: 5.4, notes: ['warning above 16'] },
    { name: 'below the data: drawn', max: 20, quantity: plain, value: 16, top: 21.6, notes: [] },
    { name: 'on the whole of a percentage', max: 26, quantity: percent, value: 90, top: 100, notes: [] },
    { name: 'nothing but zero', max: 0, quantity: plain, value: 16, top: 1, notes: ['warning above 16'] },
    { name: 'no data', max: null, quantity: plain, value: 16, top: 1, notes: ['warning above 16'] },
  ])('$name', ({ max, quantity, value, top, notes }) => {
    const low = max === null ? null : 0;
    expect(valueBounds(low, max, quantity, [warning(value)])[1]).toBeCloseTo(top);
    expect(thresholdNotes([{ min: low, max }], quantity, [warning(value), warning(value)])).toEqual(notes);
  });
});

test.for([
  { name: 'a single sample', line: [3], lone: [0] },
  { name: 'between gaps', line: [1, 2, null, 3, null, 4, 5], lone: [3] },
  { name: 'drawn through', line: [1, THROUGH, 2], lone: [] },
  { name: 'at the end', line: [1, 2, null, THROUGH, 3], lone: [4] },
  { name: 'nothing', line: [null, null], lone: [] },
])('dots: $name', ({ line, lone }) => expect(lonely(line)).toEqual(lone));

test.for([
  { name: 'no rows', times: [], end: 100 },
  { name: 'one row', times: [105], end: 100 },
  { name: 'rows that ended before', times: [80, 90], end: 100 },
  { name: 'part of a row beyond', times: [95, 105], end: 105 },
  { name: 'rows far beyond', times: [190, 200], end: 100 },
])('the last row is whole: $name', ({ times, end }) => expect(visibleEnd(times, 100)).toBe(end));

test.for([
  { name: 'no times', times: [], line: [], known: false },
  { name: 'gaps only', times: [10, 20], line: [null, THROUGH], known: false },
  { name: 'outside the range', times: [1, 10], line: [5, null], known: false },
  { name: 'zero is a value', times: [10], line: [0], known: true },
])('an empty chart: $name', ({ times, line, known }) =>
  expect(hasKnown({ times, lines: [line] }, 5, 30)).toBe(known),
);

test('heat cells never pass their box, save at the smallest size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 40, max: 1400 }), (count, width) => {
      const layout = layoutHeat(count, { width, cellMax: 22, cellMin: 4, heightMax: 320 });
      expect(layout.columns * layout.rows).toBeGreaterThanOrEqual(count);
      expect(layout.columns * (layout.cell + layout.gap) - layout.gap).toBeLessThanOrEqual(width);
      if (layout.cell > 4) expect(layout.height).toBeLessThanOrEqual(320);
    }),
  );
});

describe('the heat scale', () => {
  test.for(['dark', 'light'] as const)('%s: red is kept for what lies beyond the hot end', (scheme) => {
    const red = scheme === 'dark' ? '#e5534b' : '#d23b34';
    expect(heatColour(-1, scheme)).toBe(heatColour(0, scheme));
    expect(heatColour(1.01, scheme)).toBe(red);
    for (let value = 0; value <= 1; value += 0.01) {
      const [r = 0, g = 0] = (/rgb\((.*)\)/.exec(heatColour(value, scheme))?.[1] ?? '')
        .split(',')
        .map(Number);
      expect(g, `at ${value}`).toBeGreaterThan(r * 0.55);
    }
    expect(heatGradient(scheme, { bounded: false, falling: false })).not.toContain(red);
    expect(heatGradient(scheme, { bounded: true, falling: false })).toContain(red);
  });
});

test.for([
  { name: 'ten minutes, wide', spanS: 600, letters: 200, space: 10.5 },
  { name: 'ten minutes, narrow', spanS: 600, letters: 60, space: 7.5 },
  { name: 'an hour', spanS: 3600, letters: 200, space: 7.5 },
  { name: 'a week', spanS: 604_800, letters: 60, space: 8.5 },
])('room for a label of time: $name', ({ spanS, letters, space }) => {
  expect(timeSpace(spanS, letters)).toBe(space);
});

test('a name keeps its colour where others come and go, and shares it with none', () => {
  const names = ['web', 'mysql', 'batch', 'dev', 'muster'];
  const colours = namedColours(names, 'dark');
  expect(new Set(colours).size).toBe(names.length);
  expect(namedColours(['web'], 'dark')).toEqual(namedColours(['web', 'web'], 'dark').slice(0, 1));
  expect(namedColours(names.toReversed(), 'dark')).toEqual(colours.toReversed());
  expect(namedColours(['mysql'], 'dark', names)).toEqual([namedColours(names, 'dark', names)[1]]);
  // Hosts of the same name in several clusters are lines of their own.
  expect(new Set(namedColours(['a', 'b', 'a', 'a', 'b', 'c'], 'light')).size).toBe(6);
  const many = Array.from({ length: 50 }, (_, i) => `host-${i}`);
  expect(new Set(namedColours(many, 'light')).size).toBe(10);
});
