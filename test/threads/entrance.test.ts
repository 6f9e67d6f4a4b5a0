import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AccessRepository } from '../../src/state/access-repository.ts';
import { Entrance, NO_USER_YET } from '../../src/threads/entrance.ts';
import { temporaryFolder } from '../state/folder.ts';

function unattended(mode: 'none' | 'users') {
  const file = join(temporaryFolder(), 'access.db');
  const logged: string[] = [];
  const log = { error: (_detail: object, message: string) => void logged.push(message) };
  return { file, logged, entrance: new Entrance({ file, mode, log }) };
}

function open(mode: 'none' | 'users') {
  const opened = unattended(mode);
  onTestFinished(() => opened.entrance[Symbol.dispose]());
  return opened;
}

test('says how to let the first person in, until there is one', () => {
  const { file, entrance } = open('users');
  using commandLine = new AccessRepository(file);
  expect(entrance.notes()).toEqual([NO_USER_YET]);
  commandLine.addUser({ name: 'ada', role: 'admin', passwordHash: 'x', createdMs: 1 });
  expect(entrance.notes()).toEqual([]);
});

test('says nothing where nobody signs in', () => {
  const { entrance } = open('none');
  expect(entrance.notes()).toEqual([]);
});

test('a database that does not answer is told and logged once, and ends nothing', () => {
  const { entrance, logged } = unattended('users');
  entrance[Symbol.dispose]();
  expect(entrance.notes()).toEqual(['access.db does not answer: nobody can be let in']);
  expect(entrance.door.identify({ token: undefined, session: 'x' })).toEqual({ kind: 'unavailable' });
  entrance.prune({ auditMs: 0 });
  entrance.audit.note({ who: 'ada', from: '', action: 'reload', subject: '', detail: '' });
  expect(logged).toEqual(['access.db failed', 'an audit entry could not be kept']);
});

test('a file that is none of ours is refused in plain words', () => {
  const file = join(temporaryFolder(), 'access.db');
  writeFileSync(file, 'not a database at all, but long enough to be looked at as one'.repeat(20));
  const log = { error: () => {} };
  expect(() => new Entrance({ file, mode: 'users', log })).toThrow('is damaged');
});
