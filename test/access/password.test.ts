import { describe, expect, test } from 'vitest';
import {
  hashPassword,
  NOBODYS_HASH,
  passwordFault,
  userNameFault,
  userNameOf,
  verifyPassword,
} from '../../src/access/password.ts';

test('a password verifies against its hash, another does not, and two hashes of one differ', async () => {
  const stored = await hashPassword('correct horse');
  expect(stored).toMatch(/^scrypt\$15\$8\$3\$[\w-]{22}\$[\w-]{43}$/u);
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  expect(await verifyPassword('correct horsf', stored)).toBe(false);
  expect(await hashPassword('correct horse')).not.toBe(stored);
});

test('the same letters from another keyboard are the same password', async () => {
  const stored = await hashPassword('scho\u0308nes Wetter');
  expect(await verifyPassword('sch\u00f6nes Wetter', stored)).toBe(true);
});

test('RFC 7914, 12: a foreign hash with other parameters verifies', async () => {
  const hash =
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9';
  const stored = `scrypt$14$8$1$${Buffer.from('SodiumChloride').toString('base64url')}`;
  // Its 64 bytes begin with these 48; ours are 32.
  const first = Buffer.from(hash.slice(0, 64), 'hex').toString('base64url');
  expect(await verifyPassword('pleaseletmein', `${stored}$${first}`)).toBe(true);
});

test.for([
  { name: 'nothing', stored: '' },
  { name: 'plain text', stored: 'secret password' },
  { name: 'too much memory', stored: NOBODYS_HASH.replace('$15$8$', '$20$8$') },
  { name: 'too many passes', stored: NOBODYS_HASH.replace('$8$3$', '$8$99$') },
  { name: 'no cost', stored: NOBODYS_HASH.replace('$15$', '$0$') },
  { name: 'a cut hash', stored: NOBODYS_HASH.slice(0, -1) },
  { name: 'the hash of nobody', stored: NOBODYS_HASH },
])('nothing verifies against $name', async ({ stored }) => {
  expect(await verifyPassword('secret password', stored)).toBe(false);
});

describe('what may be a password', () => {
  test.for([
    { password: '1234567', fault: 'at least 8' },
    { password: '🐎🐎🐎🐎', fault: 'at least 8' },
    { password: 'x'.repeat(1001), fault: 'at most 1000' },
    { password: 'Ada.Lovelace', fault: 'not the name' },
    { password: 'x'.repeat(1000), fault: undefined },
    { password: 'with spaces too', fault: undefined },
  ])('$fault', ({ password, fault }) => {
    const found = passwordFault(password, 'ada.lovelace');
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });
});

test.for([
  { name: 'ada', fine: true },
  { name: 'ada.l+ops@example.net', fine: true },
  { name: '7of9', fine: true },
  { name: '', fine: false },
  { name: 'Ada', fine: false },
  { name: '-x', fine: false },
  { name: 'a b', fine: false },
  { name: 'а', fine: false },
  { name: '<b>', fine: false },
  { name: 'anybody', fine: false },
  { name: 'x'.repeat(65), fine: false },
])('user name "$name"', ({ name, fine }) => {
  expect(userNameFault(name) === undefined).toBe(fine);
});

test('a first capital letter and a space beside the name do not matter', () => {
  expect(userNameOf(' Ada ')).toBe('ada');
});
