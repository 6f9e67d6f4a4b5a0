import { describe, expect, test } from 'vitest';
import { between, endOf, moved, rangeOf, stepped, widened } from '../../web/src/fleet/range.ts';
import { exactQuantity } from '../../web/src/format/exact.ts';
import { atWords, exactInstant, fieldSeconds, localField, spanWords } from '../../web/src/format/instant.ts';
import { formatQuantity } from '../../web/src/format/number.ts';
import { quantityOf } from '../../web/src/format/quantity.ts';
import { chartList, chartWith, groupCharts } from '../../web/src/fleet/metric-list.ts';
import type { MetricView } from '../../src/contract/api.ts';

const NOW_S = 1_000_000;
const at = (query: string) => rangeOf(new URLSearchParams(query));

describe('the range in the address', () => {
  test.for([
    { name: 'a usual one', query: 'range=1mo', kind: 'last', seconds: 2_592_000 },
    { name: 'none', query: '', kind: 'last', seconds: 3600 },
    { name: 'not understood', query: 'range=x&from=a&to=b', kind: 'last', seconds: 3600 },
    { name: 'beyond all dates', query: 'from=1&to=1e300', kind: 'last', seconds: 3600 },
    { name: 'half of one', query: 'from=&to=5', kind: 'last', seconds: 3600 },
    { name: 'upside down', query: 'from=20&to=10', kind: 'last', seconds: 3600 },
  ])('$name', ({ query, kind, seconds }) => expect(at(query)).toMatchObject({ kind, seconds }));
  test('one of its own', () => expect(at('from=10&to=20')).toEqual({ kind: 'between', fromS: 10, toS: 20 }));
  test('a view has another usual one', () => {
    expect(rangeOf(new URLSearchParams(), '1d')).toMatchObject({ id: '1d' });
    expect(rangeOf(new URLSearchParams('range=1w'), '1d')).toMatchObject({ id: '1w' });
    expect(rangeOf(new URLSearchParams(), 'nonsense')).toMatchObject({ id: '1h' });
  });
});

describe('back, forth and out', () => {
  test.for([
    {
      name: 'earlier',
      change: moved(at('range=1h'), -1, NOW_S),
      is: between(NOW_S - 5400, NOW_S - 1800, '1h'),
    },
    { name: 'earlier still', change: moved(at('from=1000&to=2000'), -1, NOW_S), is: between(500, 1500) },
    { name: 'later', change: moved(at('from=1000&to=2000'), 1, NOW_S), is: between(1500, 2500) },
    {
      name: 'later, and up to the present: it is followed again',
      change: moved(at(`from=${NOW_S - 5400}&to=${NOW_S - 1800}`), 1, NOW_S),
      is: { range: '1h', from: undefined, to: undefined },
    },
    { name: 'out', change: widened(at('from=1000&to=2000'), NOW_S), is: between(500, 2500) },
    {
      name: 'out of the last hour',
      change: widened(at('range=1h'), NOW_S),
      is: between(NOW_S - 7200, NOW_S),
    },
    {
      name: 'longer',
      change: stepped(at('range=1h'), 1),
      is: { range: '1d', from: undefined, to: undefined },
    },
    {
      name: 'the longest',
      change: stepped(at('range=1y'), 1),
      is: { range: '1y', from: undefined, to: undefined },
    },
    {
      name: 'the shortest',
      change: stepped(at('range=10m'), -1),
      is: { range: '10m', from: undefined, to: undefined },
    },
    {
      name: 'shorter than a free one',
      change: stepped(at('from=0&to=4000'), -1),
      is: { range: '1h', from: undefined, to: undefined },
    },
  ])('$name', ({ change, is }) => expect(change).toEqual(is));
});

test('a time field takes what it gave', () =>
  expect(fieldSeconds(localField(1_795_253_412))).toBe(1_795_253_412));
test('times are told with their difference from UTC', () => {
  expect(exactInstant(1_795_253_412_000)).toMatch(/^2\d Nov 2026, \d\d:\d\d:12 UTC([+-]\d\d:\d\d)?$/);
});
test.for([
  { name: 'within a day', toS: 3600, words: /^\d+ \w+, \d\d:\d\d – \d\d:\d\d$/ },
  { name: 'short: to the second', toS: 30, words: /:\d\d:\d\d – \d\d:\d\d:\d\d$/ },
  { name: 'the day again where it is another', toS: 86_400, words: /^\d+ \w+, \d\d:\d\d – \d+ \w+, / },
])('a span in words: $name', ({ toS, words }) => {
  const noonS = new Date(2026, 10, 19, 12).getTime() / 1000;
  expect(spanWords(noonS, noonS + toS)).toMatch(words);
});
test('an empty time field is no time', () => expect(fieldSeconds('')).toBeNaN());

describe('units', () => {
  const plain = (text: string | undefined) => text?.replace(/[\u00a0\u202f]/g, ' ');
  test.for([
    { units: 'ms', value: 12.3, text: '12.3 ms', exact: '0.0123 s' },
    { units: 'us', value: 250, text: '250 µs', exact: '0.00025 s' },
    { units: 'Mbit/s', value: 8.1, text: '8.10 Mbit/s', exact: '8 100 000 bit/s' },
    { units: 'bps', value: 950, text: '950 bit/s', exact: '950 bit/s' },
    { units: 'MB/s', value: 1.5, text: '1.50 MB/s', exact: '1 500 000 B/s' },
    { units: 'KiB', value: 2048, text: '2.00 MiB', exact: '2 097 152 B' },
    { units: 'requests/s', value: 12_345, text: '12.3 k requests/s', exact: '12 345 requests/s' },
    { units: '%', value: 0.1 + 0.2, text: '0.300 %', exact: '0.3 %' },
    { units: '', value: 1e21, text: '1000 E', exact: '1e+21' },
  ])('$value $units', ({ units, value, text, exact }) => {
    const quantity = quantityOf('m', units);
    expect(plain(formatQuantity(value, quantity))).toBe(text);
    expect(plain(exactQuantity(value, quantity))).toBe(exact);
  });
});

describe('a host’s charts', () => {
  const metric = (name: string, group: string): MetricView => ({
    metric: name,
    group,
    value: 1,
    units: '',
    kind: 'gauge',
    title: '',
    time_ms: 0,
    age_ms: 0,
    stale_after_ms: 1,
  });
  const charts = chartList([
    metric('app.logins', 'app'),
    metric('cpu_num', 'cpu'),
    metric('cpu_user', 'cpu'),
    metric('load_five', 'load'),
    metric('load_one', 'load'),
  ]);
  test.for([
    { name: 'all but constants, what people look at first', words: '', groups: ['load 2', 'cpu 1', 'app 1'] },
    { name: 'constants when looked for', words: 'cpu', groups: ['cpu 2'] },
    { name: 'every word', words: 'load five', groups: ['load 1'] },
    { name: 'none', words: 'zzz', groups: [] },
  ])('$name', ({ words, groups }) =>
    expect(groupCharts(charts, words).map(({ name, charts }) => `${name} ${charts.length}`)).toEqual(groups),
  );
  test('the chart of one metric', () => {
    expect(chartWith(charts, 'load_one')?.title).toBe('load_one');
    expect(chartWith(charts, 'no')).toBeUndefined();
  });
});

test('the end of a range that is over, in words', () => {
  expect(endOf(at('from=10&to=20'))).toBe(20);
  expect(endOf(at('range=1h'))).toBeNull();
  expect(atWords(NOW_S, NOW_S * 1000)).toMatch(/^at \d\d:\d\d$/);
  expect(atWords(NOW_S - 10 * 86_400, NOW_S * 1000)).toMatch(/^at \d+ Jan, \d\d:\d\d$/);
});
