import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLink, signLink } from '../../src/access/page-link.ts';
import type { PageLink } from '../../src/access/page-link.ts';

const SECRET = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const INCIDENT: PageLink = { about: { kind: 'incident', id: 'i-7' }, target: 'ops/email', expiresMs: 5_000 };
const SERVICE: PageLink = {
  about: { kind: 'service', service: { cluster: 'wéb', host: '', service: 'load "x"' } },
  target: 'ops',
  expiresMs: 5_000,
};

test.for([INCIDENT, SERVICE])('what is signed is read again: $about.kind', (link) => {
  const token = signLink(link, SECRET);
  expect(token).toMatch(/^[\w-]+\.[\w-]{22}$/);
  expect(readLink(token, SECRET, 4_999)).toEqual({ ok: true, link });
  expect(readLink(token, SECRET, 5_000)).toEqual({ ok: false, reason: 'expired' });
  expect(readLink(token, OTHER, 4_999)).toEqual({ ok: false, reason: 'damaged' });
});

const token = signLink(INCIDENT, SECRET);
const [payload = '', signature = ''] = token.split('.');
const forged = Buffer.from(JSON.stringify({ i: 'i-8', t: 'ops', e: 9e9 })).toString('base64url');

test.for([
  { name: 'nothing', text: '' },
  { name: 'no signature', text: payload },
  { name: 'cut', text: token.slice(0, -1) },
  { name: 'longer', text: `${token}A` },
  { name: 'another payload under the same signature', text: `${forged}.${signature}` },
  { name: 'other letters', text: `${payload}.${'%'.repeat(22)}` },
  { name: 'very long', text: `${'A'.repeat(20_000)}.${signature}` },
])('$name is damaged', ({ text }) => {
  expect(readLink(text, SECRET, 0)).toEqual({ ok: false, reason: 'damaged' });
});

test('no changed letter passes, and nothing throws', () => {
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      fc.pre(letter !== token[at]);
      const read = readLink(token.slice(0, at) + letter + token.slice(at + 1), SECRET, 0);
      // The last letter of base64url has bits that stand for nothing.
      if (read.ok) expect(read.link).toEqual(INCIDENT);
    }),
  );
});
