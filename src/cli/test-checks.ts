import { resolve } from 'node:path';
import { displayPath } from '../config/files.ts';
import { formatConfigError } from '../config/error.ts';
import { EXIT } from '../ops/exit.ts';
import { failureText, outcomeData } from './test-checks/tell.ts';
import { loadCheckTests } from '../config/check-tests.ts';
import { loadChecks } from '../config/checks.ts';
import { loadConfig } from '../config/load.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import type { CheckTestFile } from '../contract/check-tests.ts';
import type { Command, CommandContext } from './command.ts';
import type { ConfigError } from '../config/error.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { Semantics } from '../contract/checks.ts';
import type { RehearsedRules } from '../rehearsal/rehearsal.ts';
import type { TestOutcome } from './test-checks/tell.ts';

const FILES_MAX = 1000;

export const testChecks: Command = {
  name: 'test-checks',
  summary: 'runs unit tests of service definitions: values over time, and the states they make',
  usage: `Usage: muster test-checks [--config FILE] [--json] FILE...

Runs the tests in the files given: values and results over time, and the states and pages
that the definitions have to make of them. Nothing is started, sent or written; time is the
test's own. A file says which definitions it is about; without "checks:" these are those of
the configuration. docs/CHECKS.md, "Testing definitions", tells how tests are written.

  --config FILE   the configuration (default: muster.yaml)
  --json          print { ok, errors, tests } instead

Exit code: 0 all as expected, 1 not, or a file is not valid, 2 wrong usage.
`,
  async run(args, context) {
    const read = readArguments(args, { flags: { config: 'string', json: 'boolean' }, restMax: FILES_MAX });
    if (!read.ok) return usageFault('test-checks', read.fault, context);
    if (read.rest.length === 0) return usageFault('test-checks', 'name the files of tests', context);
    const config = textFlag(read.flags, 'config');
    const ran = await runFiles(read.rest, config, context);
    return read.flags.has('json') ? tellData(ran, context) : tellText(ran, context);
  },
};

interface Ran {
  readonly errors: readonly ConfigError[];
  readonly outcomes: readonly TestOutcome[];
}

/** All files are read before the first test runs: a fault is told at once. */
async function runFiles(
  paths: readonly string[],
  config: string | undefined,
  context: CommandContext,
): Promise<Ran> {
  const errors: ConfigError[] = [];
  const ready: { file: CheckTestFile; rules: RehearsedRules }[] = [];
  const configured = once(() => configuredRules(config, context));
  for (const path of paths) {
    const loaded = loadCheckTests(resolve(context.cwd, path), path);
    if (!loaded.ok) {
      errors.push(...loaded.errors);
      continue;
    }
    const { file } = loaded;
    const rules = file.checks === null ? configured() : rulesOf(file.checks, file.semantics, context);
    if (rules.ok) ready.push({ file, rules: rules.rules });
    else errors.push(...rules.errors);
  }
  if (errors.length > 0) return { errors: distinct(errors), outcomes: [] };
  const outcomes: TestOutcome[] = [];
  for (const { file, rules } of ready) {
    for (const test of file.tests) outcomes.push({ test, failures: await rehearse(test, rules) });
  }
  return { errors, outcomes };
}

type Rules =
  | { readonly ok: true; readonly rules: RehearsedRules }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

function configuredRules(file: string | undefined, { env, cwd }: CommandContext): Rules {
  const loaded = loadConfig({ env, cwd, ...(file === undefined ? {} : { file }) });
  return loaded.ok ? { ok: true, rules: { ...loaded.checks, groups: loaded.config.groups } } : loaded;
}

function rulesOf(files: readonly string[], semantics: Semantics, { env, cwd }: CommandContext): Rules {
  const { rules, errors } = loadChecks(files, { env, semantics, display: (path) => displayPath(path, cwd) });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules: { ...rules, groups: [] } };
}

function tellText({ errors, outcomes }: Ran, { out, err }: CommandContext): ExitCode {
  for (const error of errors) err.write(`${formatConfigError(error)}\n`);
  for (const outcome of outcomes) err.write(failureText(outcome));
  const failed = outcomes.filter(({ failures }) => failures.length > 0).length;
  if (errors.length > 0) return EXIT.failed;
  const tests = `${outcomes.length} ${outcomes.length === 1 ? 'test' : 'tests'}`;
  if (failed === 0) out.write(`${tests}: all as expected\n`);
  else err.write(`${tests}: ${failed} not as expected\n`);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

function tellData({ errors, outcomes }: Ran, { out }: CommandContext): ExitCode {
  const ok = errors.length === 0 && outcomes.every(({ failures }) => failures.length === 0);
  out.write(`${JSON.stringify({ ok, errors, tests: outcomes.map(outcomeData) }, null, 2)}\n`);
  return ok ? EXIT.done : EXIT.failed;
}

/** Several files of tests may be about the same faulty definitions. */
function distinct(errors: readonly ConfigError[]): ConfigError[] {
  return [...new Map(errors.map((error) => [formatConfigError(error), error])).values()];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
