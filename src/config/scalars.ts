import { isIP, isIPv4, isIPv6 } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { isScalar } from 'yaml';
import type { ListenAddress } from '../contract/config.ts';
import { compilePattern } from '../model/pattern.ts';
import { parseRange } from '../model/range.ts';
import { nearest as nearestOf } from '../model/nearest.ts';
import { describe, isNothing } from './readers.ts';
import type { Reader } from './readers.ts';
import { shown } from './reading.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly fault: string;
      readonly nearest?: string | undefined;
      /** This value, which others of its kind do not, holds a secret. */
      readonly unquotable?: boolean;
    };

interface TextOptions<T> {
  readonly expected: string;
  /** A number is taken as it is written; without it, only quoted text will do. */
  readonly numbers?: boolean;
  /** The value may hold a secret, so it is never quoted. */
  readonly secret?: boolean;
  readonly parse: (text: string) => Parsed<T>;
}

/**
 * Text with `${NAME}` replaced, then parsed. `fault` follows the quoted value; where the value came from the
 * environment, the reference is quoted in its place and details that could repeat it are left out.
 */
export function textual<T>({ expected, numbers = false, secret = false, parse }: TextOptions<T>): Reader<T> {
  return {
    expected,
    emptyIsDefault: false,
    read: (place, reading) => {
      const opened = reading.resolve(place);
      if (opened === undefined) return undefined;
      const { node, offset } = opened;
      if (!isScalar(node) || isNothing(node)) {
        return reading.fault(offset, `${describe(node)} stands here`, { expected });
      }
      const written = typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
      const number = typeof node.value === 'number';
      if (typeof node.value !== 'string' && !(number && numbers)) {
        const hint = { expected: `${expected}${number && !secret ? `: write "${written}"` : ''}` };
        return reading.fault(offset, `${describe(node)} stands here`, hint);
      }
      const replaced = reading.substitute(written, offset);
      if (replaced === undefined) return undefined;
      const outcome = parse(replaced.text);
      if (outcome.ok) return outcome.value;
      if (replaced.fromEnv || secret) {
        const what = replaced.fromEnv ? `the value of ${shown(written)}` : 'the value';
        return reading.fault(offset, `${what} is not valid`, { expected });
      }
      const what = outcome.unquotable === true ? 'the value' : shown(written);
      return reading.fault(offset, `${what} ${outcome.fault}`, {
        expected,
        nearest: outcome.nearest,
      });
    },
  };
}

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, y: 365 * 86_400_000 } as const;
const DURATION = /^(\d{1,12}(?:\.\d{1,6})?)\s?([a-zA-Z]*)$/;
const EXAMPLE_MS = 20 * UNIT_MS.s;
const DURATION_MAX_MS = 36_500 * UNIT_MS.d;

/** A duration in ms. `0` alone needs no unit. */
export function duration(bounds: { min: string; max?: string }): Reader<number> {
  const minMs = durationMs(bounds.min);
  const maxMs = bounds.max === undefined ? DURATION_MAX_MS : durationMs(bounds.max);
  const most = bounds.max === undefined ? '' : `, at most ${bounds.max}`;
  const example = minMs <= EXAMPLE_MS && EXAMPLE_MS <= maxMs ? '20s' : bounds.min;
  return textual({
    expected: `a duration of at least ${bounds.min}${most}, such as ${example}, with ms, s, m, h, d or y`,
    numbers: true,
    parse: (text) => {
      const parsed = parseDuration(text);
      if (!parsed.ok) return parsed;
      if (parsed.value < minMs) return { ok: false, fault: 'is too short' };
      if (parsed.value > maxMs) return { ok: false, fault: 'is too long' };
      return parsed;
    },
  });
}

function durationMs(text: string): number {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.value : Number.NaN;
}

export function parseDuration(text: string): Parsed<number> {
  const match = DURATION.exec(text);
  const digits = match?.[1];
  if (match === null || digits === undefined) return { ok: false, fault: 'is not a duration' };
  const unit = match[2] ?? '';
  if (unit === '') {
    if (Number(digits) === 0) return { ok: true, value: 0 };
    return { ok: false, fault: 'has no unit', nearest: `${digits}s` };
  }
  const factor = Object.entries(UNIT_MS).find(([name]) => name === unit)?.[1];
  if (factor === undefined) {
    const meant = nearestUnit(unit);
    const nearest = meant === undefined ? undefined : digits + meant;
    return { ok: false, fault: `has the unknown unit ${shown(unit)}`, nearest };
  }
  return { ok: true, value: Math.round(Number(digits) * factor) };
}

function nearestUnit(unit: string): string | undefined {
  const lower = unit.toLowerCase();
  if (lower.startsWith('ms') || lower.startsWith('mil')) return 'ms';
  return Object.keys(UNIT_MS).find((name) => name === lower[0]);
}

export function integer({ min, max }: { min: number; max: number }): Reader<number> {
  const expected = `a whole number from ${min} to ${max}`;
  return textual({
    expected,
    numbers: true,
    parse: (text) => {
      if (!/^-?\d{1,15}$/.test(text)) return { ok: false, fault: 'is not a whole number' };
      const value = Number(text);
      if (value < min || value > max) return { ok: false, fault: 'is out of range' };
      return { ok: true, value };
    },
  });
}

const UNIT_BYTES = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 } as const;
const SIZE = /^(\d{1,12}(?:\.\d{1,6})?)\s?([a-zA-Z]*)$/;

/** A size in bytes. */
export function size(bounds: { min: string }): Reader<number> {
  const least = parseSize(bounds.min);
  return textual({
    expected: `a size of at least ${bounds.min}, such as 4GiB, with KiB, MiB, GiB or TiB`,
    numbers: true,
    parse: (value) => {
      const parsed = parseSize(value);
      if (!parsed.ok || !least.ok || parsed.value >= least.value) return parsed;
      return { ok: false, fault: 'is too small' };
    },
  });
}

function parseSize(value: string): Parsed<number> {
  const match = SIZE.exec(value);
  const digits = match?.[1];
  if (match === null || digits === undefined) return { ok: false, fault: 'is not a size' };
  const unit = match[2] ?? '';
  if (unit === '') return { ok: false, fault: 'has no unit', nearest: `${digits}MiB` };
  const bytes = Object.entries(UNIT_BYTES).find(([name]) => name === unit)?.[1];
  if (bytes === undefined) {
    const meant = Object.keys(UNIT_BYTES).find((name) => name[0] === unit[0]?.toUpperCase());
    const nearest = meant === undefined ? undefined : digits + meant;
    return { ok: false, fault: `has the unknown unit ${shown(unit)}`, nearest };
  }
  return { ok: true, value: Math.round(Number(digits) * bytes) };
}

/** A part of a whole, written `5%`, as 0.05. */
export function percentage({ max }: { max: number }): Reader<number> {
  return textual({
    expected: `a percentage from 0% to ${max}%, such as 5%`,
    numbers: true,
    parse: (value) => {
      const digits = /^(\d{1,3}(?:\.\d{1,3})?)\s?%$/.exec(value)?.[1];
      if (digits === undefined) {
        const bare = /^\d{1,3}(?:\.\d{1,3})?$/.test(value);
        return { ok: false, fault: 'is not a percentage', nearest: bare ? `${value}%` : undefined };
      }
      if (Number(digits) > max) return { ok: false, fault: 'is too much' };
      return { ok: true, value: Number(digits) / 100 };
    },
  });
}

/** Above 0 and at most 100, with decimals or without. */
export const percentile: Reader<number> = textual({
  expected: 'a percentile above 0 and at most 100, such as 95 or 99.9',
  numbers: true,
  parse: (text) => {
    if (!/^\d{1,3}(?:\.\d{1,3})?$/.test(text)) return { ok: false, fault: 'is no percentile' };
    const value = Number(text);
    return value > 0 && value <= 100 ? { ok: true, value } : { ok: false, fault: 'is no percentile' };
  },
});

/** A number other than 0, with decimals or without. */
export const factor: Reader<number> = textual({
  expected: 'a number other than 0, such as 8, 0.5 or -1',
  numbers: true,
  parse: (text) => {
    const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) return { ok: false, fault: 'is not a number' };
    return value === 0 ? { ok: false, fault: 'makes nothing of everything' } : { ok: true, value };
  },
});

export const truth: Reader<boolean> = {
  expected: 'true or false',
  emptyIsDefault: false,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    if (isScalar(opened.node) && typeof opened.node.value === 'boolean') return opened.node.value;
    return reading.fault(opened.offset, `${describe(opened.node)} stands here`, {
      expected: 'true or false',
    });
  },
};

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[]): Reader<T> {
  return textual({
    expected: words.length === 1 ? `${words[0]}` : `one of ${words.join(', ')}`,
    parse: (text) => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return { ok: true, value: word };
      return { ok: false, fault: 'is not known here', nearest: nearestOf(text, words) };
    },
  });
}

/** Text of at most `max` characters, line breaks included. */
export function text(max: number): Reader<string> {
  return textual({
    expected: `text of at most ${max} characters`,
    parse: (value) => (value.length <= max ? { ok: true, value } : { ok: false, fault: 'is too long' }),
  });
}

const GROUP_NAME_BYTES_MAX = 200;

/**
 * A name that becomes a directory and a part of an API path: 1 to 200 bytes of printable characters, no
 * `/`, no space at either end, not `.` or `..`.
 */
export function safeName(what: string): Reader<string> {
  return textual({
    expected: `${what} of 1 to ${GROUP_NAME_BYTES_MAX} bytes, printable, without "/"`,
    parse: (name) => {
      const fault = nameFault(name);
      return fault === undefined ? { ok: true, value: name } : { ok: false, fault };
    },
  });
}

/** How a machine is called by others: a name of DNS, or an address; IPv6 without brackets. */
export const serverName = textual({
  expected: 'a name of DNS such as muster.example.net, or an IP address',
  parse: (name) =>
    isIP(name) > 0 || (name.length <= 253 && SERVER_NAME.test(name))
      ? { ok: true, value: name }
      : { ok: false, fault: 'is neither a name of DNS nor an address' },
});
const SERVER_NAME =
  /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/u;

function nameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name)) return 'has a character that does not print';
  if (name.includes('/')) return 'has a "/"';
  if (name.trim() !== name) return 'begins or ends with a space';
  if (name === '.' || name === '..') return 'would be a directory of another meaning';
  if (Buffer.byteLength(name) > GROUP_NAME_BYTES_MAX) return 'is too long';
  return undefined;
}

/** A path, made absolute from the directory of the file it is written in. */
export const path: Reader<string> = {
  expected: 'a path',
  emptyIsDefault: false,
  read: (place, reading) => {
    const written = pathText.read(place, reading);
    return written === undefined ? undefined : resolvePath(reading.directory, written);
  },
};

/** A path as it is written; globs are resolved where they are expanded. */
export const pathText: Reader<string> = textual({
  expected: 'a path',
  parse: (value) => {
    if (value === '') return { ok: false, fault: 'is empty' };
    if (value.includes('\0')) return { ok: false, fault: 'has a NUL character' };
    return { ok: true, value };
  },
});

/** A regular expression over whole names. */
export const pattern: Reader<string> = textual({
  expected: 'a regular expression over the whole name, such as "web-.*"',
  parse: parsePattern,
});

export function parsePattern(source: string): Parsed<string> {
  const compiled = compilePattern(source);
  return compiled.ok ? { ok: true, value: source } : patternFault(source, compiled.fault);
}

/** `cause`: the engine's words. */
export function patternFault(source: string, cause: string): Parsed<string> {
  const nearest = /^\*|[^.)\]\\]\*/.test(source) ? source.replaceAll(/\.?\*/g, '.*') : undefined;
  return { ok: false, fault: `is not a regular expression: ${cause}`, nearest };
}

/** States that page, in lower case. */
export const SEVERITIES = ['warning', 'critical', 'unknown', 'down', 'unreachable'];

/** A regular expression over the states that page, in lower case; it must match one of them. */
export const severityPattern: Reader<string> = textual({
  expected: `a regular expression over ${SEVERITIES.join(', ')}, such as "critical|down"`,
  parse: (source) => {
    const compiled = compilePattern(source);
    if (!compiled.ok || SEVERITIES.some((word) => compiled.pattern.matches(word)))
      return parsePattern(source);
    const begun = SEVERITIES.find((word) => word.startsWith(source.toLowerCase()));
    return { ok: false, fault: 'matches no severity', nearest: nearestOf(source, SEVERITIES) ?? begun };
  },
});

/** A Nagios plugin range, as it is written; empty: none. */
export const range: Reader<string> = textual({
  expected: 'a Nagios range such as "10", "10:", "~:10", "10:20" or "@10:20"',
  numbers: true,
  parse: (value) => {
    if (value === '') return { ok: true, value };
    const parsed = parseRange(value);
    return parsed.ok ? { ok: true, value } : { ok: false, fault: rangeFault(value, parsed.fault) };
  },
});

/** The message quotes the value and says what is expected around this already. */
export function rangeFault(value: string, fault: string): string {
  const [what = fault] = fault.replace(`range "${value}" `, '').split('; expected like');
  if (what === '') return 'is not a range';
  if (!what.startsWith('"')) return what;
  const own = what.replace(`"${value}" `, '');
  return own === what ? `has a bound that is wrong: ${what}` : own;
}

/** An absolute http or https address. `secret`: it may carry a token, so it is never quoted. */
export function webAddress({ secret }: { secret: boolean }): Reader<string> {
  return textual({
    expected: 'an address such as "http://127.0.0.1:9000/hook"',
    secret,
    parse: (value) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url?.protocol === 'http:' || url?.protocol === 'https:') return { ok: true, value };
      return { ok: false, fault: 'is not an http or https address' };
    },
  });
}

/**
 * A database's address, to which paths are appended. One with a name and a password is refused, as addresses
 * are shown in answers and logs; `credentials` says where they go instead.
 */
export function databaseAddress(credentials: string): Reader<string> {
  return textual({
    expected: `an address such as "http://127.0.0.1:8086"; ${credentials}`,
    parse: (value) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (url && url.username + url.password !== '') {
        return { ok: false, fault: 'names a user or a password', unquotable: true };
      }
      if (url && url.search + url.hash !== '') {
        return { ok: false, fault: 'has a query or a fragment', unquotable: true };
      }
      if (url?.protocol === 'http:' || url?.protocol === 'https:') return { ok: true, value };
      return { ok: false, fault: 'is not an http or https address' };
    },
  });
}

const FRAME_ORIGIN = /^https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/;

/** An origin as it stands in a header: nothing but its scheme, host and port gets through. */
export const frameOrigin: Reader<string> = textual({
  expected: 'an origin such as "https://wiki.example.net" or "https://wiki.example.net:8443"',
  parse: (value) => {
    const lower = value.toLowerCase();
    if (FRAME_ORIGIN.test(lower) && URL.canParse(lower)) return { ok: true, value: lower };
    const origin = URL.parse(value)?.origin ?? '';
    const nearest = FRAME_ORIGIN.test(origin) ? origin : undefined;
    return { ok: false, fault: 'is not an https origin', nearest };
  },
});

/** `10.0.0.5`, `10.0.0.0/8` or `2001:db8::/32`. */
export const network: Reader<string> = textual({
  expected: 'an address or a network, such as 127.0.0.1 or 10.0.0.0/8',
  parse: (value) => {
    const [address = '', prefix, ...more] = value.split('/');
    const bits = isIPv4(address) ? 32 : 128;
    if (isIP(address) === 0 || address.includes('%') || more.length > 0) {
      return { ok: false, fault: 'is no address' };
    }
    if (prefix === undefined) return { ok: true, value };
    if (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits) return { ok: true, value };
    return { ok: false, fault: `has no prefix from 1 to ${bits}` };
  },
});

/** `1.2.3.4:8600`, `[::1]:8600` or `localhost:8600` (127.0.0.1); port 0 asks for a free one. */
export const listenAddress: Reader<ListenAddress> = textual({
  expected: 'an address and a port, such as 0.0.0.0:8630 or "[::]:8630"',
  numbers: true,
  parse: parseListenAddress,
});

export function parseListenAddress(value: string): Parsed<ListenAddress> {
  if (isIPv4(value)) return { ok: false, fault: 'has no port' };
  if (isIPv6(value)) return { ok: false, fault: 'has no port: an IPv6 address stands in brackets before it' };
  const bare = /^\*?:?(\d{1,5})$/.exec(value)?.[1];
  if (bare !== undefined) return { ok: false, fault: 'has no address', nearest: `0.0.0.0:${bare}` };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d*)$/.exec(value);
  const host = match?.[1] ?? match?.[2];
  if (match === null || host === undefined) return { ok: false, fault: 'is not an address and a port' };
  const address = host === 'localhost' ? '127.0.0.1' : host;
  if (match[1] === undefined ? !isIPv4(address) : !isIPv6(address)) {
    const what = match[1] === undefined ? 'an IPv4 address; names are not looked up' : 'an IPv6 address';
    return { ok: false, fault: `does not begin with ${what}` };
  }
  const digits = match[3] ?? '';
  const port = Number(digits);
  if (digits === '' || port > 65_535) return { ok: false, fault: 'has no port from 0 to 65535' };
  return { ok: true, value: { address, port } };
}
