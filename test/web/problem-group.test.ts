import { describe, expect, test } from 'vitest';
import { summaryColumns } from '../../web/src/chart/summary.ts';
import {
  findSelected,
  groupProblems,
  groupTitle,
  hostNames,
  linesOf,
} from '../../web/src/fleet/problem-group.ts';
import { storyOf } from '../../web/src/fleet/problem-story.ts';
import { breachWords, problemsOf, rangeWords, troubleOf } from '../../web/src/fleet/problem.ts';
import { endedProblems } from '../../web/src/fleet/recent.ts';
import { service } from './service.ts';
import type { EventView, ServiceView } from '../../src/contract/api.ts';
import type { NotificationView } from '../../src/contract/alert-views.ts';

const down = (host: string) => service({ host, service: 'host', state: 'DOWN', metric: '' });
const grouped = (...services: ServiceView[]) => groupProblems(problemsOf(services));

describe('groups', () => {
  test.for([
    { name: 'none', services: [], titles: [] },
    { name: 'one host', services: [service({})], titles: ['load on a'] },
    {
      name: 'the same on two hosts',
      services: [service({}), service({ host: 'b', state: 'WARNING' })],
      titles: ['2 hosts in web: load'],
    },
    {
      name: 'hosts down',
      services: [down('a'), down('b'), service({ host: 'b' })],
      titles: ['2 hosts in web are down'],
    },
    {
      name: 'not over clusters, nor services',
      services: [service({}), service({ host: 'b', cluster: 'db' }), service({ host: 'c', service: 'disk' })],
      titles: ['load on a', 'disk on c', 'load on b'],
    },
    {
      name: 'one service for several metrics of one host stays apart',
      services: [service({ service: 'disk[a]' }), service({ service: 'disk[b]' })],
      titles: ['disk[a] on a', 'disk[b] on a'],
    },
    {
      name: 'an aggregate is of no host',
      services: [
        service({ host: '', service: 'loaded' }),
        service({ cluster: '', host: '', service: 'down' }),
      ],
      titles: ['loaded · web (whole cluster)', 'down · whole grid'],
    },
    {
      name: 'and is one with other hosts',
      services: [service({ service: 'disk[a]' }), service({ host: 'b', service: 'disk[b]' })],
      titles: ['2 hosts in web: disk'],
    },
  ])('$name', ({ services, titles }) => {
    expect(
      grouped(...services)
        .map(groupTitle)
        .toSorted(),
    ).toEqual(titles.toSorted());
  });
  const five = grouped(...['e', 'd', 'c', 'b', 'a'].map((host, i) => service({ host, since_ms: i })));
  test('names of a group', () => expect(five.map(hostNames)).toEqual(['a, b, c and 2 more']));
  test('lines: a group, and its hosts where it is unfolded', () => {
    expect(linesOf(five, new Set()).map(({ kind }) => kind)).toEqual(['group']);
    expect(linesOf(five, new Set(['web/load'])).map(({ key }) => key)).toEqual([
      'web/load',
      ...['a', 'b', 'c', 'd', 'e'].map((host) => `web/${host}/load`),
    ]);
  });
  test.for([
    { wanted: null, kind: undefined },
    { wanted: 'web/load', kind: 'group' },
    { wanted: 'web/c/load', kind: 'problem' },
    { wanted: 'web/x/load', kind: undefined },
  ])('an address that names $wanted', ({ wanted, kind }) => {
    expect(findSelected(five, wanted)?.kind).toBe(kind);
  });
  test('a service that a silent host hides', () => {
    const groups = grouped(down('a'), service({ service: 'disk' }));
    expect(findSelected(groups, 'web/a/disk')).toMatchObject({ kind: 'problem', problem: { notJudged: [] } });
  });
});

test('hosts in trouble: what is taken on colours nothing, but down is down', () => {
  const trouble = troubleOf([
    service({ state: 'WARNING' }),
    service({ service: 'disk' }),
    service({ host: 'b', acknowledged: true }),
    { ...down('c'), in_downtime: true },
  ]);
  expect([...trouble]).toEqual([
    ['web\na', 'critical'],
    ['web\nc', 'down'],
  ]);
});

test.for([
  { name: 'above', services: [service({}), service({ host: 'b' })], words: '2 hosts above 8' },
  {
    name: 'only the worst are beyond its bound',
    services: [service({}), service({ host: 'b', state: 'WARNING' })],
    words: '1 host above 8',
  },
  { name: 'below', services: [service({ critical: '10:' })], words: '1 host below 10' },
  { name: 'a range', services: [service({ critical: '1:5' })], words: '1 host critical' },
  {
    name: 'of two definitions',
    services: [service({}), service({ host: 'b', critical: '9' })],
    words: '2 hosts critical',
  },
])('breaches: $name', ({ services, words }) => expect(breachWords(services)).toBe(words));

const event = (timeMs: number, state: string, changes: Partial<EventView> = {}): EventView => ({
  id: `s${timeMs}`,
  time_ms: timeMs,
  kind: 'state',
  cluster: 'web',
  host: 'a',
  text: `is ${state}`,
  tags: [],
  by: '',
  service: 'load',
  state,
  state_type: 'HARD',
  attempt: 1,
  ...changes,
});

describe('recent', () => {
  test('what was wrong and is fine again, at its worst', () => {
    const ended = endedProblems([
      event(9, 'OK'),
      event(3, 'CRITICAL'),
      event(1, 'WARNING'),
      event(5, 'WARNING'),
    ]);
    expect(ended).toMatchObject([{ worst: 'critical', text: 'is CRITICAL', sinceMs: 1, endedMs: 9 }]);
  });
  test('what still lasts, or began before, is left out; each end is one', () => {
    const events = [event(1, 'OK'), event(2, 'WARNING'), event(3, 'OK'), event(4, 'WARNING'), event(5, 'OK')];
    expect(endedProblems([...events, event(6, 'WARNING')]).map(({ endedMs }) => endedMs)).toEqual([5, 3]);
  });
});

describe('the story of a problem', () => {
  const page: NotificationView = {
    id: 1,
    receiver: 'ops',
    kind: 'firing',
    cluster: 'web',
    host: 'a',
    service: 'load',
    state: 'CRITICAL',
    output: '',
    created_ms: 20,
    outcome: 'delivered',
    attempts: 2,
    detail: '',
    incident: '',
    route: '',
    title: '',
    services: [],
    count: 1,
    settled_ms: null,
  };
  test('changes and pages in the order of time', () => {
    const events = [
      event(10, 'CRITICAL', { state_type: 'SOFT' }),
      event(30, 'CRITICAL'),
      event(5, 'OK', { host: 'z' }),
    ];
    const { steps, told } = storyOf([service({})], events, [page, { ...page, host: 'z' }]);
    expect(told).toBe(true);
    expect(steps.map(({ title }) => title)).toEqual([
      'load: CRITICAL, soft 1',
      'ops: critical, delivered after 2 attempts',
      'load: CRITICAL, hard',
    ]);
  });
  test('a page of many tells of each of them', () => {
    const services = ['a', 'b'].map((host) => ({
      cluster: 'web',
      host,
      service: 'load',
      state: 'CRITICAL',
      news: 'problem',
    }));
    const many = {
      ...page,
      kind: 'problem',
      host: '',
      attempts: 1,
      title: '2 hosts in web: load',
      services,
      count: 2,
    };
    const { steps, told } = storyOf([service({})], [], [many]);
    expect(told).toBe(true);
    expect(steps.map(({ title }) => title)).toEqual(['ops: problem, 2 hosts in web: load, delivered']);
  });
  test('reminders are one step, so that the first ones stay', () => {
    const reminded = (createdMs: number, changes: Partial<typeof page> = {}) => ({
      ...page,
      id: createdMs,
      kind: 'reminder',
      created_ms: createdMs,
      ...changes,
    });
    const pages = [
      reminded(70, { receiver: 'ann', outcome: 'failed' }),
      reminded(60, { receiver: 'ann' }),
      reminded(50),
      reminded(40),
      reminded(25),
      page,
    ];
    const { steps } = storyOf([service({})], [event(30, 'CRITICAL')], pages);
    expect(steps.map(({ timeMs, title }) => [timeMs, title])).toEqual([
      [20, 'ops: critical, delivered after 2 attempts'],
      [25, 'reminded ops'],
      [30, 'load: CRITICAL, hard'],
      [60, 'reminded ops, ann 3 times'],
      [70, 'reminded ann, failed'],
    ]);
  });
  test('of several hosts what came of their attempts', () => {
    const events = [event(10, 'CRITICAL', { state_type: 'SOFT' }), event(30, 'CRITICAL', { host: 'b' })];
    const { steps } = storyOf([service({}), service({ host: 'b' })], events, []);
    expect(steps.map(({ title }) => title)).toEqual(['load on b: CRITICAL, hard']);
  });
});

test('a summary of two agents, whose rows meet now and then only', () => {
  const answer = (times: number[], values: (number | null)[]) => ({
    times,
    series: [{ cluster: '', host: '', metric: '', units: '', values }],
    left_out: 0,
  });
  const data = summaryColumns(
    [
      answer([30, 60, 90], [4, 4, 4]),
      answer([30, 60, 90], [1, 1, 1]),
      answer([40, 80, 120], [512, 512, 512]),
      answer([40, 80, 120], [1024, 1024, 1024]),
    ],
    'memory',
  );
  expect(data.lines).toEqual([
    [null, 3072 + 512, 3072 + 512],
    [null, 4096 + 1024, 4096 + 1024],
  ]);
});

test('a part of the fleet that began later is no edge of the chart', () => {
  const column = (values: (number | null)[]) => ({
    times: [0, 10, 20, 30, 40, 50],
    series: [{ cluster: '', host: '', metric: '', units: '', values }],
    left_out: 0,
  });
  const late = [null, null, null, null, 1024, 1024];
  const always = [1, 1, 1, 1, 1, null];
  const data = summaryColumns(
    [column(always), column(always.map(() => 0)), column(late), column(late)],
    'memory',
  );
  expect(data.lines[1]).toEqual([1024, 1024, 1024, 1024, 2048, null]);
});

test.for([
  { range: '16', words: 'above 16' },
  { range: '0:16', words: 'above 16' },
  { range: '~:-2.5', words: 'above -2.5' },
  { range: '10:', words: 'below 10' },
  { range: '5:10', words: 'outside 5 to 10' },
  { range: '@5:10', words: 'within 5 to 10' },
  { range: '@10', words: '@10' },
  { range: '~:', words: '~:' },
  { range: '1e3', words: '1e3' },
  { range: '', words: '' },
])('the range "$range" in words', ({ range, words }) => expect(rangeWords(range)).toBe(words));
