import { expect, test } from 'vitest';
import { Pace } from '../../../src/cli/load/pace.ts';

test.for<{ name: string; perSecond: number; at: [ms: number, sent: number][]; late: number; wait: number }>([
  {
    name: 'on time',
    perSecond: 1000,
    at: [
      [10, 10],
      [20, 10],
      [30, 10],
    ],
    late: 0,
    wait: 0,
  },
  {
    name: 'a turn of nothing is made up for',
    perSecond: 1000,
    at: [
      [10, 10],
      [20, 0],
      [30, 20],
    ],
    late: 0,
    wait: 0,
  },
  { name: 'a stall is made up for in part', perSecond: 1000, at: [[1000, 50]], late: 950, wait: 0 },
  { name: 'a datagram ahead is waited for', perSecond: 100, at: [[10, 41]], late: 0, wait: 400 },
  { name: 'a slow load is never late of one', perSecond: 0.1, at: [[10_000, 1]], late: 0, wait: 0 },
])('$name', ({ perSecond, at, late, wait }) => {
  const pace = new Pace(perSecond);
  for (const [ms, sent] of at) {
    expect(pace.due(ms)).toBeGreaterThanOrEqual(Math.min(sent, 1));
    pace.sent(sent);
  }
  expect(pace.late).toBe(late);
  expect(pace.waitMs(at.at(-1)?.[0] ?? 0)).toBeCloseTo(wait);
});
