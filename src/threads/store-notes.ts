import { basename } from 'node:path';
import { RECEIVE_BUFFER_BYTES } from '../limits.ts';
import { durationWords } from '../model/duration.ts';
import { journalStats } from './server-stats.ts';
import type { IngestStats } from '../ingest/stats.ts';
import type { JournalStats } from '../contract/stats.ts';

const MANY = 0.5;

/** Damaged segments as `/readyz` tells them to everybody: by their names alone. */
export function setAsideSegments({ setAside }: JournalStats): string[] {
  return setAside.map((path) => `the journal segment ${basename(path)}`);
}

/** What an operator should know of the store and what waits for it, in words; nothing while all is well. */
export function storeNotes(workers: readonly IngestStats[]): string[] {
  const faults = new Set(workers.map((stats) => stats.storeFault).filter((fault) => fault !== ''));
  return [
    ...[...faults].map((fault) => `the store does not take points (${fault}, see the log); they wait`),
    ...journalNotes(journalStats(workers.map((stats) => stats.journal))),
  ];
}

/** What mends a receive buffer that the kernel made smaller than asked. */
export function bufferNote(grantedBytes: number): string {
  return (
    `the kernel grants ${Math.round(grantedBytes / 1024)} KiB of receive buffer a socket, ` +
    `${RECEIVE_BUFFER_BYTES / 1024} KiB were asked for: sysctl -w net.core.rmem_max=${RECEIVE_BUFFER_BYTES}`
  );
}

/** What an operator should know of the journal, in words; nothing while all is well. */
export function journalNotes(journal: JournalStats): string[] {
  const { bytes, maxBytes, bytesPerSecond, backlogValues, replaying, fault, setAside } = journal;
  const notes = setAside.map((path) => `a damaged part of the journal was set aside: ${path}`);
  if (fault !== '') {
    notes.push(`the journal cannot be written (${fault}): what is received now would not survive a crash`);
  }
  const share = maxBytes > 0 ? bytes / maxBytes : 0;
  if (replaying || (backlogValues === 0 && share < MANY)) return notes;
  const holds =
    bytesPerSecond > 0
      ? `, which holds ${durationWords((maxBytes / bytesPerSecond) * 1000)} at this rate`
      : '';
  const waits = backlogValues > 0 ? `${backlogValues} values wait in the journal alone` : 'points wait';
  notes.push(
    `the store does not keep up: ${waits}; ${Math.round(100 * share)} % of the journal is used${holds}; ` +
      'beyond cache.journal_max the oldest points are lost',
  );
  return notes;
}
