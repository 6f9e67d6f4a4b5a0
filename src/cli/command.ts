import { parseArgs } from 'node:util';
import { nearest } from '../model/nearest.ts';
import type { ExitCode } from '../ops/exit.ts';

/** Everything of the process a command may touch. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly out: TextSink;
  readonly err: TextSink;
  /** The signals a server answers to. */
  readonly signals: SignalSource;
}

export interface TextSink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export type SignalName = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

export interface SignalSource {
  on(signal: SignalName, listener: () => void): unknown;
  off(signal: SignalName, listener: () => void): unknown;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole `--help`, ending in a line break. */
  readonly usage: string;
  run(args: readonly string[], context: CommandContext): Promise<ExitCode>;
}

export type FlagTypes = Readonly<Record<string, 'boolean' | 'string'>>;

export type Arguments =
  | {
      readonly ok: true;
      readonly flags: ReadonlyMap<string, string | true>;
      readonly rest: readonly string[];
    }
  | { readonly ok: false; readonly fault: string };

/** Reads a command's arguments: `--name value`, `--name=value`, `--switch`, and at most `restMax` others. */
export function readArguments(
  args: readonly string[],
  { flags: types, restMax = 0 }: { flags: FlagTypes; restMax?: number },
): Arguments {
  const known = Object.keys(types);
  const options = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const flags = new Map<string, string | true>();
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const fault = flagFault(token, { types, known });
    if (fault !== undefined) return { ok: false, fault };
    flags.set(token.name, token.value ?? true);
  }
  const unexpected = rest[restMax];
  if (unexpected !== undefined) return { ok: false, fault: `unexpected argument "${unexpected}"` };
  return { ok: true, flags, rest };
}

function flagFault(
  token: { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  { types, known }: { types: FlagTypes; known: readonly string[] },
): string | undefined {
  const type = known.includes(token.name) ? types[token.name] : undefined;
  if (type === undefined) {
    const meant = nearest(token.name, known);
    return `unknown flag "${token.rawName}"${meant === undefined ? '' : `; did you mean "--${meant}"?`}`;
  }
  const flagFollows = token.inlineValue !== true && token.value?.startsWith('-') === true;
  if (type === 'string' && (flagFollows || token.value === undefined || token.value === '')) {
    return `"--${token.name}" needs a value`;
  }
  if (type === 'boolean' && token.value !== undefined) return `"--${token.name}" takes no value`;
  return undefined;
}
