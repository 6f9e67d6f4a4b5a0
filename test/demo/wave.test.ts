import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanOver, pulseAt, secondsInto, totalOver, valueAt } from '../../src/demo/wave.ts';
import type { Pulse, Wave } from '../../src/demo/wave.ts';

const PULSE: Pulse = { atS: 100, everyS: 60, lengthS: 20, rampS: 5 };

test.for([
  { name: 'begins to rise', timeS: 100, value: 0 },
  { name: 'half way up', timeS: 102.5, value: 0.5 },
  { name: 'is up', timeS: 105, value: 1 },
  { name: 'is up until its length is over', timeS: 120, value: 1 },
  { name: 'half way down', timeS: 122.5, value: 0.5 },
  { name: 'is over', timeS: 125, value: 0 },
  { name: 'waits', timeS: 159, value: 0 },
  { name: 'comes again', timeS: 170, value: 1 },
  { name: 'was there before', timeS: 50, value: 1 },
  { name: 'and waited before', timeS: 99, value: 0 },
])('a pulse $name', ({ timeS, value }) => {
  expect(pulseAt(PULSE, timeS)).toBeCloseTo(value);
});

test('a pulse without a ramp has edges', () => {
  const edged = { ...PULSE, rampS: 0 };
  expect([99, 100, 119, 120].map((timeS) => pulseAt(edged, timeS))).toEqual([0, 1, 1, 0]);
});

test.for([
  { timeS: 100, into: 0 },
  { timeS: 130, into: 30 },
  { timeS: 160, into: 0 },
  { timeS: 90, into: 50 },
])('at $timeS it is $into s into its turn', ({ timeS, into }) => {
  expect(secondsInto(PULSE, timeS)).toBe(into);
});

describe('a total', () => {
  const wave: Wave = {
    base: 0.4,
    tones: [
      { amplitude: 0.2, periodS: 300, phase: 1 },
      { amplitude: 0.05, periodS: 47, phase: 2 },
    ],
    pulses: [
      { height: 2, pulse: PULSE },
      { height: 1, pulse: { ...PULSE, rampS: 0 } },
    ],
  };

  test.for([
    { name: 'in a ramp', fromS: 100, toS: 103 },
    { name: 'over a whole turn', fromS: 100, toS: 160 },
    { name: 'across several turns', fromS: 37, toS: 991 },
    { name: 'backwards from the pulse', fromS: -400, toS: 12 },
  ])('is the sum of the values $name', ({ fromS, toS }) => {
    const stepS = 1 / 64;
    let sum = 0;
    for (let s = fromS; s < toS; s += stepS) sum += valueAt(wave, s + stepS / 2) * stepS;
    expect(totalOver(wave, fromS, toS)).toBeCloseTo(sum, 1);
  });

  test('of two parts is that of the whole', () => {
    const second = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(second, second, second, (a, b, c) => {
        expect(totalOver(wave, a, b) + totalOver(wave, b, c)).toBeCloseTo(totalOver(wave, a, c), 4);
      }),
    );
  });

  test('never falls where the value is never negative', () => {
    const seconds = fc.tuple(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
    );
    fc.assert(fc.property(seconds, ([fromS, forS]) => totalOver(wave, fromS, fromS + forS) >= 0));
  });

  test('over a time is a mean', () => {
    expect(meanOver({ base: 3, tones: [], pulses: [] }, 1000, 60)).toBeCloseTo(3);
  });
});
