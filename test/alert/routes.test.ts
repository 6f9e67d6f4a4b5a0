import { describe, expect, test } from 'vitest';
import { compileRoutes, explainRoute, labelsOf, routesOf } from '../../src/alert/routes.ts';
import type { AlertMatch, AlertRoute } from '../../src/contract/alerts.ts';
import type { Routed } from '../../src/alert/routes.ts';

const route = (match: AlertMatch, receiver: string, more: Partial<AlertRoute> = {}): AlertRoute => ({
  match,
  receiver,
  continue: false,
  ...more,
});

function compiled(...routes: AlertRoute[]) {
  const outcome = compileRoutes(routes);
  return outcome.ok ? outcome.routes : [];
}

const DB: Routed = {
  cluster: 'mysql-eu',
  host: 'db-1',
  service: 'disk[df-root]',
  severity: 'critical',
  facts: new Map([['role', 'db']]),
  tags: ['pager', 'db'],
};

describe('routes', () => {
  const routes = compiled(
    route({ service: 'noise.*' }, 'log', { continue: true }),
    route({ cluster: 'mysql.*', severity: 'critical|down' }, 'oncall'),
    route({ host: 'db-1' }, 'log'),
    route({}, 'ops'),
  );
  test.for([
    { name: 'first match wins', at: ['mysql-eu', 'db-1', 'load', 'critical'], to: ['oncall'] },
    { name: 'severity decides', at: ['mysql-eu', 'db-2', 'load', 'warning'], to: ['ops'] },
    { name: 'whole values', at: ['mysql-eu', 'db-10', 'load', 'warning'], to: ['ops'] },
    { name: 'continue', at: ['web', 'w', 'noise x', 'unknown'], to: ['log', 'ops'] },
    { name: 'two to the same', at: ['web', 'db-1', 'noise', 'unknown'], to: ['log', 'log'] },
  ])('$name', ({ at: [cluster = '', host = '', service = '', severity = ''], to }) => {
    expect(routesOf(routes, { cluster, host, service, severity }).map(({ receiver }) => receiver)).toEqual(
      to,
    );
  });

  test('no route, nobody', () => {
    expect(routesOf([], DB)).toEqual([]);
  });

  test('a fault says where', () => {
    const broken = compileRoutes([route({ host: '(' }, 'a', { where: 'muster.yaml:3:5' })]);
    expect(broken.ok ? '' : broken.faults[0]).toMatch(
      /^muster\.yaml:3:5: alerts\.routes\[0\]\.match\.host: /u,
    );
  });
});

describe('why a route takes a service or does not', () => {
  test.for<{ name: string; match: AlertMatch; matched: boolean; reason: string; why: string }>([
    { name: 'everything', match: {}, matched: true, reason: 'everything', why: 'it takes everything' },
    {
      name: 'severity',
      match: { severity: 'warning' },
      matched: false,
      reason: 'severity',
      why: 'severity: "critical" is not warning',
    },
    {
      name: 'a fact',
      match: { facts: [{ fact: 'role', pattern: 'web' }] },
      matched: false,
      reason: 'fact',
      why: 'facts.role: "db" is not web',
    },
    {
      name: 'a fact that is not there',
      match: { facts: [{ fact: 'rack', pattern: '.*' }] },
      matched: false,
      reason: 'fact',
      why: 'facts.rack: the host has no such fact',
    },
    {
      name: 'tags',
      match: { tags: ['pager', 'web'] },
      matched: false,
      reason: 'tag',
      why: 'tags: none of "pager", "db" is web',
    },
    {
      name: 'all of it',
      match: { cluster: 'mysql.*', tags: ['pager'] },
      matched: true,
      reason: 'all-match',
      why: 'cluster: "mysql-eu" is mysql.*, tags: one is pager',
    },
  ])('$name', ({ match, matched, reason, why }) => {
    const [one] = compiled(route(match, 'ops'));
    expect(one && explainRoute(one, DB)).toEqual({ matched, reason, why });
  });
});

test.for([
  { name: 'by default', groupBy: undefined, is: 'cluster=mysql-eu service=disk' },
  { name: 'nothing', groupBy: [], is: '' },
  {
    name: 'a fact, and one there is not',
    groupBy: ['facts.role', 'facts.rack'],
    is: 'facts.role=db facts.rack=',
  },
  { name: 'all others', groupBy: ['host', 'severity'], is: 'host=db-1 severity=critical' },
])('labels of $name', ({ groupBy, is }) => {
  const [one] = compiled(route({}, 'ops', groupBy === undefined ? {} : { groupBy }));
  const labels = one ? labelsOf(one, DB) : [];
  expect(labels.map(([label, value]) => `${label}=${value}`).join(' ')).toBe(is);
});
