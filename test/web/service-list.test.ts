import { describe, expect, test } from 'vitest';
import { aggregateLines } from '../../web/src/fleet/aggregate-lines.ts';
import { countedBy } from '../../web/src/fleet/aggregate-states.ts';
import { orderDefinitions, runWords, wordsOf } from '../../web/src/fleet/check-words.ts';
import { countStates, isNarrowed, kindLabel, readServiceFilter } from '../../web/src/fleet/service-list.ts';
import { judgedMetrics } from '../../web/src/fleet/service-metrics.ts';
import { cameWords, nextWords } from '../../web/src/fleet/service-words.ts';
import { isHostService, stateLabel } from '../../web/src/fleet/state.ts';
import { millisWords } from '../../web/src/format/millis.ts';
import { service } from './service.ts';
import type { PerformanceView, ServiceDetail, ServiceView } from '../../src/contract/api.ts';

const nothing = {
  words: '',
  cluster: '',
  kind: null,
  state: null,
  problems: false,
  flapping: false,
};

test.for([
  { name: 'nothing', search: '', filter: nothing, narrowed: false },
  { name: 'words', search: 'q=web+07', filter: { ...nothing, words: 'web 07' }, narrowed: true },
  { name: 'blanks', search: 'q=+', filter: { ...nothing, words: ' ' }, narrowed: false },
  { name: 'a state', search: 'state=critical', filter: { ...nothing, state: 'critical' }, narrowed: true },
  { name: 'no state', search: 'state=bad&kind=bad&only=bad', filter: nothing, narrowed: false },
  {
    name: 'the rest',
    search: 'cluster=a%2Fb&kind=passive&only=flapping',
    filter: { ...nothing, cluster: 'a/b', kind: 'passive', flapping: true },
    narrowed: true,
  },
  { name: 'problems', search: 'only=problems', filter: { ...nothing, problems: true }, narrowed: true },
])('the filter of an address: $name', ({ search, filter, narrowed }) => {
  const read = readServiceFilter(new URLSearchParams(search));
  expect(read).toEqual(filter);
  expect(isNarrowed(read)).toBe(narrowed);
});

test('states are counted, the worst first; what is up is OK; what is left out is as the last', () => {
  const states = ['OK', 'PENDING', 'UP', 'WARNING', 'DOWN', 'WARNING'];
  expect([
    ...countStates(
      states.map((state) => service({ state })),
      100,
    ),
  ]).toEqual([
    ['down', 1],
    ['warning', 102],
    ['pending', 1],
    ['ok', 2],
  ]);
});

test('a kind this page does not know is told as it is', () => {
  expect(['command', 'weather'].map(kindLabel)).toEqual(['Plugin', 'weather']);
});

const detail = (
  view: Partial<ServiceView>,
  rest: Partial<ServiceDetail> & { readonly settings?: Record<string, string> } = {},
): ServiceDetail => ({
  service: service(view),
  long_output: '',
  performance: [],
  metrics: [],
  members: null,
  execution_ms: 0,
  latency_ms: 0,
  via: '',
  from: '',
  can_check_now: false,
  accepts_results: false,
  depends_on: [],
  parents: [],
  ...rest,
  definition: { name: 'n', where: 'f:1:1', semantics: 'muster', settings: rest.settings ?? {} },
});

describe('what is drawn for a service', () => {
  const time: PerformanceView = {
    label: 'time',
    value: 0.8,
    uom: 's',
    warning: '1',
    critical: '',
    min: null,
    max: null,
    metric: 'perfdata/http/time',
  };
  test.for([
    {
      name: 'a metric with its thresholds',
      of: detail({ kind: 'metric' }, { metrics: ['load_one'] }),
      drawn: [['load_one', 'load_one', '4', '8']],
    },
    {
      name: 'a rate has other units than its metric',
      of: detail({ kind: 'metric', function: 'rate_of_change' }, { metrics: ['m'] }),
      drawn: [['m', 'm']],
    },
    {
      name: 'parts of a ratio',
      of: detail({ kind: 'combined' }, { metrics: ['a', 'b'] }),
      drawn: [
        ['a', 'a'],
        ['b', 'b'],
      ],
    },
    {
      name: 'what a plugin measured, each once and with its own thresholds',
      of: detail({ kind: 'command' }, { performance: [time], metrics: ['perfdata/http/time'] }),
      drawn: [['perfdata/http/time', 'time', '1', '']],
    },
    { name: 'the host itself', of: detail({ kind: 'host', metric: '' }), drawn: [] },
  ])('$name', ({ of, drawn }) => {
    const told = judgedMetrics(of).map(({ metric, title, services }) => [
      metric,
      title,
      ...services.flatMap(({ warning, critical }) => [warning, critical]),
    ]);
    expect(told).toEqual(drawn);
  });
  test.for([
    { settings: { function: 'p95' }, lines: ['p95'] },
    { settings: { percent_over: '80' }, lines: ['max', 'avg', 'min'] },
  ])('lines of an aggregate: $lines', ({ settings, lines }) => {
    expect(aggregateLines(detail({}, { settings }))).toEqual(lines);
  });
});

describe('what an aggregate of states counts', () => {
  const aggregate = { kind: 'aggregate', host: '', service: 'hosts down', cluster: 'a.b' };
  const settings = { aggregate: 'host', state: 'DOWN, UNREACHABLE', function: 'count' };
  test('its hosts, a question a state', () => {
    const members = { cluster: 'web', host: 'a|b' };
    expect(countedBy(detail(aggregate, { settings, members }))).toEqual({
      service: 'host',
      states: ['DOWN', 'UNREACHABLE'],
      requests: [
        { cluster: 'web', host: 'a|b', service: 'host', state: 'DOWN' },
        { cluster: 'web', host: 'a|b', service: 'host', state: 'UNREACHABLE' },
      ],
      isExact: true,
    });
  });
  test('too many to name: all of the cluster', () => {
    const counted = countedBy(detail(aggregate, { settings: { ...settings, state: 'DOWN' } }));
    expect(counted).toMatchObject({
      requests: [{ cluster: String.raw`a\.b`, service: 'host', state: 'DOWN' }],
      isExact: false,
    });
  });
  test.for([
    { name: 'an aggregate of values', of: detail(aggregate, { settings: { aggregate: 'load_one' } }) },
    { name: 'a service of a host', of: detail({}) },
  ])('nothing for $name', ({ of }) => expect(countedBy(of)).toBeNull());
});

test.for([
  { name: 'a host', of: { host: 'a', service: 'host' }, label: 'Up' },
  { name: 'another service', of: { host: 'a', service: 'load' }, label: 'OK' },
  { name: 'an aggregate', of: { host: '', service: 'host' }, label: 'OK' },
])('what is well of $name is $label', ({ of, label }) =>
  expect(stateLabel('ok', isHostService(of))).toBe(label),
);

test.for([
  { ms: -1, words: '0 ms' },
  { ms: 0.004, words: '< 0.01 ms' },
  { ms: 1.842, words: '1.84 ms' },
  { ms: 12.4, words: '12 ms' },
  { ms: 9987, words: '9.99 s' },
  { ms: Number.NaN, words: '–' },
])('$ms ms take $words', ({ ms, words }) => expect(millisWords(ms).replaceAll('\u00a0', ' ')).toBe(words));

test.for([
  { next: 1000, words: 'due now' },
  { next: 1001, words: 'in 1 s' },
  { next: 31_000, words: 'in 30 s' },
])('at 1000 ms a check at $next is $words', ({ next, words }) => {
  expect(nextWords(next, 1000).replaceAll('\u00a0', ' ')).toBe(words);
});

test.for([
  { via: 'judge', from: '', words: '' },
  { via: 'nsca', from: '10.1.2.3', words: 'NSCA, 10.1.2.3' },
  { via: 'plugin', from: '', words: 'its plugin' },
  { via: 'pigeon', from: 'a', words: 'pigeon, a' },
])('a result by $via', ({ via, from, words }) => expect(cameWords({ via, from })).toBe(words));

test.for([
  { name: 'none', plugins: { waiting: 0, runs: {} }, words: 'none has run yet' },
  {
    name: 'the most frequent first',
    plugins: { waiting: 1, runs: { timeout: 2, exited: 12_004, killed: 0 } },
    words: '1 waits · 12\u202f004 done · 2 cut off: too long',
  },
])('plugins: $name', ({ plugins, words }) => expect(runWords(plugins)).toBe(words));

test('definitions to look at come first, then those with problems, then by name', () => {
  const of = (name: string, problems: number, note: string) => ({
    name,
    where: '',
    kind: 'metric',
    services: 1,
    problems,
    note,
  });
  const ordered = orderDefinitions([of('b', 0, ''), of('a', 0, ''), of('bad', 3, ''), of('idle', 0, 'x')]);
  expect(ordered.map(({ name }) => name)).toEqual(['idle', 'bad', 'a', 'b']);
});

test.for([
  { name: 'load', words: 'load' },
  { name: 'disk {{metric.1}} of', words: 'disk' },
  { name: 'disk space[df-root/x]', words: 'disk space' },
])('services of $name have “$words”', ({ name, words }) => expect(wordsOf(name)).toBe(words));
