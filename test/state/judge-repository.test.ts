import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openForReading } from '../../src/state/database.ts';
import { openJudgeRepository } from '../../src/state/judge-repository.ts';
import { readEvents, readNotifications } from '../../src/state/judge-history.ts';
import { page } from '../notify/page.ts';
import { temporaryFolder } from './folder.ts';
import type { JudgeChanges } from '../../src/judge/store.ts';
import type { SavedHost, SavedService, Status } from '../../src/model/service-state.ts';

function changes(some: Partial<JudgeChanges>): JudgeChanges {
  return {
    services: [],
    removedServices: [],
    hosts: [],
    removedHosts: [],
    pages: [],
    settled: [],
    events: [],
    ...some,
  };
}

function service(name: string, status: Status, told: string[] = []): SavedService {
  const announced = told.length > 0 ? 'CRITICAL' : null;
  return { cluster: 'c', host: 'h', service: name, status, output: 'o', lastCheckMs: 5, announced, told };
}

const event = {
  timeMs: 7,
  cluster: 'c',
  host: 'h',
  service: 's',
  state: 'CRITICAL',
  stateType: 'HARD',
  attempt: 3,
  output: 'o',
} as const;

test('what was committed is there after opening again', () => {
  const file = join(temporaryFolder(), 'judge.db');
  const services = [
    service('hard', { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 1.5 }, ['ops', 'on call']),
    service('ok', { kind: 'ok', sinceMs: 2 }),
    service('soft', { kind: 'soft', problem: 'UNKNOWN', attempt: 2, sinceMs: 3, triedMs: 4, evidenceMs: 5 }),
  ];
  const hosts: SavedHost[] = [
    { cluster: 'c', name: 'gone', state: 'RETIRED', sinceMs: 9, retiredReason: 'expired' },
    { cluster: 'c', name: 'h', state: 'UP', sinceMs: 8, retiredReason: null },
  ];
  {
    using repository = openJudgeRepository(file);
    const all = changes({ services, hosts, pages: [page()], events: [event] });
    expect(repository.commit(all)).toEqual({ ok: true });
  }
  using repository = openJudgeRepository(file);
  expect(repository.load()).toEqual({ services, hosts, pending: [{ page: page(), attempts: 0, nextMs: 0 }] });
  repository.commit(
    changes({ removedServices: services.slice(0, 1), removedHosts: [{ cluster: 'c', name: 'gone' }] }),
  );
  const left = repository.load();
  expect(left.services.map((one) => one.service)).toEqual(['ok', 'soft']);
  expect(left.hosts.map((one) => one.name)).toEqual(['h']);
});

test('pages wait until they are settled, once a key', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file);
  repository.commit(changes({ pages: [page(), page({ output: 'again' }), page({ key: 'key-2' })] }));
  const retry = { page: page(), outcome: 'retry', attempts: 2, nextMs: 99, detail: 'HTTP 503' } as const;
  const done = {
    page: page({ key: 'key-2' }),
    outcome: 'delivered',
    attempts: 1,
    nextMs: 0,
    detail: 'HTTP 200',
  } as const;
  repository.commit(changes({ settled: [retry, done] }));
  expect(repository.load().pending).toEqual([{ page: page(), attempts: 2, nextMs: 99 }]);
  using reader = openForReading(file);
  expect(readNotifications(reader, { limit: 10 })).toEqual([
    expect.objectContaining({ outcome: 'delivered', attempts: 1, detail: 'HTTP 200' }),
    expect.objectContaining({ outcome: 'pending', attempts: 2, detail: 'HTTP 503', created_ms: 1000 }),
  ]);
  expect(readNotifications(reader, { limit: 1 })).toHaveLength(1);
});

test('histories keep their newest rows; what is pending stays', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file, { notifications: 3, events: 2, pruneEvery: 2 });
  const pages = Array.from({ length: 8 }, (_, i) => page({ key: `key-${i}` }));
  const settled = pages
    .slice(1)
    .map((one) => ({ page: one, outcome: 'delivered', attempts: 1, nextMs: 0, detail: '' }) as const);
  repository.commit(
    changes({ pages, settled, events: Array.from({ length: 5 }, (_, i) => ({ ...event, timeMs: i })) }),
  );
  repository.commit(changes({ hosts: [] }));
  repository.commit(changes({ hosts: [] }));
  using reader = openForReading(file);
  expect(readNotifications(reader, { limit: 10 }).map((one) => one.id)).toEqual([8, 7, 6, 1]);
  expect(readEvents(reader, { limit: 10 })).toEqual([
    { ...event, timeMs: 4 },
    { ...event, timeMs: 3 },
  ]);
});

test('a store that fails answers in words and keeps nothing of the commit', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file);
  const bad = { ...service('s', { kind: 'ok', sinceMs: 1 }), output: {} } as unknown as SavedService;
  const outcome = repository.commit(
    changes({ removedServices: [], services: [service('a', { kind: 'ok', sinceMs: 1 }), bad] }),
  );
  expect(outcome.ok).toBe(false);
  expect(repository.load().services).toEqual([]);
});
