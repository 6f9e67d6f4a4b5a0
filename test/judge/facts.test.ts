import { describe, expect, test } from 'vitest';
import { definition } from '../check/definition.ts';
import { bench, Fleet } from './fleet.ts';
import type { ServiceDefinition } from '../../src/contract/checks.ts';

/** The fleet's first host has the first row. */
const HOST_ROW = 0;
const NONE = { added: 0, removed: 0, kept: 0, added_names: [], removed_names: [] };

function withFacts(...definitions: ServiceDefinition[]) {
  const fleet = new Fleet();
  const one = bench({ fleet, definitions });
  return {
    ...one,
    say: (name: string, value: string) => fleet.announce({ kind: 'fact', hostRow: HOST_ROW, name, value }),
    unsay: (name: string) => fleet.announce({ kind: 'fact-gone', hostRow: HOST_ROW, name }),
  };
}

const of = (services: readonly { service: string; state: string }[]) =>
  services.map(({ service, state }) => `${service} ${state}`);

test('a fact that comes late makes its services, and takes them when it goes', async () => {
  const one = withFacts(definition({ facts: [{ fact: 'role', pattern: 'web' }] }));
  one.fleet.sample('w1', 'load_one', 3, 0);
  expect(of((await one.at(1)).services)).toEqual([]);
  one.say('role', 'web');
  expect(of((await one.at(2)).services)).toEqual(['load OK']);
  one.say('role', 'db');
  expect((await one.at(3)).removed).toEqual([{ cluster: 'web', host: 'w1', service: 'load' }]);
  one.say('role', 'web');
  expect(of((await one.at(4)).services)).toEqual(['load OK']);
  one.unsay('role');
  expect((await one.at(5)).removed).toHaveLength(1);
});

describe('a range by a fact', () => {
  const byCpu = definition({ critical: '{{host.facts.cpu_num * 2}}' });

  test('nothing is judged without it, and anew when it changes', async () => {
    const one = withFacts(byCpu);
    one.fleet.sample('w1', 'load_one', 5, 0);
    const [unknown] = (await one.at(1)).services;
    expect(unknown).toMatchObject({ state: 'UNKNOWN', output: '{{host.facts.cpu_num * 2}} has no value' });
    one.say('cpu_num', '4');
    expect((await one.at(2)).services[0]).toMatchObject({ state: 'OK', critical: '8' });
    one.say('cpu_num', '2');
    expect((await one.at(3)).services[0]).toMatchObject({ state: 'CRITICAL', critical: '4' });
  });

  test('facts that no definition looks at cost nothing', async () => {
    const one = withFacts(byCpu);
    one.fleet.sample('w1', 'load_one', 5, 0);
    one.say('cpu_num', '4');
    await one.at(1);
    one.say('os_release', '6.1');
    expect((await one.at(2)).services).toEqual([]);
  });
});

test('a preview says what each definition would add and remove, and changes nothing', async () => {
  const fleet = new Fleet();
  const one = bench({ fleet, definitions: [definition(), definition({ name: 'disk', metric: 'df-.*' })] });
  for (const metric of ['load_one', 'df-a', 'df-b']) fleet.sample('w1', metric, 1, 0);
  fleet.sample('w2', 'load_one', 1, 0);
  await one.at(1);
  const definitions = [
    definition({ host: 'w1' }),
    definition({ name: 'disk', metric: 'df-a|x' }),
    definition({ name: 'any', metric: '.*' }),
    definition({ name: 'nothing', metric: 'none' }),
  ];
  const preview = () => one.judge.ask({ kind: 'preview', rules: { definitions, timeperiods: [] } }, 0).answer;
  const expected = [
    { ...NONE, definition: 'load', removed: 1, kept: 1, removed_names: ['w2'] },
    { ...NONE, definition: 'disk', removed: 1, kept: 1, removed_names: ['w1 disk[df-b]'] },
    {
      ...NONE,
      definition: 'any',
      added: 4,
      added_names: ['w1 any[load_one]', 'w1 any[df-a]', 'w1 any[df-b]'],
    },
  ];
  expect(preview()).toEqual(expect.arrayContaining(expected));
  expect(preview()).toHaveLength(3);
  expect((await one.at(2)).removed).toEqual([]);
});

test('a preview counts the groups of aggregates', async () => {
  const fleet = new Fleet();
  const one = bench({ fleet, definitions: [definition()] });
  for (const host of ['w1', 'w2']) fleet.sample(host, 'load_one', 1, 0);
  await one.at(1);
  const of = { kind: 'values', metric: 'load_.*', function: 'avg' } as const;
  const aggregate = (name: string, by: string[], metric: string = of.metric) =>
    definition({ name, metric: null, subject: { kind: 'aggregate', of: { ...of, metric }, by } });
  const definitions = [
    definition(),
    aggregate('grid', []),
    aggregate('clusters', ['cluster']),
    aggregate('racks', ['rack']),
    aggregate('others', [], 'df-.*'),
  ];
  expect(one.judge.ask({ kind: 'preview', rules: { definitions, timeperiods: [] } }, 0).answer).toEqual([
    { ...NONE, definition: 'load', kept: 2 },
    { ...NONE, definition: 'grid', added: 1 },
    { ...NONE, definition: 'clusters', added: 1 },
  ]);
});
