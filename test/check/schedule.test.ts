import { expect, test } from 'vitest';
import { firstCheckMs, nextCheckMs, postponedMs } from '../../src/check/schedule.ts';

const EVERY = { checkIntervalMs: 60_000, retryIntervalMs: 15_000 };
const NOW_MS = 1_700_000_000_123;

test('first runs are spread evenly over the interval, whatever the names are alike', () => {
  const perSecond = Array.from({ length: 60 }, () => 0);
  for (let host = 0; host < 100; host += 1) {
    for (let service = 0; service < 60; service += 1) {
      const key = `cluster\0web${host}\0disk ${service}`;
      const firstMs = firstCheckMs({ key, planned: null }, EVERY, NOW_MS);
      expect(firstMs).toBeGreaterThanOrEqual(NOW_MS);
      expect(firstMs).toBeLessThan(NOW_MS + 60_000);
      const second = Math.floor((firstMs % 60_000) / 1000);
      perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
  }
  // 100 on average; the standard deviation of an even spread is 10.
  expect(Math.max(...perSecond)).toBeLessThan(150);
  expect(Math.min(...perSecond)).toBeGreaterThan(55);
});

test('a restart finds the same places', () => {
  const first = firstCheckMs({ key: 'a', planned: null }, EVERY, NOW_MS);
  const later = firstCheckMs({ key: 'a', planned: null }, EVERY, NOW_MS + 600_000);
  expect((later - first) % 60_000).toBe(0);
});

test.for([
  { name: 'planned and ahead', planned: NOW_MS + 59_000, kept: true },
  { name: 'planned for now', planned: NOW_MS, kept: true },
  { name: 'passed while nothing ran', planned: NOW_MS - 1, kept: false },
  { name: 'planned by a longer interval', planned: NOW_MS + 60_001, kept: false },
])('$name', ({ planned, kept }) => {
  expect(firstCheckMs({ key: 'x', planned }, EVERY, NOW_MS) === planned).toBe(kept);
});

test.for([
  { name: 'well', status: { kind: 'ok', sinceMs: 0 } as const, ms: 60_000 },
  {
    name: 'soft',
    status: { kind: 'soft', problem: 'WARNING', attempt: 1, sinceMs: 0, triedMs: 0, evidenceMs: 0 } as const,
    ms: 15_000,
  },
  {
    name: 'hard',
    status: { kind: 'hard', problem: 'WARNING', attempt: 3, sinceMs: 0 } as const,
    ms: 60_000,
  },
])('the run after one that found it $name', ({ status, ms }) => {
  expect(nextCheckMs(status, EVERY, NOW_MS)).toBe(NOW_MS + ms);
});

test.for([
  { name: 'just due', lateMs: 0, after: 60_000 },
  { name: 'long due', lateMs: 200_000, after: 240_000 },
])('what may not run is looked at again: $name', ({ lateMs, after }) => {
  expect(postponedMs(NOW_MS, { ...EVERY, checkIntervalMs: 3_600_000 }, NOW_MS + lateMs)).toBe(NOW_MS + after);
});
