import { describe, expect, test } from 'vitest';
import { between } from '../../web/src/components/actions/picked.ts';
import { formatTime } from '../../web/src/format/clock.ts';
import { toldWords } from '../../web/src/fleet/incident.ts';
import {
  findSelected,
  groupProblems,
  groupTitle,
  linesOf,
  listWith,
} from '../../web/src/fleet/problem-group.ts';
import { problemsOf } from '../../web/src/fleet/problem.ts';
import { service } from './service.ts';
import type { IncidentView } from '../../src/contract/alert-views.ts';

const NOW_MS = 10_000_000;
const SOON_MS = NOW_MS + 60_000;
const incident = (changes: Partial<IncidentView>): IncidentView => ({
  id: 'i1',
  title: '',
  state: 'CRITICAL',
  since_ms: 0,
  route: 'pager',
  labels: {},
  services: [],
  count: changes.services?.length ?? 0,
  hosts: 1,
  quiet: '',
  targets: [],
  next: '',
  next_ms: null,
  ...changes,
});
const target = (name: string, outcome: string, toldMs: number | null = NOW_MS - 60_000) => ({
  target: name,
  told_ms: toldMs,
  pages: 1,
  outcome,
});

const load = service({});
const loadOfB = service({ host: 'b' });
const disk = service({ service: 'disk[a]' });
const other = service({ service: 'other', host: 'z' });

describe('problems gathered as pages are', () => {
  test('a row names whom other routes told, too', () => {
    const [group] = groupProblems(problemsOf([load]), [
      incident({ id: 'desk', services: [load], targets: [target('desk', 'delivered')] }),
      incident({
        services: [load],
        targets: [target('ann', 'delivered')],
        next: 'reminds ann',
        next_ms: SOON_MS,
      }),
    ]);
    expect(group?.incident && toldWords(group.incident, NOW_MS).text).toBe(
      `told desk, ann 60\u00a0s ago · reminds ann at ${formatTime(SOON_MS, NOW_MS)}`,
    );
  });
  test('a page of any of its routes leads to it', () => {
    const groups = groupProblems(problemsOf([load, other]), [
      incident({ id: 'other', services: [other] }),
      incident({ id: 'desk', services: [load] }),
      incident({ id: 'ann', services: [load] }),
    ]);
    expect(findSelected(groups, 'ann')).toMatchObject({ problem: { service: load } });
    expect(findSelected(groups, 'gone')).toBeUndefined();
  });
  test.for([
    {
      name: 'several services of a host are one where one page tells of them',
      incidents: [incident({ services: [load, disk], title: '2 problems on a: page' })],
      titles: ['2 problems on a: page', 'load on b', 'other on z'],
    },
    {
      name: 'a title that counts others is not used',
      incidents: [incident({ services: [load, disk, other], count: 2, title: '2 problems' })],
      titles: ['3 problems on 2 hosts in web', 'load on b'],
    },
    {
      name: 'of a large incident the labels tell',
      incidents: [
        incident({
          services: [load],
          count: 2,
          labels: { cluster: 'web', service: 'load' },
          title: '2 of web',
        }),
      ],
      titles: ['2 of web', 'disk[a] on a', 'other on z'],
    },
    {
      name: 'the narrower of two takes it',
      incidents: [
        incident({ id: 'all', services: [load], count: 9 }),
        incident({ id: 'b', services: [disk], count: 2, labels: { host: 'b' } }),
      ],
      titles: ['2 problems on 2 hosts in web', '2 problems on 2 hosts in web'],
    },
    {
      name: 'not by facts, which are not known here',
      incidents: [incident({ services: [load], count: 9, labels: { 'facts.role': 'db' } })],
      titles: ['load on a', 'disk[a] on a', 'load on b', 'other on z'],
    },
    {
      name: 'without incidents, by service',
      incidents: [],
      titles: ['2 hosts in web: load', 'disk[a] on a', 'other on z'],
    },
  ])('$name', ({ incidents, titles }) => {
    const groups = groupProblems(problemsOf([load, loadOfB, disk, other]), incidents);
    expect(groups.map(groupTitle).toSorted()).toEqual(titles.toSorted());
  });

  test('an address names an incident by its id, and by what it was called before', () => {
    const groups = groupProblems(problemsOf([load, loadOfB]), [incident({ services: [load, loadOfB] })]);
    for (const wanted of ['i1', 'web/load']) expect(findSelected(groups, wanted)?.kind).toBe('group');
    expect(findSelected(groups, 'web/b/load')?.kind).toBe('problem');
    expect(findSelected(groups, '')).toBeUndefined();
  });

  test.for([
    { name: 'open', wanted: 'i1', list: 'open' },
    { name: 'acknowledged meanwhile', wanted: 'i2', list: 'acknowledged' },
    { name: 'over', wanted: 'gone', list: undefined },
  ])('which list has what an address names: $name', ({ wanted, list }) => {
    const taken = service({ service: 'taken', acknowledged: true });
    const incidents = [incident({ services: [load] }), incident({ id: 'i2', services: [taken] })];
    expect(listWith(problemsOf([load, taken]), { incidents, wanted })).toBe(list);
  });

  test('a line to another is all between them, whichever is first', () => {
    const lines = linesOf(groupProblems(problemsOf([load, disk, other])), new Set());
    const [first, , last] = lines;
    if (!first || !last) throw new Error('three lines');
    expect(between(lines, first.key, last)).toEqual(lines);
    expect(between(lines, last.key, first)).toEqual(lines);
    expect(between(lines, 'gone', first)).toEqual([first]);
  });
});

describe('who was told', () => {
  test.for([
    {
      name: 'told, and what comes next',
      is: { targets: [target('ops', 'delivered')], next: 'tells bob', next_ms: SOON_MS },
      kind: 'told',
      text: `told ops 60\u00a0s ago · tells bob at ${formatTime(SOON_MS, NOW_MS)}`,
    },
    {
      name: 'what is due now has no time',
      is: { next: 'tells bob', next_ms: NOW_MS },
      kind: 'waiting',
      text: 'tells bob',
    },
    {
      name: 'on its way, and failed',
      is: { targets: [target('a', 'pending'), target('b', 'failed')] },
      kind: 'failed',
      text: 'on its way to a · could not be told: b',
    },
    {
      name: 'no route',
      is: { id: '', route: '' },
      kind: 'unrouted',
      text: 'no route takes these: nobody is told',
    },
    {
      name: 'nobody yet',
      is: { targets: [target('ops', '', null)] },
      kind: 'waiting',
      text: 'nobody has been told yet',
    },
    { name: 'quiet', is: { quiet: 'in_downtime' }, kind: 'quiet', text: 'quiet: in downtime' },
    {
      name: 'many',
      is: { targets: ['a', 'b', 'c', 'd', 'e'].map((name) => target(name, 'delivered')) },
      kind: 'told',
      text: 'told a, b, c and 2 more 60\u00a0s ago',
    },
  ])('$name', ({ is, kind, text }) => {
    expect(toldWords(incident(is), NOW_MS)).toEqual({ kind, text });
  });
});
