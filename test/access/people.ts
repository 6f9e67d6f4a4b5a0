import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AuditLog } from '../../src/access/audit-log.ts';
import { FrontDoor } from '../../src/access/front-door.ts';
import { PasswordLine } from '../../src/access/password-line.ts';
import { mintToken } from '../../src/access/secret.ts';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { temporaryFolder } from '../state/folder.ts';
import type { Role, TokenRole } from '../../src/contract/access.ts';

export const PASSWORD = 'a long password';
const hashOf = (password: string) => `hash of ${password}`;

/** A front door on a real database, with a second handle as the command line has; hashing costs nothing. */
export function people(nowMs: () => number, line?: PasswordLine) {
  const file = join(temporaryFolder(), 'access.db');
  const rows = new AccessRepository(file);
  const commandLine = new AccessRepository(file);
  onTestFinished(() => {
    rows[Symbol.dispose]();
    commandLine[Symbol.dispose]();
  });
  const audit = new AuditLog({ rows, nowMs, lost: () => {} });
  const quick = new PasswordLine((password, stored) => Promise.resolve(stored === hashOf(password)));
  const faults: unknown[] = [];
  const door = new FrontDoor({
    mode: 'users',
    rows,
    book: audit,
    nowMs,
    random: randomBytes,
    faulted: (fault) => void faults.push(fault),
    line: line ?? quick,
  });
  return {
    door,
    audit,
    rows,
    commandLine,
    faults,
    addUser: (name: string, role: Role, password = PASSWORD) =>
      commandLine.addUser({ name, role, passwordHash: hashOf(password), createdMs: nowMs() }),
    changePassword: (name: string, password: string) => commandLine.setPassword(name, hashOf(password)),
    /** Returns the token's text. */
    addToken(role: TokenRole, given: { expiresMs?: number; group?: string } = {}): string {
      const { id, text, hash } = mintToken(randomBytes);
      const { expiresMs = null, group = null } = given;
      const createdBy = 'command line';
      commandLine.addToken({ id, hash, role, group, createdMs: nowMs(), expiresMs, createdBy, note: '' });
      return text;
    },
  };
}
