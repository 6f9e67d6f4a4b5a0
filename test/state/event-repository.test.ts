import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { EventRepository } from '../../src/state/event-repository.ts';
import { eventQuery } from './event-query.ts';
import { temporaryFolder } from './folder.ts';
import type { EventQuery, Mark } from '../../src/model/event.ts';

function mark(given: Partial<Mark> = {}): Mark {
  return {
    timeMs: 1000,
    kind: 'deploy',
    cluster: 'web',
    host: 'web-1',
    text: 'v2',
    tags: [],
    by: 'ada',
    ...given,
  };
}

function open(max?: number): EventRepository {
  return new EventRepository(join(temporaryFolder(), 'events.db'), max);
}

function texts(repository: EventRepository, query: Partial<EventQuery> = {}): string {
  return repository
    .list(eventQuery(query))
    .events.map(({ text }) => text)
    .join(' ');
}

test('a mark is read as it was posted, after opening again too', () => {
  const file = join(temporaryFolder(), 'events.db');
  const text = '<script>alert(1)</script>\u202e "quoted" \'; DROP TABLE marks; --\nüß🙂';
  const posted = mark({ text, tags: ['a b', '<b>', ''] });
  {
    using repository = new EventRepository(file);
    expect(repository.add(posted)).toEqual({
      id: 'm1',
      time_ms: 1000,
      kind: 'deploy',
      cluster: 'web',
      host: 'web-1',
      text,
      tags: posted.tags,
      by: 'ada',
      service: null,
      state: null,
      state_type: null,
      attempt: null,
    });
  }
  using again = new EventRepository(file);
  expect(again.list(eventQuery()).events).toMatchObject([{ id: 'm1', text, tags: posted.tags }]);
});

describe('which marks', () => {
  const is = (wanted: string) => (name: string) => name === wanted;
  test.for([
    { name: 'newest first, the later of equals before', query: {}, found: 'host2 host cluster grid' },
    { name: 'of a time', query: { fromMs: 20, toMs: 30 }, found: 'host cluster' },
    {
      name: 'of a cluster: those of the grid too',
      query: { cluster: is('web') },
      found: 'host cluster grid',
    },
    { name: 'of a host: those of its cluster too', query: { host: is('web-1') }, found: 'host cluster grid' },
    { name: 'of a host that has none', query: { host: is('x') }, found: 'cluster grid' },
    { name: 'of a kind', query: { kind: 'note' as const }, found: 'grid' },
    { name: 'some of them', query: { limit: 2 }, found: 'host2 host' },
    { name: 'nothing of the last second', query: { fromMs: 31, toMs: 39 }, found: '' },
  ])('$name', ({ query, found }) => {
    using repository = open();
    repository.add(mark({ timeMs: 10, cluster: '', host: '', text: 'grid', kind: 'note' }));
    repository.add(mark({ timeMs: 30, host: '', text: 'cluster' }));
    repository.add(mark({ timeMs: 30, text: 'host' }));
    repository.add(mark({ timeMs: 40, cluster: 'db', host: 'db-1', text: 'host2' }));
    expect(texts(repository, query)).toBe(found);
  });
});

test('a mark is removed once', () => {
  using repository = open();
  repository.add(mark());
  const { version } = repository;
  for (const id of ['m2', 's1', '1', 'm', 'm1e3', 'm 1', `m${'9'.repeat(16)}`, "m1' OR 1"]) {
    expect(repository.remove(id)).toBeUndefined();
  }
  expect(repository.remove('m1')).toMatchObject({ id: 'm1', text: 'v2' });
  expect(repository.remove('m1')).toBeUndefined();
  expect(repository.version).toBeGreaterThan(version);
  expect(texts(repository)).toBe('');
});

test('over their number the first posted goes, whatever its time', () => {
  using repository = open(2);
  repository.add(mark({ text: 'a', timeMs: 9000 }));
  repository.add(mark({ text: 'b', timeMs: 1 }));
  repository.add(mark({ text: 'c', timeMs: 2 }));
  expect(texts(repository)).toBe('c b');
});

test('what is older than told goes', () => {
  using repository = open();
  repository.add(mark({ text: 'old', timeMs: 1 }));
  repository.add(mark({ text: 'young', timeMs: 2 }));
  repository.prune(2);
  expect(texts(repository)).toBe('young');
});

test('damaged rows are read as far as they can be', () => {
  const file = join(temporaryFolder(), 'events.db');
  using repository = new EventRepository(file);
  repository.add(mark());
  repository.add(mark());
  using other = new DatabaseSync(file);
  other.exec(
    `UPDATE marks SET tags = 'not json', kind = 'x' WHERE id = 1; UPDATE marks SET tags = '[1,"a"]' WHERE id = 2`,
  );
  expect(repository.list(eventQuery()).events.map(({ tags, kind }) => [kind, tags])).toEqual([
    ['deploy', ['a']],
    ['note', []],
  ]);
});
