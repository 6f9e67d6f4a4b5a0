import { expect, test } from 'vitest';
import {
  compileCoverage,
  coversFacts,
  coversService,
  coversSeverity,
  mayCoverHost,
  saysSomething,
} from '../../../src/alert/quiet/coverage.ts';
import { covers } from './rules.ts';
import type { CoverageRule } from '../../../src/model/quiet.ts';

function covered(rule: Partial<CoverageRule>, path: string, wholeHosts: boolean): boolean {
  const compiled = compileCoverage(covers(rule), { wholeHosts });
  if (!compiled.ok) throw new Error(compiled.fault);
  const [cluster = '', host = '', service = ''] = path.split('/');
  const key = { cluster, host, service };
  return mayCoverHost(compiled.coverage, key) && coversService(compiled.coverage, key);
}

const ON_W1 = { cluster: 'web', host: 'w1' };

test.for<{ name: string; rule: Partial<CoverageRule>; yes: string[]; no: string[]; whole?: boolean }>([
  {
    name: 'a cluster, its aggregates as well',
    rule: { cluster: 'web' },
    yes: ['web/w1/load', 'web//load'],
    no: ['db/w1/load'],
  },
  {
    name: 'a host covers all it has',
    rule: { host: 'w1' },
    yes: ['web/w1/load', 'web/w1/host'],
    no: ['web/w11/load', 'web//load'],
  },
  { name: 'hosts by a pattern', rule: { host: 'w\\d' }, yes: ['web/w1/load'], no: ['web/w11/load'] },
  {
    name: 'a service',
    rule: { service: 'load|disk.*' },
    yes: ['web/w1/load', 'web/w1/disk[df-root]'],
    no: ['web/w1/loads'],
  },
  {
    name: 'all parts must match',
    rule: { host: 'w1', service: 'load' },
    yes: ['web/w1/load'],
    no: ['web/w2/load', 'web/w1/disk'],
  },
  {
    name: 'a downtime of a host by its own service',
    rule: { host: 'w1', service: 'host' },
    whole: true,
    yes: ['web/w1/host', 'web/w1/load'],
    no: ['web/w2/load'],
  },
  {
    name: 'a silence of that service is of it alone',
    rule: { host: 'w1', service: 'host' },
    yes: ['web/w1/host'],
    no: ['web/w1/load'],
  },
  {
    name: 'services by name, and no others',
    rule: { services: [{ ...ON_W1, service: 'load' }] },
    yes: ['web/w1/load'],
    no: ['web/w1/disk', 'web/w2/load'],
  },
  {
    name: 'a host among them, in a downtime',
    rule: { services: [{ ...ON_W1, service: 'host' }] },
    whole: true,
    yes: ['web/w1/host', 'web/w1/disk'],
    no: ['web/w2/disk'],
  },
  {
    name: 'everything, written out',
    rule: { host: '.*' },
    yes: ['web/w1/load', 'web//load', '//hosts'],
    no: [],
  },
])('$name', ({ rule, yes, no, whole = false }) => {
  expect(yes.filter((path) => !covered(rule, path, whole))).toEqual([]);
  expect(no.filter((path) => covered(rule, path, whole))).toEqual([]);
});

test('facts are those of the moment, and an absent one matches nothing', () => {
  const compiled = compileCoverage(covers({ facts: [{ fact: 'role', pattern: 'db.*' }] }), {
    wholeHosts: true,
  });
  if (!compiled.ok) throw new Error(compiled.fault);
  const facts = new Map<string, string>();
  expect(coversFacts(compiled.coverage, { facts })).toBe(false);
  facts.set('role', 'db1');
  expect(coversFacts(compiled.coverage, { facts })).toBe(true);
  facts.set('role', 'web');
  expect(coversFacts(compiled.coverage, { facts })).toBe(false);
});

test('one of the severities a service stands for is enough', () => {
  const compiled = compileCoverage(covers({ host: '.*', severity: 'down|warning' }), { wholeHosts: false });
  if (!compiled.ok) throw new Error(compiled.fault);
  expect(coversSeverity(compiled.coverage, ['critical', 'down'])).toBe(true);
  expect(coversSeverity(compiled.coverage, ['critical'])).toBe(false);
});

test.for([
  { name: 'nothing', rule: {}, says: false },
  { name: 'a severity alone', rule: { severity: 'warning' }, says: false },
  { name: 'an empty list', rule: { services: [] }, says: false },
  { name: 'a host', rule: { host: '.*' }, says: true },
  { name: 'a fact', rule: { facts: [{ fact: 'role', pattern: 'db' }] }, says: true },
  { name: 'an incident', rule: { incident: 'i1' }, says: true },
])('whether it says something: $name', ({ rule, says }) => {
  expect(saysSomething(covers(rule))).toBe(says);
});

test.for([
  { rule: { host: 'w(' }, fault: /^covers\.host: / },
  {
    rule: {
      facts: [
        { fact: 'a', pattern: '.*' },
        { fact: 'b', pattern: '[' },
      ],
    },
    fault: /^covers\.facts\[1\]: /,
  },
])('what does not compile is named: $fault', ({ rule, fault }) => {
  const compiled = compileCoverage(covers(rule), { wholeHosts: true });
  expect(compiled.ok ? '' : compiled.fault).toMatch(fault);
});
