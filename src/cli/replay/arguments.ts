import { REPLAY_DAYS_MAX } from '../../alert-limits.ts';
import { compilePattern } from '../../model/pattern.ts';
import { readArguments, textFlag } from '../command.ts';

export interface ReplayArguments {
  readonly config: string | undefined;
  /** Files of checks to try; none: those that are configured. */
  readonly checks: readonly string[];
  /** They are all there is: the configured ones do not count. */
  readonly only: boolean;
  /** A muster.yaml whose `alerts` are to be tried. */
  readonly routes: string | undefined;
  /** Epoch seconds. */
  readonly fromS: number;
  readonly toS: number;
  /** Patterns over whole names. */
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  readonly json: boolean;
}

type Outcome =
  | { readonly ok: true; readonly value: ReplayArguments }
  | { readonly ok: false; readonly fault: string };

const FLAGS = {
  config: 'string',
  checks: 'string',
  only: 'boolean',
  routes: 'string',
  from: 'string',
  to: 'string',
  cluster: 'string',
  host: 'string',
  service: 'string',
  json: 'boolean',
} as const;

const FILES_MAX = 1000;
const DAY_S = 86_400;
const UNIT_S = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', DAY_S],
  ['w', 7 * DAY_S],
]);

/** What a value is refused with; caught where the arguments are read. */
class Fault extends Error {}

/** Everything checked that can be before a file is read. */
export function readReplayArguments(args: readonly string[], nowMs: number): Outcome {
  const read = readArguments(withValues(args), { flags: FLAGS, restMax: FILES_MAX });
  if (!read.ok) return read;
  const { flags, rest } = read;
  try {
    const checks = textFlag(flags, 'checks');
    const [unexpected] = rest;
    if (checks === undefined && unexpected !== undefined)
      throw new Fault(`unexpected argument "${unexpected}"; files to be tried come behind "--checks"`);
    if (checks === undefined && flags.has('only')) throw new Fault('"--only" needs "--checks"');
    const nowS = Math.floor(nowMs / 1000);
    const [fromS, toS] = [timeOf(flags, 'from', nowS, undefined), timeOf(flags, 'to', nowS, 'now')];
    if (toS > nowS) throw new Fault('"--to" is not here yet');
    if (fromS >= toS) throw new Fault('"--from" is not before "--to"');
    if (toS - fromS > REPLAY_DAYS_MAX * DAY_S) throw new Fault(`more than ${REPLAY_DAYS_MAX} days`);
    const value = {
      config: textFlag(flags, 'config'),
      checks: checks === undefined ? [] : [checks, ...rest],
      only: flags.has('only'),
      routes: textFlag(flags, 'routes'),
      fromS,
      toS,
      cluster: patternOf(flags, 'cluster'),
      host: patternOf(flags, 'host'),
      service: patternOf(flags, 'service'),
      json: flags.has('json'),
    };
    return { ok: true, value };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.message };
    throw error;
  }
}

/** `--from -7d` is a value, though it begins as a flag does. */
function withValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const [arg, next] = [args[i] ?? '', args[i + 1]];
    const takesNext = (arg === '--from' || arg === '--to') && next !== undefined && /^-\d/u.test(next);
    joined.push(takesNext ? `${arg}=${next}` : arg);
    if (takesNext) i += 1;
  }
  return joined;
}

type Flags = ReadonlyMap<string, string | true>;

function timeOf(flags: Flags, name: 'from' | 'to', nowS: number, usual: string | undefined): number {
  const text = textFlag(flags, name) ?? usual;
  if (text === undefined) throw new Fault(`"--${name}" is missing: -7d, 2026-11-20T08:00Z, or epoch seconds`);
  if (text === 'now') return nowS;
  const back = /^-(\d{1,6})([smhdw])$/u.exec(text);
  if (back) return nowS - Number(back[1]) * (UNIT_S.get(back[2] ?? '') ?? Number.NaN);
  if (/^\d{9,11}$/u.test(text)) return Number(text);
  const atMs = /^\d{4}-\d{2}-\d{2}/u.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(atMs)) return Math.floor(atMs / 1000);
  throw new Fault(
    `"--${name}" is no time: ${JSON.stringify(text)}; -7d, 2026-11-20T08:00Z, or epoch seconds`,
  );
}

function patternOf(flags: Flags, name: 'cluster' | 'host' | 'service'): string {
  const source = textFlag(flags, name) ?? '.*';
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Fault(`"--${name}" is no pattern: ${compiled.fault}`);
  return source;
}
