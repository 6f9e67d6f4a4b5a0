import { expect, test } from 'vitest';
import { summarise } from '../../src/http/summary.ts';
import { serviceView } from './stand.ts';

function problem(host: string, state: string, service: string, given = {}) {
  return serviceView({ host, state, service, ...given });
}

test.for([
  { name: 'nothing', problems: [], words: 'all well' },
  { name: 'a host', problems: [problem('a', 'DOWN', 'host')], words: '1 host down' },
  {
    name: 'hosts',
    problems: [problem('a', 'DOWN', 'host'), problem('b', 'DOWN', 'host')],
    words: '2 hosts down',
  },
  { name: 'one service', problems: [problem('a', 'CRITICAL', 'load')], words: 'load above 8 on a' },
  {
    name: 'a warning speaks of its own range',
    problems: [problem('a', 'WARNING', 'load')],
    words: 'load above 4 on a',
  },
  {
    name: 'several hosts',
    problems: ['a', 'b', 'c'].map((host) => problem(host, 'CRITICAL', 'load')),
    words: 'load above 8 on 3 hosts',
  },
  {
    name: 'several metrics of a host are one',
    problems: [problem('a', 'CRITICAL', 'cpu[0]'), problem('a', 'CRITICAL', 'cpu[1]')],
    words: 'cpu above 8 on a',
  },
  {
    name: 'an aggregate keeps its brackets and stands on no host',
    problems: [problem('', 'CRITICAL', 'load[zone a]'), problem('a', 'CRITICAL', 'load')],
    words: 'load above 8 on a, load[zone a] above 8',
  },
  {
    name: 'a plugin has no range',
    problems: [problem('a', 'CRITICAL', 'http', { warning: '', critical: '' })],
    words: 'http critical on a',
  },
  {
    name: 'a lower bound',
    problems: [problem('a', 'CRITICAL', 'disk', { critical: '10:' })],
    words: 'disk below 10 on a',
  },
  { name: 'unknown', problems: [problem('a', 'UNKNOWN', 'load')], words: 'load unknown on a' },
  {
    name: 'no range',
    problems: [problem('a', 'CRITICAL', 'backup', { critical: '' })],
    words: 'backup critical on a',
  },
  {
    name: 'the worst first, the rest counted',
    problems: [
      problem('a', 'WARNING', 'load'),
      problem('b', 'UNKNOWN', 'mem'),
      problem('c', 'DOWN', 'host'),
      problem('d', 'CRITICAL', 'load'),
    ],
    words: '1 host down, load above 8 on d and 2 more',
  },
])('$name', ({ problems, words }) => {
  expect(summarise(problems)).toBe(words);
});
