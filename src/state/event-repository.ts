import { MARKS_MAX } from '../limits.ts';
import { BRIEF_BUSY_MS, faulty, inTransaction, openDatabase } from './database.ts';
import { scanEvents } from './event-scan.ts';
import { LossTable } from './loss-table.ts';
import { NOTIFICATION_MIGRATION, NotificationTable } from './notification-table.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { EventView } from '../contract/api.ts';
import type { EventQuery, EventsFound, Mark } from '../model/event.ts';
import type { DatabaseFile } from './database.ts';
import type { Row } from './judge-rows.ts';

export const EVENT_MIGRATIONS = [
  `CREATE TABLE marks (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     time_ms REAL NOT NULL,
     kind TEXT NOT NULL,
     cluster TEXT NOT NULL,
     host TEXT NOT NULL,
     text TEXT NOT NULL,
     tags TEXT NOT NULL,
     posted_by TEXT NOT NULL
   ) STRICT;
   CREATE INDEX marks_time ON marks (time_ms);`,
  `CREATE TABLE losses (
     cluster TEXT NOT NULL,
     from_ms REAL NOT NULL,
     to_ms REAL NOT NULL,
     packets REAL NOT NULL,
     reasons TEXT NOT NULL,
     PRIMARY KEY (cluster, from_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX losses_time ON losses (to_ms);`,
  NOTIFICATION_MIGRATION,
] as const;

const TABLE = { name: 'marks', kind: 'kind', service: "''" } as const;

/**
 * Marks people and programs have posted, within a number of them: those posted first go first.
 * One thread writes. Every call may throw a DatabaseFault.
 */
export class EventRepository implements Disposable {
  /** Grows with every change. */
  version = 0;
  /** When datagrams were lost; in the same file. */
  readonly losses: LossTable;
  /** What agents had to say; in the same file. */
  readonly notifications: NotificationTable;
  readonly #where: DatabaseFile;
  readonly #db: DatabaseSync;
  readonly #max: number;
  #count: number;

  constructor(file: string, max = MARKS_MAX) {
    this.#where = { file, holds: 'every mark, note, notification and period of loss', waitMs: BRIEF_BUSY_MS };
    this.#db = openDatabase(this.#where, EVENT_MIGRATIONS);
    this.#max = max;
    this.losses = new LossTable(this.#db, this.#where);
    this.notifications = new NotificationTable(this.#db, this.#where);
    this.#count = faulty(this.#where, () => this.#counted());
  }

  add(mark: Mark): EventView {
    return this.#change(() => {
      const { timeMs, kind, cluster, host, tags, by } = mark;
      const { lastInsertRowid } = this.#db
        .prepare(
          `INSERT INTO marks (time_ms, kind, cluster, host, text, tags, posted_by)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(timeMs, kind, cluster, host, mark.text, JSON.stringify(tags), by);
      if (this.#count >= this.#max) {
        this.#db.exec('DELETE FROM marks WHERE id = (SELECT min(id) FROM marks)');
      }
      return viewOf(this.#row(Number(lastInsertRowid)) ?? {});
    });
  }

  /** What was removed; undefined when there is no such mark. */
  remove(id: string): EventView | undefined {
    const number = /^m(\d{1,15})$/u.exec(id)?.[1];
    if (number === undefined) return undefined;
    return this.#change(() => {
      const row = this.#row(Number(number));
      this.#db.prepare('DELETE FROM marks WHERE id = ?').run(Number(number));
      return row && viewOf(row);
    });
  }

  list(query: EventQuery): EventsFound {
    return faulty(this.#where, () => {
      const { rows, leftOut } = scanEvents(this.#db, TABLE, query);
      return { events: rows.map(viewOf), leftOut };
    });
  }

  /** Forgets what is of before that time, epoch ms. */
  prune(beforeMs: number): void {
    this.#change(() => this.#db.prepare('DELETE FROM marks WHERE time_ms < ?').run(beforeMs));
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #change<T>(work: () => T): T {
    return faulty(this.#where, () => {
      const done = inTransaction(this.#db, work);
      this.#count = this.#counted();
      this.version += 1;
      return done;
    });
  }

  #row(id: number): Row | undefined {
    return this.#db.prepare('SELECT * FROM marks WHERE id = ?').get(id);
  }

  #counted(): number {
    return Number(this.#db.prepare('SELECT count(*) AS marks FROM marks').get()?.['marks']);
  }
}

function viewOf(row: Row): EventView {
  return {
    id: `m${Number(row['id'])}`,
    time_ms: Number(row['time_ms']),
    kind: row['kind'] === 'deploy' ? 'deploy' : 'note',
    cluster: text(row['cluster']),
    host: text(row['host']),
    text: text(row['text']),
    tags: tagsOf(text(row['tags'])),
    by: text(row['posted_by']),
    service: null,
    state: null,
    state_type: null,
    attempt: null,
  };
}

/** A damaged row has none. */
function tagsOf(json: string): string[] {
  try {
    const tags: unknown = JSON.parse(json);
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  } catch {
    return [];
  }
}
