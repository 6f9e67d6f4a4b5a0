import { expect, test } from 'vitest';
import { curlLine, eventLines, hasWords } from '../../web/src/fleet/event-list.ts';
import type { EventView } from '../../src/contract/api.ts';

const mark = (id: string, atMs: number): EventView => ({
  id,
  time_ms: atMs,
  kind: 'deploy',
  cluster: 'web',
  host: '',
  text: 'deploy 42',
  tags: ['checkout'],
  by: 'ana',
  service: null,
  state: null,
  state_type: null,
  attempt: null,
});

test('newest first, each day announced once', () => {
  const dayOf = (ms: number) => `day ${Math.floor(ms / 100)}`;
  const lines = eventLines([mark('a', 10), mark('b', 110), mark('c', 190)], dayOf);
  expect(lines.map(({ key }) => key)).toEqual(['day 1', 'c', 'b', 'day 0', 'a']);
  expect(eventLines([], dayOf)).toEqual([]);
});

test.for([
  { words: 'deploy', has: true },
  { words: 'WEB ana', has: true },
  { words: 'checkout', has: true },
  { words: 'deploy 43', has: false },
])('words “$words”', ({ words, has }) => {
  expect(hasWords(mark('a', 0), words)).toBe(has);
});

test('the command names this server, and a token where one is needed', () => {
  const body = `'{"text":"deploy 42","kind":"deploy","cluster":"web"}'`;
  expect(curlLine('http://m:8600', false)).toBe(`curl --json ${body} http://m:8600/api/v1/events`);
  expect(curlLine('http://m:8600', true)).toBe(
    `curl -H 'authorization: Bearer TOKEN' --json ${body} http://m:8600/api/v1/events`,
  );
});
