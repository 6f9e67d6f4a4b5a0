import { describe, expect, test } from 'vitest';
import { PauseWindow } from '../../src/ops/gc-pauses.ts';

describe('pauses of the last minute or two', () => {
  const MINUTE_MS = 60_000;
  const NONE = { p50Ms: 0, p99Ms: 0, maxMs: 0 };

  test.for([
    { name: 'none', pauses: [], atMs: 0, figures: NONE },
    { name: 'one', pauses: [[2, 0]], atMs: 1, figures: { p50Ms: 2, p99Ms: 2, maxMs: 2 } },
    {
      name: 'a short one counts as a microsecond',
      pauses: [[0.0001, 0]],
      atMs: 1,
      figures: { p50Ms: 0.001, p99Ms: 0.001, maxMs: 0.001 },
    },
    {
      name: 'quantiles',
      pauses: Array.from({ length: 100 }, (_, n) => [n === 99 ? 50 : 1, n] as const),
      atMs: 100,
      figures: { p50Ms: 1, p99Ms: 1, maxMs: 50 },
    },
    {
      name: 'of the minute before, too',
      pauses: [
        [8, 0],
        [1, MINUTE_MS + 1],
      ],
      atMs: MINUTE_MS + 2,
      figures: { p50Ms: 1, p99Ms: 8, maxMs: 8 },
    },
    { name: 'not of the one before that', pauses: [[8, 0]], atMs: 2 * MINUTE_MS, figures: NONE },
    {
      name: 'after a long silence nothing is left',
      pauses: [
        [8, 0],
        [1, 10 * MINUTE_MS],
      ],
      atMs: 10 * MINUTE_MS,
      figures: { p50Ms: 1, p99Ms: 1, maxMs: 1 },
    },
  ] as const)('$name', ({ pauses, atMs, figures }) => {
    const window = new PauseWindow(0);
    for (const [pauseMs, nowMs] of pauses) window.add(pauseMs, nowMs);
    const found = window.figures(atMs);
    // Two digits are kept.
    expect(found.p50Ms).toBeCloseTo(figures.p50Ms, 1);
    expect(Math.abs(found.p99Ms - figures.p99Ms)).toBeLessThanOrEqual(0.02 * figures.p99Ms);
    expect(Math.abs(found.maxMs - figures.maxMs)).toBeLessThanOrEqual(0.02 * figures.maxMs);
  });
});
