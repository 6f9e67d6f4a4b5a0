import { loadAlerting } from './alerting-rows.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { KeptAlerting } from './alerting-rows.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Row } from './judge-rows.ts';
import type { StateEvent } from '../model/service-state.ts';

/** What the databases know of a time that is judged anew, for a reading connection (`openForReading`). */

/** A host that was there at some time since `fromMs`, with its records of that time. */
export interface PastHostRow {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly agent: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly intervalMs: number;
  readonly gapMs: number;
  readonly records: readonly RecordDescription[];
}

/** Of catalogue.db. */
export function readPastHosts(
  db: DatabaseSync,
  { fromMs, isWanted }: { fromMs: number; isWanted: (cluster: string, host: string) => boolean },
): PastHostRow[] {
  const records = db.prepare(
    'SELECT description FROM records WHERE host = ? AND (last_ms IS NULL OR last_ms >= ?)',
  );
  return db
    .prepare('SELECT * FROM hosts WHERE retired_ms IS NULL OR last_seen_ms >= ? ORDER BY cluster, name')
    .all(fromMs)
    .filter((row) => isWanted(text(row['cluster']), text(row['name'])))
    .map((row) => ({
      cluster: text(row['cluster']),
      name: text(row['name']),
      address: text(row['address']),
      agent: text(row['agent']),
      facts: (parsed(row['facts']) ?? []) as [string, string][],
      intervalMs: Number(row['interval_ms']),
      gapMs: Number(row['gap_ms']),
      records: records
        .all(Number(row['id']), fromMs)
        .flatMap((record) => (parsed(record['description']) ?? []) as RecordDescription | []),
    }));
}

/** Changes of state, oldest first: of each service the last one before `fromMs`, and all from then on. */
export interface RecordedStates {
  readonly before: readonly StateEvent[];
  readonly during: readonly StateEvent[];
}

/** Of judge.db. */
export function readRecordedStates(db: DatabaseSync, fromMs: number, toMs: number): RecordedStates {
  const before = db
    .prepare(
      `SELECT * FROM events WHERE id IN
         (SELECT max(id) FROM events WHERE time_ms < ? GROUP BY cluster, host, service) ORDER BY time_ms, id`,
    )
    .all(fromMs);
  const during = db
    .prepare('SELECT * FROM events WHERE time_ms BETWEEN ? AND ? ORDER BY time_ms, id')
    .all(fromMs, toMs);
  return { before: before.map(eventOf), during: during.map(eventOf) };
}

/** A page as it was sent, or was to be. */
export interface SentPage {
  readonly createdMs: number;
  readonly receiver: string;
  readonly kind: string;
  readonly cluster: string;
  readonly host: string;
  readonly service: string;
  readonly state: string;
  readonly title: string;
}

/** Of judge.db, oldest first. */
export function readSentPages(db: DatabaseSync, fromMs: number, toMs: number): SentPage[] {
  return db
    .prepare('SELECT * FROM notifications WHERE created_ms BETWEEN ? AND ? ORDER BY created_ms, id')
    .all(fromMs, toMs)
    .map((row) => ({
      createdMs: Number(row['created_ms']),
      receiver: text(row['receiver']),
      kind: text(row['kind']),
      cluster: text(row['cluster']),
      host: text(row['host']),
      service: text(row['service']),
      state: text(row['state']),
      title: text(row['title']),
    }));
}

/** What somebody decided: downtimes, silences, acknowledgements, overrides. */
export function readDecided(db: DatabaseSync): KeptAlerting {
  const rows = <T>(sql: string, of: (row: Row) => T | null): T[] =>
    db
      .prepare(sql)
      .all()
      .map(of)
      .filter((value) => value !== null);
  return loadAlerting(rows);
}

function eventOf(row: Row): StateEvent {
  return {
    timeMs: Number(row['time_ms']),
    cluster: text(row['cluster']),
    host: text(row['host']),
    service: text(row['service']),
    state: text(row['state']),
    stateType: row['state_type'] === 'SOFT' ? 'SOFT' : 'HARD',
    attempt: Number(row['attempt']),
    output: text(row['output']),
  };
}

/** A damaged row is passed over. */
function parsed(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}
