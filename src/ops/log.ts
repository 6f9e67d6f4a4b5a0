import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

const KEYS_MAX = 1000;
const SECRETS = ['password', 'secret', 'token', 'authorization', 'cookie', 'webhook'];

/** Where lines go; `isTTY` makes them readable instead of JSON. */
export interface LogSink {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** One line an event. Values under names of secrets are never written, at the top or one level down. */
export function createLog(options: { sink: LogSink; level?: string }): Logger {
  const { sink, level = 'info' } = options;
  const readable = sink.isTTY === true;
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[not shown]' },
    },
    {
      write: (line: string) => {
        sink.write(readable ? readableLine(line) : line);
      },
    },
  );
}

/** `12:03:04 warn  the message key=value`: one JSON line of ours for a person at a terminal. */
export function readableLine(line: string): string {
  const { time, level, msg, err, ...rest } = parsedLine(line);
  const clock = typeof time === 'string' ? time.slice(11, 19) : '--:--:--';
  const details = Object.entries(rest).map(([key, value]) => ` ${key}=${plain(value)}`);
  const head = `${clock} ${plain(level).padEnd(5)} ${plain(msg ?? '')}${details.join('')}`;
  return `${printable(head)}\n${stackOf(err)}`;
}

function parsedLine(line: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(line);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : { msg: line };
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('stack' in err)) return '';
  return `${String(err.stack).split('\n').map(printable).join('\n')}\n`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Names come from the network: no escape sequence reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/**
 * Holds a message that could come a thousand times a second down to one a key in `everyMs`. Null: say
 * nothing now; else how many times it was held back since it was last said. Forgets its oldest keys beyond
 * a bound.
 */
export function createOncePer(
  nowMs: () => number,
): (key: string, everyMs: number) => { readonly suppressed: number } | null {
  const keys = new Map<string, { saidMs: number; suppressed: number }>();
  return (key, everyMs) => {
    const now = nowMs();
    const known = keys.get(key);
    if (known !== undefined && now - known.saidMs < everyMs) {
      known.suppressed += 1;
      return null;
    }
    keys.delete(key);
    keys.set(key, { saidMs: now, suppressed: 0 });
    const [oldest] = keys.keys();
    if (keys.size > KEYS_MAX && oldest !== undefined) keys.delete(oldest);
    return { suppressed: known?.suppressed ?? 0 };
  };
}
