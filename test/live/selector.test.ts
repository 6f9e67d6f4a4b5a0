import { describe, expect, test } from 'vitest';
import { PATTERN_BUDGET_MS } from '../../src/limits.ts';
import { KIND } from '../../src/model/kind.ts';
import { compileMatcher } from '../../src/live/name-matcher.ts';
import { compileSelector, selectHosts, selectSeries } from '../../src/live/selector.ts';
import { source } from '../store/batch.ts';
import { TestFleet } from './fleet.ts';
import type { SelectorSource } from '../../src/live/selector.ts';

const octets = { sources: [source('rx', KIND.derive), source('tx', KIND.derive)] };
const fleet = new TestFleet();
for (const host of ['web-1.example.net', 'web-2.example.net']) {
  fleet.record('web', host, 'load_one').record('web', host, 'interface-eth0/if_octets', octets);
}
fleet.record('db', 'db-1', 'load_one').record('db', 'db-1', 'a:b').record('db', 'db-1', '__proto__');
fleet.fact('db', 'db-1', 'role', 'primary').fact('web', 'web-1.example.net', 'role', 'front');

function select(given: Partial<SelectorSource>, max = 100) {
  const compiled = compileSelector({ cluster: '.*', host: '.*', metric: '.*', ...given });
  if (!compiled.ok) return compiled;
  const { series, leftOut, tooSlow } = selectSeries(fleet.catalogue, compiled.selector, max);
  expect(tooSlow).toBeNull();
  const names = series.map((entry) => `${entry.record.host.name} ${entry.metric}`);
  return { names: names.map((name) => name.replace('.example.net', '')), leftOut };
}

describe('selectSeries', () => {
  test.for([
    {
      name: 'a literal metric',
      given: { metric: 'load_one' },
      names: ['web-1 load_one', 'web-2 load_one', 'db-1 load_one'],
    },
    {
      name: 'a data source by its name',
      given: { metric: 'interface-eth0/if_octets:tx' },
      names: ['web-1 interface-eth0/if_octets:tx', 'web-2 interface-eth0/if_octets:tx'],
    },
    {
      name: 'a record of two sources has no series of its own name',
      given: { metric: 'interface-eth0/if_octets' },
      names: [],
    },
    { name: 'a metric with a colon of its own', given: { metric: 'a:b' }, names: ['db-1 a:b'] },
    {
      name: 'a pattern',
      given: { cluster: 'web', metric: '.*:rx' },
      names: ['web-1 interface-eth0/if_octets:rx', 'web-2 interface-eth0/if_octets:rx'],
    },
    { name: 'a pattern matches the whole name', given: { metric: 'oad' }, names: [] },
    {
      name: 'an unescaped dot is any character',
      given: { host: 'web-1.example.net', metric: 'load_one' },
      names: ['web-1 load_one'],
    },
    {
      name: 'an escaped dot is a dot',
      given: { host: 'web-1\\.example\\.net', metric: 'load_one' },
      names: ['web-1 load_one'],
    },
    { name: 'a cluster that is not there', given: { cluster: 'nope' }, names: [] },
    {
      name: 'a fact',
      given: { metric: 'load_one', facts: [{ fact: 'role', pattern: 'fr.*' }] },
      names: ['web-1 load_one'],
    },
    {
      name: 'facts, one of which is not there',
      given: {
        facts: [
          { fact: 'role', pattern: 'front' },
          { fact: 'zone', pattern: '.*' },
        ],
      },
      names: [],
    },
    { name: 'a name every object has', given: { metric: '__proto__' }, names: ['db-1 __proto__'] },
    { name: 'another name every object has', given: { host: 'constructor' }, names: [] },
  ])('$name', ({ given, names }) => {
    expect(select(given)).toEqual({ names, leftOut: 0 });
  });

  test('what is over the maximum is counted', () => {
    expect(select({}, 4)).toMatchObject({ leftOut: 5 });
    expect(select({}, 0)).toEqual({ names: [], leftOut: 9 });
  });

  test.for([
    { name: 'host', given: { host: '(' }, key: 'host' },
    { name: 'metric', given: { metric: 'a{1001}' }, key: 'metric' },
    { name: 'fact', given: { facts: [{ fact: 'role', pattern: '(' }] }, key: 'fact role' },
    { name: 'a lookahead, which no linear-time engine has', given: { cluster: '(?=a)' }, key: 'cluster' },
  ])('a pattern that does not compile is named: $name', ({ given, key }) => {
    expect(select(given)).toMatchObject({ ok: false, key });
  });
});

test('hosts by name', () => {
  const compiled = compileSelector({ cluster: 'web', host: 'web-2\\..*', metric: '.*' });
  if (!compiled.ok) throw new Error(compiled.fault);
  const hosts = [...selectHosts(fleet.catalogue, compiled.selector)];
  expect(hosts.map(({ name }) => name)).toEqual(['web-2.example.net']);
});

describe('compileMatcher', () => {
  test.for([
    { source: 'load_one', literal: 'load_one' },
    { source: 'cpu-0/cpu-idle', literal: 'cpu-0/cpu-idle' },
    { source: 'a\\.b', literal: 'a.b' },
    { source: 'a\\\\b', literal: 'a\\b' },
    { source: 'a.b', literal: null },
    { source: '\\d', literal: null },
    { source: 'a|b', literal: null },
    { source: '^a$', literal: null },
    { source: '.*', literal: null },
  ])('$source', ({ source: pattern, literal }) => {
    expect(compileMatcher(pattern)).toMatchObject({ literal });
  });

  test('a pattern that would take exponential time elsewhere is linear', () => {
    const matcher = compileMatcher('(a*)*b');
    if (typeof matcher === 'string') throw new Error(matcher);
    expect(matcher.matches('a'.repeat(2000))).toBe(false);
    expect(matcher.matches(`${'a'.repeat(2000)}b`)).toBe(true);
  });
});

test('names between bars, as the page asks for a group of them', () => {
  const escaped = 'load_one|interface\\-eth0\\/if_octets\\:tx|nothing';
  expect(select({ host: 'web-1.*', metric: escaped })).toEqual({
    names: ['web-1 load_one', 'web-1 interface-eth0/if_octets:tx'],
    leftOut: 0,
  });
});

test('a pattern that takes longer than it may is given up and named', () => {
  let ms = 0;
  const stopwatch = () => {
    ms += PATTERN_BUDGET_MS / 4;
    return ms;
  };
  const slow = compileSelector({ cluster: '.*', host: '.*', metric: 'l.*|a.*|i.*|_.*' }, stopwatch);
  if (!slow.ok) throw new Error(slow.fault);
  expect(selectSeries(fleet.catalogue, slow.selector, 100).tooSlow).toBe('metric');
  // Five names, each looked at once: given up once the time has passed, not before.
  expect(ms / (PATTERN_BUDGET_MS / 4) / 2).toBe(5);
  const quick = compileSelector({ cluster: '.*', host: '.*', metric: 'l.*|a.*|i.*|_.*' }, () => 0);
  if (!quick.ok) throw new Error(quick.fault);
  expect(selectSeries(fleet.catalogue, quick.selector, 100).tooSlow).toBeNull();
});

test('the patterns of all facts have the time of one together', () => {
  let ms = 0;
  const stopwatch = () => {
    ms += PATTERN_BUDGET_MS * 0.6;
    return ms;
  };
  const facts = ['p.*y', 'pr.*'].map((pattern) => ({ fact: 'role', pattern }));
  const given = { cluster: '.*', host: '.*', metric: '.*' };
  const slow = compileSelector({ ...given, facts }, stopwatch);
  if (!slow.ok) throw new Error(slow.fault);
  expect(selectSeries(fleet.catalogue, slow.selector, 100).tooSlow).toBe('fact');
  const alone = compileSelector({ ...given, facts: facts.slice(0, 1) }, () => 0);
  if (!alone.ok) throw new Error(alone.fault);
  expect(selectSeries(fleet.catalogue, alone.selector, 100)).toMatchObject({ tooSlow: null, leftOut: 0 });
});
