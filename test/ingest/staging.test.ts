import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Staging } from '../../src/ingest/staging.ts';

const words = (value: number) => new Uint32Array([value, value + 1]);

function staged(times: readonly number[]): Staging {
  const staging = new Staging();
  staging.open(0, 1);
  for (const t of times) staging.insert(0, t, words(t));
  return staging;
}

test.for([
  { name: 'in order', times: [10, 20, 30], kept: [10, 20, 30] },
  { name: 'out of order', times: [30, 10, 20], kept: [10, 20, 30] },
  { name: 'the same second twice', times: [10, 10, 20], kept: [10, 20] },
])('$name', ({ times, kept }) => {
  expect([...staged(times).tail(0).timesS]).toEqual(kept);
});

test('a later point of the same second wins', () => {
  const staging = staged([10]);
  expect(staging.insert(0, 10, words(99))).toBe('coalesced');
  expect([...staging.tail(0).words]).toEqual([99, 100]);
  expect(staging.values).toBe(1);
});

test('what is in flight is not waiting, comes back when given back, and stays in front once settled', () => {
  const staging = staged([10, 20, 30]);
  expect(staging.take(0, 20)).toBe(2);
  expect(staging.waiting(0)).toBe(1);
  expect(staging.insert(0, 15, words(15))).toBe('late');
  expect(staging.insert(0, 20, words(7))).toBe('coalesced');
  staging.giveBack(0);
  expect(staging.waiting(0)).toBe(3);
  staging.take(0, 20);
  staging.settle(0);
  const tail = staging.tail(0);
  expect({ times: [...tail.timesS], words: [...tail.words], stored: tail.stored }).toEqual({
    times: [10, 20, 30],
    words: [10, 11, 20, 21, 30, 31],
    stored: 2,
  });
  expect(staging.points).toBe(1);
  expect(staging.insert(0, 20, words(1))).toBe('coalesced');
  expect(staging.insert(0, 19, words(1))).toBe('late');
});

test('dropping a record takes its points out of the count', () => {
  const staging = staged([10, 20, 30]);
  staging.take(0, 10);
  staging.settle(0);
  expect(staging.drop(0)).toBe(2);
  expect({ points: staging.points, values: staging.values }).toEqual({ points: 0, values: 0 });
});

test('rewriting changes every word pair in place', () => {
  const staging = staged([10, 20]);
  staging.rewrite(0, (w) => {
    w.hi += 1000;
  });
  expect([...staging.tail(0).words]).toEqual([1010, 11, 1020, 21]);
});

type Step =
  | { kind: 'insert'; record: number; t: number }
  | { kind: 'take' | 'settle' | 'giveBack'; record: number; t: number };

test('agrees with a model whatever the order of points and flushes', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('insert', 'insert', 'insert', 'take', 'settle', 'giveBack'),
    record: fc.integer({ min: 0, max: 2 }),
    t: fc.integer({ min: 1, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const staging = new Staging();
      const model = [0, 1, 2].map((record) => {
        staging.open(record, record + 1);
        return {
          waiting: new Map<number, number>(),
          flying: new Map<number, number>(),
          settledS: 0,
          settled: 0,
        };
      });
      for (const [n, { kind, record, t }] of steps.entries()) {
        const m = model[record];
        if (!m) continue;
        const pairs = new Uint32Array(2 * (record + 1)).fill(n);
        switch (kind) {
          case 'insert': {
            const newestFlying = Math.max(m.settledS, ...m.flying.keys());
            const outcome = staging.insert(record, t, pairs);
            if (t < newestFlying) expect(outcome).toBe('late');
            else if (t === newestFlying || m.waiting.has(t)) expect(outcome).toBe('coalesced');
            else expect(outcome).toBe('new');
            if (t > newestFlying) m.waiting.set(t, n);
            break;
          }
          case 'take':
            if (m.flying.size > 0) break;
            for (const [at, value] of m.waiting) {
              if (at > t) continue;
              m.flying.set(at, value);
              m.waiting.delete(at);
            }
            expect(staging.take(record, t)).toBe(m.flying.size);
            break;
          case 'settle':
            m.settledS = Math.max(m.settledS, ...m.flying.keys());
            m.settled += m.flying.size;
            m.flying.clear();
            staging.settle(record);
            break;
          case 'giveBack':
            for (const [at, value] of m.flying) m.waiting.set(at, value);
            m.flying.clear();
            staging.giveBack(record);
            break;
        }
      }
      for (const [record, m] of model.entries()) {
        const tail = staging.tail(record);
        const skip = tail.stored;
        expect(skip).toBe(Math.min(2, m.settled));
        const expected = [...m.flying, ...m.waiting].toSorted(([a], [b]) => a - b);
        expect([...tail.timesS].slice(skip)).toEqual(expected.map(([at]) => at));
        const stride = 2 * (record + 1);
        expect([...tail.words].filter((_, i) => i % stride === 0).slice(skip)).toEqual(
          expected.map(([, n]) => n),
        );
      }
      const points = model.reduce((sum, m) => sum + m.flying.size + m.waiting.size, 0);
      expect(staging.points).toBe(points);
    }),
    { numRuns: 200 },
  );
});

test('a seeded point stands in front of a record that was restored', () => {
  const staging = new Staging();
  staging.open(0, 1);
  staging.seed(0, 100, words(5));
  expect(staging.insert(0, 99, words(1))).toBe('late');
  expect(staging.insert(0, 110, words(6))).toBe('new');
  const tail = staging.tail(0);
  expect({ times: [...tail.timesS], stored: tail.stored }).toEqual({ times: [100, 110], stored: 1 });
  expect(staging.points).toBe(1);
});
