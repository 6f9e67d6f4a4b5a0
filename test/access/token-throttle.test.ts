import { expect, test } from 'vitest';
import { THROTTLE_ENTRIES_MAX } from '../../src/limits.ts';
import { TokenThrottle } from '../../src/access/token-throttle.ts';

/** Is refused so often, and waits each time as long as is asked; returns the waits in seconds. */
function waits(throttle: TokenThrottle, refusals: number, from = '192.0.2.1'): number[] {
  const asked: number[] = [];
  let nowMs = 0;
  for (let counted = 0; counted < refusals;) {
    const waitS = throttle.refused(from, nowMs);
    if (waitS === 0) counted += 1;
    else asked.push(waitS);
    nowMs += waitS * 1000;
  }
  return asked;
}

test('twenty cost nothing, then the wait doubles up to a minute', () => {
  expect(waits(new TokenThrottle(), 28)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
});

test('one address does not hold up another; an IPv6 network is one', () => {
  const throttle = new TokenThrottle();
  waits(throttle, 20, '2001:db8::1');
  expect(throttle.refused('2001:db8::2', 0)).toBe(1);
  expect(throttle.refused('2001:db8:1::2', 0)).toBe(0);
  expect(throttle.refused('192.0.2.1', 0)).toBe(0);
});

test('an hour without one forgets', () => {
  const throttle = new TokenThrottle();
  waits(throttle, 20);
  expect(throttle.refused('192.0.2.1', 0)).toBe(1);
  expect(throttle.refused('192.0.2.1', 3_600_000)).toBe(0);
  expect(throttle.refused('192.0.2.1', 3_600_000)).toBe(0);
});

test('however many addresses try, the table has its bound, and those that wait go on waiting', () => {
  const throttle = new TokenThrottle();
  waits(throttle, 20, '10.255.0.1');
  for (let i = 0; i < THROTTLE_ENTRIES_MAX + 10; i += 1) {
    throttle.refused(`10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`, 1);
  }
  expect(throttle.refused('10.255.0.1', 2)).toBe(1);
});
