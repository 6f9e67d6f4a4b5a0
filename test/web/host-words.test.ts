import { expect, test } from 'vitest';
import { noServicesWords } from '../../web/src/fleet/host-words.ts';

test.for([
  { name: 'one that left', host: { state: 'RETIRED', last_seen_ms: 1 }, words: /it left/ },
  {
    name: 'one that left before it was heard',
    host: { state: 'RETIRED', last_seen_ms: 0 },
    words: /it left/,
  },
  { name: 'one that is awaited', host: { state: 'PENDING', last_seen_ms: 0 }, words: /was not heard/ },
  { name: 'one that no check matches', host: { state: 'UP', last_seen_ms: 1 }, words: /No check matches/ },
] as const)('why a host has no services: $name', ({ host, words }) => {
  expect(noServicesWords(host)).toMatch(words);
});
