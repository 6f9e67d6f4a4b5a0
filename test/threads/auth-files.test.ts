import { Buffer } from 'node:buffer';
import { chmodSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AUTH_FILE_BYTES_MAX } from '../../src/limits.ts';
import { AuthFiles } from '../../src/threads/auth-files.ts';
import { temporaryFolder } from '../state/folder.ts';

function scene(text = 'alice: secret\n') {
  const folder = temporaryFolder();
  const path = join(folder, 'auth');
  writeFileSync(path, text);
  const told: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const files = new AuthFiles((level, message, fields) => told.push({ level, message, fields }));
  const users = files.users(path);
  const warnings = () =>
    told.flatMap(({ level, fields }) => (level === 'warn' ? [fields['fault'] ?? fields['lines']] : []));
  return { folder, path, files, users, told, warnings };
}

const knows = (users: ReturnType<AuthFiles['users']>, user: string) => users.find(user) !== undefined;

test('a file is read when it is first asked for, and shared', () => {
  const { files, users, path, told } = scene();
  expect([knows(users, 'alice'), knows(users, 'bob'), files.users(path) === users]).toEqual([
    true,
    false,
    true,
  ]);
  expect(told).toHaveLength(1);
});

describe('a change counts at the next look', () => {
  test.for([
    { name: 'written in place', change: (path: string) => writeFileSync(path, 'bob: longer\n') },
    {
      name: 'another file in its place',
      change: (path: string) => {
        writeFileSync(`${path}.new`, 'bob: b\n');
        renameSync(`${path}.new`, path);
      },
    },
    {
      name: 'of the same length and older than before',
      change: (path: string) => {
        writeFileSync(path, 'bob:  secrets\n');
        utimesSync(path, 1000, 1000);
      },
    },
  ])('$name', async ({ change }) => {
    const { files, users, path } = scene();
    change(path);
    expect(knows(users, 'bob')).toBe(false);
    await files.look();
    expect([knows(users, 'alice'), knows(users, 'bob')]).toEqual([false, true]);
  });

  test('a password that changed makes other keys', async () => {
    const { files, users, path } = scene();
    const before = users.find('alice');
    writeFileSync(path, 'alice: another\n');
    await files.look();
    expect(users.find('alice')?.signing.equals(before?.signing ?? expect.fail())).toBe(false);
    expect(users.find('alice')?.salt).toEqual(before?.salt);
  });

  test('a look while another is under way is the same one', async () => {
    const { files, path, told } = scene();
    writeFileSync(path, 'bob: b\n');
    await Promise.all([files.look(), files.look(), files.look()]);
    expect(told).toHaveLength(2);
    writeFileSync(path, 'carol: c\n');
    await files.look();
    expect(told).toHaveLength(3);
  });

  test('what did not change is not read again', async () => {
    const { files, users, told } = scene();
    const keys = users.find('alice');
    await files.look();
    await files.look();
    expect([users.find('alice') === keys, told.length]).toEqual([true, 1]);
  });
});

describe('what is no good changes nothing, and is told once', () => {
  test.for([
    { name: 'it is gone', spoil: (path: string) => rmSync(path), fault: /ENOENT/ },
    {
      name: 'it is empty',
      spoil: (path: string) => writeFileSync(path, ''),
      fault: /has no line "user: password"/,
    },
    {
      name: 'it is something else',
      spoil: (path: string) => writeFileSync(path, 'nothing of the kind\n'),
      fault: /has no line "user: password"/,
    },
    {
      name: 'it is a directory',
      spoil: (path: string) => {
        rmSync(path);
        mkdirSync(path);
      },
      fault: /is not a file/,
    },
    {
      name: 'it is too large',
      spoil: (path: string) => writeFileSync(path, Buffer.alloc(AUTH_FILE_BYTES_MAX + 1, 'a: b\n')),
      fault: /is larger than/,
    },
  ])('$name', async ({ spoil, fault }) => {
    const { files, users, path, warnings } = scene();
    spoil(path);
    for (let look = 0; look < 5; look += 1) await files.look();
    expect(knows(users, 'alice')).toBe(true);
    expect(warnings()).toEqual([expect.stringMatching(fault)]);
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, 'bob: b\n');
    await files.look();
    expect([knows(users, 'alice'), knows(users, 'bob')]).toEqual([false, true]);
  });

  test('at the start: nobody, until it is good', async () => {
    const { files, users, path, warnings } = scene('# nothing yet\n');
    expect([users.count, warnings()]).toEqual([0, ['has no line "user: password"']]);
    writeFileSync(path, 'bob: b\n');
    await files.look();
    expect(knows(users, 'bob')).toBe(true);
  });
});

test('lines that were passed over are told by number, never what stands in them', () => {
  const { told, warnings } = scene('alice: secret\nhunter2\nalice: hunter3\n');
  expect(warnings()).toEqual([
    [
      'line 2 has no colon: lines are "user: password"',
      'line 3 is a second one of its user: the first counts',
    ],
  ]);
  expect(JSON.stringify(told)).not.toMatch(/hunter|secret/);
});

test('a file that no group names is let go', async () => {
  const { files, users, path } = scene();
  files.keepOnly(new Set());
  writeFileSync(path, 'bob: b\n');
  await files.look();
  expect(knows(users, 'bob')).toBe(false);
  expect(knows(files.users(path), 'bob')).toBe(true);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read any more', async () => {
  const { files, users, path, warnings } = scene();
  writeFileSync(path, 'bob: b\n');
  chmodSync(path, 0o000);
  await files.look();
  expect([knows(users, 'alice'), warnings()]).toEqual([true, [expect.stringMatching(/EACCES/)]]);
});
