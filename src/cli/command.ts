import { parseArgs } from 'node:util';
import { nearest } from '../model/nearest.ts';
import { EXIT } from '../ops/exit.ts';
import type { ExitCode } from '../ops/exit.ts';

/** Everything of the process a command may touch. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly out: TextSink;
  readonly err: TextSink;
  readonly input: TextSource;
  /** The signals a server answers to. */
  readonly signals: SignalSource;
  /** The system's user who runs this. */
  readonly account: { readonly uid: number; readonly name: string };
  nowMs(): number;
}

export interface TextSink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

export interface TextSource extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean | undefined;
  /** Of a terminal: keys arrive one by one and are not shown. */
  setRawMode?(raw: boolean): unknown;
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
  /** Commands below this one, each under its whole name: `user add`. Without one it is wrong usage. */
  readonly parts?: readonly Command[];
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

/** Wrong usage, told on stderr. */
export function usageFault(command: string, fault: string, { err }: CommandContext): ExitCode {
  err.write(`muster ${command}: ${fault}\n`);
  return EXIT.usage;
}

/** The value of a text flag; undefined where it was not given. */
export function textFlag(flags: ReadonlyMap<string, string | true>, name: string): string | undefined {
  const value = flags.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** A command that is its parts: `muster user add …`. */
export function commandOf(name: string, summary: string, parts: readonly Command[]): Command {
  const lines = parts.map((part) => `  ${part.name.padEnd(16)} ${part.summary}\n`).join('');
  const usage = `Usage: muster ${name} COMMAND [flags]\n\n${lines}\nEvery command has --help.\n`;
  return {
    name,
    summary,
    usage,
    parts,
    run: (_args, { err }) => {
      err.write(usage);
      return Promise.resolve(EXIT.usage);
    },
  };
}
