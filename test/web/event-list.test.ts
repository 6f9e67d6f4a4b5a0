import { expect, test } from 'vitest';
import {
  curlLine,
  eventLines,
  hasWords,
  isPosted,
  posterOf,
  stateWords,
  tagsOf,
  withoutAttempts,
} from '../../web/src/fleet/event-list.ts';
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

const change = (id: string, state: string, type: 'SOFT' | 'HARD', service = 'load'): EventView => ({
  ...mark(id, Number(id)),
  kind: 'state',
  host: 'web-1',
  service,
  state,
  state_type: type,
});

test.for([
  {
    name: 'attempts between soft and hard',
    events: [change('1', 'WARNING', 'SOFT'), change('2', 'WARNING', 'SOFT'), change('3', 'WARNING', 'HARD')],
    left: ['3', '1'],
  },
  {
    name: 'a soft state that gets worse stays',
    events: [change('1', 'WARNING', 'SOFT'), change('2', 'CRITICAL', 'SOFT')],
    left: ['2', '1'],
  },
  {
    name: 'a recovery and the next trouble stay',
    events: [change('1', 'WARNING', 'SOFT'), change('2', 'OK', 'HARD'), change('3', 'WARNING', 'SOFT')],
    left: ['3', '2', '1'],
  },
  {
    name: 'another service and marks are nobody’s attempts',
    events: [change('1', 'WARNING', 'SOFT'), change('2', 'WARNING', 'SOFT', 'disk'), mark('m', 5)],
    left: ['m', '2', '1'],
  },
  {
    name: 'an agent may say the same again',
    events: [
      { ...change('1', 'WARNING', 'SOFT'), kind: 'notification' as const, state_type: null },
      { ...change('2', 'WARNING', 'SOFT'), kind: 'notification' as const, state_type: null },
    ],
    left: ['2', '1'],
  },
])('$name', ({ events, left }) => {
  expect(withoutAttempts(events).map(({ id }) => id)).toEqual(left);
});

test.for([
  { kind: 'state', service: 'host', subject: 'Host', by: '', posted: false },
  { kind: 'state', service: 'load', subject: 'load', by: '', posted: false },
  { kind: 'notification', service: '', subject: 'Host', by: 'says its agent', posted: false },
  { kind: 'notification', service: 'df-root', subject: 'df-root', by: 'says its agent', posted: false },
  { kind: 'deploy', service: null, subject: 'Host', by: '', posted: true },
] as const)('$kind of “$service”', ({ kind, service, subject, by, posted }) => {
  const event = { ...change('1', 'WARNING', 'HARD'), kind, service };
  expect(stateWords(event)).toEqual({ subject, is: 'is WARNING', by });
  expect(isPosted(event)).toBe(posted);
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

test.for([
  { by: 'ana', poster: 'ana' },
  { by: 'anybody', poster: '' },
  { by: '', poster: '' },
])('posted by “$by”', ({ by, poster }) => expect(posterOf({ by })).toBe(poster));

test('tags are parted by commas, each once', () => {
  expect(tagsOf(' 42, eu west,,42 ')).toEqual(['42', 'eu west']);
  expect(tagsOf('')).toEqual([]);
});
