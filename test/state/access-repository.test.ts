import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  AUDIT_DETAIL_CHARS_MAX,
  AUDIT_MARKS_MAX,
  AUDIT_ROWS_MAX,
  AUDIT_WORD_CHARS_MAX,
  SESSIONS_PER_USER_MAX,
  TOKENS_MAX,
  USERS_MAX,
} from '../../src/limits.ts';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { temporaryFolder } from './folder.ts';
import type { Session, Token, User } from '../../src/model/account.ts';

const DAY_MS = 86_400_000;
const ada: User = { name: 'ada', role: 'operator', passwordHash: 'one', createdMs: 1.5 };

function token(given: Partial<Token> = {}): Token {
  const id = given.id ?? 'abcdefgh';
  return {
    id,
    hash: `hash of ${id}`,
    role: 'viewer',
    group: null,
    createdMs: 1,
    expiresMs: null,
    revokedMs: null,
    createdBy: 'command line',
    note: 'for a test',
    ...given,
  };
}

function session(hash: string, given: Partial<Session> = {}): Session {
  return { hash, user: 'ada', createdMs: 1, expiresMs: 100, from: '192.0.2.1', ...given };
}

function open(file = join(temporaryFolder(), 'access.db')) {
  const rows = new AccessRepository(file, 0);
  onTestFinished(() => rows[Symbol.dispose]());
  /** A handle of the test's own, for many rows at once. */
  const fill = (sql: string) => {
    using db = new DatabaseSync(file);
    db.exec(sql);
  };
  return { rows, file, fill };
}

const numbers = (count: number) =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;

describe('users', () => {
  test('are added once, found, and listed by name', () => {
    const { rows } = open();
    expect(rows.hasUsers()).toBe(false);
    expect(rows.addUser(ada)).toBe(true);
    expect(rows.addUser({ ...ada, role: 'admin' })).toBe(false);
    expect(rows.addUser({ ...ada, name: 'aaron' })).toBe(true);
    expect(rows.user('ada')).toEqual(ada);
    expect(rows.user("' OR 1=1 --")).toBeUndefined();
    expect(rows.users().map(({ name }) => name)).toEqual(['aaron', 'ada']);
    expect(rows.hasUsers()).toBe(true);
  });

  test('a new password ends the sessions, a new role does not', () => {
    const { rows } = open();
    rows.addUser(ada);
    rows.addSession(session('s'));
    expect(rows.setRole('ada', 'viewer')).toBe(true);
    expect(rows.session('s')).toEqual(session('s'));
    expect(rows.setPassword('ada', 'two')).toBe(true);
    expect(rows.session('s')).toBeUndefined();
    expect(rows.user('ada')).toEqual({ ...ada, role: 'viewer', passwordHash: 'two' });
  });

  test('one who goes takes the sessions along', () => {
    const { rows } = open();
    rows.addUser(ada);
    rows.addSession(session('s'));
    expect(rows.removeUser('ada')).toBe(true);
    expect(rows.session('s')).toBeUndefined();
  });

  test('one who is not there cannot be changed', () => {
    const { rows } = open();
    expect([rows.setRole('eve', 'admin'), rows.setPassword('eve', 'x'), rows.removeUser('eve')]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test('are so many at most', () => {
    const { rows, fill } = open();
    fill(`${numbers(USERS_MAX)} INSERT INTO users SELECT 'u' || i, 'viewer', 'x', 1 FROM n`);
    expect(() => rows.addUser(ada)).toThrow('as many users as it may');
  });

  test('a role of another version is the weakest', () => {
    const { rows, fill } = open();
    fill("INSERT INTO users VALUES ('eve', 'emperor', 'x', 1)");
    expect(rows.user('eve')?.role).toBe('viewer');
  });
});

describe('tokens', () => {
  test('are kept, listed newest first, and revoked once', () => {
    const { rows } = open();
    const enrolment = token({ id: 'enrolled', role: 'enrol', group: 'web', createdMs: 2, expiresMs: 9 });
    rows.addToken(token());
    rows.addToken(enrolment);
    expect(rows.tokens()).toEqual([enrolment, token()]);
    expect(rows.revokeToken('abcdefgh', 5)).toBe(true);
    expect(rows.revokeToken('abcdefgh', 6)).toBe(false);
    expect(rows.revokeToken('unknown', 5)).toBe(false);
    expect(rows.token('abcdefgh')?.revokedMs).toBe(5);
  });

  test('a full table forgets those that have ended, and only those', () => {
    const { rows, fill } = open();
    fill(
      `${numbers(TOKENS_MAX)} INSERT INTO tokens
         SELECT 't' || i, 'x', 'viewer', NULL, 1, CASE i WHEN 7 THEN 50 END, NULL, 'c', '' FROM n`,
    );
    expect(() => rows.addToken(token({ createdMs: 40 }))).toThrow('as many tokens as it may');
    rows.addToken(token({ createdMs: 60 }));
    expect(rows.token('t7')).toBeUndefined();
    expect(rows.tokens()).toHaveLength(TOKENS_MAX);
  });
});

describe('sessions', () => {
  test('are extended and ended', () => {
    const { rows } = open();
    rows.addUser(ada);
    rows.addSession(session('s'));
    rows.extendSession('s', 500);
    expect(rows.session('s')?.expiresMs).toBe(500);
    rows.removeSession('s');
    expect(rows.session('s')).toBeUndefined();
  });

  test('a user with too many loses the oldest', () => {
    const { rows } = open();
    rows.addUser(ada);
    for (let i = 0; i <= SESSIONS_PER_USER_MAX; i += 1) rows.addSession(session(`s${i}`, { createdMs: i }));
    expect(rows.session('s0')).toBeUndefined();
    expect(rows.session('s1')).toBeDefined();
  });
});

describe('the audit log', () => {
  const entry = {
    timeMs: 7,
    who: 'ada',
    from: '::1',
    action: 'reload',
    subject: 'configuration',
    detail: '',
  };

  test('is read newest first, a part at a time, and cuts what is too long', () => {
    const { rows } = open();
    for (let i = 0; i < 5; i += 1) rows.note({ ...entry, subject: `s${i}` });
    const [first, second] = rows.audit({ limit: 2 });
    expect([first?.subject, second?.subject]).toEqual(['s4', 's3']);
    expect(rows.audit({ limit: 9, before: second?.id }).map(({ subject }) => subject)).toEqual([
      's2',
      's1',
      's0',
    ]);
    rows.note({ ...entry, who: 'x'.repeat(9999), detail: 'y'.repeat(9999) });
    const [long] = rows.audit({ limit: 1 });
    expect(long?.who).toHaveLength(AUDIT_WORD_CHARS_MAX);
    expect(long?.detail).toHaveLength(AUDIT_DETAIL_CHARS_MAX);
  });

  test('what is over is forgotten', () => {
    const { rows } = open();
    const nowMs = 3000 * DAY_MS;
    rows.addUser(ada);
    rows.addSession(session('over', { expiresMs: nowMs }));
    rows.addSession(session('open', { expiresMs: nowMs + 1 }));
    rows.addToken(token({ id: 'long ago', expiresMs: nowMs - 91 * DAY_MS }));
    rows.addToken(token({ id: 'lately', expiresMs: nowMs - DAY_MS }));
    rows.note({ ...entry, timeMs: nowMs - 732 * DAY_MS });
    rows.note({ ...entry, timeMs: nowMs - 700 * DAY_MS });
    rows.prune(nowMs, nowMs - 731 * DAY_MS);
    expect([rows.session('over'), rows.session('open')?.hash]).toEqual([undefined, 'open']);
    expect(rows.tokens().map(({ id }) => id)).toEqual(['lately']);
    expect(rows.audit({ limit: 9 }).map(({ time_ms }) => time_ms)).toEqual([nowMs - 700 * DAY_MS]);
  });

  test('has so many rows at most', () => {
    const { rows, fill } = open();
    fill(`${numbers(AUDIT_ROWS_MAX + 3)} INSERT INTO audit SELECT i, 5, '', '', '', '', '' FROM n`);
    rows.prune(6, 0);
    expect(rows.audit({ limit: 1, before: 5 }).map(({ id }) => id)).toEqual([4]);
    expect(rows.audit({ limit: 1, before: 4 })).toEqual([]);
  });

  test('posted marks do not push out who changed what', () => {
    const { rows, fill } = open();
    rows.note({ ...entry, timeMs: 5 });
    const posted = `SELECT i + 1, 5, '', '', 'event posted', '', '' FROM n`;
    fill(`${numbers(AUDIT_MARKS_MAX + 2)} INSERT INTO audit ${posted}`);
    rows.prune(6, 0);
    expect(rows.audit({ limit: 9, before: 5 }).map(({ id }) => id)).toEqual([4, 1]);
  });
});

test('what one process changes holds for the other at once', () => {
  const { rows: server, file } = open();
  const { rows: commandLine } = open(file);
  commandLine.addUser(ada);
  commandLine.addToken(token());
  expect(server.user('ada')).toEqual(ada);
  server.addSession(session('s'));
  commandLine.setPassword('ada', 'two');
  commandLine.revokeToken('abcdefgh', 5);
  expect(server.session('s')).toBeUndefined();
  expect(server.token('abcdefgh')?.revokedMs).toBe(5);
});

test('nobody else may read the file', () => {
  const { file } = open();
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.for<{ name: string; work: (rows: AccessRepository) => unknown }>([
  { name: 'a session', work: (rows) => rows.addSession(session('other')) },
  { name: 'a longer one', work: (rows) => rows.extendSession('s', 200) },
  { name: 'its end', work: (rows) => rows.removeSession('s') },
  { name: 'a role', work: (rows) => rows.setRole('ada', 'viewer') },
  {
    name: 'an audit entry',
    work: (rows) => rows.note({ timeMs: 1, who: '', from: '', action: '', subject: '', detail: '' }),
  },
  { name: 'pruning', work: (rows) => rows.prune(1, 0) },
])(
  'a file that another process has locked: $name is a fault in plain words, and reading goes on',
  ({ work }) => {
    const { rows, file } = open();
    rows.addUser(ada);
    rows.addSession(session('s'));
    using other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE');
    expect(() => work(rows)).toThrow(/access\.db is in use/u);
    expect(rows.session('s')).toEqual(session('s'));
    expect(rows.user('ada')).toEqual(ada);
  },
);
