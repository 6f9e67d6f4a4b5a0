import { expect, test } from 'vitest';
import { bench, Fleet, START_MS } from '../fleet.ts';
import { definition } from '../../check/definition.ts';
import { NO_PAST } from '../../../src/judge/values/past.ts';
import { Sources } from '../../../src/judge/values/sources.ts';
import type { AggregateOf, ServiceDefinition } from '../../../src/contract/checks.ts';

const LOAD: AggregateOf = { kind: 'values', metric: 'load_one', function: 'avg' };
const names = (count: number) => Array.from({ length: count }, (_, i) => `w.${i}`);

test.for<{
  name: string;
  of: Partial<ServiceDefinition>;
  by?: readonly string[];
  hosts?: number;
  key: { cluster: string; service: string };
  members: { cluster: string; host: string } | null;
}>([
  {
    name: 'all of a cluster',
    of: {},
    key: { cluster: 'web', service: 'all' },
    members: { cluster: 'web', host: '.*' },
  },
  {
    name: 'all of the grid, as it is selected',
    of: { cluster: 'we.*', host: 'w.*' },
    by: [],
    key: { cluster: '', service: 'all' },
    members: { cluster: 'we.*', host: 'w.*' },
  },
  {
    name: 'those of a fact, by name',
    of: {},
    by: ['cluster', 'rack'],
    key: { cluster: 'web', service: 'all[r0]' },
    members: { cluster: 'web', host: String.raw`w\.0|w\.2` },
  },
  {
    name: 'those that are not left out, by name',
    of: { exclude: [{ cluster: '.*', host: String.raw`w\.[12]`, metric: null, facts: [] }] },
    key: { cluster: 'web', service: 'all' },
    members: { cluster: 'web', host: String.raw`w\.0` },
  },
  {
    name: 'more than a pattern may name',
    of: {},
    by: ['rack'],
    hosts: 2000,
    key: { cluster: '', service: 'all[r0]' },
    members: null,
  },
])('the hosts of an aggregate: $name', async ({ of, by = ['cluster'], hosts = 3, key, members }) => {
  const fleet = new Fleet();
  const subject = { kind: 'aggregate', of: LOAD, by } as const;
  const made = bench({
    definitions: [definition({ name: 'all', subject, warning: '5', ...of })],
    sources: new Sources(fleet.catalogue, NO_PAST),
    fleet,
  });
  for (const [i, host] of names(hosts).entries()) {
    fleet.sample(host, 'load_one', 1, 1);
    const hostRow = fleet.catalogue.host('web', host)?.hostRow ?? -1;
    fleet.announce({ kind: 'fact', hostRow, name: 'rack', value: `r${i % 2}` });
  }
  await made.at(1);
  await made.at(2);
  const question = { kind: 'detail', service: { ...key, host: '' } } as const;
  expect(made.judge.ask(question, START_MS + 3000).answer).toMatchObject({ members });
});
