import { describe, expect, test } from 'vitest';
import { isExpired, judgeLiveness, livenessOutput, silenceLimitMs } from '../../src/fleet/liveness.ts';

const S = 1000;

describe('silence limit: max(4 × host_tmax, 3 × interval, 2 × usual gap)', () => {
  test.for([
    { name: 'host_tmax', hostTmaxMs: 20 * S, intervalMs: 10 * S, gapMs: 10 * S, limitMs: 80 * S },
    { name: 'interval', hostTmaxMs: 5 * S, intervalMs: 60 * S, gapMs: 60 * S, limitMs: 180 * S },
    { name: 'gap', hostTmaxMs: 5 * S, intervalMs: 0, gapMs: 300 * S, limitMs: 600 * S },
  ])('$name', ({ limitMs, ...habits }) => expect(silenceLimitMs(habits)).toBe(limitMs));
});

describe('liveness, limit 80 s', () => {
  const heard = { limitMs: 80 * S, graceFromMs: 1000 * S };
  test.for([
    { name: 'just heard', lastSeenS: 1999, nowS: 2000, kind: 'up', words: 'heard (limit 80 s)' },
    { name: 'at the limit', lastSeenS: 1920, nowS: 2000, kind: 'up', words: 'heard (limit 80 s)' },
    { name: 'over it', lastSeenS: 1906, nowS: 2000, kind: 'down', words: 'silent for 94 s (limit 80 s)' },
    {
      name: 'heard before a short restart',
      lastSeenS: 995,
      nowS: 1005,
      kind: 'up',
      words: 'heard (limit 80 s)',
    },
    {
      name: 'not heard since our start, within the limit from there',
      lastSeenS: 500,
      nowS: 1079,
      kind: 'pending',
      words: "not heard yet since the server's start (limit 80 s)",
    },
    {
      name: 'not heard since our start, over it',
      lastSeenS: 500,
      nowS: 1080,
      kind: 'down',
      words: 'silent for 10 min (limit 80 s)',
    },
    {
      name: 'heard once after the start, then silent',
      lastSeenS: 1000,
      nowS: 1081,
      kind: 'down',
      words: 'silent for 81 s (limit 80 s)',
    },
    {
      name: 'never heard',
      lastSeenS: 0,
      nowS: 1100,
      kind: 'down',
      words: "never heard since the server's start (limit 80 s)",
    },
    { name: 'clock set back a little', lastSeenS: 2010, nowS: 2000, kind: 'up', words: 'heard (limit 80 s)' },
    {
      name: 'heard before the clock was set back',
      lastSeenS: 3000,
      nowS: 1050,
      kind: 'pending',
      words: "not heard yet since the server's start (limit 80 s)",
    },
    {
      name: 'and not since',
      lastSeenS: 3000,
      nowS: 1081,
      kind: 'down',
      words: 'silent for 81 s (limit 80 s)',
    },
  ])('$name', ({ lastSeenS, nowS, kind, words }) => {
    const silence = { ...heard, lastSeenMs: lastSeenS * S };
    const liveness = judgeLiveness(silence, nowS * S);
    expect([liveness.kind, livenessOutput(silence, liveness)]).toEqual([kind, words]);
  });

  test('the grace is a minute at least', () => {
    const silence = { lastSeenMs: 1, limitMs: 5 * S, graceFromMs: 1000 * S };
    expect(judgeLiveness(silence, 1059 * S).kind).toBe('pending');
    expect(judgeLiveness(silence, 1060 * S).kind).toBe('down');
  });
});

test.for([
  { name: 'not yet', hostDmaxMs: 100, nowMs: 1100, expired: false },
  { name: 'expired', hostDmaxMs: 100, nowMs: 1101, expired: true },
  { name: 'host_dmax 0: never', hostDmaxMs: 0, nowMs: 1e12, expired: false },
  {
    name: 'we listen for less than host_dmax',
    hostDmaxMs: 100,
    graceFromMs: 9000,
    nowMs: 9100,
    expired: false,
  },
  { name: 'and for longer', hostDmaxMs: 100, graceFromMs: 9000, nowMs: 9101, expired: true },
  { name: 'ten minutes of a long one', hostDmaxMs: 1e6, graceFromMs: 2e6, nowMs: 2_600_000, expired: false },
  { name: 'and a little more', hostDmaxMs: 1e6, graceFromMs: 2e6, nowMs: 2_600_001, expired: true },
])('$name', ({ hostDmaxMs, graceFromMs = 0, nowMs, expired }) => {
  expect(isExpired({ downSinceMs: 1000, hostDmaxMs, graceFromMs }, nowMs)).toBe(expired);
});
