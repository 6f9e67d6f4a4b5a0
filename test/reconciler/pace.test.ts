import { expect, test } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { Pace } from '../../src/reconciler/pace.ts';

function stand(given: { wentWell?: boolean; dice?: number } = {}) {
  const clock = new FakeClock();
  clock.dice = given.dice ?? 0.5;
  const begun: number[] = [];
  const state = { wentWell: given.wentWell ?? true, rest: Promise.resolve() };
  let aborted = false;
  const pace = new Pace({
    intervalMs: 60_000,
    clock,
    turn: async (signal) => {
      begun.push(clock.ms);
      signal.addEventListener('abort', () => (aborted = true));
      await state.rest;
      return state.wentWell;
    },
  });
  return { clock, begun, state, pace, isAborted: () => aborted };
}

test('the first turn comes at once, the others at the interval', async () => {
  const { clock, begun } = stand();
  await clock.pass(180_000);
  expect(begun).toEqual([0, 60_000, 120_000, 180_000]);
});

test.for([
  { dice: 0, nextMs: 54_000 },
  { dice: 0.999_999, nextMs: 66_000 },
])('servers do not ask together: dice $dice', async ({ dice, nextMs }) => {
  const { clock, begun } = stand({ dice });
  await clock.pass(70_000);
  expect(begun[1]).toBeCloseTo(nextMs, -1);
});

test('turns that fail come more and more rarely, up to five intervals, and at once as before when one goes well', async () => {
  const { clock, begun, state } = stand({ wentWell: false });
  await clock.pass(20 * 60_000);
  const waits = begun.slice(1).map((ms, i) => (ms - (begun[i] ?? 0)) / 60_000);
  expect(waits).toEqual([1, 2, 3, 4, 5, 5]);
  state.wentWell = true;
  await clock.pass(6 * 60_000);
  const last = begun.at(-1) ?? 0;
  await clock.pass(60_000);
  expect(begun.at(-1)).toBe(last + 60_000);
});

test('hastened it comes at once, and no sooner than 5 s after the one before', async () => {
  const { clock, begun, pace } = stand();
  await clock.pass(20_000);
  pace.hasten();
  await clock.pass(1000);
  for (let i = 0; i < 10; i += 1) pace.hasten();
  await clock.pass(10_000);
  expect(begun).toEqual([0, 20_000, 25_000]);
});

test('never two at a time: what is hastened meanwhile follows', async () => {
  const { clock, begun, pace, state } = stand();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.rest = promise;
  await clock.pass(200_000);
  pace.hasten();
  await clock.pass(200_000);
  expect(begun).toEqual([0]);
  resolve();
  await clock.pass(0);
  expect(begun).toEqual([0, 400_000]);
});

test('disposed it aborts the turn under way, and none follows', async () => {
  const { clock, begun, pace, state, isAborted } = stand();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.rest = promise;
  await clock.pass(0);
  pace[Symbol.dispose]();
  expect(isAborted()).toBe(true);
  resolve();
  pace.hasten();
  await clock.pass(200_000);
  expect(begun).toEqual([0]);
  expect(clock.waiting).toBe(0);
});
