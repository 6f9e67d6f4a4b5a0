import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/state/database.ts';
import { readEvents } from '../../src/state/judge-history.ts';
import { JUDGE_MIGRATIONS } from '../../src/state/judge-schema.ts';
import { eventQuery } from './event-query.ts';
import { temporaryFolder } from './folder.ts';
import type { DatabaseSync } from 'node:sqlite';

/** Changes of state at 1, 2, …: of two hosts, of an aggregate of a cluster, and of one of the grid. */
function changes(): DatabaseSync {
  const db = openDatabase({ file: join(temporaryFolder(), 'judge.db'), holds: 'states' }, JUDGE_MIGRATIONS);
  const add = db.prepare(
    `INSERT INTO events (time_ms, cluster, host, service, state, state_type, attempt, output)
     VALUES (?, ?, ?, ?, 'CRITICAL', 'HARD', 1, '')`,
  );
  add.run(1, 'web', 'web-1', 'load');
  add.run(2, 'web', 'web-2', 'load');
  add.run(3, 'web', '', 'load');
  add.run(4, '', '', 'load');
  add.run(5, 'web', 'web-1', 'disk');
  add.run(6, 'web', 'web-1', 'load');
  return db;
}

const is = (wanted: string) => (name: string) => name === wanted;

test.for([
  { name: 'of everything', query: {}, ids: 's6 s5 s4 s3 s2 s1' },
  { name: 'of a service by name, wherever it is', query: { service: is('load') }, ids: 's6 s4 s3 s2 s1' },
  { name: 'of a cluster, its aggregates too', query: { cluster: is('web') }, ids: 's6 s5 s3 s2 s1' },
  { name: 'of a host, without aggregates', query: { host: is('web-1') }, ids: 's6 s5 s1' },
  { name: 'of the aggregates alone', query: { host: is('') }, ids: 's4 s3' },
  {
    name: 'of one service, whatever else happened',
    query: {
      looked: 2,
      cluster: is('web'),
      host: is('web-1'),
      service: is('load'),
      of: { cluster: 'web', host: 'web-1', service: 'load' },
    },
    ids: 's6 s1',
  },
  {
    name: 'of one aggregate',
    query: { host: is(''), service: is('load'), of: { cluster: 'web', host: '', service: 'load' } },
    ids: 's3',
  },
])('changes of state $name', ({ query, ids }) => {
  using db = changes();
  const { events } = readEvents(db, eventQuery(query));
  expect(events.map(({ id }) => id).join(' ')).toBe(ids);
});

test('those of one service are read down an index', () => {
  using db = changes();
  const plan = db
    .prepare(
      `EXPLAIN QUERY PLAN SELECT id, cluster, host, 'state', service FROM events
       WHERE cluster = ? AND host = ? AND service = ? AND time_ms BETWEEN ? AND ?
       ORDER BY time_ms DESC, id DESC LIMIT ?`,
    )
    .all('web', 'web-1', 'load', 0, 9, 9);
  expect(plan.map(({ detail }) => detail)).toEqual([
    'SEARCH events USING COVERING INDEX events_service (cluster=? AND host=? AND service=? AND time_ms>? AND time_ms<?)',
  ]);
});
