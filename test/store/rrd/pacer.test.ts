import { expect, test } from 'vitest';
import { Pacer } from '../../../src/store/rrd/pacer.ts';

test('as many a second as told, and a second saved up at most', () => {
  let nowMs = 0;
  const pacer = new Pacer({ perSecond: 2, underWayMax: 100 }, () => nowMs);
  const admitted = (tries: number) =>
    Array.from({ length: tries }, () => pacer.admit()).filter((one) => one !== undefined).length;
  expect(admitted(5)).toBe(2);
  nowMs = 500;
  expect(admitted(5)).toBe(1);
  nowMs = 60_000;
  expect(admitted(5)).toBe(2);
});

test('no more than told are under way', () => {
  const pacer = new Pacer({ perSecond: 100, underWayMax: 2 }, () => 0);
  const [first] = [pacer.admit(), pacer.admit()];
  expect(pacer.admit()).toBeUndefined();
  first?.[Symbol.dispose]();
  expect(pacer.admit()).toBeDefined();
  expect(pacer.admit()).toBeUndefined();
});
