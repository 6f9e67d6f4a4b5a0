import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDuration } from '../../config/scalars.ts';
import { nearest } from '../../model/nearest.ts';
import { PART_NAME_BYTES_MAX } from '../../wire/collectd/part.ts';
import { readArguments, textFlag } from '../command.ts';
import type { CommandContext } from '../command.ts';
import type { SealOptions } from './collectd-seal.ts';
import type { LoadFleet } from './traffic.ts';

export const LOAD_PROTOCOLS = ['collectd', 'ganglia', 'statsd', 'graphite'] as const;
export type LoadProtocol = (typeof LOAD_PROTOCOLS)[number];
const LEVELS = ['Sign', 'Encrypt'] as const;

const HOSTS_MAX = 1_000_000;
const METRICS_MAX = 5000;
const PORTS_MAX = 1000;
const SOURCES_MAX = 1000;
/** A socket each. */
const LANES_MAX = 4000;
const RATE_MAX = 100_000_000;
const INTERVAL_MS_MAX = 86_400_000;
const DURATION_MS_MAX = 7 * 86_400_000;
const PASSWORD_BYTES_MAX = 4096;
const WHOLE = /^\d{1,9}$/u;
const NUMBER = /^\d{1,9}(\.\d{1,6})?$/u;
const TARGET = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/u;
const LOOPBACK = /^(127\.|localhost$)/u;

export interface LoadArguments {
  readonly protocol: LoadProtocol;
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly ports: number;
  readonly sources: number;
  readonly fleet: LoadFleet;
  readonly valuesPerS: number;
  readonly durationMs: number;
  /** How collectd's datagrams are protected. */
  readonly seal: SealOptions | undefined;
  readonly json: boolean;
}

type Outcome = { readonly ok: true; readonly value: LoadArguments } | Refused;
interface Refused {
  readonly ok: false;
  readonly fault: string;
}

const FLAGS = {
  protocol: 'string',
  target: 'string',
  ports: 'string',
  sources: 'string',
  hosts: 'string',
  metrics: 'string',
  interval: 'string',
  rate: 'string',
  duration: 'string',
  'security-level': 'string',
  user: 'string',
  'password-file': 'string',
  json: 'boolean',
} as const;

/** What a value is refused with; caught where the arguments are read. */
class Fault extends Error {}

/** Everything checked that can be before a datagram is sent. */
export function readLoadArguments(args: readonly string[], { cwd }: Pick<CommandContext, 'cwd'>): Outcome {
  const read = readArguments(args, { flags: FLAGS });
  if (!read.ok) return read;
  const { flags } = read;
  try {
    const protocol = oneOf(flags, 'protocol', LOAD_PROTOCOLS);
    const target = targetOf(flags);
    const ports = whole(flags, { name: 'ports', max: PORTS_MAX, usual: 1 });
    const sources = whole(flags, { name: 'sources', max: SOURCES_MAX, usual: 1 });
    checkLanes(target, { ports, sources });
    const fleet = {
      hosts: whole(flags, { name: 'hosts', max: HOSTS_MAX, usual: 100 }),
      metrics: whole(flags, { name: 'metrics', max: METRICS_MAX, usual: 20 }),
      intervalS: durationMs(flags, { name: 'interval', max: INTERVAL_MS_MAX, usual: 10_000 }) / 1000,
    };
    const value = {
      protocol,
      ...target,
      ports,
      sources,
      fleet,
      valuesPerS: rateOf(flags) ?? (fleet.hosts * fleet.metrics) / fleet.intervalS,
      durationMs: durationMs(flags, { name: 'duration', max: DURATION_MS_MAX, usual: 60_000 }),
      seal: sealFrom(flags, { protocol, cwd }),
      json: flags.has('json'),
    };
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.message };
    throw error;
  }
}

type Flags = ReadonlyMap<string, string | true>;

function oneOf<T extends string>(flags: Flags, name: string, words: readonly T[]): T {
  const written = textFlag(flags, name);
  const expected = `one of ${words.join(', ')}`;
  if (written === undefined) throw new Fault(`"--${name}" is missing (expected ${expected})`);
  const found = words.find((word) => word === written);
  if (found !== undefined) return found;
  const meant = nearest(written, words);
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  throw new Fault(`unknown ${name} ${JSON.stringify(written)} (expected ${expected}${hint})`);
}

function targetOf(flags: Flags): { readonly host: string; readonly port: number } {
  const written = textFlag(flags, 'target');
  const expected = 'expected a host and a UDP port, such as 127.0.0.1:8630 or [::1]:8630';
  if (written === undefined) throw new Fault(`"--target" is missing (${expected})`);
  const [, bracketed, plain, digits] = TARGET.exec(written) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Fault(`"--target" ${JSON.stringify(written)} cannot be read (${expected})`);
  }
  return { host, port };
}

function checkLanes(
  { host, port }: { readonly host: string; readonly port: number },
  { ports, sources }: { readonly ports: number; readonly sources: number },
): void {
  if (port + ports - 1 > 65_535) throw new Fault(`${ports} ports from ${port} on end above 65535`);
  if (sources > 1 && !LOOPBACK.test(host)) {
    throw new Fault('"--sources" sends from addresses of 127.0.0.0/8, which reach 127.0.0.1 only');
  }
  if (ports * sources > LANES_MAX) {
    throw new Fault(`${ports} ports from ${sources} sources are more than ${LANES_MAX} sockets`);
  }
}

function whole(flags: Flags, { name, max, usual }: { name: string; max: number; usual: number }): number {
  const written = textFlag(flags, name);
  if (written === undefined) return usual;
  const value = Number(written);
  if (WHOLE.test(written) && value >= 1 && value <= max) return value;
  throw new Fault(`"--${name}" ${JSON.stringify(written)} is no whole number from 1 to ${max}`);
}

/** Seconds, or a duration with its unit. */
function durationMs(
  flags: Flags,
  { name, max, usual }: { name: string; max: number; usual: number },
): number {
  const written = textFlag(flags, name);
  if (written === undefined) return usual;
  const parsed = parseDuration(NUMBER.test(written) ? `${written}s` : written);
  if (parsed.ok && parsed.value > 0 && parsed.value <= max) return parsed.value;
  throw new Fault(
    `"--${name}" ${JSON.stringify(written)} is no time up to ${max / 1000} s ` +
      '(expected seconds, or as 500ms, 10s, 5m)',
  );
}

function rateOf(flags: Flags): number | undefined {
  const written = textFlag(flags, 'rate');
  if (written === undefined) return undefined;
  const value = Number(written);
  if (NUMBER.test(written) && value > 0 && value <= RATE_MAX) return value;
  throw new Fault(`"--rate" ${JSON.stringify(written)} is no number of values a second up to ${RATE_MAX}`);
}

function sealFrom(
  flags: Flags,
  { protocol, cwd }: { readonly protocol: LoadProtocol; readonly cwd: string },
): SealOptions | undefined {
  const [user, file] = [textFlag(flags, 'user'), textFlag(flags, 'password-file')];
  const secured = ['user', 'password-file', 'security-level'].find((name) => flags.has(name));
  if (secured === undefined) return undefined;
  if (protocol !== 'collectd') throw new Fault(`"--${secured}" is for --protocol collectd`);
  if (user === undefined || file === undefined) {
    throw new Fault('signing and encrypting need "--user" and "--password-file"');
  }
  if (Buffer.byteLength(user) > PART_NAME_BYTES_MAX) {
    throw new Fault(`"--user" is longer than ${PART_NAME_BYTES_MAX} bytes`);
  }
  const level = flags.has('security-level') ? oneOf(flags, 'security-level', LEVELS) : 'Sign';
  return { level, user, password: passwordIn(resolve(cwd, file)) };
}

/** The file's one line; blanks belong to a password of collectd. */
function passwordIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Fault(`"--password-file": ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const [line = ''] = text.split(/\r?\n/u);
  if (line !== '' && Buffer.byteLength(line) <= PASSWORD_BYTES_MAX) return line;
  throw new Fault(`"--password-file" ${file} has no password in its first line`);
}
