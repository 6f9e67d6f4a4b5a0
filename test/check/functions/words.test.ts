import { expect, test } from 'vitest';
import { aggregateWords, noMembersWords } from '../../../src/check/functions/aggregate-words.ts';
import {
  combinedWords,
  missingPartWords,
  notNumberWords,
  silentPartWords,
  zeroWords,
} from '../../../src/check/functions/combined-words.ts';
import { compilePattern } from '../../../src/model/pattern.ts';
import type { AggregateWords } from '../../../src/check/functions/aggregate-words.ts';
import type { CompiledAggregate } from '../../../src/check/rule.ts';

function pattern(source: string) {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.pattern;
}

const AVG: CompiledAggregate = { kind: 'values', metric: pattern('load_one'), function: 'avg' };
const OVER: CompiledAggregate = { kind: 'percent_over', metric: pattern('temp'), limit: 35 };
const DOWN: CompiledAggregate = {
  kind: 'states',
  service: 'host',
  states: new Set(['DOWN', 'UNREACHABLE']),
  function: 'count',
};

function said(of: CompiledAggregate, perHost = true, hosts = 0): AggregateWords {
  return { of, perHost, ungrouped: { hosts, facts: ['zone', 'rack'] } };
}

const ALL = { all: 40, counted: 40, down: 0, stale: 0 };
const SOME = { all: 40, counted: 37, down: 2, stale: 1 };

test.for([
  { of: said(AVG), count: ALL, words: 'avg of load_one over 40 hosts is 5.2' },
  { of: said(AVG), count: SOME, words: 'avg of load_one over 37 of 40 hosts is 5.2' },
  { of: said(AVG, false), count: SOME, words: 'avg of load_one over 37 of 40 values is 5.2' },
  {
    of: said(AVG, true, 3),
    count: SOME,
    words: 'avg of load_one over 37 of 40 hosts (3 more without zone or rack) is 5.2',
  },
  { of: said(OVER), count: SOME, words: 'temp is above 35 on 5.2 of 37 hosts (2 down, 1 silent)' },
  { of: said(DOWN), count: ALL, words: 'host is DOWN or UNREACHABLE on 5.2 of 40 hosts' },
  {
    of: said(DOWN, true, 3),
    count: { ...ALL, all: 1, counted: 1 },
    words: 'host is DOWN or UNREACHABLE on 5.2 of 1 host (3 without zone or rack)',
  },
])('$words', ({ of, count, words }) => {
  expect(aggregateWords(of, count, '5.2')).toBe(words);
});

test.for([
  { of: AVG, count: { all: 0, down: 0, stale: 0 }, words: 'no value of load_one yet' },
  {
    of: AVG,
    count: { all: 3, down: 2, stale: 1 },
    words: 'no value of load_one on 3 hosts (2 down, 1 silent)',
  },
  { of: DOWN, count: { all: 1, down: 1, stale: 0 }, words: 'no state of host on 1 host (1 down)' },
])('$words', ({ of, count, words }) => {
  expect(noMembersWords(said(of), { ...count, counted: 0 })).toBe(words);
});

test.for([
  { of: ['a'], to: [], words: 'a' },
  { of: ['a', 'b'], to: [], words: 'a + b' },
  { of: ['a'], to: ['c'], words: 'a / c' },
  { of: ['a', 'b'], to: ['c', 'd'], words: '(a + b) / (c + d)' },
])('$words', ({ of, to, words }) => {
  expect(combinedWords({ of, to }, '8 %')).toBe(`${words} is 8 %`);
  expect(notNumberWords({ of, to })).toBe(`${words} is not a number`);
});

test('what a part lacks', () => {
  expect(zeroWords({ of: ['a'], to: ['b', 'c'] })).toBe('a / (b + c): (b + c) is 0');
  expect(missingPartWords('mem_total')).toBe('no metric matches mem_total');
  expect(silentPartWords('mem_free', 0, 1000)).toBe('no sample of mem_free yet');
  expect(silentPartWords('mem_free', 1000, 95_000)).toBe('no sample of mem_free for 94 s');
});
