import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { halvesOf, linesOf, seriesOf, valuesIn } from '../../../src/store/line/lines.ts';
import { batchOf, describe, source } from '../batch.ts';
import type { LineNaming } from '../../../src/contract/config.ts';
import type { Run } from '../../../src/store/line/lines.ts';
import type { Kind } from '../../../src/model/kind.ts';
import type { Value } from '../batch.ts';

const T = 1_700_000_000;
const NAMING: LineNaming = { multivalue: 'join', integers: 'float' };

test.for([
  { name: 'plain', host: 'web-1', text: 'web-1' },
  { name: 'comma, equals and space', host: 'a,b=c d', text: String.raw`a\,b\=c\ d` },
  { name: 'quotes and braces', host: `"a'{b}"`, text: `"a'{b}"` },
  { name: 'a backslash', host: 'a\\b', text: 'a\\b' },
  { name: 'backslashes', host: 'a\\\\b', text: 'a%5C\\b' },
  { name: 'a backslash before a comma', host: 'a\\,b', text: 'a%5C\\,b' },
  { name: 'a backslash before an equals sign', host: 'a\\=b', text: 'a%5C\\=b' },
  { name: 'a backslash before a space', host: 'a\\ b', text: 'a%5C\\ b' },
  { name: 'a backslash before a quote', host: 'a\\"b', text: 'a%5C"b' },
  { name: 'a backslash at the end', host: 'a\\', text: 'a%5C' },
  { name: 'a line break', host: 'a\nb', text: 'a%0Ab' },
  { name: 'unicode', host: 'ü日本', text: 'ü日本' },
])('a tag is escaped: $name', ({ host, text }) => {
  const [series] = seriesOf(describe({ host, cluster: '' }), NAMING);
  expect(series?.head).toBe(`load_one,host=${text}`);
});

test('whatever the names are, a line has three parts and one line break', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 });
  const odd = fc.string({ unit: fc.constantFrom(...'a\\,= "#\n\0'.split('')), maxLength: 8 });
  fc.assert(
    fc.property(fc.oneof(name, odd), fc.oneof(name, odd), fc.oneof(name, odd), (metric, host, field) => {
      const record = describe({
        metric,
        host,
        sources: [source(field, KIND.gauge), source('b', KIND.gauge)],
      });
      const batch = batchOf([[record, [[T, [1, 2]]]]]);
      const [series] = seriesOf(record, NAMING);
      if (!series) throw new Error('no series');
      const line = linesOf(batch, { record: 0, series, from: 0, to: 1 });
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(line.split(/(?<!\\) /)).toHaveLength(3);
      expect(line.startsWith('#')).toBe(false);
      expect(line).not.toContain('\\\\');
    }),
  );
});

test('an equals sign stays in a measurement, and is escaped in a field', () => {
  const record = describe({
    cluster: '',
    host: '',
    metric: 'a=b, c',
    sources: [source('x=y', 1), source('z', 1)],
  });
  const [series] = seriesOf(record, NAMING);
  expect(series?.head).toBe(String.raw`a=b\,\ c`);
  expect(series?.fields.map(({ key }) => key)).toEqual([String.raw`x\=y=`, 'z=']);
});

/** The only line of one point with one value. */
function lineOf(kind: Kind, value: Value, integers: LineNaming['integers']): string {
  const record = describe({ cluster: '', host: '', sources: [source('value', kind)] });
  const batch = batchOf([[record, [[1_700_000_000, value]]]]);
  return seriesOf(record, { ...NAMING, integers })
    .map((series) => linesOf(batch, { record: 0, series, from: 0, to: 1 }))
    .join('');
}

test.for([
  { name: 'a gauge', kind: KIND.gauge, value: 0.1, float: '0.1', exact: '0.1' },
  { name: 'a whole gauge', kind: KIND.gauge, value: 5, float: '5', exact: '5' },
  { name: 'a large gauge', kind: KIND.gauge, value: 1e300, float: '1e+300', exact: '1e+300' },
  { name: 'minus zero', kind: KIND.gauge, value: -0, float: '0', exact: '0' },
  { name: 'a counter', kind: KIND.counter, value: 7n, float: '7', exact: '7u' },
  {
    name: 'the largest counter',
    kind: KIND.counter,
    value: 18_446_744_073_709_551_615n,
    float: '18446744073709552000',
    exact: '18446744073709551615u',
  },
  {
    name: 'the smallest derive',
    kind: KIND.derive,
    value: -9_223_372_036_854_775_808n,
    float: '-9223372036854776000',
    exact: '-9223372036854775808i',
  },
  { name: 'an absolute', kind: KIND.absolute, value: 3n, float: '3', exact: '3u' },
])('a value is written: $name', ({ kind, value, float, exact }) => {
  expect(lineOf(kind, value, 'float')).toBe(`load_one value=${float} 1700000000\n`);
  expect(lineOf(kind, value, 'exact')).toBe(`load_one value=${exact} 1700000000\n`);
});

const pair = describe({ cluster: '', host: '', sources: [source('a', KIND.gauge), source('b', KIND.gauge)] });
const withGaps = batchOf([
  [
    pair,
    [
      [1, [1, Number.NaN]],
      [2, [Number.POSITIVE_INFINITY, 2]],
      [3, [Number.NaN, Number.NEGATIVE_INFINITY]],
      [4, [3, 4]],
    ],
  ],
]);

test.for([
  {
    name: 'join',
    multivalue: 'join' as const,
    lines: 'load_one a=1 1\nload_one b=2 2\nload_one a=3,b=4 4\n',
  },
  {
    name: 'split',
    multivalue: 'split' as const,
    lines: 'load_one_a value=1 1\nload_one_a value=3 4\nload_one_b value=2 2\nload_one_b value=4 4\n',
  },
])('values that are not finite are left out: $name', ({ multivalue, lines }) => {
  const runs = seriesOf(pair, { ...NAMING, multivalue }).map((series): Run => ({
    record: 0,
    series,
    from: 0,
    to: 4,
  }));
  expect(runs.map((run) => linesOf(withGaps, run)).join('')).toBe(lines);
  expect(runs.reduce((sum, run) => sum + valuesIn(withGaps, run), 0)).toBe(4);
});

test('part of the second record of a batch', () => {
  const [first, second] = [describe({ metric: 'a' }), describe({ cluster: '', host: '', metric: 'b' })];
  const points = [1, 2, 3].map((s) => [s, s * 10] as const);
  const batch = batchOf([
    [first, points],
    [second, points],
  ]);
  const [series] = seriesOf(second, NAMING);
  if (!series) throw new Error('no series');
  expect(linesOf(batch, { record: 1, series, from: 4, to: 6 })).toBe('b value=20 2\nb value=30 3\n');
});

test('halves go down to the single line, in order', () => {
  const [series] = seriesOf(describe(), NAMING);
  if (!series) throw new Error('no series');
  const run = (record: number, from: number, to: number): Run => ({ record, series, from, to });
  const three = [run(0, 0, 2), run(1, 2, 5), run(2, 5, 6)];
  expect(halvesOf(three)).toEqual([three.slice(0, 1), three.slice(1)]);
  expect(halvesOf([run(1, 2, 5)])).toEqual([[run(1, 2, 3)], [run(1, 3, 5)]]);
  expect(halvesOf([run(1, 2, 3)])).toBeUndefined();
});
