import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDashboards } from '../../src/config/dashboards.ts';
import { Check } from 'typebox/value';
import { DashboardView } from '../../src/contract/dashboard.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { folderWith } from './folder.ts';

function load(files: Record<string, string>) {
  using folder = folderWith(files);
  const prefix = `${folder.path}/`;
  const paths = Object.keys(files).map((name) => join(folder.path, name));
  const { dashboards, errors } = loadDashboards(paths, (path) => path.replace(prefix, ''));
  return { dashboards, errors: errors.map(formatConfigError) };
}

describe('variables', () => {
  const cluster = { name: 'cluster', fact: '', label: 'Cluster', pattern: '.*', default: '' };
  const role = { name: 'role', fact: 'role', label: 'Role', pattern: '.*', default: '' };
  test.for<{ name: string; written: string; read: object[] }>([
    { name: 'a list', written: '[cluster]', read: [cluster] },
    { name: 'nothing', written: '', read: [] },
    { name: 'a mapping with defaults', written: '{ cluster: }', read: [cluster] },
    {
      name: 'every key, cluster before host',
      written: '{ host: { label: Machine, pattern: "web-.*", default: web-1 }, cluster: {} }',
      read: [cluster, { name: 'host', fact: '', label: 'Machine', pattern: 'web-.*', default: 'web-1' }],
    },
    {
      name: 'facts after cluster and host, in their order',
      written: '[{ fact: role, label: Role }, { fact: "aws:asg/x", name: asg, default: blue }, cluster]',
      read: [cluster, role, { ...role, fact: 'aws:asg/x', name: 'asg', label: 'aws:asg/x', default: 'blue' }],
    },
    {
      name: 'a cluster with a default beside a fact',
      written: '[{ name: cluster, default: web }, { fact: role, label: Role }]',
      read: [{ ...cluster, default: 'web' }, role],
    },
  ])('$name', ({ written, read }) => {
    const { dashboards, errors } = load({ 'a.yaml': `variables: ${written}\npanels: [{ text: x }]\n` });
    expect(errors).toEqual([]);
    expect(dashboards[0]?.variables).toEqual(read);
  });
});

test('facts of panels: chosen ones, a panel’s own instead, and those of one series', () => {
  const { dashboards, errors } = load({
    'a.yaml':
      'variables: [{ fact: role }, { fact: zone }]\npanels:\n' +
      '  - { value: a, metric: m }\n' +
      '  - { table: a, columns: [m], facts: { zone: "eu-.*", "a:b/c": x } }\n' +
      '  - { graph: a, facts: { role: .* }, series: [m, { metric: n, facts: { role: "db|$zone" } }] }\n',
  });
  expect(errors).toEqual([]);
  const role = { fact: 'role', pattern: '$role' };
  const zone = { fact: 'zone', pattern: '$zone' };
  expect(dashboards[0]?.panels).toMatchObject([
    { facts: [role, zone] },
    { facts: [{ fact: 'zone', pattern: 'eu-.*' }, { fact: 'a:b/c', pattern: 'x' }, role] },
    {
      series: [
        { facts: [{ fact: 'role', pattern: '.*' }, zone] },
        { facts: [{ fact: 'role', pattern: 'db|$zone' }, zone] },
      ],
    },
  ]);
  expect(Check(DashboardView, dashboards[0])).toBe(true);
});
