import {
  AUDIT_DETAIL_CHARS_MAX,
  AUDIT_MARKS_MAX,
  AUDIT_ROWS_MAX,
  AUDIT_WORD_CHARS_MAX,
  SESSIONS_MAX,
  SESSIONS_PER_USER_MAX,
  TOKENS_MAX,
  USERS_MAX,
} from '../limits.ts';
import { ACCESS_MIGRATIONS, auditOf, sessionOf, tokenOf, userOf } from './access-rows.ts';
import { DatabaseFault, faulty, inTransaction, openDatabase } from './database.ts';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { AuditView, Role } from '../contract/access.ts';
import type { Session, Token, User } from '../model/account.ts';
import type { DatabaseFile } from './database.ts';

const DAY_MS = 86_400_000;
/** An ended token stays in the list for a while, so that its use can be explained. */
const ENDED_TOKEN_KEPT_MS = 90 * DAY_MS;

/** An audit entry as it is written. */
export type AuditEntry = Omit<AuditView, 'id' | 'time_ms'> & { readonly timeMs: number };

/**
 * Users, tokens, sessions and the audit log. The server's main thread and the command line both write, each
 * in short transactions. Nothing is remembered between calls: what one of them ends has ended for the other
 * at once. Every call may throw a DatabaseFault.
 */
export class AccessRepository implements Disposable {
  readonly #where: DatabaseFile;
  readonly #db: DatabaseSync;
  /** What every request asks for is prepared once: it takes a third of the time. */
  readonly #user: StatementSync;
  readonly #token: StatementSync;
  readonly #session: StatementSync;

  /** `waitMs`: how long a call waits for another process that has the file locked. */
  constructor(file: string, waitMs?: number) {
    this.#where = { file, holds: 'every user, token and audit entry', waitMs };
    this.#db = openDatabase(this.#where, ACCESS_MIGRATIONS);
    this.#user = this.#prepared('SELECT * FROM users WHERE name = ?');
    this.#token = this.#prepared('SELECT * FROM tokens WHERE id = ?');
    this.#session = this.#prepared('SELECT * FROM sessions WHERE hash = ?');
  }

  users(): User[] {
    return this.#all('SELECT * FROM users ORDER BY name').map(userOf);
  }

  user(name: string): User | undefined {
    return this.#rows(this.#user, name).map(userOf)[0];
  }

  hasUsers(): boolean {
    return this.#all('SELECT 1 FROM users LIMIT 1').length > 0;
  }

  /** False: there is a user of that name. Throws a DatabaseFault when there are too many. */
  addUser({ name, role, passwordHash, createdMs }: User): boolean {
    return this.#durably(() => {
      if (this.user(name) !== undefined) return false;
      if (this.#count('users') >= USERS_MAX) throw this.#full('users', 'remove users who have left');
      const sql = 'INSERT INTO users (name, role, password_hash, created_ms) VALUES (?, ?, ?, ?)';
      return this.#run(sql, name, role, passwordHash, createdMs) > 0;
    });
  }

  /** Ends the user's sessions. False: there is no such user. */
  setPassword(name: string, passwordHash: string): boolean {
    return this.#durably(() => {
      this.#run('DELETE FROM sessions WHERE user = ?', name);
      return this.#run('UPDATE users SET password_hash = ? WHERE name = ?', passwordHash, name) > 0;
    });
  }

  /** False: there is no such user. */
  setRole(name: string, role: Role): boolean {
    return this.#durably(() => this.#run('UPDATE users SET role = ? WHERE name = ?', role, name) > 0);
  }

  /** With the user's sessions. False: there is no such user. */
  removeUser(name: string): boolean {
    return this.#durably(() => this.#run('DELETE FROM users WHERE name = ?', name) > 0);
  }

  /** A full table forgets tokens that have ended; throws a DatabaseFault when none has. */
  addToken(token: Omit<Token, 'revokedMs'>): void {
    this.#durably(() => {
      if (this.#count('tokens') >= TOKENS_MAX) this.#forgetTokens(token.createdMs);
      if (this.#count('tokens') >= TOKENS_MAX) {
        throw this.#full('tokens', 'revoke tokens that nobody uses');
      }
      this.#run(
        `INSERT INTO tokens (id, hash, role, grp, created_ms, expires_ms, created_by, note)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        token.id,
        token.hash,
        token.role,
        token.group,
        token.createdMs,
        token.expiresMs,
        token.createdBy,
        token.note,
      );
    });
  }

  token(id: string): Token | undefined {
    return this.#rows(this.#token, id).map(tokenOf)[0];
  }

  /** Newest first, with those that have ended lately. */
  tokens(): Token[] {
    return this.#all('SELECT * FROM tokens ORDER BY created_ms DESC, id').map(tokenOf);
  }

  /** False: there is no such token, or it was revoked before. */
  revokeToken(id: string, nowMs: number): boolean {
    const sql = 'UPDATE tokens SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL';
    return this.#durably(() => this.#run(sql, nowMs, id) > 0);
  }

  /** A full table drops its oldest session; a user with too many loses the oldest of them. */
  addSession({ hash, user, createdMs, expiresMs, from }: Session): void {
    this.#atOnce(() => {
      this.#run(
        `DELETE FROM sessions WHERE hash IN
           (SELECT hash FROM sessions WHERE user = ? ORDER BY created_ms DESC LIMIT -1 OFFSET ?)`,
        user,
        SESSIONS_PER_USER_MAX - 1,
      );
      this.#run(
        `DELETE FROM sessions WHERE hash IN
           (SELECT hash FROM sessions ORDER BY created_ms DESC LIMIT -1 OFFSET ?)`,
        SESSIONS_MAX - 1,
      );
      const sql =
        'INSERT INTO sessions (hash, user, created_ms, expires_ms, from_address) VALUES (?, ?, ?, ?, ?)';
      this.#run(sql, hash, user, createdMs, expiresMs, from);
    });
  }

  session(hash: string): Session | undefined {
    return this.#rows(this.#session, hash).map(sessionOf)[0];
  }

  extendSession(hash: string, expiresMs: number): void {
    this.#run('UPDATE sessions SET expires_ms = ? WHERE hash = ?', expiresMs, hash);
  }

  removeSession(hash: string): void {
    this.#durably(() => this.#run('DELETE FROM sessions WHERE hash = ?', hash));
  }

  /** Forgets expired sessions, tokens that ended long ago, surplus audit entries, and old ones (epoch ms). */
  prune(nowMs: number, auditBeforeMs: number): void {
    this.#atOnce(() => {
      this.#run('DELETE FROM sessions WHERE expires_ms <= ?', nowMs);
      this.#forgetTokens(nowMs - ENDED_TOKEN_KEPT_MS);
      this.#run('DELETE FROM audit WHERE time_ms < ?', auditBeforeMs);
      this.#run(
        'DELETE FROM audit WHERE id <= (SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?)',
        AUDIT_ROWS_MAX,
      );
      this.#run(
        `DELETE FROM audit WHERE action = 'event posted' AND id <=
         (SELECT id FROM audit WHERE action = 'event posted' ORDER BY id DESC LIMIT 1 OFFSET ?)`,
        AUDIT_MARKS_MAX,
      );
    });
  }

  note({ timeMs, who, from, action, subject, detail }: AuditEntry): void {
    const words = [who, from, action, subject].map((word) => word.slice(0, AUDIT_WORD_CHARS_MAX));
    const sql =
      'INSERT INTO audit (time_ms, who, from_address, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)';
    this.#run(sql, timeMs, ...words, detail.slice(0, AUDIT_DETAIL_CHARS_MAX));
  }

  /** Newest first; `before`: those with a smaller id. */
  audit({ limit, before }: { readonly limit: number; readonly before?: number | undefined }): AuditView[] {
    const sql = 'SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?';
    return this.#all(sql, before ?? Number.MAX_SAFE_INTEGER, limit).map(auditOf);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /**
   * In a transaction that a power cut does not undo: what was told to have ended must not come back.
   * Elsewhere the write-ahead log may lose its last moments.
   */
  #durably<T>(work: () => T): T {
    this.#db.exec('PRAGMA synchronous = FULL');
    try {
      return this.#atOnce(work);
    } finally {
      this.#db.exec('PRAGMA synchronous = NORMAL');
    }
  }

  /** All of it or nothing. */
  #atOnce<T>(work: () => T): T {
    return faulty(this.#where, () => inTransaction(this.#db, work));
  }

  #forgetTokens(endedBeforeMs: number): void {
    this.#run(
      'DELETE FROM tokens WHERE min(ifnull(revoked_ms, 9e15), ifnull(expires_ms, 9e15)) < ?',
      endedBeforeMs,
    );
  }

  #count(table: 'users' | 'tokens'): number {
    return Number(this.#all(`SELECT count(*) AS n FROM ${table}`)[0]?.['n'] ?? 0);
  }

  #full(what: string, cure: string): DatabaseFault {
    return new DatabaseFault(this.#where.file, { what: `holds as many ${what} as it may`, cure });
  }

  #all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return faulty(this.#where, () => this.#db.prepare(sql).all(...values));
  }

  #prepared(sql: string): StatementSync {
    return faulty(this.#where, () => this.#db.prepare(sql));
  }

  #rows(prepared: StatementSync, key: string): Record<string, unknown>[] {
    return faulty(this.#where, () => prepared.all(key));
  }

  #run(sql: string, ...values: SQLInputValue[]): number {
    return faulty(this.#where, () => Number(this.#db.prepare(sql).run(...values).changes));
  }
}
