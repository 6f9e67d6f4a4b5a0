import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFact, writeFact } from '../../src/contract/facts.ts';

test.for([
  { name: 'a name and a pattern', text: 'role:db.*', read: { fact: 'role', pattern: 'db.*' } },
  {
    name: 'colons and commas of the pattern',
    text: 'a:(?:b,c):d',
    read: { fact: 'a', pattern: '(?:b,c):d' },
  },
  {
    name: 'colons of the name',
    text: String.raw`aws\:autoscaling\:groupName:web`,
    read: { fact: 'aws:autoscaling:groupName', pattern: 'web' },
  },
  { name: 'a backslash of the name', text: String.raw`a\\:b`, read: { fact: 'a\\', pattern: 'b' } },
  { name: 'a name every object has', text: '__proto__:x', read: { fact: '__proto__', pattern: 'x' } },
  { name: 'nothing after the colon: the empty value', text: 'role:', read: { fact: 'role', pattern: '' } },
  { name: 'no colon', text: 'role', read: null },
  { name: 'no name', text: ':db', read: null },
  { name: 'nothing', text: '', read: null },
  { name: 'the only colon is the name’s own', text: String.raw`role\:db`, read: null },
])('$name', ({ text, read }) => {
  expect(readFact(text)).toEqual(read);
});

test('what is written is read', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (fact, pattern) => {
      expect(readFact(writeFact({ fact, pattern }))).toEqual({ fact, pattern });
    }),
  );
});
