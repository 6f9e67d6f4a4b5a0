import { naturalKey } from './host-order.ts';
import { matchesWords } from './pattern.ts';
import { refusalWords } from './refusal.ts';
import { severityRank } from './state.ts';
import type { MarkKind } from './state.ts';
import type { SourceView } from '../../../src/contract/api.ts';

export type Refusal = SourceView['refused'][number];

/** What was refused within this time is shown first, with its cure. */
export const LATELY_MS = 3_600_000;
/** The reason of an allow-list. */
const TURNED_AWAY = 'not-allowed';
/** A refusal as new as this goes on. */
const ONGOING_MS = 120_000;
/** A clock this far off makes times of samples and events hard to compare. */
export const SKEW_LARGE_MS = 5000;
/** One that has been silent for so long is told apart; agents send at least once in a few minutes. */
const SILENT_MS = 600_000;

/** An address of one group, with what is made of it. */
export interface Sender {
  readonly key: string;
  readonly source: SourceView;
  /** `critical`: it is refused, and nothing of it is taken; `warning`: part of it is, or was lately. */
  readonly mark: MarkKind;
  /** Refused for nothing but where it is: a group with an allow-list wants it so. */
  readonly turnedAway: boolean;
  /** Refused in the last hour; the most frequent first. */
  readonly lately: readonly Refusal[];
  /** Something was refused in the last minutes. */
  readonly ongoing: boolean;
  readonly skewed: boolean;
  readonly silent: boolean;
  readonly natural: string;
}

/** Where senders of a group are counted that found no place of their own. */
export const OTHERS = '*';

export function addressWords(address: string): string {
  return address === OTHERS ? 'all others' : address;
}

/** What an address is within its group: the key of its row. */
export function senderKey({ group, address }: Pick<SourceView, 'group' | 'address'>): string {
  return JSON.stringify([group, address]);
}

export function senderOf(source: SourceView, nowMs: number): Sender {
  const lately = source.refused.filter(({ last_ms }) => nowMs - last_ms < LATELY_MS);
  const ongoing = lately.some(({ last_ms }) => nowMs - last_ms < ONGOING_MS);
  const skewed = isSkewed(source.clock_skew_ms);
  const turnedAway = ongoing && lately.every(({ reason }) => reason === TURNED_AWAY);
  const whole = ongoing && !turnedAway && source.values_per_second === 0;
  return {
    key: senderKey(source),
    source,
    mark: whole ? 'critical' : lately.length > 0 || skewed ? 'warning' : 'ok',
    turnedAway,
    lately,
    ongoing,
    skewed,
    silent: nowMs - source.last_seen_ms > SILENT_MS,
    natural: naturalKey(`${source.address}\n${source.group}`),
  };
}

export function isSkewed(skewMs: number | null): boolean {
  return Math.abs(skewMs ?? 0) > SKEW_LARGE_MS;
}

/** Those that were refused lately, the worst first, and the calm rest. */
export function partSenders(senders: readonly Sender[]): {
  readonly refused: readonly Sender[];
  readonly calm: readonly Sender[];
} {
  const refused = senders.filter(({ lately }) => lately.length > 0).toSorted(compareRefused);
  return { refused, calm: senders.filter(({ lately }) => lately.length === 0) };
}

/**
 * Refused whole before refused in part, going on before over, then by how much. Amounts count by powers of
 * ten: rows that grow side by side would change places all the time.
 */
function compareRefused(a: Sender, b: Sender): number {
  return (
    severityRank(a.mark) - severityRank(b.mark) ||
    Number(b.ongoing) - Number(a.ongoing) ||
    magnitude(b) - magnitude(a) ||
    compareText(a.natural, b.natural)
  );
}

function magnitude({ lately }: Sender): number {
  return Math.floor(Math.log10(1 + refusedCount(lately)));
}

export function refusedCount(refused: readonly Refusal[]): number {
  return refused.reduce((sum, { count }) => sum + count, 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export const SENDER_COLUMNS = [
  'address',
  'group',
  'hosts',
  'protocols',
  'values',
  'series',
  'clock',
  'refused',
  'heard',
] as const;
export type SenderColumn = (typeof SENDER_COLUMNS)[number];

export interface SenderOrder {
  readonly column: SenderColumn;
  readonly falling: boolean;
}

/** `group`, `-values`; by address where it is not given. */
export function readSenderOrder(text: string | null): SenderOrder {
  const falling = text?.startsWith('-') ?? false;
  const column = SENDER_COLUMNS.find((known) => known === text?.replace(/^-/, '')) ?? 'address';
  return { column, falling };
}

export function writeSenderOrder({ column, falling }: SenderOrder): string | undefined {
  return column === 'address' && !falling ? undefined : `${falling ? '-' : ''}${column}`;
}

const AMOUNTS: ReadonlySet<SenderColumn> = new Set(['hosts', 'values', 'series', 'clock', 'refused']);

/** Amounts are looked at from the top. */
export function fallsFirst(column: SenderColumn): boolean {
  return AMOUNTS.has(column);
}

/** Senders that are equal in the column stand by address. */
export function orderSenders(
  senders: readonly Sender[],
  { column, falling }: SenderOrder,
): readonly Sender[] {
  const compare = compareBy(column);
  const sign = falling ? -1 : 1;
  return senders.toSorted((a, b) => sign * compare(a, b) || compareText(a.natural, b.natural));
}

function compareBy(column: SenderColumn): (a: Sender, b: Sender) => number {
  switch (column) {
    case 'address':
      return (a, b) => compareText(a.natural, b.natural);
    case 'group':
      return (a, b) => compareText(a.source.group, b.source.group);
    case 'hosts':
      return (a, b) => a.source.hosts_total - b.source.hosts_total;
    case 'protocols':
      return (a, b) => compareText(a.source.protocols.join(), b.source.protocols.join());
    case 'values':
      return (a, b) => a.source.values_per_second - b.source.values_per_second;
    case 'series':
      return (a, b) => a.source.series - b.source.series;
    case 'clock':
      return (a, b) => skewSize(a) - skewSize(b);
    case 'refused':
      return (a, b) => refusedCount(a.source.refused) - refusedCount(b.source.refused);
    case 'heard':
      return (a, b) => b.source.last_seen_ms - a.source.last_seen_ms;
  }
}

/** A clock that is not known is the least of worries. */
function skewSize({ source: { clock_skew_ms: skewMs } }: Sender): number {
  return skewMs === null ? -1 : Math.abs(skewMs);
}

/** Those with all the words; an address in full means its sender alone: `10.0.0.1` is not `10.0.0.12`. */
export function findSenders(senders: readonly Sender[], words: string): readonly Sender[] {
  const wanted = words.trim();
  if (wanted === '') return senders;
  const exact = senders.filter(({ source }) => source.address === wanted);
  return exact.length > 0 ? exact : senders.filter((sender) => hasWords(sender, wanted));
}

/** Whether every word occurs in what the page says of a sender. */
function hasWords({ source }: Sender, words: string): boolean {
  const { address, group, protocols, hosts, refused } = source;
  const reasons = refused.flatMap(({ reason }) => [reason, refusalWords(reason)]);
  return matchesWords(words, [addressWords(address), group, ...protocols, ...hosts, ...reasons]);
}
