import { expect, test } from 'vitest';
import { unturned } from '../../src/contract/unturned.ts';

test.for([
  { name: 'an override', text: 'OK\u202e 9 si daol', shown: 'OK 9 si daol' },
  { name: 'an isolate and an embedding', text: 'a\u2067b\u2069\u202ac\u202c', shown: 'abc' },
  { name: 'Hebrew, with a mark', text: '\u05d0\u200f1', shown: '\u05d0\u200f1' },
])('$name', ({ text, shown }) => expect(unturned(text)).toBe(shown));
