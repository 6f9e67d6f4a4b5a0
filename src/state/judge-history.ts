import { scanEvents } from './event-scan.ts';
import { text } from './judge-rows.ts';
import type { DatabaseSync } from 'node:sqlite';
import type { EventView } from '../contract/api.ts';
import type { NotificationView } from '../contract/alert-views.ts';
import type { EventQuery, EventsFound } from '../model/event.ts';
import type { NotificationQuery } from '../model/notification-query.ts';
import type { Row } from './judge-rows.ts';

/**
 * The judge's histories, for another thread's reading connection (`openForReading`). Newest first; of a service
 * also the pages that tell of others besides.
 */
export function readNotifications(db: DatabaseSync, query: NotificationQuery): NotificationView[] {
  const { where, values } = conditionsOf(query);
  return db
    .prepare(`SELECT * FROM notifications ${where} ORDER BY id DESC LIMIT ?`)
    .all(...values, query.limit)
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
      incident: text(row['incident']),
      route: text(row['route']),
      title: text(row['title']),
      services: servicesOf(row),
      count: Number(row['count']),
      settled_ms: row['settled_ms'] === null ? null : Number(row['settled_ms']),
    }));
}

/** Names of columns are ours; what is asked for is bound. */
function conditionsOf({ before, ...query }: NotificationQuery): {
  where: string;
  values: (string | number)[];
} {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  for (const column of ['receiver', 'outcome', 'incident'] as const) {
    const value = query[column];
    if (value === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(value);
  }
  const keys = (['cluster', 'host', 'service'] as const).flatMap((column) => {
    const value = query[column];
    return value === undefined ? [] : [[`${column} = ?`, value] as const];
  });
  if (keys.length > 0) {
    const own = keys.map(([condition]) => condition).join(' AND ');
    conditions.push(`((${own}) OR key IN (SELECT key FROM notification_services WHERE ${own}))`);
    const asked = keys.map(([, value]) => value);
    values.push(...asked, ...asked);
  }
  if (before !== undefined) {
    conditions.push('id < ?');
    values.push(before);
  }
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}

/** Those that it names; of a version that knew one a page, that one. */
function servicesOf(row: Row): NotificationView['services'] {
  try {
    const services = JSON.parse(text(row['services'])) as NotificationView['services'];
    return services.map(({ cluster, host, service, state, news }) => ({
      cluster,
      host,
      service,
      state,
      news,
    }));
  } catch {
    return [];
  }
}

const EVENTS = { name: 'events', kind: "'state'", service: 'service' } as const;

/** Changes of state. */
export function readEvents(db: DatabaseSync, query: EventQuery): EventsFound {
  const { rows, leftOut } = scanEvents(db, EVENTS, query);
  return { events: rows.map(eventOf), leftOut };
}

/** Grows with every change of state that is kept; 0 before the first. */
export function lastEvent(db: DatabaseSync): number {
  return Number(db.prepare('SELECT max(id) AS last FROM events').get()?.['last'] ?? 0);
}

function eventOf(row: Row): EventView {
  return {
    id: `s${Number(row['id'])}`,
    time_ms: Number(row['time_ms']),
    kind: 'state',
    cluster: text(row['cluster']),
    host: text(row['host']),
    text: text(row['output']),
    tags: [],
    by: '',
    service: text(row['service']),
    state: text(row['state']),
    state_type: row['state_type'] === 'SOFT' ? 'SOFT' : 'HARD',
    attempt: Number(row['attempt']),
  };
}
