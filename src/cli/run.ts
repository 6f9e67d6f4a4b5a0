import { readFileSync } from 'node:fs';
import { nearest } from '../model/nearest.ts';
import { EXIT } from '../ops/exit.ts';
import type { ExitCode } from '../ops/exit.ts';
import { checkConfig } from './check-config.ts';
import type { Command, CommandContext } from './command.ts';
import { serve } from './serve.ts';

const COMMANDS: readonly Command[] = [serve, checkConfig];
/** Commands of the contract that this version does not have. */
const LATER = ['load', 'test-checks', 'import', 'token', 'user', 'boot-script', 'backup', 'restore'];

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
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) return unknown(name, { context, commands });
  if (rest.includes('--help') || rest.includes('-h')) {
    context.out.write(command.usage);
    return EXIT.done;
  }
  const code = await command.run(rest, context);
  if (code === EXIT.usage) context.err.write(`"muster help ${command.name}" tells how it is used\n`);
  return code;
}

interface Helping {
  readonly context: CommandContext;
  readonly commands: readonly Command[];
}

function help([name]: readonly string[], { context, commands }: Helping): ExitCode {
  const command = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && command === undefined) return unknown(name, { context, commands });
  context.out.write(command?.usage ?? overview(commands));
  return EXIT.done;
}

function unknown(name: string, { context, commands }: Helping): ExitCode {
  if (LATER.includes(name)) {
    context.err.write(`muster: ${name} is not supported by this version of Muster\n`);
    return EXIT.usage;
  }
  const flag = name.startsWith('-');
  const names = flag ? ['--help', '--version'] : [...commands.map((command) => command.name), 'help'];
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  context.err.write(`muster: unknown ${flag ? 'flag' : 'command'} ${JSON.stringify(name)}${hint}\n`);
  context.err.write('"muster help" lists the commands\n');
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
