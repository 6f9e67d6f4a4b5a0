import { readFileSync } from 'node:fs';
import { nearest } from '../model/nearest.ts';
import { EXIT } from '../ops/exit.ts';
import type { ExitCode } from '../ops/exit.ts';
import { backup } from './backup.ts';
import { bootScriptCommand } from './boot-script.ts';
import { checkConfig } from './check-config.ts';
import type { Command, CommandContext } from './command.ts';
import { doctor } from './doctor.ts';
import { flush } from './flush.ts';
import { health } from './health.ts';
import { load } from './load.ts';
import { receiver } from './receiver.ts';
import { reconciler } from './reconciler.ts';
import { replayCommand } from './replay.ts';
import { restore } from './restore.ts';
import { serve } from './serve.ts';
import { testChecks } from './test-checks.ts';
import { token } from './token.ts';
import { user } from './user.ts';

const COMMANDS: readonly Command[] = [
  serve,
  checkConfig,
  testChecks,
  replayCommand,
  user,
  token,
  bootScriptCommand,
  backup,
  restore,
  flush,
  doctor,
  reconciler,
  receiver,
  load,
  health,
];
/** Commands of the contract that this version does not have. */
const LATER = ['import'];

/** Runs `muster ARGS…`. Wrong usage is told on stderr, with the nearest command. */
export async function runCli(
  args: readonly string[],
  context: CommandContext,
  commands: readonly Command[] = COMMANDS,
): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined) {
    context.err.write(overview(commands));
    return EXIT.usage;
  }
  if (name === '--version') {
    context.out.write(`muster ${version()}\n`);
    return EXIT.done;
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(rest, { context, commands });
  const found = find(args, commands);
  if (!found.ok) return unknown(found, context);
  const { command, rest: own } = found;
  if (own.includes('--help') || own.includes('-h')) {
    context.out.write(command.usage);
    return EXIT.done;
  }
  const code = await command.run(own, context);
  if (code === EXIT.usage && command.parts === undefined) {
    context.err.write(`"muster help ${command.name}" tells how it is used\n`);
  }
  return code;
}

interface Unknown {
  readonly ok: false;
  readonly name: string;
  /** Where it was looked for. */
  readonly parent: Command | undefined;
  readonly commands: readonly Command[];
}

/** The command that `args` begin with, as deep as its parts go, and what stands behind its name. */
function find(
  args: readonly string[],
  commands: readonly Command[],
): { readonly ok: true; readonly command: Command; readonly rest: readonly string[] } | Unknown {
  let [name = '', ...rest] = args;
  let known = commands;
  let parent: Command | undefined;
  for (;;) {
    const command = known.find((candidate) => candidate.name === [parent?.name, name].join(' ').trim());
    if (command === undefined) return { ok: false, name, parent, commands: known };
    const [next, ...further] = rest;
    if (command.parts === undefined || next === undefined || isHelp(next)) return { ok: true, command, rest };
    [name, rest, known, parent] = [next, further, command.parts, command];
  }
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h';
}

interface Helping {
  readonly context: CommandContext;
  readonly commands: readonly Command[];
}

function help(names: readonly string[], { context, commands }: Helping): ExitCode {
  const found = names.length === 0 ? undefined : find(names, commands);
  if (found?.ok === false) return unknown(found, context);
  context.out.write(found?.command.usage ?? overview(commands));
  return EXIT.done;
}

function unknown({ name, parent, commands }: Unknown, context: CommandContext): ExitCode {
  if (parent === undefined && LATER.includes(name)) {
    context.err.write(`muster: ${name} is not supported by this version of Muster\n`);
    return EXIT.usage;
  }
  const flag = name.startsWith('-');
  const words = commands.map((command) => command.name.split(' ').at(-1) ?? '');
  const own = parent === undefined ? [...words, 'help'] : words;
  const meant = nearest(name, flag ? ['--help', '--version'] : own);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  const where = parent === undefined ? 'muster' : `muster ${parent.name}`;
  context.err.write(`${where}: unknown ${flag ? 'flag' : 'command'} ${JSON.stringify(name)}${hint}\n`);
  context.err.write(
    `"${parent === undefined ? 'muster help' : `muster help ${parent.name}`}" lists the commands\n`,
  );
  return EXIT.usage;
}

function overview(commands: readonly Command[]): string {
  const lines = [
    ...commands,
    { name: 'help [COMMAND]', summary: 'this list, or how a command is used' },
    { name: '--version', summary: 'the version' },
  ].map(({ name, summary }) => `  ${name.padEnd(16)} ${summary}`);
  return `Usage: muster COMMAND [flags]\n\n${lines.join('\n')}\n\nEvery command has --help.\n`;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'of an unknown version';
}
