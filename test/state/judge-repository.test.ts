import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { openDatabase, openForReading } from '../../src/state/database.ts';
import { JUDGE_MIGRATIONS } from '../../src/state/judge-schema.ts';
import { openJudgeRepository } from '../../src/state/judge-repository.ts';
import { lastEvent, readEvents, readNotifications } from '../../src/state/judge-history.ts';
import { page } from '../notify/page.ts';
import { eventQuery } from './event-query.ts';
import { temporaryFolder } from './folder.ts';
import { NOTHING_OF_ALERTING } from '../../src/judge/store.ts';
import type { JudgeChanges } from '../../src/judge/store.ts';
import type { SavedHost, SavedService, Status, Told } from '../../src/model/service-state.ts';

function changes(some: Partial<JudgeChanges>): JudgeChanges {
  return {
    services: [],
    removedServices: [],
    hosts: [],
    removedHosts: [],
    pages: [],
    settled: [],
    events: [],
    alerting: NOTHING_OF_ALERTING,
    ...some,
  };
}

function service(
  name: string,
  status: Status,
  told: Told[] = [],
  more: Partial<SavedService> = {},
): SavedService {
  const found = { output: 'o', lastCheckMs: 5, flaps: null, result: null, nextCheckMs: null };
  return { cluster: 'c', host: 'h', service: name, status, told, ...found, ...more };
}

const TOLD: Told[] = [
  { receiver: 'ops', level: 'CRITICAL', known: 'CRITICAL', key: null, refused: null },
  { receiver: 'on call', level: 'CRITICAL', known: 'WARNING', key: 'key-1', refused: null },
  {
    receiver: 'log',
    level: null,
    known: null,
    key: null,
    refused: { problem: 'CRITICAL', againMs: 7.5 },
  },
];

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
    service('hard', { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 1.5 }, TOLD),
    service('ok', { kind: 'ok', sinceMs: 2 }),
    service('soft', { kind: 'soft', problem: 'UNKNOWN', attempt: 2, sinceMs: 3, triedMs: 4, evidenceMs: 5 }),
  ];
  const hosts: SavedHost[] = [
    {
      cluster: 'c',
      name: 'gone',
      state: 'RETIRED',
      sinceMs: 9,
      retiredReason: 'expired',
      leftByWord: true,
      firstSeenMs: null,
    },
    {
      cluster: 'c',
      name: 'h',
      state: 'UP',
      sinceMs: 8,
      retiredReason: null,
      leftByWord: false,
      firstSeenMs: 0,
    },
  ];
  {
    using repository = openJudgeRepository(file);
    const all = changes({ services, hosts, pages: [page()], events: [event] });
    expect(repository.commit(all)).toEqual({ ok: true });
  }
  using repository = openJudgeRepository(file);
  expect(repository.load()).toMatchObject({
    services,
    hosts,
    pending: [{ page: page(), attempts: 0, nextMs: 0 }],
    skipped: 0,
  });
  repository.commit(
    changes({ removedServices: services.slice(0, 1), removedHosts: [{ cluster: 'c', name: 'gone' }] }),
  );
  const left = repository.load();
  expect(left.services.map((one) => one.service)).toEqual(['ok', 'soft']);
  expect(left.hosts.map((one) => one.name)).toEqual(['h']);
});

describe('what is found out elsewhere', () => {
  const OK: Status = { kind: 'ok', sinceMs: 1 };
  const soft = {
    kind: 'soft',
    problem: 'WARNING',
    attempt: 2,
    sinceMs: 1,
    triedMs: 2,
    evidenceMs: 3,
  } as const;
  const result = {
    timeMs: 4,
    longOutput: 'more',
    performance: 'a=1',
    via: 'nsca',
    from: '192.0.2.1',
    end: '',
    executionMs: 0,
    latencyMs: 0,
  };
  const flaps = { history: 4 ** 20 + 2, percent: 0, isFlapping: true, recordedMs: 7.5 };

  test.for<{ name: string; kept: SavedService }>([
    { name: 'a result', kept: service('s', OK, [], { result }) },
    { name: 'when its command runs', kept: service('s', OK, [], { nextCheckMs: 9 }) },
    { name: 'flapping', kept: service('s', OK, [], { flaps }) },
    { name: 'a host that is UP softly', kept: service('host', { ...OK, isSoft: true }) },
    { name: 'a soft problem after a hard one', kept: service('s', { ...soft, hardBefore: 'CRITICAL' }) },
    { name: 'an aggregate of a cluster', kept: { ...service('s', soft), host: '' } },
    { name: 'an aggregate of the grid', kept: { ...service('s', soft), cluster: '', host: '' } },
  ])('is kept: $name', ({ kept }) => {
    const file = join(temporaryFolder(), 'judge.db');
    {
      using repository = openJudgeRepository(file);
      repository.commit(changes({ services: [kept] }));
    }
    using repository = openJudgeRepository(file);
    expect(repository.load()).toMatchObject({ services: [kept], skipped: 0 });
  });

  test.for([
    { name: 'a result that is no JSON', sql: "UPDATE services SET result = '{'", lost: { result: null } },
    {
      name: 'a result of a strange shape',
      sql: "UPDATE services SET result = '[1]'",
      lost: { result: null },
    },
    {
      name: 'a history beyond bounds',
      sql: 'UPDATE services SET flap_history = 1 << 62',
      lost: { flaps: null },
    },
    {
      name: 'a time that is none',
      sql: "UPDATE services SET next_check_ms = 'x'",
      lost: { nextCheckMs: null },
    },
  ])('of a damaged one the state is left: $name', ({ sql, lost }) => {
    const file = join(temporaryFolder(), 'judge.db');
    const kept = service('s', soft, [], { result, flaps, nextCheckMs: 9 });
    {
      using repository = openJudgeRepository(file);
      repository.commit(changes({ services: [kept] }));
    }
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    using repository = openJudgeRepository(file);
    expect(repository.load()).toMatchObject({ services: [{ ...kept, ...lost }], skipped: 0 });
  });
});

test('pages wait until they are settled, once a key', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file);
  repository.commit(changes({ pages: [page(), page({ output: 'again' }), page({ key: 'key-2' })] }));
  const retry = {
    page: page(),
    outcome: 'retry',
    attempts: 2,
    nextMs: 99,
    settledMs: 0,
    detail: 'HTTP 503',
  } as const;
  const done = {
    page: page({ key: 'key-2' }),
    outcome: 'delivered',
    attempts: 1,
    nextMs: 0,
    settledMs: 0,
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

test('a page that failed for good and is queued again waits again, one that was delivered does not', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file);
  const [failed, delivered] = [page({ key: 'failed' }), page({ key: 'delivered' })];
  const settled = [
    { page: failed, outcome: 'failed', attempts: 9, nextMs: 5, settledMs: 0, detail: 'HTTP 400' } as const,
    {
      page: delivered,
      outcome: 'delivered',
      attempts: 1,
      nextMs: 5,
      settledMs: 0,
      detail: 'HTTP 200',
    } as const,
  ];
  repository.commit(changes({ pages: [failed, delivered], settled }));
  const again = { ...failed, createdMs: 2000, output: 'worse' };
  repository.commit(changes({ pages: [again, { ...delivered, createdMs: 2000 }] }));
  expect(repository.load().pending).toEqual([{ page: again, attempts: 0, nextMs: 0 }]);
});

test('what an older version kept of the told becomes a level for each', () => {
  const file = join(temporaryFolder(), 'judge.db');
  const old = openDatabase(file, JUDGE_MIGRATIONS.slice(0, 1));
  old.exec(`INSERT INTO services VALUES
    ('c', 'h', 'bad', 'hard', 'CRITICAL', 3, 1, 0, 0, 'o', 5, 'CRITICAL', '["ops","on call"]'),
    ('c', 'h', 'good', 'ok', NULL, 1, 1, 0, 0, 'o', 5, NULL, '[]')`);
  old.close();
  using repository = openJudgeRepository(file);
  const one = { level: 'CRITICAL', known: 'CRITICAL', key: null, refused: null } as const;
  expect(repository.load().services.map(({ service: name, told }) => [name, told])).toEqual([
    [
      'bad',
      [
        { receiver: 'ops', ...one },
        { receiver: 'on call', ...one },
      ],
    ],
    ['good', []],
  ]);
});

test('hosts of an older version have been known for long, and their silence alone retired them', () => {
  const file = join(temporaryFolder(), 'judge.db');
  const old = openDatabase(file, JUDGE_MIGRATIONS.slice(0, 4));
  old.exec("INSERT INTO hosts VALUES ('c', 'h', 'UP', 8, NULL), ('c', 'gone', 'RETIRED', 9, 'expired')");
  old.close();
  using repository = openJudgeRepository(file);
  expect(repository.load().hosts.map((one) => [one.name, one.leftByWord, one.firstSeenMs])).toEqual([
    ['gone', false, 0],
    ['h', false, 0],
  ]);
});

describe('a damaged row is passed over and counted', () => {
  test.for([
    { name: 'told that is no JSON', sql: "UPDATE services SET told = '[{' WHERE service = 'a'" },
    { name: 'told of a strange shape', sql: "UPDATE services SET told = '[7]' WHERE service = 'a'" },
    { name: 'a kind nobody knows', sql: "UPDATE services SET kind = 'hbrd' WHERE service = 'a'" },
    { name: 'a problem nobody knows', sql: "UPDATE services SET problem = 'CRITICAM' WHERE service = 'a'" },
    { name: 'a number that is none', sql: "UPDATE services SET since_ms = 'x' WHERE service = 'a'" },
    { name: 'a number beyond bounds', sql: "UPDATE services SET attempt = 1 << 62 WHERE service = 'a'" },
    { name: 'a name that is bytes', sql: "UPDATE services SET host = x'00ff' WHERE service = 'a'" },
    { name: 'a host state nobody knows', sql: "UPDATE hosts SET state = 'DOWM' WHERE name = 'a'" },
    { name: 'a page of no kind', sql: "UPDATE notifications SET kind = '' WHERE key = 'a'" },
  ])('$name', ({ sql }) => {
    const file = join(temporaryFolder(), 'judge.db');
    const hard: Status = { kind: 'hard', problem: 'CRITICAL', attempt: 3, sinceMs: 1 };
    {
      using repository = openJudgeRepository(file);
      const host = {
        cluster: 'c',
        state: 'UP',
        sinceMs: 8,
        retiredReason: null,
        leftByWord: false,
        firstSeenMs: 0,
      } as const;
      repository.commit(
        changes({
          services: [service('a', hard), service('b', hard)],
          hosts: [
            { ...host, name: 'a' },
            { ...host, name: 'b' },
          ],
          pages: [page({ key: 'a' }), page({ key: 'b' })],
        }),
      );
    }
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    using repository = openJudgeRepository(file);
    const { services, hosts, pending, skipped } = repository.load();
    expect(services.length + hosts.length + pending.length).toBe(5);
    expect(skipped).toBe(1);
  });
});

test('a page of a version that knew no titles, and waits still, has one', () => {
  const file = join(temporaryFolder(), 'judge.db');
  const old = openDatabase({ file, holds: 'every state' }, JUDGE_MIGRATIONS.slice(0, 5));
  old.exec(`INSERT INTO notifications (key, receiver, kind, cluster, host, service, state, state_type, output,
    since_ms, notes, runbook, created_ms, outcome, attempts, next_ms, detail)
    VALUES ('k', 'ops', 'problem', 'c', 'h', 's', 'CRITICAL', 'HARD', 'o', 1, '', '', 2, 'pending', 1, 0, '')`);
  old.close();
  using repository = openJudgeRepository(file);
  expect(repository.load().pending).toMatchObject([
    { page: { title: 'h: s is CRITICAL', count: 1, services: [] }, attempts: 1 },
  ]);
});

describe('a damaged row of alerting is passed over and counted', () => {
  const put = (table: string, value: unknown) =>
    `INSERT INTO ${table} (id, value) VALUES ('x', '${JSON.stringify(value)}')`;
  const incident = { id: 'x', route: '', labels: [], openedMs: 1, waitingMs: null, steps: 0, targets: [] };
  const covers = { cluster: null, host: 'w', service: null, severity: null, facts: [], services: null };
  const time = { kind: 'fixed', fromMs: 1, toMs: 2 };
  const by = { comment: '', author: 'ann', createdMs: 1 };
  const quiet = { id: 'd1', covers, time, ...by, endedMs: null, endedBy: '', begun: [] };
  const override = { id: 'o1', rota: 'r', who: 'ann', fromMs: 1, toMs: 2, ...by };
  test.for([
    { name: 'an incident that is whole', sql: put('incidents', incident), lost: 0 },
    { name: 'an incident without targets', sql: put('incidents', { ...incident, targets: null }), lost: 1 },
    { name: 'a target that is none', sql: put('incidents', { ...incident, targets: [7] }), lost: 1 },
    { name: 'labels that are none', sql: put('incidents', { ...incident, labels: [['a']] }), lost: 1 },
    { name: 'steps that are none', sql: put('incidents', { ...incident, steps: -1 }), lost: 1 },
    { name: 'a downtime that is whole', sql: put('quiets', quiet), lost: 0 },
    { name: 'a downtime of nothing', sql: put('quiets', { ...quiet, covers: {} }), lost: 1 },
    { name: 'a downtime of no time', sql: put('quiets', { ...quiet, time: { kind: 'fixed' } }), lost: 1 },
    { name: 'begun that is none', sql: put('quiets', { ...quiet, begun: [['a', null]] }), lost: 1 },
    { name: 'an override that is whole', sql: put('rota_overrides', override), lost: 0 },
    { name: 'an override of no end', sql: put('rota_overrides', { ...override, toMs: 'x' }), lost: 1 },
    {
      name: 'an acknowledgement without a state',
      sql: `INSERT INTO acknowledgements VALUES ('c', 'h', 's', '{"cluster":"c","host":"h","service":"s","atMs":1}')`,
      lost: 1,
    },
  ])('$name', ({ sql, lost }) => {
    const file = join(temporaryFolder(), 'judge.db');
    openJudgeRepository(file)[Symbol.dispose]();
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    using repository = openJudgeRepository(file);
    const { incidents, quiets, acknowledgements, overrides, skipped } = repository.load();
    const kept = incidents.length + quiets.length + acknowledgements.length + overrides.length;
    expect([kept, skipped]).toEqual([1 - lost, lost]);
  });

  test('services that a page names', () => {
    const file = join(temporaryFolder(), 'judge.db');
    {
      using repository = openJudgeRepository(file);
      repository.commit(changes({ pages: [page()] }));
    }
    const db = new DatabaseSync(file);
    db.exec(`UPDATE notifications SET services = '[{"cluster":"c"},7,null]'`);
    db.close();
    using repository = openJudgeRepository(file);
    expect(repository.load().pending.map((one) => one.page.services)).toEqual([[]]);
  });
});

test('histories keep their newest rows; what is pending stays', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file, { notifications: 3, events: 2, pruneEvery: 2 });
  const pages = Array.from({ length: 8 }, (_, i) => page({ key: `key-${i}` }));
  const settled = pages
    .slice(1)
    .map(
      (one) =>
        ({ page: one, outcome: 'delivered', attempts: 1, nextMs: 0, settledMs: 0, detail: '' }) as const,
    );
  repository.commit(
    changes({ pages, settled, events: Array.from({ length: 5 }, (_, i) => ({ ...event, timeMs: i })) }),
  );
  repository.commit(changes({ hosts: [] }));
  repository.commit(changes({ hosts: [] }));
  using reader = openForReading(file);
  expect(readNotifications(reader, { limit: 10 }).map((one) => one.id)).toEqual([8, 7, 6, 1]);
  const view = {
    kind: 'state',
    cluster: 'c',
    host: 'h',
    text: 'o',
    tags: [],
    by: '',
    service: 's',
    state: 'CRITICAL',
    state_type: 'HARD',
    attempt: 3,
  };
  expect(readEvents(reader, eventQuery())).toEqual({
    events: [
      { id: 's5', time_ms: 4, ...view },
      { id: 's4', time_ms: 3, ...view },
    ],
    leftOut: 0,
  });
  expect(lastEvent(reader)).toBe(5);
});

describe('changes of state', () => {
  const some = [
    { timeMs: 10, cluster: 'web', host: 'web-1' },
    { timeMs: 20, cluster: 'web', host: 'web-2' },
    { timeMs: 20, cluster: 'db', host: 'db-1' },
    { timeMs: 15, cluster: 'web', host: 'web-1' },
  ].map((given) => ({ ...event, ...given }));

  test.for([
    { name: 'by time, the later of equals first', query: {}, ids: 's3 s2 s4 s1', leftOut: 0 },
    { name: 'both ends included', query: { fromMs: 15, toMs: 20 }, ids: 's3 s2 s4', leftOut: 0 },
    {
      name: 'of a cluster',
      query: { cluster: (name: string) => name === 'web' },
      ids: 's2 s4 s1',
      leftOut: 0,
    },
    { name: 'of a host', query: { host: (name: string) => name === 'web-1' }, ids: 's4 s1', leftOut: 0 },
    { name: 'some, the others counted', query: { limit: 1 }, ids: 's3', leftOut: 3 },
    { name: 'no more are looked at', query: { looked: 2 }, ids: 's3 s2', leftOut: 1 },
  ])('$name', ({ query, ids, leftOut }) => {
    const file = join(temporaryFolder(), 'judge.db');
    using repository = openJudgeRepository(file);
    repository.commit(changes({ events: some }));
    using reader = openForReading(file);
    const found = readEvents(reader, eventQuery(query));
    expect([found.events.map(({ id }) => id).join(' '), found.leftOut]).toEqual([ids, leftOut]);
  });

  test('they are read down the index', () => {
    const file = join(temporaryFolder(), 'judge.db');
    using repository = openJudgeRepository(file);
    repository.commit(changes({ events: some }));
    using reader = openForReading(file);
    const plan = reader
      .prepare(
        `EXPLAIN QUERY PLAN SELECT id, cluster FROM events WHERE time_ms BETWEEN ? AND ?
         ORDER BY time_ms DESC, id DESC LIMIT ?`,
      )
      .all(0, 1, 2);
    expect(plan.map(({ detail }) => detail)).toEqual([
      'SEARCH events USING INDEX events_time (time_ms>? AND time_ms<?)',
    ]);
  });
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

test('histories of before a time are forgotten; what is pending stays', () => {
  const file = join(temporaryFolder(), 'judge.db');
  using repository = openJudgeRepository(file);
  const pages = ['old', 'old pending', 'young'].map((key) =>
    page({ key, createdMs: key === 'young' ? 10 : 9 }),
  );
  const settled = pages
    .filter(({ key }) => key !== 'old pending')
    .map(
      (one) =>
        ({ page: one, outcome: 'delivered', attempts: 1, nextMs: 0, settledMs: 0, detail: '' }) as const,
    );
  repository.commit(changes({ pages, settled, events: [9, 10].map((timeMs) => ({ ...event, timeMs })) }));
  expect(repository.prune(Number.NEGATIVE_INFINITY)).toEqual({ ok: true });
  expect(repository.prune(10)).toEqual({ ok: true });
  using reader = openForReading(file);
  expect(readNotifications(reader, { limit: 10 }).map((one) => one.id)).toEqual([3, 2]);
  expect(readEvents(reader, eventQuery({})).events.map((one) => one.time_ms)).toEqual([10]);
});
