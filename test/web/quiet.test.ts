import { describe, expect, test } from 'vitest';
import {
  compareQuiets,
  coverageWords,
  formOf,
  quietListOf,
  quietTimeWords,
} from '../../web/src/fleet/quiet.ts';
import type { QuietView } from '../../src/contract/alert-views.ts';

const NOW_MS = new Date(2026, 10, 22, 12).getTime();
const HOUR_MS = 3_600_000;
const quiet = (changes: Partial<QuietView>): QuietView => ({
  id: 'd1',
  covers: {},
  kind: 'fixed',
  from_ms: NOW_MS - HOUR_MS,
  to_ms: NOW_MS + HOUR_MS,
  duration_ms: null,
  times: [],
  timezone: '',
  comment: 'why',
  author: 'ann',
  created_ms: NOW_MS - HOUR_MS,
  state: 'active',
  ended_ms: null,
  ended_by: '',
  services: 0,
  ...changes,
});

describe('what is covered, in words', () => {
  const load = (host: string) => ({ cluster: 'web', host, service: 'load' });
  test.for([
    { covers: {}, words: 'everything' },
    { covers: { cluster: 'web' }, words: 'everything in web' },
    { covers: { host: 'a|b' }, words: 'all services on a|b' },
    { covers: { service: 'disk.*', severity: 'warning' }, words: 'disk.* while warning' },
    { covers: { facts: [{ fact: 'role', pattern: 'db' }] }, words: 'everything where role: db' },
    { covers: { services: [load('a')] }, words: 'load on a' },
    { covers: { services: [load('')] }, words: 'load of web' },
    {
      covers: { services: ['a', 'b', 'c', 'd'].map(load) },
      words: 'load on a, load on b, load on c and 1 more',
    },
  ])('$words', ({ covers, words }) => expect(coverageWords(covers)).toBe(words));
});

describe('when it holds', () => {
  test.for([
    { name: 'now', is: {}, words: 'until 22 Nov, 13:00, 60\u00a0min left' },
    {
      name: 'later',
      is: { from_ms: NOW_MS + HOUR_MS, to_ms: NOW_MS + 2 * HOUR_MS, state: 'pending' },
      words: 'from 22 Nov, 13:00 until 22 Nov, 14:00',
    },
    {
      name: 'recurring',
      is: { kind: 'recurring' as const, to_ms: null, times: ['sunday 02:00-04:00'], timezone: 'UTC' },
      words: 'sunday 02:00-04:00 · UTC',
    },
    {
      name: 'flexible',
      is: { kind: 'flexible' as const, duration_ms: 2 * HOUR_MS, state: 'waiting' },
      words: 'for 2\u00a0h from the first problem between 22 Nov, 11:00 and 22 Nov, 13:00',
    },
    {
      name: 'ended',
      is: { state: 'ended', ended_ms: NOW_MS - HOUR_MS, ended_by: 'bob' },
      words: 'ended by bob 1\u00a0h ago',
    },
    { name: 'over', is: { state: 'over', to_ms: NOW_MS - HOUR_MS }, words: 'over since 1\u00a0h' },
  ])('$name', ({ is, words }) =>
    expect(quietTimeWords(quiet(is), NOW_MS)).toBe(words.replace('60\u00a0min', '1\u00a0h')),
  );
});

test('lists: what waits holds, what was undone is over', () => {
  const lists = ['active', 'waiting', 'pending', 'over', 'ended'].map((state) =>
    quietListOf(quiet({ state })),
  );
  expect(lists).toEqual(['active', 'active', 'planned', 'over', 'over']);
});

test('what ends first is first, an open end last; of those that are over the newest', () => {
  const ids = (quiets: readonly QuietView[]) => quiets.toSorted(compareQuiets).map(({ id }) => id);
  expect(
    ids([quiet({ id: 'open', to_ms: null }), quiet({ id: 'late' }), quiet({ id: 'soon', to_ms: NOW_MS })]),
  ).toEqual(['soon', 'late', 'open']);
  expect(
    ids([quiet({ id: 'old', state: 'over', to_ms: 5 }), quiet({ id: 'new', state: 'ended', ended_ms: 9 })]),
  ).toEqual(['new', 'old']);
});

test('repeats as it was', () => {
  expect(formOf(quiet({ covers: { host: 'a' } }))).toMatchObject({
    scope: 'pattern',
    host: 'a',
    until: 'custom',
  });
  expect(
    formOf(quiet({ kind: 'recurring', times: ['sunday 02:00-04:00', 'monday 02:00-04:00'], to_ms: null })),
  ).toMatchObject({ timing: 'weekly', days: ['monday', 'sunday'], begins: '02:00', ends: '04:00' });
  expect(formOf(quiet({ kind: 'flexible', duration_ms: HOUR_MS }))).toMatchObject({ minutes: '60' });
});
