import { COMMAND_LINE_BYTES_MAX } from '../limits.ts';
import { readDecision, split } from './nagios-decision.ts';
import type { NagiosDecision } from './nagios-decision.ts';

/**
 * Lines of Nagios' external commands, `[time] NAME;argument;…`, as scripts write them into its command file.
 * Names in any case, as since Nagios 4.4; a line without a time is of now, as NRDP sends it.
 *
 * Source: nagios 4.4.6, base/commands.c.
 */
export type NagiosCommand =
  /** An empty service: the result is the host's own. No time: now. */
  | {
      readonly kind: 'result';
      readonly timeS: number | undefined;
      readonly host: string;
      readonly service: string;
      readonly code: number;
      readonly output: string;
    }
  | { readonly kind: 'check-now'; readonly host: string; readonly service: string }
  | { readonly kind: 'decision'; readonly decision: NagiosDecision };

export type CommandFault =
  | 'line-too-long'
  | 'bad-command'
  | 'bad-code'
  | 'unknown-command'
  /** Nagios has it, and we do not. */
  | 'unsupported-command'
  | 'triggered-downtime';

export type ReadCommand =
  | { readonly ok: true; readonly command: NagiosCommand }
  /** `about`: its name, as far as it could be read. */
  | { readonly ok: false; readonly fault: CommandFault; readonly about: string };

const LINE = /^(?:\[(\d{1,12})\])?\s*(\w+)\s*(?:;(.*))?$/su;
const WHOLE = /^\s*[+-]?\d{1,9}\s*$/u;
/** How the names of all other commands begin. */
const OF_NAGIOS =
  /^(?:ACKNOWLEDGE|ADD|CHANGE|CLEAR|DEL|DELAY|DISABLE|ENABLE|ENTER|PROCESS|READ|REMOVE|RESTART|SAVE|SCHEDULE|SEND|SET|SHUTDOWN|START|STOP)_[A-Z_]+$/u;

/** Reads one line, its line break aside. Never throws. */
export function readCommand(line: string): ReadCommand {
  if (line.length > COMMAND_LINE_BYTES_MAX) return refused('line-too-long', '');
  const [, time, word, rest = ''] = LINE.exec(line.trim()) ?? [];
  if (word === undefined) return refused('bad-command', '');
  const timeS = time === undefined ? undefined : Number(time);
  const name = word.toUpperCase();
  switch (name) {
    case 'PROCESS_SERVICE_CHECK_RESULT': {
      const [host = '', service = '', code = '', output = ''] = split(rest, 4);
      if (service === '') return refused('bad-command', name);
      return resultOf({ timeS, host, service, code, output }, name);
    }
    case 'PROCESS_HOST_CHECK_RESULT': {
      const [host = '', code = '', output = ''] = split(rest, 3);
      return resultOf({ timeS, host, service: '', code, output }, name);
    }
    case 'SCHEDULE_FORCED_SVC_CHECK': {
      const [host = '', service = ''] = split(rest, 3);
      if (host === '' || service === '') return refused('bad-command', name);
      return { ok: true, command: { kind: 'check-now', host, service } };
    }
    case 'SCHEDULE_FORCED_HOST_CHECK': {
      const [host = ''] = split(rest, 2);
      if (host === '') return refused('bad-command', name);
      return { ok: true, command: { kind: 'check-now', host, service: '' } };
    }
    default: {
      const read = readDecision(name, rest);
      if (read?.ok === true) return { ok: true, command: { kind: 'decision', decision: read.decision } };
      if (read) return refused(read.fault, name);
      return refused(OF_NAGIOS.test(name) ? 'unsupported-command' : 'unknown-command', name);
    }
  }
}

function resultOf(
  said: {
    readonly timeS: number | undefined;
    readonly host: string;
    readonly service: string;
    readonly code: string;
    readonly output: string;
  },
  name: string,
): ReadCommand {
  if (said.host === '') return refused('bad-command', name);
  if (!WHOLE.test(said.code)) return refused('bad-code', name);
  const command = {
    ...said,
    kind: 'result',
    code: Number(said.code),
    output: unescaped(said.output),
  } as const;
  return { ok: true, command };
}

/** A line holds the lines of an output with `\n` between them, and `\\` for a backslash. */
function unescaped(output: string): string {
  return output.replaceAll(/\\([n\\])/gu, (_, sign: string) => (sign === 'n' ? '\n' : '\\'));
}

function refused(fault: CommandFault, about: string): ReadCommand {
  return { ok: false, fault, about: about.slice(0, 100) };
}
