import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { chartsOf, chunkCharts, metricRank, placeOf } from '../../web/src/fleet/chart-group.ts';
import { freshness } from '../../web/src/fleet/freshness.ts';
import { heatCells, measureHosts, scaled, scaleOf } from '../../web/src/fleet/heat-cells.ts';
import { clusterLink, hostLink, viewOf, withQuery } from '../../web/src/fleet/link.ts';
import { CPU_USER, LOAD_MEASURE, NETWORK_IN } from '../../web/src/fleet/measure.ts';
import { exactly, matchesWords } from '../../web/src/fleet/pattern.ts';
import {
  attemptWords,
  compareServices,
  listOf,
  notJudgedWords,
  outputWords,
  problemsByHost,
  problemsOf,
  problemTitle,
} from '../../web/src/fleet/problem.ts';
import { rangeOf } from '../../web/src/fleet/range.ts';
import { restingOrder } from '../../web/src/fleet/resting-order.ts';
import { MARKS, markOf, worstMark } from '../../web/src/fleet/state.ts';
import type { HostMeasure } from '../../web/src/fleet/heat-cells.ts';
import type { HostView, MetricView, ServiceView } from '../../src/contract/api.ts';

const service = (changes: Partial<ServiceView>): ServiceView => ({
  cluster: 'web',
  host: 'a',
  service: 'load',
  state: 'CRITICAL',
  state_type: 'HARD',
  attempt: 3,
  max_check_attempts: 3,
  output: '',
  since_ms: 1000,
  last_check_ms: 2000,
  flapping: false,
  acknowledged: false,
  in_downtime: false,
  metric: 'load_one',
  warning: '4',
  critical: '8',
  notes: '',
  runbook: '',
  ...changes,
});
const host = (changes: Partial<HostView>): HostView => ({
  cluster: 'web',
  name: 'a',
  address: '10.0.0.1',
  state: 'UP',
  last_seen_ms: 1000,
  silence_limit_ms: 80_000,
  clock_skew_ms: null,
  agent: 'gmond',
  facts: {},
  metrics: 1,
  registered: false,
  retired_reason: null,
  worst_state: 'OK',
  ...changes,
});
const metric = (name: string, group = 'g'): MetricView => ({
  metric: name,
  value: 1,
  units: '',
  kind: 'gauge',
  time_ms: 0,
  age_ms: 0,
  stale_after_ms: 60_000,
  group,
  title: '',
});

test.for([
  { word: 'UP', mark: 'ok' },
  { word: 'OK', mark: 'ok' },
  { word: 'warning', mark: 'warning' },
  { word: 'DOWN', mark: 'down' },
  { word: 'PENDING', mark: 'pending' },
  { word: 'a word of a later version', mark: 'unknown' },
])('the mark of $word', ({ word, mark }) => expect(markOf(word)).toBe(mark));

test('the worst mark is the first of the order', () => {
  expect(worstMark([])).toBe('ok');
  expect(worstMark(MARKS.toReversed())).toBe('down');
});

test.for([
  { path: '/', view: { kind: 'grid' } },
  { path: '/problems', view: { kind: 'problems' } },
  { path: '/clusters/web%2Feu', view: { kind: 'cluster', cluster: 'web/eu' } },
  { path: '/hosts/web/a%25b', view: { kind: 'host', cluster: 'web', host: 'a%b' } },
  { path: '/hosts/web', view: { kind: 'missing', path: '/hosts/web' } },
  { path: '/clusters/100%', view: { kind: 'cluster', cluster: '100%' } },
])('the view at $path', ({ path, view }) => expect(viewOf(path)).toEqual(view));

test('any name finds its way back from a link', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(name, name, (cluster, hostName) => {
      expect(viewOf(clusterLink(cluster))).toEqual({ kind: 'cluster', cluster });
      expect(viewOf(hostLink(cluster, hostName))).toEqual({ kind: 'host', cluster, host: hostName });
    }),
  );
});

test('a query changes in part', () => {
  const search = new URLSearchParams('range=1h&q=a');
  expect(withQuery('/x', search, { q: undefined, group: 'cpu' })).toBe('/x?range=1h&group=cpu');
  expect(withQuery('/x', search, { q: '', range: undefined })).toBe('/x');
});

test('a name as a pattern matches itself only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, other) => {
      const pattern = new RegExp(`^(?:${exactly(name)})$`);
      expect(pattern.test(name)).toBe(true);
      expect(pattern.test(other)).toBe(name === other);
    }),
  );
});

test.for([
  { name: 'all words, any order and case', filter: 'DB 04', found: true },
  { name: 'one word missing', filter: 'db 05', found: false },
  { name: 'no words', filter: ' ', found: true },
])('filter: $name', ({ filter, found }) => expect(matchesWords(filter, ['mysql-04', 'db'])).toBe(found));

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
  ])('$metric', ({ pattern, metric: name, matches }) => {
    expect(new RegExp(`^(?:${pattern})$`).test(name)).toBe(matches);
  });
  const sample = (name: string, metricName: string, value: number | null, atMs = 100_000) => ({
    cluster: 'web',
    host: name,
    metric: metricName,
    units: '',
    value,
    atMs,
  });
  const fleet = (...hosts: HostView[]) => ({
    hosts: new Map(hosts.map((each) => [`web\n${each.name}`, each])),
    nowMs: 100_000,
  });
  const abc = fleet(host({ name: 'a' }), host({ name: 'b' }), host({ name: 'c' }));
  const figures = (measures: ReadonlyMap<string, HostMeasure>) => {
    const scale = scaleOf([...measures.values()], LOAD_MEASURE);
    return { scale, hosts: [...measures].map(([key, measured]) => [key.slice(4), scaled(measured, scale)]) };
  };
  test('load is divided by the processors: a number told, or series counted', () => {
    const measures = measureHosts(
      [
        sample('a', 'load_one', 8),
        sample('a', 'cpu_num', 4),
        sample('b', 'load/load:shortterm', 3),
        sample('b', 'cpu-0/cpu-idle', null),
        sample('b', 'cpu-1/percent-idle', 97),
        sample('c', 'load_one', null),
      ],
      LOAD_MEASURE,
      abc,
    );
    expect(figures(measures)).toEqual({
      scale: { label: 'load per CPU', perProcessor: true, hotAt: 2, bounded: true },
      hosts: [
        ['a', 2],
        ['b', 1.5],
      ],
    });
  });
  test('where a number of processors is not known all loads are plain, on a relative scale', () => {
    const samples = [sample('a', 'load_one', 8), sample('a', 'cpu_num', 4), sample('b', 'load_one', 3)];
    expect(figures(measureHosts(samples, LOAD_MEASURE, abc))).toEqual({
      scale: { label: 'load', perProcessor: false, hotAt: 8, bounded: false },
      hosts: [
        ['a', 8],
        ['b', 3],
      ],
    });
  });
  test('a small load is cool on a relative scale too', () => {
    const { scale } = figures(measureHosts([sample('a', 'load_one', 0.1)], LOAD_MEASURE, abc));
    expect(scale.hotAt).toBe(1);
  });
  test.for([
    { name: 'fresh', metric: 'load_one', atMs: 99_000, state: 'UP', known: true },
    {
      name: 'gmond may rest longer than its host',
      metric: 'load_one',
      atMs: -179_000,
      state: 'UP',
      known: true,
    },
    { name: 'gmond, too old', metric: 'load_one', atMs: -181_000, state: 'UP', known: false },
    {
      name: 'collectd, once a host is overdue',
      metric: 'load/load:shortterm',
      atMs: 19_000,
      state: 'UP',
      known: false,
    },
    { name: 'at once when the host is down', metric: 'load_one', atMs: 99_000, state: 'DOWN', known: false },
  ])('stale values are skipped: $name', ({ metric: name, atMs, state, known }) => {
    const measures = measureHosts([sample('a', name, 1, atMs)], LOAD_MEASURE, fleet(host({ state })));
    expect(measures.size).toBe(known ? 1 : 0);
  });
  test('cells: down, then hot to cool, then the unknown', () => {
    const measured = (value: number) => ({ value, processors: null, quantity: { kind: 'plain' as const } });
    const cells = heatCells(
      [
        host({ name: 'cool' }),
        host({ name: 'silent' }),
        host({ name: 'hot' }),
        host({ name: 'gone', state: 'DOWN' }),
      ],
      new Map([
        ['web\ncool', measured(0)],
        ['web\nhot', measured(3)],
        ['web\ngone', measured(9)],
      ]),
      { label: 'x', perProcessor: false, hotAt: 2, bounded: true },
    );
    expect(cells.map((cell) => [cell.host, cell.heat, cell.text])).toEqual([
      ['gone', null, '–'],
      ['hot', 1.5, '3'],
      ['cool', 0, '0'],
      ['silent', null, '–'],
    ]);
  });
});

describe('charts', () => {
  test.for([
    { metric: 'load_one', key: 'load_one', label: 'load_one' },
    { metric: 'load/load:shortterm', key: 'load/load', label: 'shortterm' },
    { metric: 'memory/memory-used', key: 'memory/memory', label: 'used' },
    { metric: 'interface-eth0/if_octets:rx', key: 'interface-eth0/if_octets', label: 'rx' },
    { metric: 'cpu-0/cpu-idle', key: 'cpu-0/cpu', label: 'idle' },
    { metric: 'a-b/if_octets-c:tx', key: 'a-b/if_octets-c', label: 'tx' },
    {
      metric: 'statsd/app.logins-x.rate',
      key: 'statsd/app.logins-x.rate',
      label: 'statsd/app.logins-x.rate',
    },
  ])('$metric', ({ metric: name, key, label }) => expect(placeOf(name)).toEqual({ key, label }));
  test('a lone metric keeps its whole name, many lines are split', () => {
    const names = Array.from({ length: 23 }, (_, i) => metric(`t/temp-${i}`));
    const charts = chartsOf([metric('users/users'), ...names]);
    expect(charts.map((chart) => [chart.title, chart.metrics.length])).toEqual([
      ['users/users', 1],
      ['t/temp', 10],
      ['t/temp', 10],
      ['t/temp', 3],
    ]);
    expect(new Set(charts.map((chart) => chart.key)).size).toBe(4);
  });
  test('people’s order', () => {
    const sorted = ['load_five', 'x', 'load_one'].toSorted((a, b) => metricRank(a) - metricRank(b));
    expect(sorted).toEqual(['load_one', 'load_five', 'x']);
  });
  test('every chart is in one chunk, no chunk passes its bounds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 120 }), (names) => {
        const charts = chartsOf(names.map((name) => metric(name)));
        const chunks = chunkCharts(charts, { metricsMax: 24, charsMax: 200 });
        for (const chart of charts) expect(chunks.get(chart.key)).toContain(chart.metrics[0]?.metric);
        for (const chunk of new Set(chunks.values())) {
          expect(chunk.length).toBeLessThanOrEqual(24);
          expect(chunk.join('|').length).toBeLessThanOrEqual(200);
        }
        expect([...new Set(chunks.values())].flat().toSorted()).toEqual(names.toSorted());
      }),
    );
  });
});

test.for([
  { name: 'within its limit', atMs: 40_000, hostDown: false, stale: undefined },
  { name: 'beyond its limit', atMs: 39_999, hostDown: false, stale: 60_001 },
  { name: 'at once when the host is down', atMs: 99_000, hostDown: true, stale: 1000 },
  { name: 'never taken', atMs: 0, hostDown: false, stale: undefined },
])('freshness: $name', ({ atMs, hostDown, stale }) => {
  const age = freshness({ atMs, staleAfterMs: 60_000 }, { nowMs: 100_000, hostDown });
  expect(age.kind === 'stale' ? age.ageMs : undefined).toBe(stale);
});

describe('problems', () => {
  test('the worst first, then the newest', () => {
    const sorted = [
      service({ host: 'old', since_ms: 1 }),
      service({ host: 'warn', state: 'WARNING', since_ms: 9 }),
      service({ host: 'new', since_ms: 5 }),
      service({ host: 'down', state: 'DOWN', service: 'host' }),
    ].toSorted(compareServices);
    expect(sorted.map((s) => s.host)).toEqual(['down', 'new', 'old', 'warn']);
  });
  test('titles and attempts in words', () => {
    expect(problemTitle(service({}))).toBe('load on a');
    expect(problemTitle(service({ service: 'host', state: 'DOWN' }))).toBe('a is down');
    expect(attemptWords(service({}))).toBe('hard');
    expect(attemptWords(service({ state_type: 'SOFT', attempt: 1 }))).toBe('soft, attempt 1 of 3');
  });
  const down = (changes: Partial<ServiceView>) => service({ service: 'host', state: 'DOWN', ...changes });
  test.for([
    { name: 'nothing', services: [], lines: [], words: [] },
    {
      name: 'an up host keeps its own',
      services: [service({ state: 'UNKNOWN' })],
      lines: ['load'],
      words: [''],
    },
    {
      name: 'a down host takes its services under itself',
      services: [service({ state: 'UNKNOWN' }), down({}), service({ service: 'disk', state: 'CRITICAL' })],
      lines: ['host'],
      words: ['2 services not judged while it is down'],
    },
    {
      name: 'not those of a namesake in another cluster, nor of other hosts',
      services: [down({}), service({ cluster: 'db' }), service({ host: 'b', service: 'disk' })],
      lines: ['host', 'load', 'disk'],
      words: ['', '', ''],
    },
    {
      name: 'with the host, whoever took it on',
      services: [down({ acknowledged: true }), service({})],
      lines: ['host'],
      words: ['1 service not judged while it is down'],
    },
  ])('folding: $name', ({ services, lines, words }) => {
    const problems = problemsOf(services);
    expect(problems.map((problem) => problem.service.service)).toEqual(lines);
    expect(problems.map(notJudgedWords)).toEqual(words);
    const hidden = problems.reduce((sum, problem) => sum + problem.notJudged.length, 0);
    expect(hidden + problems.length).toBe(services.length);
  });
  test('counts of a host leave out what is not judged, and what is not open', () => {
    const services = [
      down({}),
      service({}),
      service({ host: 'b' }),
      service({ host: 'c', acknowledged: true }),
    ];
    expect([...problemsByHost(services)]).toEqual([
      ['a', { worst: 'down', count: 1, worstService: 'host' }],
      ['b', { worst: 'critical', count: 1, worstService: 'load' }],
    ]);
  });
  test.for([
    {
      name: 'a down host counts its silence',
      of: down({ output: 'x' }),
      seen: 1000,
      text: 'silent for 94\u00a0s',
    },
    { name: 'never heard', of: down({ output: 'never heard' }), seen: 0, text: 'never heard' },
    { name: 'when is not known', of: down({ output: 'silent' }), seen: undefined, text: 'silent' },
    { name: 'a service', of: service({ output: 'x' }), seen: 1000, text: 'x' },
    { name: 'no words', of: service({}), seen: undefined, text: 'no output' },
  ])('output: $name', ({ of, seen, text }) => expect(outputWords(of, seen, 95_000)).toBe(text));
  test('acknowledged and maintained ones are not open', () => {
    expect(listOf(service({}))).toBe('open');
    expect(listOf(service({ acknowledged: true }))).toBe('acknowledged');
    expect(listOf(service({ acknowledged: true, in_downtime: true }))).toBe('downtime');
  });
});

test.for([
  { name: 'nothing before', before: '', fresh: 'cab', out: 'cab' },
  { name: 'places are kept', before: 'abc', fresh: 'cba', out: 'abc' },
  { name: 'what is new comes last', before: 'ab', fresh: 'xbya', out: 'abxy' },
  { name: 'what is gone goes', before: 'abc', fresh: 'ca', out: 'ac' },
])('a list at rest: $name', ({ before, fresh, out }) => {
  expect(restingOrder(before.split(''), fresh.split(''), (letter) => letter).join('')).toBe(out);
});

test.for([
  { query: '', range: { kind: 'last', id: '1h', seconds: 3600 } },
  { query: 'range=1w', range: { kind: 'last', id: '1w', seconds: 604_800 } },
  { query: 'range=1w&from=100&to=200', range: { kind: 'between', fromS: 100, toS: 200 } },
  { query: 'from=200&to=100', range: { kind: 'last', id: '1h', seconds: 3600 } },
  { query: 'range=ever', range: { kind: 'last', id: '1h', seconds: 3600 } },
])('range of "$query"', ({ query, range }) => expect(rangeOf(new URLSearchParams(query))).toEqual(range));
