import { describe, expect, test } from 'vitest';
import { compileDefinitions } from '../../src/check/definitions.ts';
import { isLiteral } from '../../src/check/rule.ts';
import { Matcher } from '../../src/check/matcher.ts';
import { compiled, definition, knownHost } from './definition.ts';

describe('which patterns are plain names', () => {
  test.for([
    { pattern: 'load_one', literal: true },
    { pattern: 'cpu-0/cpu-idle', literal: true },
    { pattern: String.raw`graphite/a\.b`, literal: true },
    { pattern: 'graphite/a.b', literal: false },
    { pattern: 'load_(one|five)', literal: false },
    { pattern: '.*', literal: false },
    { pattern: String.raw`load_\w+`, literal: false },
    { pattern: 'load_[o]ne', literal: false },
  ])('$pattern', ({ pattern, literal }) => expect(isLiteral(pattern)).toBe(literal));
});

describe('services of a series', () => {
  const matcher = new Matcher(
    compiled(
      definition({ name: 'load', metric: 'load_one', cluster: 'web.*' }),
      definition({ name: 'idle', metric: 'cpu-[0-9]+/cpu-idle' }),
      definition({ name: 'one of', metric: 'load_(one|five)', host: 'db-.*' }),
      definition({ name: 'host', metric: null }),
    ),
  );
  test.for([
    { name: 'literal', at: ['web-eu', 'w1', 'load_one'], services: ['load'] },
    { name: 'patterns match whole names', at: ['my-web', 'w1', 'load_one'], services: [] },
    {
      name: 'a pattern names the metric',
      at: ['x', 'w1', 'cpu-0/cpu-idle'],
      services: ['idle[cpu-0/cpu-idle]'],
    },
    { name: 'two definitions', at: ['web', 'db-1', 'load_one'], services: ['load', 'one of[load_one]'] },
    {
      name: 'a pattern that matches once is bracketed too',
      at: ['x', 'db-1', 'load_five'],
      services: ['one of[load_five]'],
    },
    { name: 'none', at: ['web', 'w1', 'bytes_in'], services: [] },
  ])('$name', ({ at: [cluster = '', host = '', metric = ''], services }) => {
    expect(matcher.ofSeries(knownHost(cluster, host), metric).map((match) => match.service)).toEqual(
      services,
    );
  });

  test('a host has those without a metric', () => {
    expect(matcher.ofHost(knownHost('web', 'w1')).map((match) => match.service)).toEqual(['host']);
  });
});

test('every fault of every definition is told, and then nothing is compiled', () => {
  const outcome = compileDefinitions([
    definition({ name: 'a', cluster: '(', critical: '5:1' }),
    definition({ name: 'b', metric: '[' }),
  ]);
  expect(outcome.ok ? [] : outcome.faults.map((fault) => fault.split(': ').slice(0, 3).join(': '))).toEqual([
    'checks/test.yaml:1:1: a: cluster',
    'checks/test.yaml:1:1: a: critical',
    'checks/test.yaml:1:1: b: metric',
  ]);
});

function servicesOf(matcher: Matcher, host: ReturnType<typeof knownHost>, metric: string): string[] {
  return matcher.ofSeries(host, metric).map(({ service }) => service);
}

describe('facts and exclusions', () => {
  const matcher = new Matcher(
    compiled(
      definition({ name: 'linux', facts: [{ fact: 'os_name', pattern: 'Linux.*' }] }),
      definition({
        name: 'most',
        exclude: [
          { cluster: 'test-.*', host: '.*', facts: [], metric: null },
          { cluster: '.*', host: 'db-.*', facts: [{ fact: 'role', pattern: 'standby' }], metric: null },
        ],
      }),
      definition({
        name: 'disk',
        metric: 'df-.*',
        exclude: [{ cluster: '.*', host: 'old-.*', facts: [], metric: 'df-(snap|boot).*' }],
      }),
    ),
  );
  test.for([
    { name: 'without the fact', host: knownHost('web', 'w1'), services: ['most'] },
    { name: 'with it', host: knownHost('web', 'w1', { os_name: 'Linux 6' }), services: ['linux', 'most'] },
    {
      name: 'with another value',
      host: knownHost('web', 'w1', { os_name: 'GNU/Linux' }),
      services: ['most'],
    },
    { name: 'an excluded cluster', host: knownHost('test-eu', 'w1'), services: [] },
    { name: 'every part of an exclusion must match', host: knownHost('web', 'db-1'), services: ['most'] },
    { name: 'and does', host: knownHost('web', 'db-1', { role: 'standby' }), services: [] },
  ])('$name', ({ host, services }) => {
    matcher.forgetHost(host.cluster, host.name);
    expect(servicesOf(matcher, host, 'load_one')).toEqual(services);
  });

  test('an exclusion with a metric leaves out that metric alone', () => {
    const old = knownHost('web', 'old-1');
    expect(servicesOf(matcher, old, 'df-snap')).toEqual([]);
    expect(servicesOf(matcher, old, 'df-root')).toEqual(['disk[df-root]']);
    expect(servicesOf(matcher, knownHost('web', 'w1'), 'df-snap')).toEqual(['disk[df-snap]']);
  });

  test('a fact that comes late counts once it is told', () => {
    const late = knownHost('web', 'w2');
    expect(servicesOf(matcher, late, 'load_one')).toEqual(['most']);
    late.facts.set('os_name', 'Linux');
    expect([matcher.looksAt('os_name'), matcher.looksAt('role'), matcher.looksAt('rack')]).toEqual([
      true,
      true,
      false,
    ]);
    matcher.forgetHost('web', 'w2');
    expect(servicesOf(matcher, late, 'load_one')).toEqual(['linux', 'most']);
  });
});

describe('names', () => {
  const named = (name: string, metric: string | null = 'df-(?P<disk>.*)/(.*)') =>
    new Matcher(compiled(definition({ name, metric })));
  test.for([
    { name: 'a capture', template: 'disk {{metric.disk}}', service: 'disk var/log' },
    { name: 'the metric', template: 'disk of {{metric}}', service: 'disk of df-var/log/used' },
    { name: 'of the host alone', template: 'disk {{host.name}}', service: 'disk w1[df-var/log/used]' },
    { name: 'a fact', template: '{{host.facts.rack}} {{metric.2}}', service: 'r7 used' },
    { name: 'a fact that is not there', template: '{{host.facts.row}}', service: undefined },
    { name: 'a default', template: '{{host.facts.row | none}} {{metric.2}}', service: 'none used' },
  ])('$name', ({ template, service }) => {
    const host = knownHost('web', 'w1', { rack: 'r7' });
    expect(named(template).ofSeries(host, 'df-var/log/used')[0]?.service).toBe(service);
  });

  test('what a fact says is not trusted: not the host itself, nothing that does not print', () => {
    for (const value of ['host', 'a\nb', ' a', '', 'x'.repeat(300)]) {
      const matcher = named('{{host.facts.x}}', 'load_one');
      expect(matcher.ofSeries(knownHost('web', 'w1', { x: value }), 'load_one')).toEqual([]);
      expect(matcher.noteOf('{{host.facts.x}}')).toContain('no name for a service');
    }
  });
});

test('a name that another definition had first is told', () => {
  const [a, b] = compiled(
    definition({ name: 'a[x]', metric: 'm' }),
    definition({ name: 'a', metric: 'x.*' }),
  );
  if (!a || !b) throw new Error('two were compiled');
  const matcher = new Matcher([a, b]);
  matcher.taken('a[x]', { by: a, from: b });
  expect([matcher.noteOf('a'), matcher.noteOf('a[x]')]).toEqual([
    'the name "a[x]" is taken by "a[x]", which was first',
    '',
  ]);
});

describe('what holds', () => {
  test('settings by cluster: the first that says something of a setting counts', () => {
    const matcher = new Matcher(
      compiled(
        definition({
          perCluster: [
            { cluster: 'web-eu', settings: { maxCheckAttempts: 7 } },
            { cluster: 'web-.*', settings: { maxCheckAttempts: 5, critical: '9' } },
          ],
        }),
      ),
    );
    const held = (cluster: string) => {
      const [match] = matcher.ofSeries(knownHost(cluster, 'w1'), 'load_one');
      const { definition: one, critical } = match?.compiled ?? {};
      return [one?.maxCheckAttempts, critical?.end];
    };
    expect([held('web-eu'), held('web-us'), held('db')]).toEqual([
      [7, 9],
      [5, 9],
      [1, 8],
    ]);
    const [a, b] = ['web-us', 'web-de'].map((cluster) =>
      matcher.ofSeries(knownHost(cluster, 'h'), 'load_one'),
    );
    expect(a?.[0]?.compiled).toBe(b?.[0]?.compiled);
  });

  test('ranges by fact; without it nothing is judged', () => {
    const matcher = new Matcher(
      compiled(definition({ warning: '{{host.facts.cpu_num * 2}}', critical: '{{host.facts.cpu_num * 4}}' })),
    );
    const of = (name: string, facts: Record<string, string>) =>
      matcher.ofSeries(knownHost('web', name, facts), 'load_one')[0]?.compiled;
    expect(of('a', { cpu_num: '8' })).toMatchObject({
      warning: { end: 16 },
      critical: { end: 32 },
      fault: null,
    });
    expect(of('a', { cpu_num: '8' })).toBe(of('b', { cpu_num: '8' }));
    expect(of('c', {})).toMatchObject({
      warning: null,
      critical: null,
      fault: '{{host.facts.cpu_num * 2}} has no value',
    });
    expect(of('c', {})).toBe(of('d', {}));
    expect(of('e', { cpu_num: '-3' })?.fault).toContain('warning: range "-6" starts at 0, above its end -6');
  });
});

describe('services of hosts', () => {
  const passive = (service: string | null) => ({ kind: 'passive', service, command: null }) as const;
  const matcher = new Matcher(
    compiled(
      definition({ name: 'http', subject: { kind: 'command', command: ['/x'] }, host: 'web-.*' }),
      definition({ name: 'backup', subject: passive(null) }),
      definition({ name: 'jobs', subject: passive('job-.*'), host: 'web-.*' }),
      definition({ name: 'rest', subject: passive('.*') }),
      definition({
        name: 'memory',
        subject: {
          kind: 'combined',
          function: 'ratio',
          of: ['mem_used', 'mem_buf'],
          to: ['mem_total'],
          percent: true,
        },
      }),
    ),
  );
  test('commands, and results under names of their own', () => {
    expect(matcher.ofHost(knownHost('a', 'web-1')).map(({ service }) => service)).toEqual(['http', 'backup']);
  });

  test('results under names as they come: the first that takes them', () => {
    const taker = (host: string, service: string) =>
      matcher.ofResult(knownHost('a', host), service)?.compiled.definition.name;
    expect([taker('web-1', 'job-7'), taker('db-1', 'job-7'), taker('db-1', 'host')]).toEqual([
      'jobs',
      'rest',
      undefined,
    ]);
  });

  test('a ratio comes with the metrics above it', () => {
    const host = knownHost('a', 'h');
    expect(['mem_used', 'mem_buf', 'mem_total'].map((metric) => servicesOf(matcher, host, metric))).toEqual([
      ['memory'],
      ['memory'],
      [],
    ]);
  });
});

test('many definitions, one by one and all together, find the same', () => {
  const patterns = [
    'load_one',
    'load_.*',
    '.*_one',
    'a|load_one',
    'load_(one|two)',
    '.*',
    'lo+ad_one',
    'load_ones?',
  ];
  const each = patterns.map((metric, i) => definition({ name: `n${i}`, metric }));
  const together = new Matcher(compiled(...each));
  for (const metric of ['load_one', 'load_two', 'load_ones', 'a', 'loooad_one', '']) {
    const alone = each.flatMap((one) => servicesOf(new Matcher(compiled(one)), knownHost('c', 'h'), metric));
    expect(servicesOf(together, knownHost('c', 'h'), metric)).toEqual(alone);
  }
});
