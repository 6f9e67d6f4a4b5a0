import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { EventBook } from '../../src/threads/event-book.ts';
import { eventQuery } from '../state/event-query.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { EventView } from '../../src/contract/api.ts';
import type { EventQuery } from '../../src/model/event.ts';
import type { StateChanges } from '../../src/threads/event-book.ts';

function change(time: number): EventView {
  return {
    id: `s${time}`,
    time_ms: time,
    kind: 'state',
    cluster: 'web',
    host: 'web-1',
    text: '',
    tags: [],
    by: '',
    service: 'load',
    state: 'CRITICAL',
    state_type: 'HARD',
    attempt: 3,
  };
}

class FakeChanges implements StateChanges {
  list: EventView[] = [];
  asked = 0;

  lastChange(): number {
    return this.list.length;
  }

  changes({ limit }: EventQuery) {
    this.asked += 1;
    const events = this.list.slice(0, limit);
    return { events, leftOut: this.list.length - events.length };
  }
}

function setUp() {
  const changes = new FakeChanges();
  const logged: object[] = [];
  const put = (detail: object) => void logged.push(detail);
  const log = { error: put, warn: put };
  const file = join(temporaryFolder(), 'events.db');
  const book = new EventBook({ file, changes, log });
  const marks = new DatabaseSync(file);
  onTestFinished(() => {
    book[Symbol.dispose]();
    marks.close();
  });
  for (const timeMs of [20, 40]) {
    book.post({ timeMs, kind: 'note', cluster: '', host: '', text: 'n', tags: [], by: 'ada' });
  }
  changes.list = [change(50), change(40), change(10)];
  return { book, changes, logged, marks };
}

test.for([
  {
    name: 'both by time, what happened before what was said of it',
    query: {},
    ids: 's50 s40 m2 m1 s10',
    leftOut: 0,
  },
  { name: 'the newest of both', query: { limit: 2 }, ids: 's50 s40', leftOut: 3 },
  { name: 'changes of state', query: { kind: 'state' as const }, ids: 's50 s40 s10', leftOut: 0 },
  { name: 'notes', query: { kind: 'note' as const }, ids: 'm2 m1', leftOut: 0 },
  { name: 'deploys', query: { kind: 'deploy' as const }, ids: '', leftOut: 0 },
])('$name', ({ query, ids, leftOut }) => {
  const { book } = setUp();
  const found = book.list(eventQuery(query));
  if (!found.ok) throw new Error(found.fault);
  expect([found.events.map(({ id }) => id).join(' '), found.leftOut]).toEqual([ids, leftOut]);
});

test('what agents had to say stands among the rest, and changes the version', () => {
  const { book } = setUp();
  const before = book.version();
  const common = { cluster: 'web', host: 'web-1', service: 'load/load', state: 'OK' as const, text: '' };
  book.notified([30, 60].map((timeMs) => ({ ...common, timeMs })));
  const ids = (query: Parameters<typeof eventQuery>[0]) => {
    const found = book.list(eventQuery(query));
    return found.ok ? `${found.events.map(({ id }) => id).join(' ')} +${found.leftOut}` : found.fault;
  };
  expect(book.version()).not.toBe(before);
  expect([ids({}), ids({ kind: 'notification' }), ids({ kind: 'state' }), ids({ limit: 3 })]).toEqual([
    'n2 s50 s40 m2 n1 m1 s10 +0',
    'n2 n1 +0',
    's50 s40 s10 +0',
    'n2 s50 s40 +4',
  ]);
  book.prune({ eventsMs: 50 });
  expect(ids({ kind: 'notification' })).toBe('n2 +0');
});

test('its version is another one after each kind of change', () => {
  const { book, changes } = setUp();
  const versions = [book.version()];
  changes.list.unshift(change(60));
  versions.push(book.version());
  book.remove('m1');
  versions.push(book.version());
  expect(new Set(versions).size).toBe(3);
  expect(book.version()).toBe(versions[2]);
});

test('a disk that cannot be written is a fault, told to the log', () => {
  const { book, logged, marks } = setUp();
  marks.exec('DROP TABLE marks');
  const mark = { timeMs: 1, kind: 'note', cluster: '', host: '', text: 'n', tags: [], by: '' } as const;
  expect(book.post(mark)).toMatchObject({ ok: false });
  expect(logged).toHaveLength(1);
});

test.for([
  { name: 'marks', breaks: ({ marks }: ReturnType<typeof setUp>) => marks.exec('DROP TABLE marks') },
  {
    name: 'changes of state',
    breaks: ({ changes }: ReturnType<typeof setUp>) => {
      changes.changes = () => {
        throw new Error('disk I/O error');
      };
      changes.lastChange = () => {
        throw new Error('disk I/O error');
      };
    },
  },
])('$name that cannot be read are a fault, told to the log once', ({ breaks }) => {
  const all = setUp();
  const { book, logged } = all;
  const version = book.version();
  breaks(all);
  expect(book.list(eventQuery({}))).toMatchObject({ ok: false });
  expect(book.list(eventQuery({}))).toMatchObject({ ok: false });
  expect(book.version()).toBe(version);
  expect(logged).toHaveLength(1);
});
