import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import {
  DatabaseFault,
  faulty,
  inTransaction,
  openDatabase,
  openForReading,
} from '../../src/state/database.ts';
import { temporaryFolder } from './folder.ts';

const ONE = ['CREATE TABLE a (x INTEGER)'];
const TWO = [...ONE, 'ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 7'];

test('is created for its owner alone, in WAL mode', () => {
  const file = join(temporaryFolder(), 'a.db');
  const db = openDatabase(file, ONE);
  db.exec('INSERT INTO a VALUES (1)');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  db.close();
});

test('migrations run once, in order, and keep what is there', () => {
  const file = join(temporaryFolder(), 'a.db');
  const first = openDatabase(file, ONE);
  first.exec('INSERT INTO a VALUES (1)');
  first.close();
  openDatabase(file, TWO).close();
  const again = openDatabase(file, TWO);
  expect(again.prepare('SELECT * FROM a').all()).toEqual([{ x: 1, y: 7 }]);
  again.close();
});

test('a database of a newer version is refused in words', () => {
  const file = join(temporaryFolder(), 'a.db');
  openDatabase(file, TWO).close();
  expect(() => openDatabase(file, ONE)).toThrow(/schema 2, this Muster knows 1.*newer version wrote it/);
});

test('a migration that fails leaves the one before', () => {
  const file = join(temporaryFolder(), 'a.db');
  openDatabase(file, ONE).close();
  expect(() => openDatabase(file, [...ONE, 'ALTER TABLE a ADD COLUMN z INTEGER; nonsense'])).toThrow(
    /syntax/,
  );
  const db = openDatabase(file, ONE);
  db.exec('INSERT INTO a VALUES (1)');
  expect(db.prepare('SELECT * FROM a').all()).toEqual([{ x: 1 }]);
  db.close();
});

/** The fault of opening a file, which must be one. */
function faultOf(file: string, migrations = ONE): DatabaseFault {
  try {
    openDatabase({ file, holds: 'every state' }, migrations).close();
  } catch (error) {
    if (error instanceof DatabaseFault) return error;
    throw error;
  }
  throw new Error('it was opened');
}

describe('a file that cannot be used is refused in words, with a cure', () => {
  const ASIDE = /^move it aside \(.*a\.db\*\): every state is forgotten, history stays$/;
  test.for<{ name: string; spoil: (file: string) => void; what: RegExp; cure: RegExp }>([
    {
      name: 'a text',
      spoil: (file) => writeFileSync(file, 'a text of some length that is no database at all'.repeat(200)),
      what: /is damaged: file is not a database/,
      cure: ASIDE,
    },
    {
      name: 'cut off',
      spoil: (file) => truncateSync(file, 5 * 4096 + 100),
      what: /is damaged: .*malformed/,
      cure: ASIDE,
    },
    {
      name: 'pages overwritten in the middle',
      spoil: (file) => overwrite(file, 6 * 4096, Buffer.alloc(2 * 4096, 0x5a)),
      what: /is damaged: /,
      cure: ASIDE,
    },
    {
      name: 'zeros over the last pages',
      spoil: (file) => overwrite(file, statSync(file).size - 3 * 4096, Buffer.alloc(3 * 4096)),
      what: /is damaged: /,
      cure: ASIDE,
    },
    {
      name: "another program's",
      spoil: (file) => {
        rmSync(file);
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE a (other TEXT)');
        db.close();
      },
      what: /was not written by this Muster: table a already exists/,
      cure: ASIDE,
    },
    {
      name: "another program's, with the number of our schema",
      spoil: (file) => {
        rmSync(file);
        const db = new DatabaseSync(file);
        db.exec('CREATE TABLE a (other TEXT); PRAGMA user_version = 1');
        db.close();
      },
      what: /was not written by this Muster: it has no a\.x$/,
      cure: ASIDE,
    },
    {
      name: 'of a newer version',
      spoil: (file) => openDatabase(file, TWO).close(),
      what: /has schema 2, this Muster knows 1: a newer version wrote it/,
      cure: /^run that version again, or move it aside/,
    },
    {
      name: 'a directory',
      spoil: (file) => {
        rmSync(file);
        mkdirSync(file);
      },
      what: /cannot be opened: EISDIR/,
      cure: /^make it a file/,
    },
  ])('$name', ({ spoil, what, cure }) => {
    const file = join(temporaryFolder(), 'a.db');
    const db = openDatabase(file, ONE);
    inTransaction(db, () => {
      const insert = db.prepare('INSERT INTO a VALUES (?)');
      for (let i = 0; i < 20_000; i += 1) insert.run(i);
    });
    db.close();
    spoil(file);
    const fault = faultOf(file);
    expect(fault.message.startsWith(`${file} `)).toBe(true);
    expect(fault).toMatchObject({ file, message: expect.stringMatching(what) as string });
    expect(fault.cure).toMatch(cure);
  });

  test.for([
    { name: 'SQLite has no room', error: { errcode: 13 }, cure: 'make room on its disk' },
    { name: 'the system has no room', error: { code: 'ENOSPC' }, cure: 'make room on its disk' },
    { name: 'short write (extended code)', error: { errcode: 778 }, cure: /^make it a file/ },
    { name: 'locked', error: { errcode: 5 }, cure: 'end the other program that has it open' },
  ])('$name', ({ error, cure }) => {
    const work = () => {
      throw Object.assign(new Error('words'), error);
    };
    expect(() => faulty({ file: 'a.db', holds: 'all' }, work)).toThrow(DatabaseFault);
    try {
      faulty({ file: 'a.db', holds: 'all' }, work);
    } catch (fault) {
      expect(fault).toMatchObject({ file: 'a.db', cure: expect.stringMatching(cure) as string });
    }
  });
});

function overwrite(file: string, at: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

test('a throw undoes the transaction; a reader cannot write', () => {
  const file = join(temporaryFolder(), 'a.db');
  const db = openDatabase(file, ONE);
  expect(() =>
    inTransaction(db, () => {
      db.exec('INSERT INTO a VALUES (1)');
      throw new Error('no');
    }),
  ).toThrow('no');
  const reader = openForReading(file);
  expect(reader.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 0 });
  expect(() => reader.exec('INSERT INTO a VALUES (1)')).toThrow(/readonly/);
  reader.close();
  db.close();
});
