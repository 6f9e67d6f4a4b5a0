import { expect, test } from 'vitest';
import { WatchedTime } from '../../src/ops/watched-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 0, 1);
const YEARS_MS = 12 * 365 * DAY_MS;
const NOTHING = Number.NEGATIVE_INFINITY;

class TwoClocks {
  wallMs = START_MS;
  runMs = 5000;
  nowMs = () => this.wallMs;
  ticksMs = () => this.runMs;

  pass(ms: number): void {
    this.wallMs += ms;
    this.runMs += ms;
  }
}

/** A server that has watched for a hundred days, an hour at a time. */
function watched() {
  const clock = new TwoClocks();
  const time = new WatchedTime(undefined, clock);
  const breaks = [time.look()];
  for (let i = 0; i < 100 * 24; i += 1) {
    clock.pass(HOUR_MS);
    breaks.push(time.look());
  }
  expect(breaks.filter((broke) => broke !== undefined)).toEqual(['first']);
  return { clock, time };
}

test('nothing is old before so much time was watched', () => {
  const { clock, time } = watched();
  expect(time.cutoffMs(90 * DAY_MS)).toBe(clock.wallMs - 90 * DAY_MS);
  expect(time.cutoffMs(101 * DAY_MS)).toBe(NOTHING);
});

test.for<{ name: string; byMs: number }>([
  { name: 'forward by years', byMs: YEARS_MS },
  { name: 'forward by two hours', byMs: 2 * HOUR_MS },
  { name: 'back by years', byMs: -YEARS_MS },
])('a clock that is set $name makes nothing older, then or later', ({ byMs }) => {
  const { clock, time } = watched();
  clock.pass(HOUR_MS);
  clock.wallMs += byMs;
  expect(time.look()).toBe('clock');
  expect(time.cutoffMs(DAY_MS)).toBe(NOTHING);
  clock.pass(HOUR_MS);
  expect(time.look()).toBeUndefined();
  expect(time.cutoffMs(DAY_MS)).toBe(NOTHING);
  clock.pass(DAY_MS);
  time.look();
  expect(time.cutoffMs(DAY_MS)).toBe(clock.wallMs - DAY_MS);
  expect(time.cutoffMs(90 * DAY_MS)).toBe(NOTHING);
});

test('a clock that creeps away is found, however small its steps', () => {
  const { clock, time } = watched();
  const breaks = new Set<unknown>();
  for (let i = 0; i < 10; i += 1) {
    clock.pass(60_000);
    clock.wallMs += HOUR_MS / 4;
    breaks.add(time.look());
  }
  expect(breaks).toContain('clock');
});

test.for([
  { name: 'a short stop', awayMs: HOUR_MS, broke: undefined, days: 100 },
  { name: 'a long one', awayMs: 7 * HOUR_MS, broke: 'away', days: 0 },
  { name: 'a stop over which the clock went years ahead', awayMs: YEARS_MS, broke: 'away', days: 0 },
  { name: 'one over which it went back', awayMs: -YEARS_MS, broke: 'clock', days: 0 },
] as const)('$name', ({ awayMs, broke, days }) => {
  const { clock, time } = watched();
  clock.wallMs += awayMs;
  clock.runMs = 0;
  const next = new WatchedTime(time.kept, clock);
  expect(next.cutoffMs(90 * DAY_MS)).toBe(days === 100 ? clock.wallMs - 90 * DAY_MS : NOTHING);
  expect(next.look()).toBe(broke);
});
