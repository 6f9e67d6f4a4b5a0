import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTransaction, openDatabase, openForReading } from '../../src/state/database.ts';
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

test('what is no database is refused', () => {
  const file = join(temporaryFolder(), 'a.db');
  writeFileSync(file, 'a text of some length that is no database at all'.repeat(20));
  expect(() => openDatabase(file, ONE)).toThrow(/not a database/);
});

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
