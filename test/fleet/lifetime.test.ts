import { describe, expect, test } from 'vitest';
import { endedReason, isPassing } from '../../src/fleet/lifetime.ts';

const MIN = 60_000;
const H = 60 * MIN;

describe('a host that lived as long as was expected', () => {
  test.for([
    {
      name: 'longer',
      livedMs: 372 * MIN,
      expectedMs: 6 * H,
      is: 'ended: lived 6 h 12 min, 6 h were expected',
    },
    { name: 'exactly', livedMs: 6 * H, expectedMs: 6 * H, is: 'ended: lived 6 h, 6 h were expected' },
    {
      name: 'minutes',
      livedMs: 90_500,
      expectedMs: 90_000,
      is: 'ended: lived 1 min 30 s, 1 min 30 s were expected',
    },
    { name: 'days', livedMs: 49 * H, expectedMs: 48 * H, is: 'ended: lived 2 d 1 h, 2 d were expected' },
    { name: 'shorter', livedMs: 6 * H - 1, expectedMs: 6 * H, is: null },
    { name: 'nothing is expected', livedMs: 6 * H, expectedMs: null, is: null },
  ])('$name', ({ livedMs, expectedMs, is }) => {
    expect(endedReason({ registeredMs: 1000, lastSeenMs: 1000 + livedMs }, expectedMs)).toBe(is);
  });

  test('one that never registered has not', () => {
    expect(endedReason({ registeredMs: null, lastSeenMs: 9 * H }, H)).toBeNull();
  });
});

describe('a host that was hardly there', () => {
  test.for([
    {
      name: 'two minutes',
      registeredMs: null,
      firstSeenMs: 1000,
      heardMs: 2 * MIN,
      graceMs: 5 * MIN,
      is: true,
    },
    { name: 'one packet', registeredMs: null, firstSeenMs: 1000, heardMs: 0, graceMs: 5 * MIN, is: true },
    {
      name: 'five minutes',
      registeredMs: null,
      firstSeenMs: 1000,
      heardMs: 5 * MIN,
      graceMs: 5 * MIN,
      is: false,
    },
    { name: 'it registered', registeredMs: 900, firstSeenMs: 1000, heardMs: 0, graceMs: 5 * MIN, is: false },
    {
      name: 'known for long',
      registeredMs: null,
      firstSeenMs: 0,
      heardMs: 2000,
      graceMs: 5 * MIN,
      is: false,
    },
    {
      name: 'first heard before the clock was set back',
      registeredMs: null,
      firstSeenMs: 90 * MIN,
      heardMs: -50 * MIN,
      graceMs: 5 * MIN,
      is: false,
    },
    { name: 'no grace', registeredMs: null, firstSeenMs: 1000, heardMs: 0, graceMs: 0, is: false },
  ])('$name', ({ registeredMs, firstSeenMs, heardMs, graceMs, is }) => {
    expect(isPassing({ registeredMs, firstSeenMs, lastSeenMs: firstSeenMs + heardMs }, graceMs)).toBe(is);
  });
});
