import { describe, expect, test } from 'vitest';
import { loadFiles } from './checks-folder.ts';

/** What is wrong with one service, its place cut off where it is the file's second line. */
function faultsOf(service: string, rest = '') {
  const { errors, warnings } = loadFiles({ 'a.yaml': `services:\n  - ${service}\n${rest}` });
  return { errors, warnings };
}

describe('warned of', () => {
  test.for([
    {
      name: 'a warning that is never seen',
      service: '{ name: a, metric: b, warning: 90, critical: 80 }',
      warning: '2:36: there is never a WARNING: "80" (critical) alerts wherever "90" does',
    },
    {
      name: 'a range that always alerts',
      service: '{ name: a, metric: b, warning: "@~:" }',
      warning: '"@~:" alerts at every value',
    },
    {
      name: 'a forecast upside down',
      service: '{ name: a, metric: b, forecast: { reaches: 0 }, critical: 4 }',
      warning: 'for "within 4 hours" write "4:"',
    },
    {
      name: 'an age upside down',
      service: '{ name: a, metric: b, missing: true, critical: "300:" }',
      warning: 'for "older" write "300"',
    },
    {
      name: 'a function without ranges',
      service: '{ name: a, metric: b, compare: {} }',
      warning: 'neither warning nor critical',
    },
    {
      name: 'a metric without ranges',
      service: '{ name: a, metric: b }',
      warning:
        '2:13: neither warning nor critical: whatever the value, it is OK, and UNKNOWN only while none',
    },
    {
      name: 'a change within a few samples',
      service: '{ name: a, metric: b, critical: 5, rate_of_change: { over: 30s } }',
      warning: '30 s hold two samples only where they come that often',
    },
    {
      name: 'a plugin that is not there',
      service: '{ name: a, command: [/nonexistent/plugin, -H, x] }',
      warning: '2:25: "/nonexistent/plugin" is not on this machine: it would be UNKNOWN',
    },
    {
      name: 'a plugin that is no program',
      service: '{ name: a, command: [/etc/passwd] }',
      warning: '"/etc/passwd" may not be run by this user',
    },
    {
      name: 'a service that a pattern may make',
      service: '{ name: a, metric: b, critical: 5, depends_on: { service: "job-1" } }',
      rest: '  - { name: jobs, passive: true, service: "job-.*" }',
      warning: 'a definition with a pattern may make it',
    },
  ])('$name', ({ service, rest = '', warning }) => {
    const { errors, warnings } = faultsOf(service, rest);
    expect(errors).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(warning)]);
  });

  test.for([
    { name: 'all is well', service: '{ name: a, metric: b, warning: 80, critical: 90 }' },
    { name: 'no range, and it is said', service: '{ name: a, metric: b, warning: "" }' },
    { name: 'only freshness', service: '{ name: a, metric: b, freshness_threshold: 5m }' },
    {
      name: 'a window right behind the other',
      service: '{ name: a, metric: b, critical: 5, compare: { before: 1h, window: 1h } }',
    },
    {
      name: 'ranges with placeholders',
      service:
        '{ name: a, metric: b, warning: "{{host.facts.a}}:{{host.facts.b | 9}}", critical: "@{{host.facts.c * 2}}:" }',
    },
    {
      name: 'all groups',
      service:
        '{ name: "{{cluster.1}} {{host.n}} {{metric.2}}", cluster: "(.*)", host: "(?P<n>.*)", metric: "(a)(b)", critical: 5 }',
    },
    {
      name: 'results by name',
      service: '{ name: a, passive: true, command: [/bin/true, "{{host.address}}"], timeout: 5s }',
    },
    {
      name: 'the host by results',
      service:
        '{ name: host, passive: true, parents: "gw, sw", passive_host_checks_are_soft: 1, freshness_threshold: 5m }',
    },
    {
      name: 'who is told as Nagios has it',
      service:
        '{ name: a, passive: true, semantics: nagios, notification_interval: 0, notification_options: "w,recovery" }',
    },
    {
      name: 'nothing of a host told',
      service: '{ name: host, semantics: nagios, notification_options: n, first_notification_delay: 5m }',
    },
    {
      name: 'hosts that are down',
      service:
        '{ name: a, aggregate: { service: host, state: [DOWN, UNREACHABLE], function: percent, by: [cluster, zone] }, warning: 10 }',
    },
    {
      name: 'an aggregate that says what it goes by',
      service:
        '{ name: "{{cluster}} {{host.facts.rack}}", warning: 5, aggregate: { metric: m, function: avg, by: [cluster, rack] } }',
    },
    {
      name: 'a dependency of a placeholder',
      service:
        '{ name: a, metric: b, critical: 5, depends_on: [{ host: "gw-{{host.facts.rack}}", service: host }] }',
    },
  ])('nothing: $name', ({ service }) => {
    expect(faultsOf(service)).toEqual({ errors: [], warnings: [] });
  });
});

test('all of it at once, of all files, in the order of lines', () => {
  const { errors } = loadFiles({
    'a.yaml':
      'services:\n  - { name: a, metric: "(", warning: "5:1", use: none }\n  - { name: a, metric: x }\n',
    'b.yaml': 'templates:\n  - { name: t, retry_interval: 1 }\nservices:\n  - { name: a, metrc: x }\n',
    'none.yaml': 'services: 3\n',
  });
  expect(errors.map((error) => error.split(' (')[0])).toEqual([
    expect.stringMatching(/^a\.yaml:2:24: "\(" is not a regular expression/),
    'a.yaml:2:38: "5:1" starts at 5, above its end 1',
    'a.yaml:2:50: no template "none"',
    'a.yaml:3:13: a second service "a"; the first is at a.yaml:2:13',
    'b.yaml:2:32: 1 has no unit',
    'b.yaml:4:16: unknown key "metrc"',
    'b.yaml:4:13: a second service "a"; the first is at a.yaml:2:13',
    'none.yaml:1:11: a number stands here',
  ]);
});

test('a pattern is compiled once, and all of them have a limit', () => {
  const service = (i: number) => `  - { name: "s${i}", metric: "[x]${'y'.repeat(500)}${i}" }`;
  const text = `services:\n${Array.from({ length: 605 }, (_, i) => service(i)).join('\n')}\n`;
  const { errors } = loadFiles({ 'a.yaml': text });
  expect(errors[0]).toContain('is one too many: all patterns together have more than 300000 characters');
});
