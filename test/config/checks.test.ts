import { CHECK_DEFAULTS } from '../../src/contract/checks.ts';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadChecks } from '../../src/config/checks.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { folderWith } from './folder.ts';

function load(files: Record<string, string>) {
  using folder = folderWith(files);
  const paths = Object.keys(files).map((name) => join(folder.path, name));
  const prefix = `${folder.path}/`;
  const outcome = loadChecks(paths, { env: {}, display: (path) => path.replace(prefix, '') });
  return { ...outcome, ...outcome.rules, errors: outcome.errors.map(formatConfigError) };
}

test('defaults, numbers as thresholds, and the place of the definition', () => {
  const { definitions, errors } = load({
    'a.yaml': 'services:\n  - name: load\n    metric: load_one\n    warning: 4.50\n',
  });
  expect(errors).toEqual([]);
  expect(definitions).toEqual([
    {
      ...CHECK_DEFAULTS,
      facts: [],
      anchored: true,
      exclude: [],
      perCluster: [],
      name: 'load',
      where: 'a.yaml:2:11',
      cluster: '.*',
      host: '.*',
      subject: { kind: 'metric', metric: 'load_one', function: null },
      warning: '4.50',
      critical: '',
      maxCheckAttempts: 3,
      retryIntervalMs: 15_000,
      freshnessThresholdMs: null,
      freshnessState: 'UNKNOWN',
      notes: '',
      runbook: '',
    },
  ]);
});

test('facts are called as clouds and agents call them', () => {
  const names = [
    'aws:autoscaling:groupName',
    'kubernetes.io/cluster/a',
    'influx/disk:type',
    '__proto__',
    '7',
  ];
  const facts = names.map((fact) => ({ fact, pattern: 'x' }));
  const { definitions, errors } = load({
    'a.yaml': `services:\n  - { name: a, metric: b, facts: { ${names.map((name) => `"${name}": x`).join(', ')} } }`,
  });
  expect(errors).toEqual([]);
  expect(definitions).toMatchObject([{ facts }]);
});

test('every key', () => {
  const { definitions, errors } = load({
    'a.yaml':
      'services:\n  - name: load\n    cluster: "web.*"\n    host: "web-[0-9]+"\n    metric: "load_.*"\n' +
      '    warning: "@10:20"\n    critical: ~:10\n    max_check_attempts: 1\n    retry_interval: 1m\n' +
      '    freshness_threshold: 1h\n    freshness_state: CRITICAL\n    notes: |\n      One.\n  ' +
      '    Two.\n    runbook: https://h/x\n' +
      '  - name: host\n    max_check_attempts: 2\n',
    'empty.yaml': '# services:\n',
    'none.yaml': 'services:\n',
  });
  expect(errors).toEqual([]);
  expect(definitions).toMatchObject([
    {
      cluster: 'web.*',
      host: 'web-[0-9]+',
      subject: { kind: 'metric', metric: 'load_.*' },
      warning: '@10:20',
      critical: '~:10',
      maxCheckAttempts: 1,
      retryIntervalMs: 60_000,
      freshnessThresholdMs: 3_600_000,
      freshnessState: 'CRITICAL',
      notes: 'One.\nTwo.\n',
      runbook: 'https://h/x',
    },
    { name: 'host', subject: { kind: 'host' }, maxCheckAttempts: 2 },
  ]);
});

const RANGE = 'expected a Nagios range such as "10", "10:", "~:10", "10:20" or "@10:20"';

describe('one error', () => {
  test.for([
    {
      name: 'an unknown key',
      service: '{ name: a, metric: b, warnin: 3 }',
      error: /^a\.yaml:2:27: unknown key "warnin" \(expected one of .*; did you mean "warning"\?\)$/,
    },
    {
      name: 'a metric misspelt',
      service: '{ name: a, metrics: b }',
      error: /^a\.yaml:2:16: unknown key "metrics" .*did you mean "metric"\?\)$/,
    },
    {
      name: 'a range that is none',
      service: '{ name: a, metric: b, warning: foo }',
      error: `a.yaml:2:36: "foo" is not a number (${RANGE})`,
    },
    {
      name: 'a bound that is none',
      service: '{ name: a, metric: b, warning: "1:foo" }',
      error: `a.yaml:2:36: "1:foo" has a bound that is wrong: "foo" is not a number (${RANGE})`,
    },
    {
      name: 'a range upside down',
      service: '{ name: a, metric: b, critical: "20:10" }',
      error: `a.yaml:2:37: "20:10" starts at 20, above its end 10 (${RANGE})`,
    },
    {
      name: 'a pattern that does not compile',
      service: '{ name: a, metric: "(" }',
      error: /^a\.yaml:2:24: "\(" is not a regular expression: .*\(expected /,
    },
    { name: 'no metric', service: '{ name: a }', error: /^a\.yaml:2:5: the service "a" has no "metric"/ },
    { name: 'no name', service: '{ metric: a }', error: /^a\.yaml:2:5: "name" is missing/ },
    {
      name: 'a threshold for the host itself',
      service: '{ name: host, warning: 3 }',
      error: 'a.yaml:2:28: the service "host" is the host\'s own state and takes no "warning"',
    },
    {
      name: 'a bracket in a name',
      service: '{ name: "a[b]", metric: x }',
      error: /^a\.yaml:2:13: "a\[b\]" has a bracket/,
    },
    {
      name: 'a link that runs',
      service: '{ name: a, metric: b, runbook: "javascript:alert(1)" }',
      error: /^a\.yaml:2:36: .*is not an http or https address/,
    },
    {
      name: 'no attempts',
      service: '{ name: a, metric: b, max_check_attempts: 0 }',
      error: /^a\.yaml:2:47: "0" is out of range/,
    },
  ])('$name', ({ service, error }) => {
    const { errors } = load({ 'a.yaml': `services:\n  - ${service}\n` });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toEqual(typeof error === 'string' ? error : expect.stringMatching(error));
  });
});

test('a name is unique over all files', () => {
  const file = 'services:\n  - { name: a, metric: b }\n';
  expect(load({ 'a.yaml': file, 'b.yaml': file }).errors).toEqual([
    'b.yaml:2:13: a second service "a"; the first is at a.yaml:2:13 (expected a name that no other service of all files has)',
  ]);
});
