import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judged, percentOf, recordState, STEADY } from '../../src/check/flapping.ts';
import type { FlapRules } from '../../src/check/flapping.ts';
import type { Flaps, Status } from '../../src/model/service-state.ts';

const RULES: FlapRules = {
  flapDetectionEnabled: true,
  lowFlapThreshold: 5,
  highFlapThreshold: 20,
  flapDetectionOptions: [],
};
const OK: Status = { kind: 'ok', sinceMs: 0 };
const problem = (name: 'WARNING' | 'CRITICAL' | 'DOWN'): Status => ({
  kind: 'hard',
  problem: name,
  attempt: 1,
  sinceMs: 0,
});
const STATES: Readonly<Record<string, Status>> = {
  o: OK,
  w: problem('WARNING'),
  c: problem('CRITICAL'),
  d: problem('DOWN'),
};

function after(letters: string, rules = RULES, from: Flaps = STEADY): Flaps {
  return letters
    .split('')
    .reduce((flaps, letter) => recordState(flaps, STATES[letter] ?? OK, rules, 1), from);
}

test('one newest change is 6.25 %, and alternating states come to what Nagios showed for them', () => {
  const shown = ['c', 'co', 'coc', 'coco', 'cococ', 'cococo', 'cocococ'].map((letters) =>
    Number(after(letters).percent.toFixed(2)),
  );
  expect(shown).toEqual([6.25, 12.37, 18.36, 24.21, 29.93, 35.53, 40.99]);
});

test('twenty changes are all of it', () => {
  expect(after('co'.repeat(20)).percent).toBeCloseTo(100, 10);
});

test('a change leaves after twenty more states', () => {
  expect(after(`c${'o'.repeat(20)}`).history).not.toBe(0);
  expect(after(`c${'o'.repeat(21)}`)).toMatchObject({ history: 0, percent: 0, isFlapping: false });
});

describe('begins at the high threshold, ends at the low one', () => {
  test.for([
    { name: 'below high', letters: 'coc', isFlapping: false },
    { name: 'at high', letters: 'coco', isFlapping: true },
    { name: 'between, after that', letters: `coco${'o'.repeat(12)}`, isFlapping: true },
    { name: 'low', letters: `coco${'o'.repeat(19)}`, isFlapping: false },
  ])('$name', ({ letters, isFlapping }) => {
    expect(after(letters).isFlapping).toBe(isFlapping);
  });
});

test('the percentage is known though detection is off', () => {
  expect(after('cococo', { ...RULES, flapDetectionEnabled: false })).toMatchObject({
    percent: expect.closeTo(35.53, 2),
    isFlapping: false,
  });
});

test('states that are not looked at are not recorded', () => {
  expect(after('owowow', { ...RULES, flapDetectionOptions: ['o', 'c'] }).history).toBe(0);
  expect(after('dodo', { ...RULES, flapDetectionOptions: ['o', 'd'] }).isFlapping).toBe(true);
});

test('other thresholds judge the same history anew', () => {
  const flaps = after('coco');
  expect(judged(flaps, { ...RULES, lowFlapThreshold: 30, highFlapThreshold: 40 }).isFlapping).toBe(false);
  expect(judged({ ...flaps, percent: 0 }, RULES)).toEqual(flaps);
});

test('whatever the states, it is as adding up the weights says, and a safe integer', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('o', 'w', 'c'), { maxLength: 60 }), (letters) => {
      const states = ['o'.repeat(21), ...letters].join('').slice(-21);
      let sum = 0;
      for (let x = 1; x <= 20; x += 1) {
        if (states[x] !== states[x - 1]) sum += 0.75 + ((x - 1) * 0.5) / 19;
      }
      const { history } = after(letters.join(''));
      expect(Number.isSafeInteger(history)).toBe(true);
      expect(percentOf(history)).toBeCloseTo((sum * 100) / 20, 8);
    }),
  );
});
