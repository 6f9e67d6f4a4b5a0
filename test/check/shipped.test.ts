import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileDefinitions } from '../../src/check/definitions.ts';
import { loadChecks } from '../../src/config/checks.ts';
import { Matcher } from '../../src/check/matcher.ts';
import { knownHost } from './definition.ts';
import { stateOf } from '../../src/check/evaluate.ts';

const FOLDER = fileURLToPath(new URL('../../checks', import.meta.url));
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .toSorted()
  .map((name) => join(FOLDER, name));
const loaded = loadChecks(files, { env: {}, display: (path) => path });
const compiled = compileDefinitions(loaded.rules.definitions);
const matcher = new Matcher(compiled.ok ? compiled.definitions : []);

test('the shipped definitions load and compile', () => {
  expect(loaded.errors).toEqual([]);
  expect(loaded.warnings).toEqual([]);
  expect(compiled.ok).toBe(true);
});

test('each says what to do first', () => {
  expect(loaded.rules.definitions.filter(({ notes }) => notes.length < 40).map(({ name }) => name)).toEqual(
    [],
  );
});

test('a host has its own service', () => {
  expect(matcher.ofHost(knownHost('any', 'host')).map(({ service }) => service)).toEqual(['host']);
});

interface Shipped {
  readonly name: string;
  readonly metric: string;
  readonly value: number;
  readonly service: string;
  readonly state: string;
  readonly facts?: Readonly<Record<string, string>>;
}

describe('a value of a machine', () => {
  test.for<Shipped>([
    { name: 'idle, small, without swap', metric: 'load_one', value: 0.1, service: 'load', state: 'OK' },
    {
      name: 'one CPU, compiling',
      metric: 'load_one',
      value: 3.5,
      facts: { cpu_num: '1' },
      service: 'load',
      state: 'OK',
    },
    {
      name: '64 CPUs, busy',
      metric: 'load_one',
      value: 100,
      facts: { cpu_num: '64' },
      service: 'load',
      state: 'OK',
    },
    {
      name: 'one CPU, overloaded',
      metric: 'load_one',
      value: 9,
      facts: { cpu_num: '1' },
      service: 'load',
      state: 'CRITICAL',
    },
    { name: 'CPUs not known yet', metric: 'load_one', value: 17, service: 'load', state: 'WARNING' },
    { name: 'idle', metric: 'cpu_idle', value: 97.3, service: 'cpu idle', state: 'OK' },
    { name: 'without swap', metric: 'swap_free', value: 0, service: 'swap', state: 'OK' },
    { name: 'swap nearly used up', metric: 'swap_free', value: 1024, service: 'swap', state: 'WARNING' },
    { name: 'swap unused', metric: 'swap_free', value: 2_097_148, service: 'swap', state: 'OK' },
    { name: 'half full', metric: 'part_max_used', value: 55, service: 'fullest disk', state: 'OK' },
    { name: 'full', metric: 'part_max_used', value: 98, service: 'fullest disk', state: 'CRITICAL' },
    { name: 'compiling', metric: 'load/load:shortterm', value: 5, service: 'load average', state: 'OK' },
    {
      name: 'overloaded',
      metric: 'load/load:shortterm',
      value: 60,
      service: 'load average',
      state: 'CRITICAL',
    },
    {
      name: 'root has room',
      metric: 'df-root/df_complex-free',
      value: 20e9,
      service: 'root disk',
      state: 'OK',
    },
    {
      name: 'root is full',
      metric: 'df-root/df_complex-free',
      value: 0,
      service: 'root disk',
      state: 'CRITICAL',
    },
    {
      name: 'one service a file system',
      metric: 'df-var-log/percent_bytes-used',
      value: 91,
      service: 'disk space[df-var-log/percent_bytes-used]',
      state: 'WARNING',
    },
    {
      name: 'a clean interface',
      metric: 'interface-eth0/if_errors:rx',
      value: 0,
      service: 'interface errors[interface-eth0/if_errors:rx]',
      state: 'OK',
    },
  ])('$name: $metric $value is $state', ({ metric, value, service, state, facts = {} }) => {
    const judged = matcher
      .ofSeries(knownHost('any', 'host', facts), metric)
      .filter(({ compiled: { rule } }) => {
        return rule.subject.kind === 'metric' && rule.subject.function === null;
      });
    expect(judged.map((match) => [match.service, stateOf(value, match.compiled)])).toEqual([
      [service, state],
    ]);
  });
});

describe('what is looked at over time', () => {
  test.for([
    { metric: 'cpu_idle', services: ['gmond data'] },
    { metric: 'part_max_used', services: ['disk fills'] },
    { metric: 'df-var-log/percent_bytes-used', services: ['disk var-log fills'] },
    {
      metric: 'statsd/shop.checkout.errors,env=eu.rate',
      services: ['errors of shop.checkout.errors,env=eu'],
    },
    { metric: 'statsd/shop.checkout.time,env=eu.upper_90', services: ['times of shop.checkout.time,env=eu'] },
    { metric: 'statsd/shop.orders.rate', services: [] },
    { metric: 'statsd/shop.terrors_of_the_deep.value', services: [] },
  ])('$metric', ({ metric, services }) => {
    const found = matcher.ofSeries(knownHost('any', 'host'), metric).filter(({ compiled: { rule } }) => {
      return rule.subject.kind === 'metric' && rule.subject.function !== null;
    });
    expect(found.map(({ service }) => service)).toEqual(services);
  });

  test('of clusters', () => {
    expect(matcher.aggregates.map(({ definition }) => definition.name)).toEqual(['hosts down']);
  });
});
