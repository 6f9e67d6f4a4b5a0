import { faulty, inTransaction, openDatabase } from './database.ts';
import { alertingWriter, loadAlerting } from './alerting-rows.ts';
import { JUDGE_MIGRATIONS } from './judge-schema.ts';
import { hostOf, hostValues, queuedOf, pageValues, serviceOf, serviceValues } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { AlertingRows, KeptAlerting } from './alerting-rows.ts';
import type { Row } from './judge-rows.ts';
import type {
  Page,
  QueuedPage,
  SavedHost,
  SavedService,
  ServiceKey,
  Settlement,
  StateEvent,
} from '../model/service-state.ts';

/** Newest rows of the histories that are kept. */
const NOTIFICATIONS_KEPT = 100_000;
const EVENTS_KEPT = 100_000;
/** Commits between two looks at the histories' length. */
const PRUNE_EVERY = 60;

interface Changes {
  readonly services: readonly SavedService[];
  readonly removedServices: readonly ServiceKey[];
  readonly hosts: readonly SavedHost[];
  readonly removedHosts: readonly { readonly cluster: string; readonly name: string }[];
  readonly pages: readonly Page[];
  readonly settled: readonly Settlement[];
  readonly events: readonly StateEvent[];
  readonly alerting: AlertingRows;
}

interface Memory extends KeptAlerting {
  readonly services: SavedService[];
  readonly hosts: SavedHost[];
  readonly pending: QueuedPage[];
  readonly skipped: number;
}

type Committed = { readonly ok: true } | { readonly ok: false; readonly fault: string };

export interface JudgeRepository extends Disposable {
  /** Throws a DatabaseFault; single rows that cannot be understood are passed over and counted. */
  load(): Memory;
  commit(changes: Changes): Committed;
  /** Forgets the histories from before that time, epoch ms; pages to be delivered stay. */
  prune(beforeMs: number): Committed;
}

/**
 * The judge's memory in SQLite, one transaction a commit. Throws like `openDatabase`; afterwards faults are
 * values.
 */
export function openJudgeRepository(
  file: string,
  kept: { notifications?: number; events?: number; pruneEvery?: number } = {},
): JudgeRepository {
  const where = { file, holds: 'every state' };
  const db = openDatabase(where, JUDGE_MIGRATIONS);
  const write = faulty(where, () => writer(db));
  let commits = 0;
  const commit = (work: () => void): Committed => {
    try {
      inTransaction(db, work);
      return { ok: true };
    } catch (error) {
      return { ok: false, fault: error instanceof Error ? error.message : String(error) };
    }
  };
  return {
    load: () => faulty(where, () => load(db)),
    commit: (changes) =>
      commit(() => {
        write(changes);
        commits += 1;
        if (commits % (kept.pruneEvery ?? PRUNE_EVERY) !== 1) return;
        prune(db, kept.notifications ?? NOTIFICATIONS_KEPT, kept.events ?? EVENTS_KEPT);
      }),
    prune: (beforeMs) => commit(() => pruneBefore(db, beforeMs)),
    [Symbol.dispose]: () => db.close(),
  };
}

function load(db: DatabaseSync): Memory {
  let skipped = 0;
  const rows = <T>(sql: string, of: (row: Row) => T | null): T[] => {
    const statement = db.prepare(sql);
    // A damaged integer may be too large for a number, which would be an error of the whole query.
    statement.setReadBigInts(true);
    return statement.all().flatMap((row) => {
      const value = of(row);
      if (value === null) skipped += 1;
      return value === null ? [] : [value];
    });
  };
  const alerting = loadAlerting(rows);
  const services = rows('SELECT * FROM services', serviceOf);
  const hosts = rows('SELECT * FROM hosts', hostOf);
  const pending = rows("SELECT * FROM notifications WHERE outcome = 'pending' ORDER BY id", queuedOf);
  return { services, hosts, pending, ...alerting, skipped };
}

function writer(db: DatabaseSync): (changes: Changes) => void {
  const saveService = db.prepare(`INSERT OR REPLACE INTO services VALUES (${marks(19)})`);
  const dropService = db.prepare('DELETE FROM services WHERE cluster = ? AND host = ? AND service = ?');
  const saveHost = db.prepare(`INSERT OR REPLACE INTO hosts VALUES (${marks(7)})`);
  const dropHost = db.prepare('DELETE FROM hosts WHERE cluster = ? AND name = ?');
  const savePage = db.prepare(
    `INSERT INTO notifications (key, receiver, kind, cluster, host, service, state, state_type,
     output, since_ms, notes, runbook, created_ms, incident, route, title, services, count, open,
     outcome, attempts, next_ms, detail)
     VALUES (${marks(19)}, 'pending', 0, 0, '')
     ON CONFLICT (key) DO UPDATE SET output = excluded.output, notes = excluded.notes,
       runbook = excluded.runbook, created_ms = excluded.created_ms, incident = excluded.incident,
       route = excluded.route, title = excluded.title, services = excluded.services,
       count = excluded.count, open = excluded.open, settled_ms = NULL,
       outcome = 'pending', attempts = 0, next_ms = 0, detail = ''
       WHERE outcome IN ('failed', 'superseded')`,
  );
  const settle = db.prepare(
    `UPDATE notifications SET outcome = ?, attempts = ?, next_ms = ?, detail = ?, settled_ms = ?
     WHERE key = ?`,
  );
  const writeAlerting = alertingWriter(db);
  const addEvent = db.prepare(
    `INSERT INTO events (time_ms, cluster, host, service, state, state_type, attempt, output)
     VALUES (${marks(8)})`,
  );
  return (changes) => {
    for (const key of changes.removedServices) dropService.run(key.cluster, key.host, key.service);
    for (const service of changes.services) saveService.run(...serviceValues(service));
    for (const host of changes.removedHosts) dropHost.run(host.cluster, host.name);
    for (const host of changes.hosts) saveHost.run(...hostValues(host));
    for (const page of changes.pages) savePage.run(...pageValues(page));
    for (const { page, outcome, attempts, nextMs, detail, settledMs } of changes.settled) {
      settle.run(outcome === 'retry' ? 'pending' : outcome, attempts, nextMs, detail, settledMs, page.key);
    }
    writeAlerting(changes.alerting);
    for (const event of changes.events) {
      const { timeMs, cluster, host, service, state, stateType, attempt, output } = event;
      addEvent.run(timeMs, cluster, host, service, state, stateType, attempt, output);
    }
  };
}

/** Pages still to be delivered are never pruned. */
function prune(db: DatabaseSync, notifications: number, events: number): void {
  db.prepare(
    `DELETE FROM notifications WHERE outcome <> 'pending'
     AND id <= (SELECT coalesce(max(id), 0) FROM notifications) - ?`,
  ).run(notifications);
  db.prepare('DELETE FROM events WHERE id <= (SELECT coalesce(max(id), 0) FROM events) - ?').run(events);
}

function pruneBefore(db: DatabaseSync, beforeMs: number): void {
  db.prepare("DELETE FROM notifications WHERE outcome <> 'pending' AND created_ms < ?").run(beforeMs);
  db.prepare('DELETE FROM events WHERE time_ms < ?').run(beforeMs);
}

function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}
