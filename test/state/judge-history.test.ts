import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { JUDGE_MIGRATIONS } from '../../src/state/judge-schema.ts';
import { NOTHING_OF_ALERTING } from '../../src/judge/store.ts';
import { openDatabase, openForReading } from '../../src/state/database.ts';
import { openJudgeRepository } from '../../src/state/judge-repository.ts';
import { page, pagedService } from '../notify/page.ts';
import { readNotifications } from '../../src/state/judge-history.ts';
import { temporaryFolder } from './folder.ts';
import type { JudgeChanges } from '../../src/judge/store.ts';
import type { NotificationQuery } from '../../src/model/notification-query.ts';
import type { Page, PagedService } from '../../src/model/service-state.ts';

const NOTHING: JudgeChanges = {
  services: [],
  removedServices: [],
  hosts: [],
  removedHosts: [],
  pages: [],
  settled: [],
  events: [],
  alerting: NOTHING_OF_ALERTING,
};

const paged = (host: string, service: string) => pagedService({ cluster: 'web', host, service });

function about(key: string, services: readonly PagedService[], over: Partial<Page> = {}): Page {
  const [first, other] = services;
  const named = first && !other ? { host: first.host, service: first.service } : { host: '', service: '' };
  return page({ key, cluster: 'web', ...named, services, count: services.length, ...over });
}

const ONE = about('one', [paged('w1', 'load')], { incident: 'i1' });
const MANY = about('many', [paged('w1', 'load'), paged('w2', 'load')], { incident: 'i2', receiver: 'boss' });
const OTHER = about('other', [paged('w2', 'disk'), paged('w3', 'disk')], { incident: 'i1' });

let file = '';

beforeEach(() => {
  file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file);
  const receipt = { outcome: 'delivered', attempts: 1, nextMs: 0, settledMs: 5, detail: '' } as const;
  repository.commit({ ...NOTHING, pages: [ONE, MANY, OTHER], settled: [{ page: ONE, ...receipt }] });
});

describe('pages are found', () => {
  test.for<{ name: string; query: Partial<NotificationQuery>; ids: number[] }>([
    { name: 'all, the newest first', query: {}, ids: [3, 2, 1] },
    { name: 'of a receiver', query: { receiver: 'boss' }, ids: [2] },
    { name: 'of an incident', query: { incident: 'i1' }, ids: [3, 1] },
    { name: 'of an outcome', query: { outcome: 'delivered' }, ids: [1] },
    {
      name: 'of a service, also among others',
      query: { cluster: 'web', host: 'w1', service: 'load' },
      ids: [2, 1],
    },
    { name: 'of a host, only among others', query: { host: 'w3' }, ids: [3] },
    { name: 'of a service whatever its host', query: { service: 'disk' }, ids: [3] },
    { name: 'host and service are of the same one', query: { host: 'w1', service: 'disk' }, ids: [] },
    { name: 'by all of it at once', query: { host: 'w2', receiver: 'boss', outcome: 'pending' }, ids: [2] },
    { name: 'before one', query: { before: 3, incident: 'i1' }, ids: [1] },
    { name: 'not by what is SQL', query: { receiver: "' OR 1=1 --" }, ids: [] },
  ])('$name', ({ query, ids }) => {
    using reader = openForReading(file);
    expect(readNotifications(reader, { limit: 10, ...query }).map(({ id }) => id)).toEqual(ids);
  });
});

test('a page of several services waits over a restart as one of a single service does', () => {
  using repository = openJudgeRepository(file);
  const { pending, skipped } = repository.load();
  expect(pending.map((queued) => queued.page)).toEqual([MANY, OTHER]);
  expect(skipped).toBe(0);
});

test('of a forgotten page nothing is left to be found by', () => {
  using repository = openJudgeRepository(file);
  const receipt = { outcome: 'delivered', attempts: 1, nextMs: 0, settledMs: 5, detail: '' } as const;
  repository.commit({ ...NOTHING, settled: [MANY, OTHER].map((one) => ({ page: one, ...receipt })) });
  repository.prune(Number.MAX_SAFE_INTEGER);
  using reader = openForReading(file);
  expect(readNotifications(reader, { limit: 10, host: 'w2' })).toEqual([]);
  expect(reader.prepare('SELECT count(*) AS n FROM notification_services').get()?.['n']).toBe(0);
});

test('pages of a version that knew one service each are found, and one that waits goes out', () => {
  const old = join(temporaryFolder(), 'judge.db');
  const before = openDatabase(old, JUDGE_MIGRATIONS.slice(0, 1));
  before.exec(`INSERT INTO notifications (key, receiver, kind, cluster, host, service, state, state_type,
     output, since_ms, notes, runbook, created_ms,
     outcome, attempts, next_ms, detail)
     VALUES ('k', 'ops', 'problem', 'web', 'w1', 'load', 'CRITICAL', 'HARD', 'o', 1, '', '', 2, 'pending', 0, 0, '')`);
  before.close();
  using repository = openJudgeRepository(old);
  expect(repository.load().pending.map(({ page: one }) => [one.key, one.services])).toEqual([['k', []]]);
  using reader = openForReading(old);
  expect(readNotifications(reader, { limit: 10, host: 'w1' })).toMatchObject([
    { receiver: 'ops', service: 'load', incident: '', settled_ms: null, outcome: 'pending' },
  ]);
});
