import { expect, test } from 'vitest';
import { compileDefinitions } from '../../src/check/definitions.ts';
import { jobResult, jobRhythm, withJobs } from '../../src/demo/jobs.ts';
import { definition } from '../check/definition.ts';
import { FLEET, named, START_S } from './fleet.ts';
import type { Role } from '../../src/demo/fleet.ts';

const CLUSTERS: ReadonlyMap<Role, string> = new Map([
  ['web', 'web'],
  ['mysql', 'demo-mysql'],
  ['batch', 'batch'],
]);

test('the demo’s checks compile, and leave a name that is taken', () => {
  const rules = withJobs({ definitions: [definition({ name: 'dump' })], timeperiods: [] }, CLUSTERS);
  expect(rules.definitions.map(({ name }) => name)).toEqual(['dump', 'load of all', 'hosts down']);
  const all = withJobs({ definitions: [], timeperiods: [] }, CLUSTERS);
  expect(compileDefinitions(all.definitions).ok).toBe(true);
});

test('the instances of mysql have jobs', () => {
  const roles = FLEET.filter(({ instance }) => jobRhythm(instance)).map(({ instance }) => instance.role);
  expect([roles.length, ...new Set(roles)]).toEqual([12, 'mysql']);
});

test.for([
  {
    name: 'well',
    host: 'mysql-01',
    afterS: 0,
    code: 0,
    says: /^DUMP OK - \d+ tables, .* GB in \d+ s\|time=/,
  },
  { name: 'slow while a backup runs', host: 'mysql-04', afterS: 10 * 60, code: 1, says: /^DUMP WARNING/ },
  { name: 'a full disk', host: 'mysql-03', afterS: 60, code: 2, says: /^DUMP CRITICAL - no room/ },
])('$name', ({ host, afterS, code, says }) => {
  const result = jobResult(named(host), 'demo-mysql', START_S + afterS);
  expect(result).toMatchObject({ cluster: 'demo-mysql', host, service: 'dump', code });
  expect(result.output).toMatch(says);
});
