import { ROLES, TOKEN_ROLES } from '../contract/access.ts';
import type { AuditView } from '../contract/access.ts';
import type { Session, Token, User } from '../model/account.ts';

/** The schema of access.db, oldest script first. */
export const ACCESS_MIGRATIONS = [
  `CREATE TABLE users (
     name TEXT PRIMARY KEY,
     role TEXT NOT NULL,
     password_hash TEXT NOT NULL,
     created_ms REAL NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE tokens (
     id TEXT PRIMARY KEY,
     hash TEXT NOT NULL,
     role TEXT NOT NULL,
     grp TEXT,
     created_ms REAL NOT NULL,
     expires_ms REAL,
     revoked_ms REAL,
     created_by TEXT NOT NULL,
     note TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE sessions (
     hash TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
     created_ms REAL NOT NULL,
     expires_ms REAL NOT NULL,
     from_address TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_of_user ON sessions (user, created_ms);
   CREATE INDEX sessions_by_age ON sessions (created_ms);
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY,
     time_ms REAL NOT NULL,
     who TEXT NOT NULL,
     from_address TEXT NOT NULL,
     action TEXT NOT NULL,
     subject TEXT NOT NULL,
     detail TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_by_time ON audit (time_ms);`,
] as const;

type Row = Readonly<Record<string, unknown>>;

/** A role that this version does not know is taken for the weakest. */
export function userOf(row: Row): User {
  return {
    name: String(row['name']),
    role: ROLES.find((role) => role === row['role']) ?? 'viewer',
    passwordHash: String(row['password_hash']),
    createdMs: Number(row['created_ms']),
  };
}

export function tokenOf(row: Row): Token {
  return {
    id: String(row['id']),
    hash: String(row['hash']),
    role: TOKEN_ROLES.find((role) => role === row['role']) ?? 'enrol',
    group: textOrNull(row['grp']),
    createdMs: Number(row['created_ms']),
    expiresMs: numberOrNull(row['expires_ms']),
    revokedMs: numberOrNull(row['revoked_ms']),
    createdBy: String(row['created_by']),
    note: String(row['note']),
  };
}

export function sessionOf(row: Row): Session {
  return {
    hash: String(row['hash']),
    user: String(row['user']),
    createdMs: Number(row['created_ms']),
    expiresMs: Number(row['expires_ms']),
    from: String(row['from_address']),
  };
}

export function auditOf(row: Row): AuditView {
  return {
    id: Number(row['id']),
    time_ms: Number(row['time_ms']),
    who: String(row['who']),
    from: String(row['from_address']),
    action: String(row['action']),
    subject: String(row['subject']),
    detail: String(row['detail']),
  };
}

function numberOrNull(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
