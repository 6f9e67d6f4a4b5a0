import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { lookOf, LOOK_BEYOND, LOOK_HOLLOW, cellAt, layoutHeat, stepCell } from '../../web/src/chart/heat.ts';
import { heatOf, roundUp, scaleOf, scaleWords } from '../../web/src/fleet/heat-scale.ts';
import { HostFigures } from '../../web/src/fleet/host-figures.ts';
import { listHosts, readListOrder, writeListOrder } from '../../web/src/fleet/host-list.ts';
import { naturalKey, orderHosts } from '../../web/src/fleet/host-order.ts';
import {
  CPU_USER,
  isLowBad,
  LOAD_MEASURE,
  measureById,
  measureOf,
  NETWORK_IN,
  selectorOf,
  undivided,
} from '../../web/src/fleet/measure.ts';
import { isPattern } from '../../web/src/fleet/pattern.ts';
import { MARKS } from '../../web/src/fleet/state.ts';
import { FeedTable } from '../../web/src/live/feed-table.ts';
import { chunksOf } from '../../web/src/live/host-histories.ts';
import { rowAt } from '../../web/src/live/past-figures.ts';
import type { Measure } from '../../web/src/fleet/measure.ts';
import type { HostView } from '../../src/contract/api.ts';

const NOW_MS = 100_000;

const host = (changes: Partial<HostView>): HostView => ({
  cluster: 'web',
  name: 'a',
  address: '10.0.0.1',
  state: 'UP',
  last_seen_ms: 1000,
  silence_limit_ms: 80_000,
  clock_skew_ms: null,
  agent: 'gmond',
  conflict: null,
  facts: {},
  metrics: 1,
  registered: false,
  instance: null,
  retired_reason: null,
  worst_state: 'OK',
  ...changes,
});

type Sample = readonly [host: string, metric: string, value: number | null, atMs?: number, units?: string];

function tableOf(samples: readonly Sample[]): FeedTable {
  const table = new FeedTable('t', false);
  table.name({
    id: 't',
    series: samples.map(([name, metric, , , units = '']) => ({ cluster: 'web', host: name, metric, units })),
    left_out: 0,
  });
  table.take({
    id: 't',
    t: NOW_MS,
    rows: samples.map((_, row) => row),
    values: samples.map(([, , value]) => value),
    ages: samples.map(([, , , atMs = NOW_MS]) => NOW_MS - atMs),
  });
  return table;
}

function namedOnly(): FeedTable {
  const table = new FeedTable('t', false);
  const series = [{ cluster: 'web', host: 'a', metric: 'load_one', units: '' }];
  table.name({ id: 't', series, left_out: 0 });
  return table;
}

function figuresOf(
  samples: readonly Sample[],
  measure: Measure = LOAD_MEASURE,
  hosts: readonly HostView[] = [...new Set(samples.map(([name]) => name))].map((name) => host({ name })),
): HostFigures {
  const figures = new HostFigures(measure);
  figures.setHosts(hosts);
  figures.read(tableOf(samples), measure, NOW_MS);
  return figures;
}

const known = (figures: HostFigures) =>
  figures.hosts.map(({ name }, i) => {
    const value = figures.values[i] ?? Number.NaN;
    return [name, Number.isNaN(value) ? null : value];
  });

describe('measures', () => {
  test.for([
    { pattern: NETWORK_IN, metric: 'bytes_in', matches: true },
    { pattern: NETWORK_IN, metric: 'interface-eth0/if_octets:rx', matches: true },
    { pattern: NETWORK_IN, metric: 'interface-lxc1/if_octets:rx', matches: true },
    { pattern: NETWORK_IN, metric: 'interface-lo/if_octets:rx', matches: false },
    { pattern: NETWORK_IN, metric: 'interface-eth0/if_octets:tx', matches: false },
    { pattern: CPU_USER, metric: 'cpu-12/cpu-user', matches: true },
    { pattern: CPU_USER, metric: 'cpu/percent-user', matches: true },
    { pattern: CPU_USER, metric: 'cpu-0/cpu-user_time', matches: false },
  ])('$metric', ({ pattern, metric, matches }) => {
    expect(new RegExp(`^(?:${pattern})$`).test(metric)).toBe(matches);
  });
  test.for([
    { query: '', label: 'load per CPU', asks: /^load_one\|.*cpu_num/ },
    { query: 'measure=cpu', label: 'CPU user', asks: /^cpu_user/ },
    { query: 'measure=disk_free', label: 'disk_free', asks: /^disk_free$/ },
    { query: 'measure=load_one&over=cpu_num', label: 'load_one / cpu_num', asks: /^load_one\|cpu_num$/ },
    { query: 'over=cpu_num', label: 'load / cpu_num', asks: /\|cpu_num$/ },
    { query: 'measure=a.b', label: 'a.b', asks: /^a\\\.b$/ },
  ])('of "$query"', ({ query, label, asks }) => {
    const measure = measureOf(new URLSearchParams(query));
    expect(measure.label).toBe(label);
    expect(selectorOf(measure)).toMatch(asks);
  });
  test('load is divided by the processors: a number told, or series counted', () => {
    const figures = figuresOf([
      ['a', 'load_one', 8],
      ['a', 'cpu_num', 4],
      ['b', 'load/load:shortterm', 3],
      ['b', 'cpu-0/cpu-idle', null],
      ['b', 'cpu-1/percent-idle', 97],
      ['c', 'load_one', null],
    ]);
    expect(figures.scale).toMatchObject({ label: 'load per CPU', hotAt: 2, bounded: true });
    expect(known(figures)).toEqual([
      ['a', 2],
      ['b', 1.5],
      ['c', null],
    ]);
  });
  test('where a number of processors is not known all loads are plain, on a relative scale', () => {
    const figures = figuresOf([
      ['a', 'load_one', 8],
      ['a', 'cpu_num', 4],
      ['b', 'load_one', 3],
    ]);
    expect(figures.scale).toMatchObject({ label: 'load', hotAt: 8, bounded: false });
    expect(known(figures)).toEqual([
      ['a', 8],
      ['b', 3],
    ]);
  });
  test('a small load is cool on a relative scale too', () => {
    expect(figuresOf([['a', 'load_one', 0.1]], undivided(LOAD_MEASURE)).scale.hotAt).toBe(1);
  });
  test('a ratio: where one side is not known there is no figure', () => {
    const measure = measureOf(new URLSearchParams('measure=x&over=y'));
    const figures = figuresOf(
      [
        ['a', 'x', 6],
        ['a', 'y', 4],
        ['b', 'x', 6],
        ['c', 'x', 6],
        ['c', 'y', 0],
      ],
      measure,
    );
    expect(known(figures)).toEqual([
      ['a', 1.5],
      ['b', null],
      ['c', null],
    ]);
  });
  test('what a dashboard asks for in the words of the server’s engine is not matched here again', () => {
    const own = { ...measureById('x'), metric: '(?i)LOAD_.*', foreign: true as const };
    const samples: Sample[] = [
      ['a', 'load_one', 4],
      ['a', 'cpu_num', 2],
    ];
    expect(known(figuresOf(samples.slice(0, 1), own))).toEqual([['a', 4]]);
    const ratio = { ...own, over: { kind: 'metric', metric: 'cpu_num' } } as const;
    expect(known(figuresOf(samples, ratio))).toEqual([['a', 2]]);
  });
  test('units of two agents meet in bytes, series of a host are added', () => {
    const figures = figuresOf(
      [
        ['a', 'mem_free', 2, NOW_MS, 'KB'],
        ['b', 'memory/memory-free', 4096],
      ],
      measureById('memory'),
    );
    expect(known(figures)).toEqual([
      ['a', 2048],
      ['b', 4096],
    ]);
    expect(figures.scale.quantity).toMatchObject({ kind: 'bytes', perUnit: 1 });
  });
  test.for([
    { name: 'fresh', metric: 'load_one', atMs: 99_000, state: 'UP', is: 1 },
    { name: 'gmond may rest longer than its host', metric: 'load_one', atMs: -179_000, state: 'UP', is: 1 },
    { name: 'gmond, too old', metric: 'load_one', atMs: -181_000, state: 'UP', is: null },
    { name: 'collectd, once overdue', metric: 'load/load:shortterm', atMs: 19_000, state: 'UP', is: null },
    { name: 'at once when the host is down', metric: 'load_one', atMs: 99_000, state: 'DOWN', is: null },
  ])('stale values are skipped: $name', ({ metric, atMs, state, is }) => {
    const figures = figuresOf([['a', metric, 1, atMs]], LOAD_MEASURE, [host({ state })]);
    expect(known(figures)).toEqual([['a', is]]);
  });
});

describe('figures', () => {
  test.for([
    { name: 'before the feed says anything', table: new FeedTable('t', false), begun: false },
    { name: 'with names only', table: namedOnly(), begun: false },
    { name: 'with a value', table: tableOf([['a', 'load_one', 1]]), begun: true },
    { name: 'where there are no series', table: tableOf([]), begun: true },
  ])('have begun $name: $begun', ({ table, begun }) => {
    const figures = new HostFigures(LOAD_MEASURE);
    figures.setHosts([host({})]);
    figures.read(table, LOAD_MEASURE, NOW_MS);
    expect(figures.begun).toBe(begun);
  });
  test('hosts keep their index while none comes or goes', () => {
    const figures = figuresOf([], LOAD_MEASURE, [host({ name: 'b10' }), host({ name: 'b9' })]);
    expect(figures.hosts.map(({ name }) => name)).toEqual(['b9', 'b10']);
    const before = figures.membership;
    figures.setHosts([host({ name: 'b9', state: 'DOWN' }), host({ name: 'b10' })]);
    expect([figures.membership, figures.mark(0)]).toEqual([before, 'down']);
    figures.setHosts([host({ name: 'a' })]);
    expect(figures.membership).toBe(before + 1);
  });
  test('what is judged now wins over an older view', () => {
    const figures = figuresOf([], LOAD_MEASURE, [
      host({ state: 'DOWN' }),
      host({ name: 'new', state: 'PENDING' }),
    ]);
    figures.setTrouble(new Map());
    expect([figures.mark(0), figures.mark(1)]).toEqual(['ok', 'pending']);
    figures.setTrouble(new Map([['web\na', 'critical']]));
    expect(figures.mark(0)).toBe('critical');
  });
  test('history is counted as the present is', () => {
    const figures = figuresOf([
      ['a', 'load_one', 8],
      ['a', 'cpu_num', 4],
    ]);
    expect(figures.counted(0, 6)).toBe(1.5);
  });
});

describe('orders', () => {
  const values = [3, Number.NaN, 1, 9, -2];
  const marks = ['ok', 'ok', 'warning', 'down', 'ok'] as const;
  const columns = {
    count: values.length,
    values: Float64Array.from(values),
    marks: Uint8Array.from(marks, (mark) => MARKS.indexOf(mark)),
  };
  test.for([
    { sort: 'value', shown: null, order: [3, 0, 2, 4, 1] },
    { sort: 'state', shown: null, order: [3, 2, 0, 4, 1] },
    { sort: 'name', shown: null, order: [0, 1, 2, 3, 4] },
    { sort: 'value', shown: [1, 1, 0, 0, 1], order: [0, 4, 1] },
  ] as const)('by $sort, shown $shown', ({ sort, shown, order }) => {
    expect([...orderHosts(columns, sort, shown && Uint8Array.from(shown))]).toEqual([...order]);
  });
  test('any values: falling, equal ones by index, the unknown last', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: false }), { maxLength: 60 }), (floats) => {
        const all = Float64Array.from(floats, (value) => (Object.is(value, -0) ? 0 : value));
        const okay = new Uint8Array(all.length).fill(MARKS.indexOf('ok'));
        const order = [...orderHosts({ count: all.length, values: all, marks: okay }, 'value', null)];
        const rank = (i: number) => (Number.isNaN(all[i]) ? Number.NEGATIVE_INFINITY : (all[i] ?? 0));
        const expected = [...all.keys()].toSorted(
          (a, b) =>
            Number(Number.isNaN(all[a])) - Number(Number.isNaN(all[b])) ||
            (rank(b) === rank(a) ? 0 : rank(b) - rank(a)) ||
            a - b,
        );
        expect(order).toEqual(expected);
      }),
    );
  });
  test('names as people count', () => {
    const names = ['web-10', 'Web-2', 'web-1'];
    expect(names.toSorted((a, b) => (naturalKey(a) < naturalKey(b) ? -1 : 1))).toEqual([
      'web-1',
      'Web-2',
      'web-10',
    ]);
  });
  test.for([
    { text: null, column: 'state', falling: false, written: undefined },
    { text: '-value', column: 'value', falling: true, written: '-value' },
    { text: 'nothing', column: 'state', falling: false, written: undefined },
    { text: '-state', column: 'state', falling: true, written: '-state' },
  ])('list order $text', ({ text, column, falling, written }) => {
    const order = readListOrder(text);
    expect(order).toEqual({ column, falling });
    expect(writeListOrder(order)).toBe(written);
  });
  test.for([
    { order: 'address', names: ['b', 'c', 'a'] },
    { order: '-name', names: ['c', 'b', 'a'] },
    { order: '-value', names: ['b', 'a', 'c'] },
    { order: 'state', names: ['c', 'a', 'b'] },
    { order: 'problems', names: ['c', 'a', 'b'] },
    { order: 'heard', names: ['b', 'a', 'c'] },
  ])('a list by $order', ({ order, names }) => {
    const hosts = [
      host({ name: 'a', address: '10.0.0.20' }),
      host({ name: 'b', address: '10.0.0.3', last_seen_ms: 5000 }),
      host({ name: 'c', address: '10.0.0.10', worst_state: 'WARNING' }),
    ];
    const figures = figuresOf(
      [
        ['a', 'load_one', 1],
        ['b', 'load_one', 2],
      ],
      undivided(LOAD_MEASURE),
      hosts,
    );
    const problems = new Map([['c', { worst: 'warning' as const, count: 1, worstService: 'x' }]]);
    const list = listHosts(figures, { shown: null, problems, order: readListOrder(order) });
    expect([...list].map((i) => figures.hosts[i]?.name)).toEqual(names);
  });
});

test.for([
  { heat: 0, look: 0 },
  { heat: -1, look: 0 },
  { heat: 1, look: 127 },
  { heat: 1.01, look: LOOK_BEYOND },
  { heat: Number.NaN, look: LOOK_HOLLOW },
])('the look of $heat', ({ heat, look }) => expect(lookOf(heat)).toBe(look));

test.for([
  { value: 0, base: 1000, up: 1 },
  { value: 8, base: 1000, up: 8 },
  { value: 8.4, base: 1000, up: 10 },
  { value: 130, base: 1000, up: 150 },
  { value: 0.003, base: 1000, up: 0.003 },
  { value: 1025, base: 1024, up: 1536 },
  { value: 3 * 1024 ** 3, base: 1024, up: 3 * 1024 ** 3 },
] as const)('$value is rounded up to $up', ({ value, base, up }) =>
  expect(roundUp(value, base)).toBeCloseTo(up, 9),
);

describe('a heat map’s places', () => {
  const layout = layoutHeat(25, { width: 118, cellMax: 10, cellMin: 4, heightMax: 200 });
  test('ten columns of 10 px and a gap of 2', () =>
    expect(layout).toMatchObject({ columns: 10, cell: 10, rows: 3 }));
  test.for([
    { x: 0, y: 0, place: 0 },
    { x: 13, y: 13, place: 11 },
    { x: 119.9, y: 0, place: 9 },
    { x: 121, y: 0, place: null },
    { x: 70, y: 25, place: null },
    { x: -1, y: 0, place: null },
  ])('at $x, $y', ({ x, y, place }) => expect(cellAt({ x, y }, layout, 25)).toBe(place));
  test.for([
    { key: 'ArrowRight', from: null, to: 0 },
    { key: 'ArrowRight', from: 24, to: 24 },
    { key: 'ArrowDown', from: 3, to: 13 },
    { key: 'ArrowDown', from: 16, to: 16 },
    { key: 'ArrowUp', from: 3, to: 3 },
    { key: 'ArrowUp', from: 13, to: 3 },
    { key: 'End', from: 2, to: 24 },
    { key: 'x', from: 2, to: null },
  ])('$key from $from', ({ key, from, to }) =>
    expect(stepCell(key, from, { columns: 10, count: 25 })).toBe(to),
  );
});

test.for([
  { filter: 'web-01 eu', pattern: false },
  { filter: '10.0.0.1', pattern: false },
  { filter: 'web-.*', pattern: true },
  { filter: '(a+)+$', pattern: true },
  { filter: `${'a'.repeat(1000)}*`, pattern: false },
])('the filter $filter', ({ filter, pattern }) => expect(isPattern(filter)).toBe(pattern));

test('names of hosts in as few selectors as are allowed', () => {
  const hosts = Array.from({ length: 1000 }, (_, i) => `host-${i}.example.net`);
  const chunks = chunksOf(hosts);
  expect(chunks.flat()).toEqual(hosts);
  for (const chunk of chunks) expect(chunk.join('|').length).toBeLessThan(3500);
  expect(chunksOf([])).toEqual([]);
});

test('the row nearest to a time', () => {
  expect([rowAt([], 5), rowAt([10, 20, 30], 24), rowAt([10, 20, 30], 99)]).toEqual([-1, 1, 2]);
});

describe('where low is bad', () => {
  test.for([
    { metric: 'mem_free', low: true },
    { metric: 'disk_free', low: true },
    { metric: 'cpu_idle', low: true },
    { metric: 'cpu-0/percent-idle', low: true },
    { metric: 'mem_free|memory/memory-free', low: true },
    { metric: 'mem_free|mem_total', low: false },
    { metric: 'freezes', low: false },
    { metric: 'load_one', low: false },
  ])('$metric: $low', ({ metric, low }) => expect(isLowBad(metric)).toBe(low));
  const seen = { quantity: { kind: 'level' } as const, highest: 10, divided: true };
  test('the least is hot', () => {
    const scale = scaleOf(measureById('memory'), seen);
    expect([heatOf(0, scale), heatOf(10, scale), heatOf(12, scale)]).toEqual([1, 0, expect.closeTo(-0.2)]);
    expect(heatOf(-1, scale)).toBe(1);
    expect(scaleWords(scale)).toBe('memory free, least is hot, cool at 10');
  });
  test('a percentage that is free knows nothing beyond its hot end', () => {
    const scale = scaleOf(measureById('cpu_idle'), { ...seen, quantity: { kind: 'percent' } });
    expect(scale).toMatchObject({ hotAt: 100, bounded: false, falling: true });
  });
  test('the least comes first, the unknown last', () => {
    const columns = {
      count: 3,
      values: Float64Array.of(5, Number.NaN, 2),
      marks: new Uint8Array(3).fill(MARKS.indexOf('ok')),
    };
    expect([...orderHosts({ ...columns, leastFirst: true }, 'value', null)]).toEqual([2, 0, 1]);
    expect([...orderHosts(columns, 'value', null)]).toEqual([0, 2, 1]);
  });
});
