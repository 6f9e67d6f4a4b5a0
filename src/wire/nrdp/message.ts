import { RESULTS_PER_CALL_MAX } from '../../limits.ts';

/**
 * NRDP's check results, in JSON or XML.
 *
 * Source: the protocol as nrdp's README and its clients have it (NagiosEnterprises/nrdp).
 */
export interface NrdpResult {
  readonly host: string;
  /** Empty: the result is the host's own. */
  readonly service: string;
  readonly code: number;
  readonly output: string;
  /** Undefined: now. */
  readonly timeS: number | undefined;
}

/** Why one result of a message cannot be read. */
export type NrdpFault = 'bad-result' | 'bad-code' | 'bad-time';

export type NrdpItem =
  | { readonly ok: true; readonly result: NrdpResult }
  | { readonly ok: false; readonly fault: NrdpFault; readonly about: string };

export type NrdpMessage =
  | { readonly ok: true; readonly items: readonly NrdpItem[] }
  /** In words, for the sender. */
  | { readonly ok: false; readonly fault: string };

/** One result as it stands in a message; undefined: its field is not there. */
export interface NrdpFields {
  type?: string | undefined;
  hostname?: string | undefined;
  servicename?: string | undefined;
  state?: string | undefined;
  output?: string | undefined;
  time?: string | undefined;
}

export const TOO_MANY = `a message has at most ${RESULTS_PER_CALL_MAX} results: send several`;

const WHOLE = /^[+-]?\d{1,9}$/u;
const SECONDS = /^\d{1,12}(?:\.\d{1,9})?$/u;
const CODES = new Map([
  ['OK', 0],
  ['WARNING', 1],
  ['CRITICAL', 2],
  ['UNKNOWN', 3],
]);
const HOST_CODES = new Map([
  ['UP', 0],
  ['DOWN', 1],
  ['UNREACHABLE', 2],
]);

/** What the fields of a result say. Without a type it is the host's own, unless it names a service. */
export function nrdpItem(fields: NrdpFields): NrdpItem {
  const { hostname: host = '', servicename = '', output = '' } = fields;
  const type = fields.type?.trim().toLowerCase() ?? (servicename === '' ? 'host' : 'service');
  const isHost = type === 'host';
  const about = [host, servicename]
    .filter((name) => name !== '')
    .join(' / ')
    .slice(0, ABOUT_CHARS);
  const refused = (fault: NrdpFault) => ({ ok: false, fault, about }) as const;
  if (!isHost && (type !== 'service' || servicename === '')) return refused('bad-result');
  if (host === '' || fields.state === undefined) return refused('bad-result');
  const code = codeOf(fields.state.trim(), isHost);
  if (code === undefined) return refused('bad-code');
  const time = fields.time?.trim() ?? '';
  if (time !== '' && !SECONDS.test(time)) return refused('bad-time');
  const timeS = time === '' ? undefined : Number(time);
  return { ok: true, result: { host, service: isHost ? '' : servicename, code, output, timeS } };
}

/** A number as it came, or what a word stands for. */
function codeOf(state: string, isHost: boolean): number | undefined {
  if (WHOLE.test(state)) return Number(state);
  return (isHost ? HOST_CODES : CODES).get(state.toUpperCase());
}

const ABOUT_CHARS = 200;
