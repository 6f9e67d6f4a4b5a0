import { describe, expect, test } from 'vitest';
import { definitionsIn, loadFiles } from './checks-folder.ts';

const TEMPLATES = `
templates:
  - { name: patient, max_check_attempts: 5, retry_interval: 1m, notes: wait }
  - { name: quick, max_check_attempts: 1, check_interval: 10s, notes: hurry }
  - { name: slow, use: patient, retry_interval: 5m }
  - { name: disk, metric: "df-.*", warning: 90, critical: 97 }
  - { name: gated, depends_on: [{ service: network }], flap_detection_options: "o,c" }
  - { name: more, use: gated, depends_on: ["+", { service: database }], flap_detection_options: "+w" }
  - { name: silent, critical: null, notes: null }
  - { name: paged, tags: [pager, db] }
`;

function one(service: string) {
  const text = `${TEMPLATES}
services:
  - { name: network, metric: n }
  - { name: database, metric: d }
  - ${service}
`;
  return definitionsIn(text).get('x');
}

describe('use', () => {
  test.for([
    {
      name: 'the first that says something wins, key by key',
      service: '{ name: x, metric: m, use: [slow, quick] }',
      expected: { maxCheckAttempts: 5, retryIntervalMs: 300_000, notes: 'wait' },
    },
    {
      name: 'tags are those of the template',
      service: '{ name: x, metric: m, use: paged }',
      expected: { tags: ['pager', 'db'] },
    },
    {
      name: 'or others',
      service: '{ name: x, metric: m, use: paged, tags: web }',
      expected: { tags: ['web'] },
    },
    {
      name: 'or more',
      service: '{ name: x, metric: m, use: paged, tags: [+web, eu] }',
      expected: { tags: ['web', 'eu', 'pager', 'db'] },
    },
    { name: 'or none', service: '{ name: x, metric: m, use: paged, tags: null }', expected: { tags: [] } },
    {
      name: 'in the other order',
      service: '{ name: x, metric: m, use: [quick, slow] }',
      expected: { maxCheckAttempts: 1, retryIntervalMs: 300_000, notes: 'hurry' },
    },
    {
      name: 'what is written here wins over all',
      service: '{ name: x, metric: m, use: slow, max_check_attempts: 2 }',
      expected: { maxCheckAttempts: 2, retryIntervalMs: 300_000 },
    },
    {
      name: 'null cancels, and the usual counts',
      service: '{ name: x, metric: m, use: slow, max_check_attempts: null, notes: ~ }',
      expected: { maxCheckAttempts: 3, retryIntervalMs: 300_000, notes: '' },
    },
    {
      name: 'a template that cancels hands that on',
      service: '{ name: x, use: [silent, disk, patient] }',
      expected: { warning: '90', critical: '', notes: '' },
    },
    {
      name: 'what is judged comes from a template, too',
      service: '{ name: x, use: disk, warning: 80 }',
      expected: { subject: { kind: 'metric', metric: 'df-.*' }, warning: '80', critical: '97' },
    },
    {
      name: 'keys of a template that mean nothing here are passed over',
      service: '{ name: x, metric: m, use: quick }',
      expected: { checkIntervalMs: 60_000 },
    },
  ])('$name', ({ service, expected }) => expect(one(service)).toMatchObject(expected));

  test.for([
    {
      name: 'replaced',
      service: '{ name: x, metric: m, use: more, depends_on: [{ service: network }] }',
      on: ['network'],
    },
    {
      name: 'inherited, added up',
      service: '{ name: x, metric: m, use: more }',
      on: ['database', 'network'],
    },
    {
      name: 'added here',
      service: '{ name: x, metric: m, use: gated, depends_on: [+, { service: database }] }',
      on: ['database', 'network'],
    },
    {
      name: 'added to what adds in its turn',
      service:
        '{ name: x, metric: m, use: more, depends_on: [+, { service: "n2" }] }\n  - { name: n2, metric: z }',
      on: ['n2', 'database', 'network'],
    },
    { name: 'cancelled', service: '{ name: x, metric: m, use: more, depends_on: null }', on: [] },
    {
      name: 'added across two templates',
      service: '{ name: x, metric: m, use: [patient, gated], depends_on: [+, { service: database }] }',
      on: ['database', 'network'],
    },
  ])('lists: $name', ({ service, on }) => {
    expect(one(service)?.dependsOn.map((each) => each.service)).toEqual(on);
  });

  test('lists of words', () => {
    expect(one('{ name: x, metric: m, use: more }')?.flapDetectionOptions).toEqual(['w', 'o', 'c']);
    expect(
      one('{ name: x, metric: m, use: more, flap_detection_options: "+u" }')?.flapDetectionOptions,
    ).toEqual(['u', 'w', 'o', 'c']);
  });

  test('a template of a file that comes later', () => {
    const { definitions, errors } = loadFiles({
      'a.yaml': 'services: [{ name: x, metric: m, use: t }]\n',
      'b.yaml': 'templates: [{ name: t, use: u }]\n',
      'c.yaml': 'templates: [{ name: u, max_check_attempts: 9 }]\n',
    });
    expect(errors).toEqual([]);
    expect(definitions[0]?.maxCheckAttempts).toBe(9);
  });
});

describe('what is wrong with templates', () => {
  test('a circle is told once, with its way', () => {
    const { errors } = loadFiles({
      'a.yaml':
        'templates:\n  - { name: a, use: b }\n  - { name: b, use: c }\n  - { name: c, use: [a] }\n' +
        'services: [{ name: x, metric: m, use: [a, b, c] }]\n',
    });
    expect(errors).toEqual(['a.yaml:4:22: the template uses itself: a → b → c → a']);
  });

  test('one that there is not, one twice, one that nobody uses', () => {
    const { errors, warnings } = loadFiles({
      'a.yaml':
        'templates:\n  - { name: base }\n  - { name: idle }\nservices: [{ name: x, metric: m, use: [bse, base], critical: 5 }]\n',
      'b.yaml': 'templates: [{ name: base }]\n',
    });
    expect(errors).toEqual([
      'a.yaml:4:40: no template "bse" (expected the name of an entry under templates:, of any file; did you mean "base"?)',
      'b.yaml:1:21: a second template "base"; the first is at a.yaml:2:13 (expected a name that no other template of all files has)',
    ]);
    expect(warnings).toEqual(['a.yaml:3:13: no service uses the template "idle"']);
  });

  test('a value is told where it is written, and what does not go together by both names', () => {
    const { errors } = loadFiles({
      'a.yaml':
        'templates:\n  - { name: t, command: [/bin/x], warning: "~:" }\nservices:\n' +
        '  - { name: x, metric: m, use: t }\n  - { name: y, metric: m, use: t, command: null }\n',
    });
    expect(errors).toEqual([
      'a.yaml:2:25: "command" and "metric" do not go together (expected one of metric, sum, ratio, aggregate, command, passive; metric: null cancels what a template says)',
      'a.yaml:2:44: "~:" can never alert (expected a range that some value is outside of, or with @ inside of)',
    ]);
  });
});

describe('defaults', () => {
  const text = `
defaults:
  - { cluster: "web-eu", max_check_attempts: 7, check_period: null }
  - { cluster: "web-.*", max_check_attempts: 5, retry_interval: 30s, check_interval: 5m }
  - { flap_detection_enabled: 0 }
templates:
  - { name: t, retry_interval: 1m }
services:
  - { name: a, metric: m, use: t }
  - { name: b, metric: m, max_check_attempts: 2, retry_interval: null }
  - { name: c, command: [/bin/x] }
`;
  const definitions = definitionsIn(text);
  test.for([
    {
      name: 'a',
      settings: [{ maxCheckAttempts: 7 }, { maxCheckAttempts: 5 }, { flapDetectionEnabled: false }],
    },
    { name: 'b', settings: [{ flapDetectionEnabled: false }] },
    {
      name: 'c',
      settings: [
        { maxCheckAttempts: 7 },
        { maxCheckAttempts: 5, retryIntervalMs: 30_000, checkIntervalMs: 300_000 },
        { flapDetectionEnabled: false },
      ],
    },
  ])('only what is left open, and only what means something: $name', ({ name, settings }) => {
    expect(definitions.get(name)?.perCluster.map((one) => one.settings)).toEqual(settings);
  });

  test('ranges are not theirs', () => {
    expect(loadFiles({ 'a.yaml': 'defaults: [{ warning: 5 }]\n' }).errors[0]).toContain(
      'unknown key "warning"',
    );
  });
});

describe('semantics', () => {
  test.for([
    { name: 'usually', text: '', global: 'muster', semantics: 'muster', anchored: true, attempts: 1 },
    { name: 'of all', text: '', global: 'nagios', semantics: 'nagios', anchored: false, attempts: 3 },
    {
      name: 'of the file',
      text: 'semantics: nagios',
      global: 'muster',
      semantics: 'nagios',
      anchored: false,
      attempts: 3,
    },
    {
      name: 'the file before all',
      text: 'semantics: muster',
      global: 'nagios',
      semantics: 'muster',
      anchored: true,
      attempts: 1,
    },
  ] as const)('$name', ({ text, global, semantics, anchored, attempts }) => {
    const found = definitionsIn(`${text}\nservices: [{ name: x, passive: 1 }]\n`, global).get('x');
    expect(found).toMatchObject({ semantics, anchored, maxCheckAttempts: attempts });
  });

  test('of a service, and anchored all the same', () => {
    const found = definitionsIn(
      'services: [{ name: x, metric: m, semantics: nagios, anchored: true }]\n',
    ).get('x');
    expect(found).toMatchObject({ semantics: 'nagios', anchored: true });
  });
});
