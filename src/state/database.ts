import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Milliseconds a statement waits for another connection's lock. */
const BUSY_MS = 5_000;
/** The same on the thread that answers everybody: while it waits, nobody is answered. */
export const BRIEF_BUSY_MS = 200;

/** A state database that cannot be used. The message says what is wrong, in plain words. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  readonly file: string;
  readonly cure: string;
  /** What was found, and what is lost with the file; undefined where the file itself is not damaged. */
  readonly damage: { readonly found: string; readonly holds: string } | undefined;

  constructor(
    file: string,
    fault: { what: string; cure: string; cause?: unknown; damage?: { found: string; holds: string } },
  ) {
    super(`${file} ${fault.what}`, { cause: fault.cause });
    this.file = file;
    this.cure = fault.cure;
    this.damage = fault.damage;
  }
}

/** A state database: where it is, and what is lost with it (`states`). */
export interface DatabaseFile {
  readonly file: string;
  readonly holds: string;
  /** How long a statement waits for a lock once the file is open; unless given, some seconds. */
  readonly waitMs?: number | undefined;
}

/**
 * Opens a state database of ours for its one writing thread: created with mode 0600, in WAL mode, looked
 * through for damage, brought to the newest schema. `migrations` are SQL scripts, oldest first, never changed
 * once released; `user_version` counts those applied. Throws a DatabaseFault when the file cannot be used.
 */
export function openDatabase(where: string | DatabaseFile, migrations: readonly string[]): DatabaseSync {
  const known = typeof where === 'string' ? { file: where, holds: 'what it holds' } : where;
  return faulty(known, () => open(known, migrations));
}

/** Opens a database another thread writes, for reading only. It must exist. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BRIEF_BUSY_MS });
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

/** Runs `work` on a database; what it throws becomes a DatabaseFault. */
export function faulty<T>(where: DatabaseFile, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DatabaseFault ? error : faultOf(where, error);
  }
}

function open(where: DatabaseFile, migrations: readonly string[]): DatabaseSync {
  const { file } = where;
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    // WAL with NORMAL: a power cut may cost the last moments, never the file.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
    examine(db, where);
    migrate(db, where, migrations);
    demandColumns(db, where, migrations);
    db.exec(`PRAGMA busy_timeout = ${where.waitMs ?? BUSY_MS}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Else a damaged page is met by the first statement that needs it, days later. Reads the whole file. */
function examine(db: DatabaseSync, where: DatabaseFile): void {
  const found = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found === 'ok') return;
  throw damaged(where, String(found));
}

function migrate(db: DatabaseSync, where: DatabaseFile, migrations: readonly string[]): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version > migrations.length) {
    throw new DatabaseFault(where.file, {
      what: `has schema ${version}, this Muster knows ${migrations.length}: a newer version wrote it`,
      cure: `run that version again, or ${moveAside(where)}`,
    });
  }
  for (let applied = version; applied < migrations.length; applied += 1) {
    inTransaction(db, () => {
      db.exec(migrations[applied] ?? '');
      db.exec(`PRAGMA user_version = ${applied + 1}`);
    });
  }
}

/** Another program's file may have our number of a schema: its statements would fail one by one. */
function demandColumns(db: DatabaseSync, where: DatabaseFile, migrations: readonly string[]): void {
  using fresh = new DatabaseSync(':memory:');
  for (const script of migrations) fresh.exec(script);
  const there = new Set(columnsOf(db));
  const missing = columnsOf(fresh).find((column) => !there.has(column));
  if (missing === undefined) return;
  throw new DatabaseFault(where.file, {
    what: `was not written by this Muster: it has no ${missing}`,
    cure: moveAside(where),
  });
}

/** As `table.column`. */
function columnsOf(db: DatabaseSync): string[] {
  const rows = db.prepare(
    `SELECT t.name || '.' || c.name AS name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'`,
  );
  return rows.all().map(({ name }) => String(name));
}

/** Primary result codes, https://sqlite.org/rescode.html. */
const SQLITE = { error: 1, busy: 5, locked: 6, corrupt: 11, full: 13, notADatabase: 26 } as const;

function faultOf(where: DatabaseFile, cause: unknown): DatabaseFault {
  const words = cause instanceof Error ? cause.message : String(cause);
  const fault = (what: string, cure: string) =>
    new DatabaseFault(where.file, { what: `${what}: ${words}`, cure, cause });
  switch (codeOf(cause)) {
    case SQLITE.notADatabase:
    case SQLITE.corrupt:
      return damaged(where, words, cause);
    case SQLITE.error:
      return fault('was not written by this Muster', moveAside(where));
    case SQLITE.full:
    case 'ENOSPC':
      return fault('cannot be written, its disk is full', 'make room on its disk');
    case SQLITE.busy:
    case SQLITE.locked:
      return fault('is in use', 'end the other program that has it open');
    default:
      return fault('cannot be opened', 'make it a file that the user Muster runs as may read and write');
  }
}

function damaged(where: DatabaseFile, found: string, cause?: unknown): DatabaseFault {
  const damage = { found, holds: where.holds };
  return new DatabaseFault(where.file, {
    what: `is damaged: ${found}`,
    cure: moveAside(where),
    cause,
    damage,
  });
}

/** SQLite's primary result code, or the system's (`ENOSPC`). */
function codeOf(error: unknown): number | string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** With its -wal and -shm: a new file beside an old log would be damaged again. */
function moveAside({ file, holds }: DatabaseFile): string {
  return `move it aside (${file}*): ${holds} is forgotten, history stays`;
}
