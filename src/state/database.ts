import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Milliseconds a statement waits for another connection's lock. */
const BUSY_MS = 5_000;

/**
 * Opens a state database of ours for its one writing thread: created with mode 0600, in WAL mode, brought to
 * the newest schema. `migrations` are SQL scripts, oldest first, never changed once released; `user_version`
 * counts those applied. Throws an Error in plain words when the file is no database or was written by a
 * newer Muster.
 */
export function openDatabase(file: string, migrations: readonly string[]): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // WAL with NORMAL: a power cut may cost the last moments, never the file.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    migrate(db, file, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens a database another thread writes, for reading only. It must exist. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
}

/** Runs `work` in one transaction; a throw undoes all of it. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function migrate(db: DatabaseSync, file: string, migrations: readonly string[]): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > migrations.length) {
    throw new Error(
      `${file} has schema ${version}, this Muster knows ${migrations.length}: a newer version wrote it`,
    );
  }
  for (let applied = version; applied < migrations.length; applied += 1) {
    inTransaction(db, () => {
      db.exec(migrations[applied] ?? '');
      db.exec(`PRAGMA user_version = ${applied + 1}`);
    });
  }
}
