import { expect, test } from 'vitest';
import { joinAnswers } from '../../web/src/chart/joined.ts';
import {
  alerts,
  choiceInAddress,
  choiceOf,
  chosenOf,
  fillPattern,
  fillWords,
  foldValues,
  hostsOfPanel,
  lineNames,
  paragraphsOf,
  stateOfValue,
} from '../../web/src/fleet/dashboard.ts';
import type { DashboardVariable } from '../../src/contract/dashboard.ts';

const cluster: DashboardVariable = {
  name: 'cluster',
  fact: '',
  label: '',
  pattern: 'web.*',
  default: 'web',
};
const host: DashboardVariable = { name: 'host', fact: '', label: '', pattern: '.*', default: '' };
const role: DashboardVariable = { name: 'role', fact: 'a:role', label: 'Role', pattern: '.*', default: '' };

test.for([
  { name: 'nothing: the default', query: '', choice: 'web', pattern: 'web' },
  {
    name: 'a name, taken literally',
    query: 'cluster=web.%2B',
    choice: 'web.+',
    pattern: String.raw`web\.\+`,
  },
  { name: 'all: what the variable offers', query: 'cluster=*', choice: '', pattern: 'web.*' },
])('the address has $name', ({ query, choice, pattern }) => {
  const search = new URLSearchParams(query);
  expect(choiceOf(cluster, search)).toBe(choice);
  expect(chosenOf([cluster, host], search)).toEqual(
    new Map([
      ['cluster', pattern],
      ['host', '.*'],
    ]),
  );
  const written = new URLSearchParams({ cluster: choiceInAddress(cluster, choice) ?? '' });
  expect(choiceOf(cluster, written)).toBe(choice);
});

test.for([
  { pattern: '$cluster', filled: 'a|b' },
  { pattern: 'x-$cluster', filled: 'x-(?:a|b)' },
  { pattern: '$cluster-$host', filled: '(?:a|b)-(?:$1)' },
  { pattern: String.raw`\$cluster`, filled: String.raw`\$cluster` },
  { pattern: 'cpu$', filled: 'cpu$' },
])('$pattern', ({ pattern, filled }) => {
  const chosen = new Map([
    ['cluster', 'a|b'],
    ['host', '$1'],
  ]);
  expect(fillPattern(pattern, chosen)).toBe(filled);
});

test.for([
  { name: 'nothing chosen: hosts without the fact too', query: '', pattern: '$role', fact: [] },
  {
    name: 'a value, taken literally; the name’s colon is escaped',
    query: 'var-role=db.1',
    pattern: '$role',
    fact: [String.raw`a\:role:db\.1`],
  },
  { name: 'amid', query: '', pattern: 'db-$role', fact: [String.raw`a\:role:db-(?:.*)`] },
  { name: 'none of the viewer’s', query: 'var-role=web', pattern: 'db', fact: [String.raw`a\:role:db`] },
  { name: 'another key of the address', query: 'role=db', pattern: '$role', fact: [] },
])('hosts by a fact: $name', ({ query, pattern, fact }) => {
  const chosen = chosenOf([role], new URLSearchParams(query));
  const panel = { cluster: '.*', host: '.*', facts: [{ fact: 'a:role', pattern }] };
  expect(hostsOfPanel(panel, chosen)).toEqual({ cluster: '.*', host: '.*', fact });
});

test('a fact whose values are narrowed is asked for, whatever was chosen', () => {
  const chosen = chosenOf([{ ...role, pattern: 'db.*' }], new URLSearchParams());
  const panel = { cluster: '.*', host: '.*', facts: [{ fact: 'role', pattern: '$role' }] };
  expect(hostsOfPanel(panel, chosen).fact).toEqual(['role:db.*']);
});

test.for([
  { query: '', words: 'Load of any role in web, $x and $5' },
  { query: 'var-role=db&cluster=*', words: 'Load of db in all clusters, $x and $5' },
])('words: $words', ({ query, words }) => {
  const dashboard = {
    name: 'a',
    title: '',
    description: '',
    fault: null,
    range: '1h',
    panels: [],
    variables: [cluster, role],
  };
  const text = 'Load of $role in $cluster, $x and $5';
  expect(fillWords(text, dashboard, new URLSearchParams(query))).toBe(words);
});

const line = (host: string, metric = 'load') => ({ cluster: 'web', host, metric });
test.for([
  { name: 'one line: its label', lines: [line('a')], label: 'Load', names: ['Load'] },
  { name: 'one line without: its metric', lines: [line('a')], label: '', names: ['load'] },
  { name: 'several: what differs', lines: [line('a'), line('b')], label: '', names: ['a', 'b'] },
  { name: 'several with a label', lines: [line('a'), line('b')], label: 'CPU', names: ['CPU a', 'CPU b'] },
  { name: 'two things differ', lines: [line('a', 'x'), line('b', 'y')], label: '', names: ['a x', 'b y'] },
  { name: 'nothing does', lines: [line('a'), line('a')], label: '', names: ['load', 'load'] },
  { name: 'one line by host', lines: [line('a')], label: '', by: 'host' as const, names: ['a'] },
  { name: 'one by host with a label', lines: [line('a')], label: 'L', by: 'host' as const, names: ['L'] },
])('names of lines: $name', ({ lines, label, by = null, names }) => {
  expect(lineNames(lines, label, by)).toEqual(names);
});

const twenty = Array.from({ length: 20 }, (_, i) => i + 1);
test.for([
  { aggregate: 'sum', value: 210, none: null },
  { aggregate: 'avg', value: 10.5, none: null },
  { aggregate: 'min', value: 1, none: null },
  { aggregate: 'max', value: 20, none: null },
  { aggregate: 'p95', value: 19, none: null },
  { aggregate: 'count', value: 20, none: 0 },
] as const)('$aggregate', ({ aggregate, value, none }) => {
  expect(foldValues(twenty, aggregate)).toBe(value);
  expect(foldValues([], aggregate)).toBe(none);
});

test.for([
  { range: '10', values: [-1, 0, 10, 11], alerting: [true, false, false, true] },
  { range: '10:', values: [9, 10, 1e9], alerting: [true, false, false] },
  { range: '~:10', values: [-1e9, 10, 11], alerting: [false, false, true] },
  { range: '10:20', values: [9, 10, 20, 21], alerting: [true, false, false, true] },
  { range: '@10:20', values: [9, 10, 20, 21], alerting: [false, true, true, false] },
  { range: '', values: [1], alerting: [false] },
])('the range $range', ({ range, values, alerting }) => {
  expect(values.map((value) => alerts(range, value))).toEqual(alerting);
});

test.for([
  { value: 1, state: 'ok' },
  { value: 5, state: 'warning' },
  { value: 9, state: 'critical' },
  { value: null, state: 'none' },
])('$value is $state', ({ value, state }) => {
  expect(stateOfValue(value, { warning: '4', critical: '8' })).toBe(state);
  expect(stateOfValue(value, { warning: '', critical: '' })).toBe('none');
});

test.for([
  { name: 'paragraphs', text: 'a\nb\n\n \nc', hrefs: [], count: 2 },
  {
    name: 'an address at a sentence’s end',
    text: 'See https://a.b/c?d=1.',
    hrefs: ['https://a.b/c?d=1'],
    count: 1,
  },
  { name: 'one in brackets', text: '(http://a.b)', hrefs: ['http://a.b'], count: 1 },
  {
    name: 'other schemes stay text',
    text: 'javascript:alert(1) data:text/html,x ftp://a',
    hrefs: [],
    count: 1,
  },
  { name: 'no address at all', text: 'https://', hrefs: [], count: 1 },
  { name: 'markup stays text', text: '<a href="https://a.b">x</a>', hrefs: ['https://a.b'], count: 1 },
])('text: $name', ({ text, hrefs, count }) => {
  const paragraphs = paragraphsOf(text);
  expect(paragraphs).toHaveLength(count);
  expect(paragraphs.flat().flatMap(({ href }) => href ?? [])).toEqual(hrefs);
  if (count === 1)
    expect(
      paragraphs
        .flat()
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
});

test('answers are joined on one time axis, scaled', () => {
  const answer = (times: number[], values: (number | null)[]) => ({
    times,
    series: [{ cluster: '', host: '', metric: '', units: '', values }],
    left_out: 0,
  });
  const joined = joinAnswers(
    [answer([10, 20, 30], [1, 2, 3]), answer([20, 30, 40], [4, null, 6]), undefined],
    [
      { answer: 0, series: 0, scale: 1 },
      { answer: 1, series: 0, scale: -1 },
      { answer: 2, series: 0, scale: 1 },
    ],
  );
  expect(joined.times).toEqual([10, 20, 30, 40]);
  expect(joined.lines[0]).toEqual([1, 2, 3, null]);
  expect(joined.lines[1]).toEqual([null, -4, undefined, -6]);
  expect(joined.lines[2]).toEqual([null, null, null, null]);
});
