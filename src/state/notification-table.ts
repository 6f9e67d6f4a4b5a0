import { AGENT_NOTIFICATIONS_KEPT_MAX } from '../limits.ts';
import { faulty, inTransaction } from './database.ts';
import { scanEvents } from './event-scan.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { EventView } from '../contract/api.ts';
import type { AgentNotification, EventQuery, EventsFound } from '../model/event.ts';
import type { DatabaseFile } from './database.ts';
import type { Row } from './judge-rows.ts';

export const NOTIFICATION_MIGRATION = `CREATE TABLE agent_notifications (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     time_ms REAL NOT NULL,
     cluster TEXT NOT NULL,
     host TEXT NOT NULL,
     service TEXT NOT NULL,
     state TEXT NOT NULL,
     text TEXT NOT NULL
   ) STRICT;
   CREATE INDEX agent_notifications_time ON agent_notifications (time_ms);`;

const TABLE = { name: 'agent_notifications', kind: "'notification'", service: 'service' } as const;

/**
 * What agents had to say, within a number of them: those told first go first, and no mark goes for one. Every
 * call may throw a DatabaseFault.
 */
export class NotificationTable {
  /** Grows with every change. */
  version = 0;
  readonly #db: DatabaseSync;
  readonly #where: DatabaseFile;
  readonly #max: number;

  constructor(db: DatabaseSync, where: DatabaseFile, max = AGENT_NOTIFICATIONS_KEPT_MAX) {
    this.#db = db;
    this.#where = where;
    this.#max = max;
  }

  add(notifications: readonly AgentNotification[]): void {
    this.#change(() => {
      const put = this.#db.prepare(
        `INSERT INTO agent_notifications (time_ms, cluster, host, service, state, text)
         VALUES (?, ?, ?, ?, ?, ?)`,
      );
      let last = 0;
      for (const { timeMs, cluster, host, service, state, text: said } of notifications) {
        last = Number(put.run(timeMs, cluster, host, service, state, said).lastInsertRowid);
      }
      this.#db.prepare('DELETE FROM agent_notifications WHERE id <= ?').run(last - this.#max);
    });
  }

  list(query: EventQuery): EventsFound {
    return faulty(this.#where, () => {
      const { rows, leftOut } = scanEvents(this.#db, TABLE, query);
      return { events: rows.map(viewOf), leftOut };
    });
  }

  /** Forgets those of before that time, epoch ms. */
  prune(beforeMs: number): void {
    this.#change(() => this.#db.prepare('DELETE FROM agent_notifications WHERE time_ms < ?').run(beforeMs));
  }

  #change(work: () => void): void {
    faulty(this.#where, () => inTransaction(this.#db, work));
    this.version += 1;
  }
}

function viewOf(row: Row): EventView {
  return {
    id: `n${Number(row['id'])}`,
    time_ms: Number(row['time_ms']),
    kind: 'notification',
    cluster: text(row['cluster']),
    host: text(row['host']),
    text: text(row['text']),
    tags: [],
    by: '',
    service: text(row['service']),
    state: text(row['state']),
    state_type: null,
    attempt: null,
  };
}
