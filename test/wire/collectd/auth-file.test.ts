import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUTH_FAULTS_MAX, AUTH_USERS_MAX } from '../../../src/limits.ts';
import { parseAuthFile } from '../../../src/wire/collectd/auth-file.ts';

function read(text: string) {
  const { users, faults } = parseAuthFile(Buffer.from(text, 'latin1'));
  const passwords = [...users].map(([user, password]) => [user, Buffer.from(password).toString('latin1')]);
  return { users: Object.fromEntries(passwords) as Record<string, string>, faults };
}

interface Row {
  name: string;
  text: string;
  users: Record<string, string>;
}

describe('an AuthFile, line by line', () => {
  test.for<Row>([
    { name: 'user and password', text: 'alice: secret\n', users: { alice: 'secret' } },
    { name: 'without a line feed at its end', text: 'alice: secret', users: { alice: 'secret' } },
    { name: 'with returns', text: 'alice: secret\r\nbob: b\r\r\n', users: { alice: 'secret', bob: 'b' } },
    { name: 'blanks before the line', text: ' \t\v\falice: secret\n', users: { alice: 'secret' } },
    { name: 'blanks before the password', text: 'alice: \t secret\n', users: { alice: 'secret' } },
    { name: 'no blank before the password', text: 'alice:secret\n', users: { alice: 'secret' } },
    { name: 'blanks after the password belong to it', text: 'alice: pw  \t\n', users: { alice: 'pw  \t' } },
    { name: 'blanks in a password', text: 'alice: p w\n', users: { alice: 'p w' } },
    { name: 'blanks in a user, and after', text: 'sp ace : x\n', users: { 'sp ace ': 'x' } },
    { name: 'colons in a password', text: 'col:pa:ss:word\n', users: { col: 'pa:ss:word' } },
    { name: 'comments and empty lines', text: '# a: b\n\n   \n  # c: d\nalice: x\n', users: { alice: 'x' } },
    { name: 'a number sign later on', text: 'a#b: #c\n', users: { 'a#b': '#c' } },
    { name: 'a NUL ends a line', text: 'alice: se\0cret\n', users: { alice: 'se' } },
    { name: 'bytes that are not UTF-8', text: 'alice: \xff\xfe\n', users: { alice: '\xff\xfe' } },
    { name: 'names of objects', text: 'constructor: x\n', users: { constructor: 'x' } },
    { name: 'nothing', text: '', users: {} },
  ])('$name', ({ text, users }) => {
    expect(read(text)).toEqual({ users, faults: [] });
  });

  test.for([
    {
      name: 'no colon',
      text: 'alice\nbob: b\n',
      line: 1,
      reason: 'has no colon: lines are "user: password"',
    },
    { name: 'no user', text: 'bob: b\n : x\n', line: 2, reason: 'names no user' },
    { name: 'no password', text: 'bob: b\nnopw:\n', line: 2, reason: 'has no password' },
    { name: 'blanks for a password', text: 'bob: b\nnopw:  \t\n', line: 2, reason: 'has no password' },
    {
      name: 'a second line of a user',
      text: 'bob: b\nbob: other\n',
      line: 2,
      reason: 'is a second one of its user: the first counts',
    },
    {
      name: 'a line that is too long',
      text: `bob: b\nlong: ${'x'.repeat(4090)}\n`,
      line: 2,
      reason: 'is longer than 4095 bytes',
    },
  ])('passed over and told without its words: $name', ({ text, line, reason }) => {
    expect(read(text)).toEqual({ users: { bob: 'b' }, faults: [{ line, reason }] });
  });

  test('the longest line there is', () => {
    expect(read(`u:${'x'.repeat(4093)}`).users['u']).toHaveLength(4093);
  });

  test('a user without a password on its first line has that of the second', () => {
    expect(read('a:\na: x\n').users).toEqual({ a: 'x' });
  });
});

test('users and faults are bounded', () => {
  const many = parseAuthFile(
    Buffer.from(Array.from({ length: AUTH_USERS_MAX + 50 }, (_, i) => `u${i}:x\n`).join('')),
  );
  expect([many.users.size, many.faults.length]).toEqual([AUTH_USERS_MAX, AUTH_FAULTS_MAX]);
});

test('any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const [user, password] of parseAuthFile(bytes).users) {
        expect(user).not.toMatch(/[\n:]/u);
        expect(password.length).toBeGreaterThan(0);
      }
    }),
  );
});
