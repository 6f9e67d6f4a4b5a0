import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fakeContext } from './context.ts';
import { folderWith } from '../config/folder.ts';
import { testChecks } from '../../src/cli/test-checks.ts';

const SHIPPED = fileURLToPath(new URL('../..', import.meta.url));
const CHECKS = `services:
  - { name: load, metric: load_one, critical: "8", max_check_attempts: 2, retry_interval: 10s }
`;

async function run(files: Readonly<Record<string, string>>, ...args: readonly string[]) {
  using folder = folderWith(files);
  const { context, printed } = fakeContext(folder.path);
  const code = await testChecks.run(args, context);
  return { code, ...printed };
}

test('the shipped definitions are as their tests say', async () => {
  const { context, printed } = fakeContext(SHIPPED);
  const files = readdirSync(join(SHIPPED, 'checks/tests')).map((name) => `checks/tests/${name}`);
  const code = await testChecks.run(files, context);
  expect(files.length).toBeGreaterThan(3);
  expect(printed.err).toBe('');
  expect(printed.out).toMatch(/^\d+ tests: all as expected\n$/);
  expect(code).toBe(0);
});

const WRONG = `
checks: [load.yaml]
interval: 10s
tests:
  - name: too eager
    host: { name: web-1 }
    values: { load_one: "1 9x5" }
    expect:
      - { at: 20s, service: load, state: CRITICAL, type: SOFT, attempt: 2, output: above 9 }
      - { at: 20s, service: lood, state: OK }
      - { at: 0s, service: load, state: OK }
    pages: [{ at: 30s, service: load, kind: problem }]
`;

test('what is not as expected is told with its place and the history', async () => {
  const { code, err, out } = await run({ 'load.yaml': CHECKS, 't.yaml': WRONG }, 't.yaml');
  expect(err)
    .toBe(`t.yaml:9:9: too eager: at 20s, load of web-1: expected type SOFT, it is HARD, expected output /above 9/, it is "load_one is 9 · critical above 8"
         0s OK       HARD 1/2 load_one is 1
        10s CRITICAL SOFT 1/2 load_one is 9 · critical above 8
        20s CRITICAL HARD 2/2 load_one is 9 · critical above 8
t.yaml:10:9: too eager: at 20s, lood: expected OK, but there is no such service; there are load
t.yaml:12:13: too eager: at 30s, load: expected a page, problem, but there were: problem CRITICAL to everybody at 20s
         0s OK       HARD 1/2 load_one is 1
        10s CRITICAL SOFT 1/2 load_one is 9 · critical above 8
        20s CRITICAL HARD 2/2 load_one is 9 · critical above 8
t.yaml:5:11: too eager: at 20s, load of web-1: a page that is not expected, problem CRITICAL to everybody
         0s OK       HARD 1/2 load_one is 1
        10s CRITICAL SOFT 1/2 load_one is 9 · critical above 8
        20s CRITICAL HARD 2/2 load_one is 9 · critical above 8
1 test: 1 not as expected
`);
  expect(out).toBe('');
  expect(code).toBe(1);
});

test('what is not written is not compared: no state is needed', async () => {
  const expectations = (expected: string) => `
checks: [load.yaml]
tests:
  - name: only some
    host: { name: web-1 }
    values: { load_one: "1 9" }
    expect: [{ at: 60s, service: load, ${expected} }]
`;
  const told = (expected: string) => run({ 'load.yaml': CHECKS, 't.yaml': expectations(expected) }, 't.yaml');
  expect(await told('type: SOFT')).toMatchObject({ err: '', code: 0 });
  expect(await told('output: above 8')).toMatchObject({ err: '', code: 0 });
  const wrong = await told('attempt: 2');
  expect(wrong.err).toContain('at 1m, load of web-1: expected attempt 2, it is 1');
  const nothing = await told('host: web-1');
  expect(nothing.err).toContain(
    't.yaml:7:14: nothing is expected of the service (expected at least one of state, type, attempt, output)',
  );
});

test('as data', async () => {
  const { code, out } = await run({ 'load.yaml': CHECKS, 't.yaml': WRONG }, '--json', 't.yaml');
  const answer = JSON.parse(out) as { ok: boolean; tests: { ok: boolean; failures: { where: string }[] }[] };
  expect(answer.ok).toBe(false);
  expect(answer.tests[0]?.failures.map(({ where }) => where)).toEqual([
    't.yaml:9:9',
    't.yaml:10:9',
    't.yaml:12:13',
    't.yaml:5:11',
  ]);
  expect(code).toBe(1);
});

interface Refused {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly code: number;
  readonly words: string;
}

const REFUSED: readonly Refused[] = [
  { name: 'no file', files: {}, args: [], code: 2, words: 'name the files of tests' },
  { name: 'a flag', files: {}, args: ['--jsn', 't.yaml'], code: 2, words: 'did you mean "--json"?' },
  { name: 'a missing file', files: {}, args: ['t.yaml'], code: 1, words: 't.yaml: does not exist' },
  {
    name: 'faulty definitions',
    files: { 'load.yaml': 'services: [{ name: load, metric: "(" }]\n', 't.yaml': WRONG },
    args: ['t.yaml'],
    code: 1,
    words: 'load.yaml:1:',
  },
  {
    name: 'definitions of no configuration',
    files: { 't.yaml': 'tests: [{ name: a, host: { name: h }, pages: [] }]\n' },
    args: ['t.yaml'],
    code: 1,
    words: 'muster.yaml: does not exist; name the configuration with --config FILE',
  },
];

test.for(REFUSED)('refused: $name', async ({ files, args, code, words }) => {
  const ran = await run(files, ...args);
  expect(ran.err).toContain(words);
  expect(ran.code).toBe(code);
});
