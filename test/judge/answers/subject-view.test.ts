import { expect, test } from 'vitest';
import { subjectView } from '../../../src/judge/answers/subject-view.ts';
import type { Subject } from '../../../src/contract/checks.ts';

const cases: { readonly name: string; readonly subject: Subject; readonly view: Record<string, string> }[] = [
  { name: 'a host', subject: { kind: 'host' }, view: {} },
  {
    name: 'a metric',
    subject: { kind: 'metric', metric: 'load_.*', function: null },
    view: { metric: 'load_.*' },
  },
  {
    name: 'a rate of change',
    subject: {
      kind: 'metric',
      metric: 'm',
      function: { name: 'rate_of_change', overMs: 300_000, perMs: 3_600_000 },
    },
    view: { metric: 'm', rate_of_change: 'over 5 min, per 1 h' },
  },
  {
    name: 'what is missing',
    subject: { kind: 'metric', metric: 'm', function: { name: 'missing' } },
    view: { metric: 'm', missing: 'true' },
  },
  {
    name: 'a forecast',
    subject: {
      kind: 'metric',
      metric: 'm',
      function: { name: 'forecast', reaches: 100, historyMs: 21_600_000 },
    },
    view: { metric: 'm', forecast: 'reaches 100, history 6 h' },
  },
  {
    name: 'a comparison',
    subject: {
      kind: 'metric',
      metric: 'm',
      function: { name: 'compare', beforeMs: 604_800_000, windowMs: 3_600_000, as: 'percent' },
    },
    view: { metric: 'm', compare: 'percent, window 1 h, before 7 d' },
  },
  {
    name: 'a sum',
    subject: { kind: 'combined', function: 'sum', of: ['a', 'b'], to: [], percent: false },
    view: { sum: 'a, b' },
  },
  {
    name: 'a ratio',
    subject: { kind: 'combined', function: 'ratio', of: ['a'], to: ['b', 'c'], percent: true },
    view: { ratio: 'a to b, c, in percent' },
  },
  {
    name: 'a mean',
    subject: {
      kind: 'aggregate',
      of: { kind: 'values', metric: 'm', function: 'avg' },
      by: ['cluster', 'zone'],
    },
    view: { aggregate: 'm', function: 'avg', by: 'cluster, zone' },
  },
  {
    name: 'a share of the hosts',
    subject: { kind: 'aggregate', of: { kind: 'percent_over', metric: 'm', limit: 80 }, by: [] },
    view: { aggregate: 'm', percent_over: '80', by: 'the whole grid' },
  },
  {
    name: 'states',
    subject: {
      kind: 'aggregate',
      of: { kind: 'states', service: 'host', states: ['DOWN', 'UNREACHABLE'], function: 'count' },
      by: ['cluster'],
    },
    view: { aggregate: 'host', state: 'DOWN, UNREACHABLE', function: 'count', by: 'cluster' },
  },
  {
    name: 'a plugin, without what may be a password',
    subject: { kind: 'command', command: ['/usr/lib/check_http', '-a', 'user:secret'] },
    view: { command: '/usr/lib/check_http and 2 arguments' },
  },
  {
    name: 'passive results, and what is run when none comes',
    subject: { kind: 'passive', service: null, command: ['/bin/false'] },
    view: { passive: 'true', command: '/bin/false' },
  },
  {
    name: 'names as they come',
    subject: { kind: 'passive', service: 'job .*', command: null },
    view: { passive: 'job .*' },
  },
];

test.for(cases)('$name', ({ subject, view }) => expect(subjectView(subject)).toEqual(view));
