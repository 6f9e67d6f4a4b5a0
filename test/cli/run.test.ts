import { expect, test } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { folderWith } from '../config/folder.ts';
import { fakeContext } from './context.ts';

const VALID = { 'muster.yaml': 'groups: []\n', 'checks/a.yaml': 'services: []\n' };

test.for<{ args: string[]; code: number; out: RegExp; err: RegExp }>([
  { args: [], code: 2, out: /^$/, err: /^Usage: muster COMMAND/ },
  { args: ['--version'], code: 0, out: /^muster \d+\.\d+\.\d+\n$/, err: /^$/ },
  { args: ['help'], code: 0, out: /serve[^]*check-config/, err: /^$/ },
  { args: ['--help'], code: 0, out: /serve[^]*check-config/, err: /^$/ },
  { args: ['help', 'serve'], code: 0, out: /^Usage: muster serve/, err: /^$/ },
  { args: ['help', 'srve'], code: 2, out: /^$/, err: /did you mean "serve"\?/ },
  { args: ['serve', '--help'], code: 0, out: /^Usage: muster serve/, err: /^$/ },
  { args: ['check-config', '-h'], code: 0, out: /^Usage: muster check-config/, err: /^$/ },
  {
    args: ['chekc-config'],
    code: 2,
    out: /^$/,
    err: /unknown command "chekc-config"; did you mean "check-config"\?/,
  },
  { args: ['frobnicate'], code: 2, out: /^$/, err: /^muster: unknown command "frobnicate"\n/ },
  { args: ['--versoin'], code: 2, out: /^$/, err: /unknown flag "--versoin"; did you mean "--version"\?/ },
  {
    args: ['check-config', '--confg', 'a'],
    code: 2,
    out: /^$/,
    err: /unknown flag "--confg"; did you mean "--config"\?/,
  },
  { args: ['check-config', '--config'], code: 2, out: /^$/, err: /"--config" needs a value/ },
  { args: ['check-config', '--config', '--json'], code: 2, out: /^$/, err: /"--config" needs a value/ },
  { args: ['check-config', '--json=1'], code: 2, out: /^$/, err: /"--json" takes no value/ },
  { args: ['check-config', 'muster.yaml'], code: 2, out: /^$/, err: /unexpected argument "muster.yaml"/ },
  { args: ['check-config', '--config', 'no.yaml'], code: 1, out: /^$/, err: /^no.yaml: does not exist\n/ },
  {
    args: ['check-config'],
    code: 0,
    out: /^muster.yaml is valid: 1 group, 0 service definitions, 0 dashboards\n$/,
    err: /^$/,
  },
  { args: ['user'], code: 2, out: /^$/, err: /^Usage: muster user COMMAND[^]*user add[^]*--help\.\n$/ },
  { args: ['user', '--help'], code: 0, out: /^Usage: muster user COMMAND[^]*user add/, err: /^$/ },
  { args: ['help', 'user'], code: 0, out: /^Usage: muster user COMMAND[^]*user remove/, err: /^$/ },
  { args: ['user', 'add', '--help'], code: 0, out: /^Usage: muster user add NAME/, err: /^$/ },
  { args: ['help', 'user', 'add'], code: 0, out: /^Usage: muster user add NAME/, err: /^$/ },
  { args: ['help', 'token', 'crate'], code: 2, out: /^$/, err: /did you mean "create"\?/ },
  {
    args: ['user', 'ad'],
    code: 2,
    out: /^$/,
    err: /^muster user: unknown command "ad"; did you mean "add"\?\n"muster help user" lists the commands\n$/,
  },
  { args: ['token', 'user'], code: 2, out: /^$/, err: /^muster token: unknown command "user"\n/ },
  { args: ['user', '--json'], code: 2, out: /^$/, err: /^muster user: unknown flag "--json"\n/ },
  {
    args: ['user', 'add'],
    code: 2,
    out: /^$/,
    err: /^muster user add: NAME is missing\n"muster help user add" tells how it is used\n$/,
  },
  ...['import'].map((name) => ({
    args: [name, '--anything'],
    code: 2,
    out: /^$/,
    err: new RegExp(`^muster: ${name} is not supported by this version of Muster\n$`, 'u'),
  })),
])('muster $args exits $code', async ({ args, code, out, err }) => {
  using folder = folderWith(VALID);
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(args, context)).toBe(code);
  expect(printed.out).toMatch(out);
  expect(printed.err).toMatch(err);
});

test('check-config --json has every error as data', async () => {
  using folder = folderWith({ ...VALID, 'muster.yaml': 'a: 1\nb: 2\n' });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['check-config', '--json'], context)).toBe(1);
  expect(JSON.parse(printed.out)).toMatchObject({
    ok: false,
    errors: [
      { file: 'muster.yaml', line: 1, column: 1 },
      { file: 'muster.yaml', line: 2, column: 1 },
    ],
  });
  expect(printed.err).toBe('');
});

test('check-config names the file that is not valid, and its warnings beside the errors', async () => {
  using folder = folderWith({ ...VALID, 'checks/a.yaml': 'services: [{ name: a, metrics: b }]\n' });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['check-config'], context)).toBe(1);
  expect(printed.err).toMatch(/^checks\/a\.yaml:1:23: unknown key "metrics" .*did you mean "metric"\?\)$/mu);
  expect(printed.err).not.toContain('has no "metric"');
  expect(printed.err).toMatch(/^checks\/a\.yaml is not valid: 1 error$/mu);
});

test('check-config prints warnings beside errors', async () => {
  using folder = folderWith({ 'muster.yaml': 'self_monitor: off\nfrob: 1\n' });
  const { context, printed } = fakeContext(folder.path);
  expect(await runCli(['check-config'], context)).toBe(1);
  expect(printed.err).toMatch(/nothing is checked \(warning\)$/mu);
  expect(printed.err).toContain('unknown key "frob"');
});
