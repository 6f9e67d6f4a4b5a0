import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { folderWith } from './folder.ts';
import { formatConfigError } from '../../src/config/error.ts';
import { loadCheckTests } from '../../src/config/check-tests.ts';
import type { CheckTestFile } from '../../src/contract/check-tests.ts';

function load(text: string): { file: CheckTestFile | null; errors: string[] } {
  using folder = folderWith({
    'tests/load.yaml': text,
    'load.yaml': 'services: []\n',
    'disk.yaml': 'services: []\n',
  });
  const outcome = loadCheckTests(join(folder.path, 'tests/load.yaml'), 'load.yaml');
  if (!outcome.ok) return { file: null, errors: outcome.errors.map(formatConfigError) };
  const checks = outcome.file.checks?.map((path) => path.slice(folder.path.length + 1)) ?? null;
  return { file: { ...outcome.file, checks }, errors: [] };
}

const WHOLE = `
checks: ["../*.yaml"]
semantics: nagios
interval: 30s
tests:
  - name: load
    start: "2026-03-09T09:00:00Z"
    host: { cluster: web, name: web-1, facts: { cpu_num: "4" } }
    values: { load_one: "1 9x3 _" }
    past: { load_one: "2x3" }
    results: [{ at: 10s, service: backup, state: WARNING, output: late }]
    routes: [{ match: { severity: critical }, receiver: ops }]
    expect:
      - { at: 30s, service: load, state: CRITICAL, type: SOFT, attempt: 1, output: "load_one is 9" }
    pages: [{ at: 90s, service: load, kind: problem, state: CRITICAL, receiver: ops }]
`;

test('a whole file', () => {
  expect(load(WHOLE).file).toEqual({
    file: 'load.yaml',
    checks: ['disk.yaml', 'load.yaml'],
    semantics: 'nagios',
    tests: [
      {
        name: 'load',
        where: 'load.yaml:6:11',
        startMs: Date.parse('2026-03-09T09:00:00Z'),
        intervalMs: 30_000,
        untilMs: 120_000,
        hosts: [
          {
            cluster: 'web',
            name: 'web-1',
            facts: new Map([['cpu_num', '4']]),
            series: [{ metric: 'load_one', values: [1, 9, 9, 9, null], past: [2, 2, 2] }],
          },
        ],
        results: [
          {
            where: 'load.yaml:11:15',
            atMs: 10_000,
            cluster: 'web',
            host: 'web-1',
            service: 'backup',
            code: 1,
            output: 'late',
          },
        ],
        routes: [
          expect.objectContaining({ match: { severity: 'critical' }, receiver: 'ops', continue: false }),
        ],
        expect: [
          {
            where: 'load.yaml:14:9',
            atMs: 30_000,
            cluster: null,
            host: null,
            service: 'load',
            state: 'CRITICAL',
            type: 'SOFT',
            attempt: 1,
            output: 'load_one is 9',
          },
        ],
        pages: [
          {
            where: 'load.yaml:15:13',
            atMs: 90_000,
            cluster: null,
            host: null,
            service: 'load',
            kind: 'problem',
            state: 'CRITICAL',
            receiver: 'ops',
          },
        ],
      },
    ],
  });
});

test('what is left out', () => {
  const { file } = load('tests: [{ name: a, host: { name: h }, pages: [] }]');
  expect(file?.checks).toBeNull();
  expect(file?.tests[0]).toMatchObject({
    startMs: Date.UTC(2026, 0, 5),
    intervalMs: 60_000,
    untilMs: 0,
    hosts: [{ cluster: 'test', name: 'h', series: [] }],
    routes: [{ match: {}, receiver: 'everybody' }],
    expect: [],
    pages: [],
  });
});

describe('faults, each with its place', () => {
  const one = (keys: string) => `tests:\n  - { name: a, ${keys} }\n`;
  const expects = 'expect: [{ at: 0s, service: s, state: OK }]';
  test.for([
    { name: 'nothing', text: '', words: ['1:1: no tests stand here'] },
    { name: 'no list', text: 'tests: 5', words: ['1:8: a number stands here'] },
    { name: 'no host', text: one(expects), words: ['2:13: a test without a host'] },
    {
      name: 'two ways',
      text: one(`host: { name: h }, hosts: [{ name: g }], ${expects}`),
      words: ['"host" and "hosts"'],
    },
    { name: 'nothing expected', text: one('host: { name: h }'), words: ['a test that expects nothing'] },
    {
      name: 'the same twice',
      text: `tests: [{ name: a, host: { name: h }, pages: [] }, { name: a, host: { name: h }, pages: [] }]`,
      words: ['a second test "a"'],
    },
    {
      name: 'the same host twice',
      text: one(`hosts: [{ name: h }, { name: h }], ${expects}`),
      words: ['the host h of test is there twice'],
    },
    {
      name: 'values of nobody',
      text: one(`hosts: [{ name: h }], values: { load_one: 1 }, ${expects}`),
      words: ['"values" without "host"'],
    },
    {
      name: 'a value',
      text: one(`host: { name: h }, values: { load_one: "1 much" }, ${expects}`),
      words: ['"much" is no value'],
    },
    {
      name: 'half a second',
      text: one('host: { name: h }, expect: [{ at: 500ms, service: s, state: OK }]'),
      words: ['is not of whole seconds'],
    },
    {
      name: 'a state',
      text: one('host: { name: h }, expect: [{ at: 1s, service: s, state: CRITCAL }]'),
      words: ['did you mean "CRITICAL"?'],
    },
    {
      name: 'a code',
      text: one(`host: { name: h }, results: [{ at: 1s, service: s, state: 7 }], ${expects}`),
      words: ['is no state of a result'],
    },
    {
      name: 'a result of anybody',
      text: one(`hosts: [{ name: h }, { name: g }], results: [{ at: 1s, service: s, state: 1 }], ${expects}`),
      words: ['a result that may be of several hosts (expected one of h, g as "host")'],
    },
    {
      name: 'a result of nobody',
      text: one(`host: { name: h }, results: [{ at: 1s, host: g, service: s, state: 1 }], ${expects}`),
      words: ['a result of a host that is not there'],
    },
    {
      name: 'an output',
      text: one('host: { name: h }, expect: [{ at: 1s, service: s, state: OK, output: "(" }]'),
      words: ['a regular expression that matches a part'],
    },
    {
      name: 'checks',
      text: `checks: [no.yaml]\n${one(`host: { name: h }, ${expects}`)}`,
      words: ['1:10: "no.yaml" does not exist'],
    },
    {
      name: 'a time',
      text: one(`start: monday, host: { name: h }, ${expects}`),
      words: ['"monday" is not a time'],
    },
    {
      name: 'too long',
      text: one('host: { name: h }, expect: [{ at: 32d, service: s, state: OK }]'),
      words: ['is too long'],
    },
    { name: 'a key', text: one(`hots: { name: h }, ${expects}`), words: ['did you mean "host"?'] },
  ])('$name', ({ text, words }) => {
    const { errors } = load(text);
    for (const word of words) expect(errors.join('\n')).toContain(word);
  });
});
