import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CATALOGUE_MIGRATIONS, CatalogueRepository } from '../../src/state/catalogue-repository.ts';
import { openDatabase } from '../../src/state/database.ts';
import { RetiredTable } from '../../src/state/retired-table.ts';
import { describe as describeRecord } from '../store/batch.ts';
import { temporaryFolder } from './folder.ts';
import type { NameTest } from '../../src/model/retired.ts';

const EVERY: NameTest = { literal: null, matches: () => true };
const only = (literal: string): NameTest => ({ literal, matches: (name) => name === literal });
const like = (pattern: RegExp): NameTest => ({ literal: null, matches: (name) => pattern.test(name) });
const everything = { fromMs: 0, cluster: EVERY, host: EVERY, metric: EVERY };

function kept(cluster: string, name: string, lastSeenMs = 1000) {
  const facts = [['os', 'linux']] as const;
  return { cluster, name, address: '10.0.0.1', agent: 'gmond', lastSeenMs, intervalMs: 0, gapMs: 0, facts };
}

/** Hosts web-1 and web-2 with metrics a and b each, db-1 with a. */
function setUp() {
  const repository = new CatalogueRepository(join(temporaryFolder(), 'catalogue.db'));
  onTestFinished(() => repository[Symbol.dispose]());
  repository.saveHosts([kept('web', 'web-1'), kept('web', 'web-2'), kept('db', 'db-1')]);
  const record = (cluster: string, host: string, metric: string) => describeRecord({ cluster, host, metric });
  const records = [
    record('web', 'web-1', 'a'),
    record('web', 'web-1', 'b'),
    record('web', 'web-2', 'a'),
    record('web', 'web-2', 'b'),
    record('db', 'db-1', 'a'),
  ];
  repository.saveRecords(records);
  const gone = (query: Partial<typeof everything> = {}, looked?: number) =>
    repository.retired
      .records({ ...everything, ...query }, looked)
      .records.map(({ host, metric }) => `${host}/${metric}`);
  const names = () => repository.load(['web', 'db']).map(({ name, records: of }) => `${name} ${of.length}`);
  return { repository, retired: repository.retired, records, gone, names };
}

describe('a host that left', () => {
  test('is not loaded at a start, and found by its name', () => {
    const { retired, names } = setUp();
    retired.retireHosts([{ cluster: 'web', name: 'web-1', lastSeenMs: 5000, reason: 'expired' }], 9000);
    expect(names()).toEqual(['web-2 2', 'db-1 1']);
    const found = {
      cluster: 'web',
      name: 'web-1',
      address: '10.0.0.1',
      agent: 'gmond',
      facts: [['os', 'linux']],
      lastSeenMs: 5000,
      retiredMs: 9000,
      reason: 'expired',
      records: 2,
    };
    expect(retired.hosts(10)).toEqual([found]);
    expect(retired.host('web', 'web-1')).toEqual(found);
    expect(retired.host('web', 'web-2')).toBeUndefined();
  });

  test('is there again when it is saved, with those records that are', () => {
    const { repository, retired, records, gone, names } = setUp();
    retired.retireHosts([{ cluster: 'web', name: 'web-1', lastSeenMs: 5000, reason: 'expired' }], 9000);
    repository.saveHosts([kept('web', 'web-1', 10_000)]);
    repository.saveRecords(records.slice(0, 1));
    expect(names()).toEqual(['web-1 1', 'web-2 2', 'db-1 1']);
    expect(gone()).toEqual(['web-1/b']);
    expect(retired.hosts(10)).toEqual([]);
  });

  test('of many those that left last are listed', () => {
    const { retired } = setUp();
    retired.retireHosts([{ cluster: 'web', name: 'web-1', lastSeenMs: 1, reason: 'expired' }], 100);
    retired.retireHosts([{ cluster: 'db', name: 'db-1', lastSeenMs: 1, reason: 'expired' }], 200);
    expect(retired.hosts(1).map(({ name }) => name)).toEqual(['db-1']);
  });
});

describe('records that left', () => {
  function furnished() {
    const s = setUp();
    s.retired.retireHosts([{ cluster: 'web', name: 'web-1', lastSeenMs: 5000, reason: 'expired' }], 9000);
    s.retired.retireRecords([{ cluster: 'web', host: 'web-2', metric: 'b', lastSeenMs: 7000 }]);
    return s;
  }

  test.for([
    { name: 'all, last heard first', query: {}, found: ['web-2/b', 'web-1/a', 'web-1/b'] },
    { name: 'heard in the time', query: { fromMs: 6000 }, found: ['web-2/b'] },
    { name: 'by a host’s name', query: { host: only('web-1') }, found: ['web-1/a', 'web-1/b'] },
    { name: 'by a metric’s name', query: { metric: only('b') }, found: ['web-2/b', 'web-1/b'] },
    { name: 'by the name of a data source', query: { metric: only('b:rx') }, found: ['web-2/b', 'web-1/b'] },
    { name: 'not by a longer name', query: { metric: only('bb') }, found: [] },
    { name: 'by a cluster’s name', query: { cluster: only('db') }, found: [] },
    { name: 'by a pattern', query: { host: like(/2$/u) }, found: ['web-2/b'] },
    { name: 'by a name that is SQL', query: { host: only("' OR 1=1 --") }, found: [] },
  ])('are found: $name', ({ query, found }) => {
    expect(new Set(furnished().gone(query))).toEqual(new Set(found));
  });

  test('are not loaded at a start', () => {
    expect(furnished().names()).toEqual(['web-2 1', 'db-1 1']);
  });

  test('no more are looked at than may be, which is said', () => {
    const { retired } = furnished();
    expect(retired.records(everything, 2)).toMatchObject({ isCut: true, records: [{}, {}] });
    expect(retired.records(everything, 3)).toMatchObject({ isCut: false });
  });
});

describe('what is forgotten', () => {
  function prune(retired: RetiredTable, beforeMs: number) {
    while (retired.prune(beforeMs));
  }

  test('goes with its age, and only what has left', () => {
    const { retired, gone, names } = setUp();
    retired.retireHosts([{ cluster: 'web', name: 'web-1', lastSeenMs: 5000, reason: 'expired' }], 9000);
    retired.retireRecords([{ cluster: 'web', host: 'web-2', metric: 'b', lastSeenMs: 7000 }]);
    prune(retired, 6000);
    expect([gone(), retired.hosts(9), names()]).toEqual([['web-2/b'], [], ['web-2 1', 'db-1 1']]);
    prune(retired, Number.NEGATIVE_INFINITY);
    expect(gone()).toEqual(['web-2/b']);
  });

  test('is what is too much, the oldest first', () => {
    const db = openDatabase(join(temporaryFolder(), 'catalogue.db'), CATALOGUE_MIGRATIONS);
    const retired = new RetiredTable(db, { hosts: 2, records: 3 });
    db.exec(`INSERT INTO hosts (id, cluster, name, address, agent, facts, last_seen_ms, interval_ms, gap_ms)
      VALUES (1,'w','h1','','','[]',1,0,0), (2,'w','h2','','','[]',2,0,0), (3,'w','h3','','','[]',3,0,0)`);
    for (let n = 1; n <= 3; n += 1) {
      db.exec(`INSERT INTO records (host, metric, description) VALUES (${n}, 'a', '{}'), (${n}, 'b', '{}')`);
      retired.retireHosts([{ cluster: 'w', name: `h${n}`, lastSeenMs: n, reason: 'expired' }], n);
    }
    prune(retired, 0);
    expect(retired.hosts(9).map(({ name }) => name)).toEqual(['h3', 'h2']);
    expect(Number(db.prepare('SELECT count(*) AS n FROM records').get()?.['n'])).toBeLessThanOrEqual(4);
    expect(retired.records(everything).records.length).toBeGreaterThanOrEqual(3);
  });

  test('a file of before is brought forward, everything in it is there', () => {
    const file = join(temporaryFolder(), 'catalogue.db');
    const before = new DatabaseSync(file);
    before.exec(`${CATALOGUE_MIGRATIONS[0]} PRAGMA user_version = 1;
      INSERT INTO hosts (cluster, name, address, agent, facts, last_seen_ms, interval_ms, gap_ms)
      VALUES ('web', 'web-1', '', '', '[]', 1, 0, 0)`);
    before.close();
    using repository = new CatalogueRepository(file);
    expect(repository.load(['web'])).toMatchObject([{ name: 'web-1' }]);
    expect(repository.retired.hosts(9)).toEqual([]);
  });
});
