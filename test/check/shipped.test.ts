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

describe('a value of a machine', () => {
  test.for([
    { name: 'idle, small, without swap', metric: 'load_one', value: 0.1, service: 'load', state: 'OK' },
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
  ])('$name: $metric $value is $state', ({ metric, value, service, state }) => {
    const [match, ...others] = matcher.ofSeries(knownHost('any', 'host'), metric);
    expect(others).toEqual([]);
    expect([match?.service, match && stateOf(value, match.compiled)]).toEqual([service, state]);
  });
});
