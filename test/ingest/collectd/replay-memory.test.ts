import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayMemory, ReplayRoom } from '../../../src/ingest/collectd/replay-memory.ts';

const WINDOW_MS = 60_000;

function memory(slots?: number) {
  const room = new ReplayRoom(slots);
  return { room, replays: new ReplayMemory({ windowMs: WINDOW_MS, room, nowMs: 0 }) };
}

describe('what was taken', () => {
  test.for([
    { name: 'at once', firstMs: 0, againMs: 0, isNew: false },
    { name: 'at the end of its window', firstMs: 0, againMs: WINDOW_MS, isNew: false },
    { name: 'taken late in a turn, a window later', firstMs: 59_000, againMs: 119_000, isNew: false },
    { name: 'after two windows', firstMs: 0, againMs: 2 * WINDOW_MS, isNew: true },
    { name: 'after a long silence', firstMs: 0, againMs: 100 * WINDOW_MS, isNew: true },
  ])('$name', ({ firstMs, againMs, isNew }) => {
    const { replays } = memory();
    expect(replays.admit(1, 2, firstMs)).toBe(true);
    expect(replays.admit(1, 2, againMs)).toBe(isNew);
  });

  test('either word tells two apart', () => {
    const { replays } = memory();
    expect([replays.admit(1, 2, 0), replays.admit(2, 2, 0), replays.admit(1, 3, 0)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test('is each known again, however many', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(word(), word()), { selector: String, maxLength: 3000 }),
        (pairs) => {
          const { replays } = memory();
          const known = pairs.filter(([hi, lo]) => hi !== 0 || lo !== 0);
          expect(known.every(([hi, lo]) => replays.admit(hi, lo, 0))).toBe(true);
          expect(known.some(([hi, lo]) => replays.admit(hi, lo, WINDOW_MS))).toBe(false);
        },
      ),
      { numRuns: 20 },
    );
  });
});

function word() {
  return fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 0xffffffff }));
}

describe('without room', () => {
  test('the oldest are forgotten early, and nobody new is refused', () => {
    const { replays } = memory(2048);
    const all = Array.from({ length: 5000 }, (_, i) => i + 1);
    expect(all.every((i) => replays.admit(7, i, 0))).toBe(true);
    expect(replays.early).toBeGreaterThan(0);
    expect([replays.admit(7, 5000, 0), replays.admit(7, 1, 0)]).toEqual([false, true]);
  });

  test('with none at all nothing is remembered', () => {
    const { replays } = memory(0);
    expect([replays.admit(1, 1, 0), replays.admit(1, 1, 0)]).toEqual([true, true]);
  });

  test('memories share it, and give it back', () => {
    const room = new ReplayRoom(4096);
    const fill = () => {
      const replays = new ReplayMemory({ windowMs: WINDOW_MS, room, nowMs: 0 });
      for (let i = 1; i <= 1500; i += 1) replays.admit(1, i, 0);
      return replays;
    };
    using first = fill();
    expect(first.early).toBe(0);
    using second = fill();
    expect(second.early).toBeGreaterThan(0);
    first[Symbol.dispose]();
    second[Symbol.dispose]();
    using third = fill();
    expect(third.early).toBe(0);
  });

  test('who has most forgets first', () => {
    const room = new ReplayRoom(8192);
    const [busy, quiet] = [0, 1].map(() => new ReplayMemory({ windowMs: WINDOW_MS, room, nowMs: 0 }));
    const admitted = (replays: ReplayMemory | undefined, n: number) =>
      Array.from({ length: n }, (_, i) => replays?.admit(1, i + 1, 0)).filter(Boolean).length;
    expect([admitted(busy, 3500), admitted(quiet, 800)]).toEqual([3500, 800]);
    expect([admitted(busy, 3500), admitted(quiet, 800)]).toEqual([3500, 0]);
    expect([(busy?.early ?? 0) > 0, quiet?.early]).toEqual([true, 0]);
    busy?.[Symbol.dispose]();
    quiet?.[Symbol.dispose]();
    expect([room.left, admitted(quiet, 1)]).toEqual([8192, 1]);
  });

  test('turns give back what they took', () => {
    const { replays, room } = memory(8192);
    for (let turn = 0; turn < 50; turn += 1) {
      for (let i = 1; i <= 1000; i += 1) replays.admit(turn, i, turn * WINDOW_MS);
    }
    expect(replays.early).toBe(0);
    replays[Symbol.dispose]();
    expect(room.left).toBe(8192);
  });
});
