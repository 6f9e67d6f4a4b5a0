import { LATELY_MS } from './finding.ts';
import { counted, listed } from './words.ts';
import type { SourceRow } from '../../model/source-query.ts';

export type RefusedRow = SourceRow['refused'][number];

/** A sender that has sent so long without a refusal has been mended. */
const MENDED_MS = 120_000;

const WRONG_KEY = [
  'unsigned',
  'unencrypted',
  'no-auth-file',
  'unknown-user',
  'bad-signature',
  'bad-checksum',
];
const WRONG_TIME = ['time-past', 'time-future', 'notification-past', 'notification-future'];
const ANOTHER_HOST = ['user-host', 'not-its-host', 'spoof-denied'];

/** What a refusal is about, for who looks for its cause. */
export type RefusedFor = 'allow' | 'key' | 'host' | 'time' | 'other';

export function refusedFor(reason: string): RefusedFor {
  const word = reason.replaceAll('_', '-');
  if (word === 'not-allowed') return 'allow';
  if (WRONG_KEY.includes(word)) return 'key';
  if (ANOTHER_HOST.includes(word)) return 'host';
  if (WRONG_TIME.includes(word)) return 'time';
  return 'other';
}

/** Refusals of that sort that stand: lately, and not followed by what was taken. The most frequent first. */
export function standing(row: SourceRow, why: RefusedFor, nowMs: number): RefusedRow[] {
  if (row.refused.length === 0) return [];
  const sinceMs = Math.max(nowMs - LATELY_MS, row.last_seen_ms - MENDED_MS);
  return row.refused
    .filter(({ reason, last_ms: lastMs }) => refusedFor(reason) === why && lastMs >= sinceMs)
    .toSorted((a, b) => b.count - a.count);
}

export function lastOf(refused: readonly RefusedRow[]): number {
  return Math.max(0, ...refused.map(({ last_ms: lastMs }) => lastMs));
}

/** `140 datagrams (bad-signature, unsigned)`. */
export function refusedWords(refused: readonly RefusedRow[]): string {
  const [packets, values] = (['packet', 'value'] as const).map((what) =>
    refused.filter((one) => one.what === what).reduce((sum, { count }) => sum + count, 0),
  );
  const amounts = [
    ...(packets ? [counted(packets, 'datagram')] : []),
    ...(values ? [counted(values, 'value')] : []),
  ];
  return `${amounts.join(' and ')} (${listed(refused.map(({ reason }) => reason))})`;
}
