import { describe, expect, test } from 'vitest';
import { isListAwaited, listSays } from '../../src/fleet/list-wait.ts';

const CROSSED_MS = 100_000;

describe('the page of a silent host waits for the list', () => {
  test.for([
    { name: 'that was read before it crossed its limit', readMs: 90_000, nowMs: 101_000, is: true },
    { name: 'no longer than 30 s', readMs: 90_000, nowMs: 130_000, is: false },
    { name: 'until it was read', readMs: 100_500, nowMs: 101_000, is: false },
    { name: 'not where it fails, or is held', readMs: 90_000, isWell: false, nowMs: 101_000, is: false },
    { name: 'that was never read', readMs: 0, nowMs: 101_000, is: true },
  ])('$name', ({ readMs, isWell = true, nowMs, is }) => {
    expect(isListAwaited({ cluster: 'web', readMs, isWell }, CROSSED_MS, nowMs)).toBe(is);
  });

  test('not where there is none', () => expect(isListAwaited(undefined, CROSSED_MS, CROSSED_MS)).toBe(false));
});

test('what a list says of a host', () => {
  expect(listSays({ kind: 'here', says: 'cloud says running' })).toBe('cloud says running');
  expect(listSays({ kind: 'left', reason: 'gone from list cloud', sinceMs: 1 })).toBe('');
  expect(listSays(undefined)).toBe('');
});
