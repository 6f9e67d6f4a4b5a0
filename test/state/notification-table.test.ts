import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { EVENT_MIGRATIONS, EventRepository } from '../../src/state/event-repository.ts';
import { NotificationTable } from '../../src/state/notification-table.ts';
import { eventQuery } from './event-query.ts';
import { temporaryFolder } from './folder.ts';
import type { AgentNotification } from '../../src/model/event.ts';

function said(over: Partial<AgentNotification> = {}): AgentNotification {
  return {
    timeMs: 1000,
    cluster: 'web',
    host: 'web-1',
    service: 'load/load',
    state: 'CRITICAL',
    text: 'too much',
    ...over,
  };
}

function table(max?: number): NotificationTable {
  const db = new DatabaseSync(':memory:');
  for (const script of EVENT_MIGRATIONS) db.exec(script);
  return new NotificationTable(db, { file: 'events.db', holds: 'events' }, max);
}

const texts = (kept: NotificationTable) => kept.list(eventQuery()).events.map(({ text }) => text);

test('what was said is read as it was said, after opening again too', () => {
  const file = join(temporaryFolder(), 'events.db');
  {
    using repository = new EventRepository(file);
    repository.notifications.add([
      said({ text: "'; DROP TABLE marks; -- <b>ß🙂" }),
      said({ host: '', service: '' }),
    ]);
  }
  using again = new EventRepository(file);
  const common = { time_ms: 1000, kind: 'notification', cluster: 'web', tags: [], by: '', state: 'CRITICAL' };
  const none = { state_type: null, attempt: null };
  expect(again.notifications.list(eventQuery()).events).toEqual([
    { id: 'n2', ...common, host: '', service: '', text: 'too much', ...none },
    {
      id: 'n1',
      ...common,
      host: 'web-1',
      service: 'load/load',
      text: "'; DROP TABLE marks; -- <b>ß🙂",
      ...none,
    },
  ]);
});

test('those told first go first, and no mark goes for them', () => {
  const kept = table(3);
  kept.add([said({ text: 'a' }), said({ text: 'b' })]);
  kept.add([said({ text: 'c' }), said({ text: 'd' }), said({ text: 'e' })]);
  expect(texts(kept)).toEqual(['e', 'd', 'c']);
});

test('what is old is forgotten', () => {
  const kept = table();
  kept.add([said({ timeMs: 1000, text: 'old' }), said({ timeMs: 2000, text: 'new' })]);
  const before = kept.version;
  kept.prune(2000);
  expect([texts(kept), kept.version > before]).toEqual([['new'], true]);
});

test.for([
  { name: 'a cluster', query: { cluster: (name: string) => name === 'db' }, is: ['db'] },
  {
    name: 'a host, with what is said of its whole cluster',
    query: { host: (name: string) => name === 'web-1' },
    is: ['web', 'all'],
  },
  { name: 'its kind', query: { kind: 'notification' as const }, is: ['db', 'web', 'all'] },
  { name: 'another kind', query: { kind: 'deploy' as const }, is: [] },
])('which: $name', ({ query, is }) => {
  const kept = table();
  kept.add([
    said({ host: '', text: 'all' }),
    said({ text: 'web' }),
    said({ cluster: 'db', host: 'db-1', text: 'db' }),
  ]);
  expect(kept.list(eventQuery(query)).events.map(({ text }) => text)).toEqual(is);
});
