import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { chartsOf, chunkCharts, metricRank, placeOf } from '../../web/src/fleet/chart-group.ts';
import { freshness } from '../../web/src/fleet/freshness.ts';
import { clusterLink, hostLink, serviceLink, viewOf, withQuery } from '../../web/src/fleet/link.ts';
import { exactly, isUnfinished, matchesWords } from '../../web/src/fleet/pattern.ts';
import {
  attemptWords,
  compareServices,
  listOf,
  notJudgedWords,
  outputWords,
  problemKey,
  problemsByHost,
  problemsOf,
  problemTitle,
} from '../../web/src/fleet/problem.ts';
import { rangeOf } from '../../web/src/fleet/range.ts';
import { restingOrder } from '../../web/src/fleet/resting-order.ts';
import { MARKS, markOf, worstMark } from '../../web/src/fleet/state.ts';
import { service } from './service.ts';
import type { MetricView, ServiceView } from '../../src/contract/api.ts';

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
  { path: '/services', view: { kind: 'services' } },
  { path: '/checks', view: { kind: 'checks' } },
  { path: '/service', view: { kind: 'service', cluster: '', host: '', service: '' } },
  { path: '/services/web', view: { kind: 'missing', path: '/services/web' } },
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

test('names of any service find their way back, those of an aggregate are empty', () => {
  const name = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(name, name, name, (cluster, host, own) => {
      const { pathname, searchParams } = new URL(
        serviceLink({ cluster, host, service: own }),
        'http://muster',
      );
      expect(viewOf(pathname, searchParams)).toEqual({ kind: 'service', cluster, host, service: own });
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
    expect(listOf(service({ silenced: true }))).toBe('silenced');
    expect(listOf(service({ silenced: true, acknowledged: true }))).toBe('acknowledged');
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

describe('numbered instances of one thing', () => {
  const of = (count: number, kinds: string[]) =>
    Array.from({ length: count }, (_, i) => kinds.map((kind) => metric(`cpu-${i}/${kind}`))).flat();
  test('three and more share a chart, in the order of their numbers', () => {
    const charts = chartsOf([metric('load'), ...of(11, ['percent-idle']).toReversed(), metric('uptime')]);
    expect(charts.map(({ title }) => title)).toEqual([
      'load',
      'cpu-*/percent-idle',
      'cpu-*/percent-idle',
      'uptime',
    ]);
    expect(charts[1]?.labels.slice(0, 3)).toEqual(['cpu-0', 'cpu-1', 'cpu-2']);
    expect(charts[2]?.labels).toEqual(['cpu-10']);
  });
  test('two stay alone', () => {
    expect(chartsOf(of(2, ['percent-idle'])).map(({ title }) => title)).toEqual([
      'cpu-0/percent-idle',
      'cpu-1/percent-idle',
    ]);
  });
  test('an instance with a chart of several lines keeps it', () => {
    expect(chartsOf(of(3, ['percent-idle', 'percent-user'])).map(({ title }) => title)).toEqual([
      'cpu-0/percent',
      'cpu-1/percent',
      'cpu-2/percent',
    ]);
  });
});

test.for([
  { filter: 'web-0[1-', unfinished: true },
  { filter: 'web-(0', unfinished: true },
  { filter: 'web-0[1-4]', unfinished: false },
  { filter: '(?i)web', unfinished: false },
  { filter: 'web', unfinished: false },
])('“$filter” is an unfinished expression: $unfinished', ({ filter, unfinished }) =>
  expect(isUnfinished(filter)).toBe(unfinished),
);

test('the key of a problem is its names, told apart, and not encoded', () => {
  const key = (cluster: string, host: string) => problemKey(service({ cluster, host, service: 'cpu steal' }));
  expect(key('web', 'web-1')).toBe('web/web-1/cpu steal');
  expect(key('a/b', 'c')).not.toBe(key('a', 'b/c'));
});
