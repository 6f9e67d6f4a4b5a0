import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDefinitions } from '../../src/check/definitions.ts';
import { Matcher } from '../../src/check/matcher.ts';
import { serviceKeys } from '../../src/config/check-keys.ts';
import { knownHost } from '../check/definition.ts';
import { loadFiles } from './checks-folder.ts';

/** What is wrong with one service, its place cut off where it is the file's second line. */
function faultsOf(service: string, rest = '') {
  const { errors, warnings } = loadFiles({ 'a.yaml': `services:\n  - ${service}\n${rest}` });
  return { errors, warnings };
}

test('a pattern that is none hides no range', () => {
  const { errors } = faultsOf('{ name: a, metric: "(", warning: "~:", critical: "-10" }');
  expect(errors).toEqual([
    expect.stringContaining('"(" is not a regular expression'),
    expect.stringContaining('"-10" starts at 0'),
    expect.stringContaining('"~:" can never alert'),
  ]);
});

describe('refused', () => {
  test.for([
    {
      name: 'a range that can never alert',
      service: '{ name: a, metric: b, warning: "~:" }',
      error: '2:36: "~:" can never alert (',
    },
    {
      name: 'a percentage that there is not',
      service:
        '{ name: a, aggregate: { service: host, state: DOWN, function: percent, by: cluster }, critical: 100 }',
      error: '"100" can never alert: percentages go from 0 to 100',
    },
    {
      name: 'an age below none',
      service: '{ name: a, metric: b, missing: 1, critical: "0:" }',
      error: '"0:" can never alert: there are no values below 0',
    },
    {
      name: 'a star alone',
      service: '{ name: a, metric: b, host: "*" }',
      error: /"\*" is not a regular expression: .*did you mean "\.\*"\?/,
    },
    {
      name: 'a placeholder in a pattern',
      service: '{ name: a, metric: b, host: "{{cluster}}-db" }',
      error: /2:33: "\{\{cluster\}\}-db" has a placeholder, and a pattern is never filled in: facts: chooses/,
    },
    {
      name: 'a placeholder in the pattern of a fact',
      service: '{ name: a, metric: b, facts: { rack: "{{host.1}}" } }',
      error: 'has a placeholder',
    },
    {
      name: 'a window that reaches into what it is compared with',
      service: '{ name: a, metric: b, critical: 5, compare: { before: 1m, window: 1h } }',
      error: '2:49: the window of 1 h reaches into that of 1 min before (expected a "before" of at least the',
    },
    {
      name: 'a change within less than samples take to come',
      service: '{ name: a, metric: b, critical: 5, rate_of_change: { over: 1s } }',
      error: '"1s" is too short (expected a duration of at least 10s',
    },
    {
      name: 'a placeholder misspelt',
      service: '{ name: a, metric: b, warning: "{{host.fact.x}}" }',
      error: 'which is not known',
    },
    {
      name: 'a group that there is not',
      service: '{ name: "a {{metric.disk}}", metric: "df-(.*)" }',
      error: '2:13: {{metric.disk}} is no group of the pattern of "metric" (expected one of {{metric.1}})',
    },
    {
      name: 'a word of the host misspelt',
      service: '{ name: a, command: [/x, "{{host.adress}}"] }',
      error: '{{host.adress}} is not known (expected {{host.address}})',
    },
    {
      name: 'a pattern of nothing',
      service: '{ name: a, metric: b, host: "" }',
      error: '"" is empty, and matches no name',
    },
    {
      name: 'an exclusion of everything',
      service: '{ name: a, metric: b, exclude: [{}] }',
      error: '2:36: an exclusion without any part leaves out everything',
    },
    {
      name: 'a period of defaults',
      service: '{ name: a, metric: b }',
      rest: 'defaults: [{ check_period: wrk }]',
      error: 'a.yaml:3:28: no time period "wrk"',
    },
    {
      name: 'a service of defaults',
      service: '{ name: a, metric: b }',
      rest: 'defaults: [{ cluster: x, depends_on: { service: c } }]',
      error: 'a.yaml:3:38: no service "c"',
    },
    {
      name: 'a fault of a template, once for all who use it',
      service: '{ name: a, metric: b, use: t }',
      rest: '  - { name: b, metric: c, use: t }\ntemplates: [{ name: t, warning: "~:" }]',
      error: 'a.yaml:4:33: "~:" can never alert',
    },
    {
      name: 'a metric where there is none',
      service: '{ name: a, command: [/x, "{{metric}}"] }',
      error: 'speaks of a metric',
    },
    {
      name: 'a range of an aggregate by fact',
      service:
        '{ name: a, aggregate: { metric: m, function: avg, by: cluster }, warning: "{{host.facts.x}}" }',
      error: 'an aggregate belongs to no host',
    },
    {
      name: 'a host in the name of an aggregate',
      service: '{ name: "a {{host.name}}", aggregate: { metric: m, function: avg, by: rack } }',
      error: '{{host.name}} is not the same for all hosts of the aggregate',
    },
    {
      name: 'an aggregate by nothing',
      service: '{ name: a, aggregate: { metric: m, function: avg } }',
      error: 'the aggregate has no "by"',
    },
    {
      name: 'an aggregate of nothing',
      service: '{ name: a, aggregate: { function: avg, by: cluster } }',
      error: 'the aggregate is of nothing',
    },
    {
      name: 'an aggregate without a function',
      service: '{ name: a, aggregate: { metric: m, by: cluster } }',
      error: 'needs one of "function" and "percent_over"',
    },
    {
      name: 'a state of others',
      service: '{ name: a, aggregate: { service: host, state: CRITICAL, function: count, by: [] } }',
      error: 'a host is never CRITICAL',
    },
    {
      name: 'a timeout of nothing',
      service: '{ name: a, metric: b, timeout: 5s }',
      error: '2:36: "timeout" says nothing here',
    },
    {
      name: 'a range of a plugin',
      service: '{ name: a, command: [/x], warning: 5 }',
      error: '"warning" says nothing here (expected ranges of a plugin are its own arguments',
    },
    {
      name: 'a tag of two words',
      service: '{ name: a, metric: b, tags: [pager, "on call"] }',
      error: '"on call" is not one word of 1 to 100 printable characters',
    },
    {
      name: 'what only Nagios means',
      service: '{ name: a, metric: b, notification_interval: 30m }',
      error:
        /"notification_interval" says nothing here \(expected semantics: nagios beside it, or repeat_every of/,
    },
    {
      name: 'the same of a host',
      service: '{ name: host, notifications_enabled: 0 }',
      error: '"notifications_enabled" says nothing here (expected semantics: nagios beside it',
    },
    {
      name: 'an option that a service has not',
      service: '{ name: a, passive: true, semantics: nagios, notification_options: "c,d" }',
      error: 'a service has no option "d" (expected w, u, c, r, f, s',
    },
    {
      name: 'an option that a host has not',
      service: '{ name: host, semantics: nagios, notification_options: [critical] }',
      error: 'a host has no option "c" (expected d, u, r, f, s',
    },
    {
      name: 'nothing that is told',
      service: '{ name: a, passive: true, semantics: nagios, notification_options: recoverry }',
      error: /"recoverry" is nothing that is told.*did you mean "recovery"\?/,
    },
    {
      name: 'minutes without a unit',
      service: '{ name: a, passive: true, semantics: nagios, notification_interval: 30 }',
      error: /30 has no unit.*30m/,
    },
    {
      name: 'a period that there is not',
      service: '{ name: a, passive: true, semantics: nagios, notification_period: workhours }',
      error: 'workhours',
    },
    {
      name: 'parents of a service',
      service: '{ name: a, metric: b, parents: c }',
      error: '"parents" says nothing here',
    },
    {
      name: 'a function of nothing',
      service: '{ name: a, passive: true, missing: true }',
      error: '"missing" says nothing here',
    },
    {
      name: 'two functions',
      service: '{ name: a, metric: b, missing: true, forecast: { reaches: 0 } }',
      error: 'do not go together',
    },
    {
      name: 'metric and command',
      service: '{ name: a, metric: b, command: [/x] }',
      error: '"command" and "metric" do not go together',
    },
    {
      name: 'a command that is one text',
      service: '{ name: a, command: "/usr/bin/x -H y" }',
      error: 'a program and its arguments in one text',
    },
    {
      name: 'a command somewhere',
      service: '{ name: a, command: [check_http] }',
      error: 'is not an absolute path',
    },
    {
      name: 'a program that a host may choose',
      service: '{ name: a, command: ["/x/{{host.facts.p}}"] }',
      error: 'the program itself has a placeholder',
    },
    {
      name: "Nagios' name for a key",
      service: '{ name: a, metric: b, host_name: c }',
      error: '"host_name" is not a key here (expected host: a regular expression over hosts)',
    },
    {
      name: "Nagios' minutes",
      service: '{ name: a, command: [/x], check_interval: 5 }',
      error: /5 has no unit \(.*did you mean "5m"\?/,
    },
    {
      name: 'nothing behind a key',
      service: '{ name: a, metric: b, critical: }',
      error: 'nothing stands here (expected a Nagios range such as',
    },
    {
      name: 'flapping upside down',
      service: '{ name: a, metric: b, low_flap_threshold: 50 }',
      error: 'flapping would end at 50 % and begin at 30 %',
    },
    {
      name: 'a state of hosts',
      service: '{ name: a, metric: b, flap_detection_options: "o,d" }',
      error: 'a service has no state "d"',
    },
    {
      name: 'no state',
      service: '{ name: a, metric: b, flap_detection_options: [ok, critcal] }',
      error: /"critcal" is no state here .*did you mean "critical"\?/,
    },
    {
      name: 'a period that there is not',
      service: '{ name: a, metric: b, check_period: wrk }',
      rest: 'timeperiods: [{ name: work, times: "monday 09:00-17:00" }]',
      error: /no time period "wrk" .*did you mean "work"\?/,
    },
    {
      name: 'a service that there is not',
      service: '{ name: load, metric: b, depends_on: [{ service: laod }] }',
      error: /no service "laod" .*did you mean "load"\?/,
    },
    {
      name: 'a service that are many',
      service: '{ name: a, metric: b, depends_on: { service: disk } }',
      rest: '  - { name: disk, metric: "df-.*" }',
      error: '"disk" makes a service for each metric',
    },
    {
      name: 'itself, in a circle',
      service: '{ name: a, metric: b, depends_on: { service: a } }',
      error: 'the service depends on itself: a → a',
    },
    {
      name: 'a plus in the middle',
      service: '{ name: host, parents: [a, +b] }',
      error: 'a "+" stands before another item than the first',
    },
    {
      name: 'times that are none',
      service: '{ name: a, metric: b }',
      rest: 'timeperiods: [{ name: p, times: ["moonday 09:00-17:00"] }]',
      error: /a\.yaml:3:34: .*moonday/,
    },
    {
      name: 'a period without itself',
      service: '{ name: a, metric: b }',
      rest: 'timeperiods:\n  - { name: p, exclude: q }\n  - { name: q, exclude: p }',
      error: /a\.yaml:[45]:13: .*goes in a circle/,
    },
  ])('$name', ({ service, rest = '', error }) => {
    const { errors } = faultsOf(service, rest);
    const found = errors.filter((one) => (typeof error === 'string' ? one.includes(error) : error.test(one)));
    expect(found, errors.join('\n')).toHaveLength(1);
    // A circle of two is told at both.
    expect(errors.length).toBeLessThanOrEqual(2);
  });
});

test('faults of all time periods are told at once', () => {
  const periods = [
    '{ name: a, times: "moonday 09:00-17:00", timezone: Europe/Londn, exclude: gone }',
    '{ name: b, exclude: c }',
    '{ name: c, exclude: b }',
    '{ name: d, times: ["monday 01:00-02:00", "Monday 03:00-04:00"] }',
    '{ name: d, timezone: Nowhere/There }',
    '{ name: work, times: ["monday 09:00-25:00"] }',
  ];
  const text = `timeperiods:\n${periods.map((one) => `  - ${one}\n`).join('')}`;
  const { errors } = loadFiles({
    'a.yaml': `${text}services: [{ name: a, metric: m, check_period: wokr }]\n`,
  });
  expect(errors.map((one) => one.replace(/:\d+: /, ': ').slice(0, 55)).toSorted()).toEqual([
    expect.stringMatching(/^a\.yaml:2: "moonday/),
    expect.stringMatching(/^a\.yaml:2: time period a: exclude: there is no/),
    expect.stringMatching(/^a\.yaml:2: time period a: there is no time zone/),
    expect.stringMatching(/^a\.yaml:[34]: time period .: exclude goes in a circle/),
    expect.stringMatching(/^a\.yaml:5: time period d: "Monday/),
    expect.stringMatching(/^a\.yaml:6: time period d: the name is taken/),
    expect.stringMatching(/^a\.yaml:6: time period d: there is no time zone/),
    expect.stringMatching(/^a\.yaml:7: "monday 09:00-25:00"/),
    expect.stringMatching(/^a\.yaml:8: no time period "wokr"/),
  ]);
});

test('a time period whose name cannot be read is not missed by others', () => {
  const { errors } = loadFiles({
    'a.yaml': 'timeperiods:\n  - { name: [work] }\n  - { name: rest, exclude: work }\n',
  });
  expect(errors).toEqual([expect.stringContaining('a.yaml:2:')]);
});

describe('whatever stands in a file', () => {
  const value = fc.oneof(
    fc.constantFrom(
      null,
      true,
      0,
      1,
      5,
      '~:',
      '@~:',
      '10:20',
      '5m',
      '1h',
      'web-.*',
      '(',
      '*',
      'host',
      '+',
      '+a',
      'o,c',
    ),
    fc.constantFrom('{{host.facts.cpu_num * 2}}', '{{metric.1}}', '{{', 'a', 'b', 'OK', 'nagios', '/bin/x'),
    fc.constantFrom(
      ['a'],
      [],
      ['+', { service: 'a' }],
      [{ host: 'x', metric: 'y' }],
      ['/x', '-H', '{{host.address}}'],
    ),
    fc.constantFrom({}, { of: 'a', to: 'b' }, { reaches: 1 }, { over: '5m' }, { x: 'y' }),
    fc.constantFrom(
      { metric: 'a', function: 'avg', by: [] },
      { service: 'a', state: 'OK', function: 'count', by: 'cluster' },
    ),
  );
  const body = fc.dictionary(fc.constantFrom(...serviceKeys()), value, { maxKeys: 6 });
  const entry = fc.tuple(fc.constantFrom('a', 'b', 'host', 't', '{{metric.1}}'), body);
  const entries = fc
    .array(entry, { maxLength: 3 })
    .map((all) => all.map(([name, rest]) => ({ ...rest, name })));
  const file = fc.record({ services: entries, templates: entries });

  test('it is refused in words, or it is what the judge can use', () => {
    fc.assert(
      fc.property(file, (contents) => {
        const { errors, definitions, timeperiods } = loadFiles({ 'a.yaml': JSON.stringify(contents) });
        if (errors.length > 0) return errors.every((error) => error.startsWith('a.yaml:1:'));
        const compiled = compileDefinitions(definitions);
        const host = knownHost('web', 'h', { cpu_num: '4' });
        if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
        const matcher = new Matcher(compiled.definitions);
        for (const { compiled: one } of [...matcher.ofHost(host), ...matcher.ofSeries(host, 'a')]) {
          expect(one.definition.name).not.toBe('');
        }
        return timeperiods.length === 0;
      }),
      { numRuns: 300 },
    );
  });
});
