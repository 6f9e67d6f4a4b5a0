import { expect, test } from 'vitest';
import { Backoff } from '../../../src/store/line/backoff.ts';

function backoff(random = 0) {
  const clock = { ms: 1_000_000 };
  return { clock, pause: new Backoff<string>({ now: () => clock.ms, random: () => random }) };
}

/** Milliseconds until a request may be made. */
function pauseOf({ clock, pause }: ReturnType<typeof backoff>): number {
  const sinceMs = clock.ms;
  while (pause.standing() !== undefined) clock.ms += 50;
  return clock.ms - sinceMs;
}

test('pauses double to a minute, and begin anew after a success', () => {
  const one = backoff();
  const pauses = Array.from({ length: 9 }, () => {
    one.pause.failed('down');
    return pauseOf(one);
  });
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  one.pause.succeeded();
  one.pause.failed('down');
  expect(pauseOf(one)).toBe(500);
});

test('jitter shortens a pause by up to half', () => {
  const one = backoff(0.999);
  one.pause.failed('down');
  expect(pauseOf(one)).toBe(300);
});

test('what stands is the latest fault; faults side by side are one', () => {
  const one = backoff();
  one.pause.failed('a');
  one.pause.failed('b');
  expect(one.pause.standing()).toBe('b');
  expect(pauseOf(one)).toBe(500);
});

test.for([
  { name: 'longer than ours', askedMs: 7000, pause: 7000 },
  { name: 'shorter than ours', askedMs: 100, pause: 500 },
  { name: 'beyond reason', askedMs: 86_400_000, pause: 300_000 },
])("the server's own wish: $name", ({ askedMs, pause }) => {
  const one = backoff();
  one.pause.failed('busy', askedMs);
  expect(pauseOf(one)).toBe(pause);
});

test('a clock set back does not stretch a pause', () => {
  const one = backoff();
  one.pause.failed('down');
  one.clock.ms -= 3_600_000;
  expect(one.pause.standing()).toBeUndefined();
});
