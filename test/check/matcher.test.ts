import { describe, expect, test } from 'vitest';
import { compileDefinitions, isLiteral } from '../../src/check/definitions.ts';
import { Matcher } from '../../src/check/matcher.ts';
import { compiled, definition } from './definition.ts';

describe('which patterns are plain names', () => {
  test.for([
    { pattern: 'load_one', literal: true },
    { pattern: 'cpu-0/cpu-idle', literal: true },
    { pattern: String.raw`graphite/a\.b`, literal: true },
    { pattern: 'graphite/a.b', literal: false },
    { pattern: 'load_(one|five)', literal: false },
    { pattern: '.*', literal: false },
    { pattern: String.raw`load_\w+`, literal: false },
    { pattern: 'load_[o]ne', literal: false },
  ])('$pattern', ({ pattern, literal }) => expect(isLiteral(pattern)).toBe(literal));
});

describe('services of a series', () => {
  const matcher = new Matcher(
    compiled(
      definition({ name: 'load', metric: 'load_one', cluster: 'web.*' }),
      definition({ name: 'idle', metric: 'cpu-[0-9]+/cpu-idle' }),
      definition({ name: 'one of', metric: 'load_(one|five)', host: 'db-.*' }),
      definition({ name: 'host', metric: null }),
    ),
  );
  test.for([
    { name: 'literal', at: ['web-eu', 'w1', 'load_one'], services: ['load'] },
    { name: 'patterns match whole names', at: ['my-web', 'w1', 'load_one'], services: [] },
    {
      name: 'a pattern names the metric',
      at: ['x', 'w1', 'cpu-0/cpu-idle'],
      services: ['idle[cpu-0/cpu-idle]'],
    },
    { name: 'two definitions', at: ['web', 'db-1', 'load_one'], services: ['load', 'one of[load_one]'] },
    {
      name: 'a pattern that matches once is bracketed too',
      at: ['x', 'db-1', 'load_five'],
      services: ['one of[load_five]'],
    },
    { name: 'none', at: ['web', 'w1', 'bytes_in'], services: [] },
  ])('$name', ({ at: [cluster = '', host = '', metric = ''], services }) => {
    expect(matcher.ofSeries(cluster, host, metric).map((match) => match.service)).toEqual(services);
  });

  test('a host has those without a metric', () => {
    expect(matcher.ofHost('web', 'w1').map((match) => match.service)).toEqual(['host']);
  });
});

test('every fault of every definition is told, and then nothing is compiled', () => {
  const outcome = compileDefinitions([
    definition({ name: 'a', cluster: '(', critical: '5:1' }),
    definition({ name: 'b', metric: '[' }),
  ]);
  expect(outcome.ok ? [] : outcome.faults.map((fault) => fault.split(': ').slice(0, 3).join(': '))).toEqual([
    'checks/test.yaml:1:1: a: cluster',
    'checks/test.yaml:1:1: a: critical',
    'checks/test.yaml:1:1: b: metric',
  ]);
});
