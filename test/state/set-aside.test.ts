import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { DATABASES_SET_ASIDE_MAX } from '../../src/limits.ts';
import { asideSuffix } from '../../src/model/set-aside.ts';
import { DatabaseFault, openDatabase } from '../../src/state/database.ts';
import { openOrSetAside } from '../../src/state/set-aside.ts';
import { temporaryFolder } from './folder.ts';
import type { SetAside } from '../../src/model/set-aside.ts';

const ONE = ['CREATE TABLE a (x INTEGER)'];
const NOW_MS = Date.UTC(2026, 10, 21, 13, 9, 8, 123);
const ASIDE = '.damaged-20261121T130908123Z';

function stage() {
  const folder = temporaryFolder();
  const file = join(folder, 'a.db');
  const told: SetAside[] = [];
  const removed: string[] = [];
  const open = (migrations = ONE) =>
    openOrSetAside(() => openDatabase({ file, holds: 'every state' }, migrations), {
      nowMs: NOW_MS,
      told: (aside) => void told.push(aside),
      removed: (path) => void removed.push(path),
    });
  return { folder, file, told, removed, open };
}

/** A database that is longer than a page, with its log still beside it. */
function filled(file: string): void {
  const db = openDatabase(file, ONE);
  const insert = db.prepare('INSERT INTO a VALUES (?)');
  db.exec('BEGIN');
  for (let i = 0; i < 20_000; i += 1) insert.run(i);
  db.exec('COMMIT');
  db.close();
}

test.for<{ name: string; spoil: (file: string) => void }>([
  {
    name: 'a text',
    spoil: (file) => writeFileSync(file, 'no database at all, but of some length '.repeat(200)),
  },
  { name: 'cut off', spoil: (file) => truncateSync(file, 5 * 4096 + 100) },
])('$name is set aside with its log, told, and a fresh one is opened', ({ spoil }) => {
  const { folder, file, told, open } = stage();
  filled(file);
  spoil(file);
  writeFileSync(`${file}-wal`, 'an old log');
  const before = readFileSync(file);
  const db = open();
  db.exec('INSERT INTO a VALUES (7)');
  expect(db.prepare('SELECT x FROM a').all()).toEqual([{ x: 7 }]);
  db.close();
  expect(told).toMatchObject([{ path: file, moved: file + ASIDE }]);
  expect(told[0]?.what).toMatch(/^a\.db was damaged \(.+\): every state is forgotten, history stays$/);
  expect(readFileSync(file + ASIDE).equals(before)).toBe(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
  expect(readdirSync(folder).filter((name) => name.includes('.damaged-'))).toContain(`a.db${ASIDE}`);
});

test.for<{ name: string; make: (file: string) => void; migrations: string[] }>([
  {
    name: 'a newer schema',
    make: (file) => openDatabase(file, [...ONE, 'ALTER TABLE a ADD COLUMN y']).close(),
    migrations: ONE,
  },
  {
    name: "another program's database",
    make: (file) => {
      const db = new DatabaseSync(file);
      db.exec('CREATE TABLE a (other TEXT)');
      db.close();
    },
    migrations: ONE,
  },
])('$name is refused, and stays where it is', ({ make, migrations }) => {
  const { folder, file, told, open } = stage();
  make(file);
  expect(() => open(migrations)).toThrow(DatabaseFault);
  expect(told).toEqual([]);
  expect(readdirSync(folder).filter((name) => name.includes('.damaged-'))).toEqual([]);
});

test('one that another process has locked is refused', () => {
  const { file, told } = stage();
  filled(file);
  const open = () => {
    throw new DatabaseFault(file, { what: 'is in use: locked', cure: 'end the other program' });
  };
  const never = () => {};
  expect(() => openOrSetAside(open, { nowMs: NOW_MS, told: never, removed: never })).toThrow('is in use');
  expect(told).toEqual([]);
  expect(existsSync(file)).toBe(true);
});

test('a second one in the same moment does not replace the first', () => {
  const { file, told, open } = stage();
  for (const text of ['one', 'two']) {
    writeFileSync(file, `${text}, no database at all `.repeat(200));
    open().close();
  }
  expect(told.map(({ moved }) => moved)).toEqual([file + ASIDE, file + asideSuffix(NOW_MS + 1)]);
  expect(readFileSync(file + ASIDE, 'utf8')).toMatch(/^one/);
});

test('the newest few are kept; what goes is told', () => {
  const { file, removed, open } = stage();
  const old = Array.from({ length: DATABASES_SET_ASIDE_MAX + 1 }, (_, i) => file + asideSuffix(1000 * i));
  for (const path of old) writeFileSync(path, 'old');
  writeFileSync(`${old[0]}-wal`, 'its log');
  writeFileSync(`${file}.damaged-by-hand`, 'somebody else’s');
  utimesSync(old[5] ?? '', 0, 0);
  writeFileSync(file, 'no database at all '.repeat(200));
  open().close();
  expect(removed).toEqual(old.slice(0, 2));
  expect(old.map((path) => existsSync(path))).toEqual([false, false, true, true, true, true]);
  expect(existsSync(`${old[0]}-wal`)).toBe(false);
  expect(existsSync(`${file}.damaged-by-hand`)).toBe(true);
});
