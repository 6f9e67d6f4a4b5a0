import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashSecret, mintSecret, mintToken, parseToken, sameHash } from '../../src/access/secret.ts';

test('a token is read as it was minted, and keeps no secret', () => {
  const minted = mintToken(randomBytes);
  expect(minted.text).toMatch(/^muster_[a-z2-7]{8}_[\w-]{43}$/u);
  expect(parseToken(minted.text)).toEqual({ id: minted.id, hash: minted.hash });
  expect(minted.text).not.toContain(minted.hash);
});

test('two mints share nothing', () => {
  const [one, other] = [mintToken(randomBytes), mintToken(randomBytes)];
  expect(one.id).not.toBe(other.id);
  expect(one.hash).not.toBe(other.hash);
});

test.for([
  { name: 'nothing', text: '' },
  { name: 'another prefix', text: `ghp_abcdefgh_${'a'.repeat(43)}` },
  { name: 'a short secret', text: `muster_abcdefgh_${'a'.repeat(42)}` },
  { name: 'a long secret', text: `muster_abcdefgh_${'a'.repeat(44)}` },
  { name: 'a foreign sign in the id', text: `muster_abcdefg'_${'a'.repeat(43)}` },
  { name: 'a line after it', text: `muster_abcdefgh_${'a'.repeat(43)}\n` },
])('$name is no token', ({ text }) => {
  expect(parseToken(text)).toBeUndefined();
});

test('a session secret is 256 random bits and is kept as its hash', () => {
  const { secret, hash } = mintSecret(randomBytes);
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(hashSecret(secret)).toBe(hash);
});

test('hashes are compared whole', () => {
  expect(sameHash('abc', 'abc')).toBe(true);
  expect(sameHash('abc', 'abd')).toBe(false);
  expect(sameHash('abc', 'ab')).toBe(false);
});

test('never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      parseToken(text);
      parseToken(`muster_${text}`);
    }),
  );
});
