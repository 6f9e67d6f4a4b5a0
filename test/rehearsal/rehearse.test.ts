import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../config/folder.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { loadChecks } from '../../src/config/checks.ts';
import { loadCheckTests } from '../../src/config/check-tests.ts';
import { rehearse } from '../../src/rehearsal/rehearse.ts';

/** What was not as expected, in words. */
async function run(checks: string, tests: string): Promise<string[]> {
  using folder = folderWith({ 'checks.yaml': checks, 'tests.yaml': tests });
  const { rules, errors } = loadChecks([join(folder.path, 'checks.yaml')], {
    env: {},
    display: (path) => path,
  });
  const file = loadCheckTests(join(folder.path, 'tests.yaml'), 'tests.yaml');
  const faults = file.ok ? errors : [...errors, ...file.errors];
  if (!file.ok || faults.length > 0) throw new Error(faults.map(formatConfigError).join('\n'));
  const told: string[] = [];
  for (const one of file.file.tests) {
    const failures = await rehearse(one, { ...rules, groups: [] });
    told.push(...failures.map(({ message }) => message));
  }
  return told;
}

const LOAD =
  'services: [{ name: load, metric: load_one, critical: "8", max_check_attempts: 2, retry_interval: 0s }]';
const oneTest = (keys: string) => `interval: 10s\ntests:\n  - name: a\n${keys}`;

describe('as expected', () => {
  test.for([
    {
      name: 'a missing sample, and a metric that stays away',
      checks:
        'services: [{ name: load, metric: load_one, critical: "8", freshness_threshold: 25s, max_check_attempts: 1 }]',
      keys: `
    host: { name: h, values: { load_one: "1 _ 1 _x8", up: "1x11" } }
    expect:
      - { at: 10s, service: load, state: OK }
      - { at: 40s, service: load, state: OK }
      - { at: 50s, service: load, state: UNKNOWN, output: "no sample for" }`,
    },
    {
      name: 'several sources of one record',
      checks: 'services: [{ name: "in", metric: "eth0/octets:rx", critical: "8", max_check_attempts: 1 }]',
      keys: `
    host: { name: h, values: { "eth0/octets:rx": "1 9", "eth0/octets:tx": "9 1" } }
    expect: [{ at: 0s, service: in, state: OK }, { at: 10s, service: in, state: CRITICAL }]`,
    },
    {
      name: 'a value that is not a number',
      checks: LOAD,
      keys: `
    host: { name: h, values: { load_one: "1 nan" } }
    expect: [{ at: 10s, service: load, state: UNKNOWN, type: SOFT }]`,
    },
    {
      name: 'a host that fell silent a moment before the router it is behind',
      checks: 'services: [{ name: host, parents: [router], max_check_attempts: 1 }]',
      keys: `
    hosts: [{ name: w1, values: { up: "1x5 _x15" } }, { name: router, values: { up: "1x6 _x14" } }]
    expect:
      - { at: 130s, host: w1, service: host, state: UP, output: "silent for .* so is router" }
      - { at: 131s, host: w1, service: host, state: UNREACHABLE, output: "router is down$" }
    pages:
      - { at: 131s, host: router, service: host, kind: problem, state: DOWN }
      - { at: 131s, host: w1, service: host, kind: problem, state: UNREACHABLE }`,
    },
    {
      name: 'only in its check_period',
      checks: `timeperiods: [{ name: work, timezone: UTC, times: ["monday 09:00-09:59"] }]
services: [{ name: load, metric: load_one, critical: "8", max_check_attempts: 1, check_period: work }]`,
      keys: `
    start: "2026-01-05T09:58:00Z"
    interval: 60s
    host: { name: h, values: { load_one: "1 9x4" } }
    expect: [{ at: 1m, service: load, state: CRITICAL }]
  - name: b
    start: "2026-01-05T10:01:00Z"
    interval: 60s
    host: { name: h, values: { load_one: "9x4" } }
    pages: []`,
    },
    {
      name: 'passive results, in their order',
      checks: 'services: [{ name: backup, passive: true, host: ".*" }]',
      keys: `
    host: { name: h }
    results:
      - { at: 5s, service: backup, state: CRITICAL, output: "tape | size=3MB" }
      - { at: 9s, service: backup, state: OK, output: done }
    expect:
      - { at: 4s, service: backup, state: PENDING }
      - { at: 5s, service: backup, state: CRITICAL, type: HARD, attempt: 1, output: "^tape$" }
      - { at: 9s, service: backup, state: OK }
    pages: [{ at: 5s, service: backup, kind: problem, receiver: everybody }, { at: 9s, service: backup, kind: recovery }]`,
    },
    {
      name: 'what a command answers, from then on',
      checks:
        'services: [{ name: http, command: [/bin/check, "{{host.name}}"], check_interval: 10s, retry_interval: 10s, max_check_attempts: 2 }]',
      keys: `
    host: { name: h }
    results: [{ at: 0s, service: http, state: OK }, { at: 60s, service: http, state: CRITICAL, output: refused }]
    expect:
      - { at: 30s, service: http, state: OK }
      - { at: 65s, service: http, state: CRITICAL, type: SOFT, attempt: 1 }
      - { at: 90s, service: http, state: CRITICAL, type: HARD, attempt: 2, output: refused }`,
    },
    {
      name: 'an aggregate of two hosts',
      checks:
        'services: [{ name: mean, aggregate: { metric: load_one, function: avg, by: [cluster] }, critical: "8", max_check_attempts: 1 }]',
      keys: `
    hosts:
      - { cluster: web, name: a, values: { load_one: "1 10" } }
      - { cluster: web, name: b, values: { load_one: "1 20" } }
    expect: [{ at: 1s, service: mean, cluster: web, state: OK }, { at: 11s, service: mean, state: CRITICAL, output: "15" }]`,
    },
    {
      name: 'a comparison with what was before the start',
      checks:
        'services: [{ name: more, metric: load_one, compare: { before: 1h, window: 1m, as: ratio }, critical: "2", max_check_attempts: 1 }]',
      keys: `
    host: { name: h }
    past: { load_one: "1x700" }
    values: { load_one: "3x30" }
    expect: [{ at: 290s, service: more, state: CRITICAL }]`,
    },
    {
      name: 'reminders, as Nagios has them',
      checks:
        'services: [{ name: backup, passive: true, semantics: nagios, max_check_attempts: 1, notification_interval: 10s }]',
      keys: `
    host: { name: h }
    results:
      - { at: 5s, service: backup, state: CRITICAL }
      - { at: 20s, service: backup, state: CRITICAL }
      - { at: 22s, service: backup, state: CRITICAL }
      - { at: 25s, service: backup, state: OK }
    pages:
      - { at: 5s, service: backup, kind: problem }
      - { at: 20s, service: backup, kind: reminder }
      - { at: 25s, service: backup, kind: recovery }`,
    },
    {
      name: 'routes of its own',
      checks: LOAD.replace('max_check_attempts: 2', 'max_check_attempts: 1'),
      keys: `
    host: { cluster: web, name: h, values: { load_one: "1 9" } }
    routes: [{ match: { cluster: db }, receiver: dba }, { match: { severity: critical }, receiver: ops }]
    pages: [{ at: 10s, service: load, kind: problem, receiver: ops }]`,
    },
  ])('$name', async ({ checks, keys }) => {
    expect(await run(checks, oneTest(keys))).toEqual([]);
  });
});

describe('not as expected', () => {
  test.for([
    {
      name: 'a service of two hosts',
      checks: LOAD,
      keys: `
    hosts: [{ name: a, values: { load_one: "1" } }, { name: b, values: { load_one: "1" } }]
    expect: [{ at: 0s, service: load, state: OK }]`,
      told: ['at 0s, load: it is there for a of test, b of test; say which'],
    },
    {
      name: 'a service that should not be there',
      checks: LOAD,
      keys: `
    host: { name: a, values: { load_one: "1" } }
    expect: [{ at: 0s, service: load, state: NONE }]`,
      told: ['at 0s, load of a: expected state NONE, it is OK'],
    },
    {
      name: 'no page',
      checks: LOAD,
      keys: `
    host: { name: a, values: { load_one: "1" } }
    pages: [{ at: 5s, service: load, kind: problem, state: CRITICAL, receiver: ops }]`,
      told: ['at 5s, load: expected a page, problem CRITICAL to ops, but there was none'],
    },
    {
      name: 'a result of a service that nobody defined',
      checks: LOAD,
      keys: `
    host: { name: a }
    results: [{ at: 5s, service: backup, state: OK }]
    pages: []`,
      told: ['at 5s, backup of a: the result is refused: unknown-service'],
    },
    {
      name: 'a host without services',
      checks: LOAD,
      keys: `
    host: { name: a }
    expect: [{ at: 0s, service: load, state: OK, type: HARD, attempt: 1 }]`,
      told: ['at 0s, load: expected OK HARD attempt 1, but there is no such service; there is none at all'],
    },
  ])('$name', async ({ checks, keys, told }) => {
    expect(await run(checks, oneTest(keys))).toEqual(told);
  });
});
