import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { NotificationView } from '../contract/api.ts';
import type { StateEvent } from '../model/service-state.ts';

/** The judge's histories, for another thread's reading connection (`openForReading`). Newest first. */
export function readNotifications(db: DatabaseSync, options: { limit: number }): NotificationView[] {
  return db
    .prepare('SELECT * FROM notifications ORDER BY id DESC LIMIT ?')
    .all(options.limit)
    .map((row) => ({
      id: Number(row['id']),
      receiver: text(row['receiver']),
      kind: text(row['kind']),
      cluster: text(row['cluster']),
      host: text(row['host']),
      service: text(row['service']),
      state: text(row['state']),
      output: text(row['output']),
      created_ms: Number(row['created_ms']),
      outcome: text(row['outcome']),
      attempts: Number(row['attempts']),
      detail: text(row['detail']),
    }));
}

export function readEvents(
  db: DatabaseSync,
  options: { limit: number },
): (StateEvent & { readonly id: number })[] {
  return db
    .prepare('SELECT * FROM events ORDER BY id DESC LIMIT ?')
    .all(options.limit)
    .map((row) => ({
      id: Number(row['id']),
      timeMs: Number(row['time_ms']),
      cluster: text(row['cluster']),
      host: text(row['host']),
      service: text(row['service']),
      state: text(row['state']),
      stateType: row['state_type'] === 'SOFT' ? 'SOFT' : 'HARD',
      attempt: Number(row['attempt']),
      output: text(row['output']),
    }));
}
