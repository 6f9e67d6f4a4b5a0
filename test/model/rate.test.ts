import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KIND, kindName } from '../../src/model/kind.ts';
import {
  counterStep,
  doubleOf,
  integerWordsOf,
  rateBetween,
  rawNumber,
  rawText,
  wordsOf,
} from '../../src/model/rate.ts';
import type { Kind } from '../../src/model/kind.ts';
import type { RawWords } from '../../src/model/rate.ts';

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

function split(value: bigint): RawWords {
  const bits = BigInt.asUintN(64, value);
  return { hi: Number(bits >> 32n), lo: Number(bits & 0xffffffffn) };
}

const source = (kind: Kind, min: number | null = null, max: number | null = null) => ({ kind, min, max });

describe('words', () => {
  test('a double survives the way into words and back', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const words = { hi: 0, lo: 0 };
        wordsOf(value, words);
        expect(doubleOf(words.hi, words.lo)).toBe(value);
      }),
    );
  });

  test('integers are written exactly, signed or not', () => {
    fc.assert(
      fc.property(u64, (value) => {
        const { hi, lo } = split(value);
        expect(rawText(KIND.counter, hi, lo)).toBe(String(value));
        expect(rawText(KIND.absolute, hi, lo)).toBe(String(value));
        expect(rawText(KIND.derive, hi, lo)).toBe(String(BigInt.asIntN(64, value)));
        expect(rawNumber(KIND.counter, hi, lo)).toBe(Number(value));
      }),
    );
  });

  test.for([
    { value: 1.9, kind: KIND.counter, text: '1' },
    { value: -5, kind: KIND.counter, text: '0' },
    { value: 1e300, kind: KIND.counter, text: '18446744073709549568' },
    { value: -1.5, kind: KIND.derive, text: '-2' },
    { value: -1e300, kind: KIND.derive, text: '-9223372036854775808' },
    { value: 1e300, kind: KIND.derive, text: '9223372036854774784' },
  ])('$value as $kind is $text', ({ value, kind, text }) => {
    const words = { hi: 0, lo: 0 };
    integerWordsOf(value, kind, words);
    expect(rawText(kind, words.hi, words.lo)).toBe(text);
  });

  test('a gauge that is not a number is written U', () => {
    const words = { hi: 0, lo: 0 };
    wordsOf(Number.NaN, words);
    expect(rawText(KIND.gauge, words.hi, words.lo)).toBe('U');
  });

  test('kinds have collectd’s codes', () => {
    expect([0, 1, 2, 3].map((code) => kindName(code as Kind))).toEqual([
      'counter',
      'gauge',
      'derive',
      'absolute',
    ]);
  });
});

describe('a counter that drops', () => {
  test.for([
    { name: 'not at all', old: 5n, now: 5n, step: 'forward' },
    { name: 'from just above nine tenths of 2^32', old: 3_865_470_567n, now: 1n, step: 'wrap' },
    { name: 'from just below nine tenths of 2^32', old: 3_865_470_566n, now: 1n, step: 'reset' },
    { name: 'from the lower half of 64 bits', old: 2n ** 40n, now: 1n, step: 'reset' },
    { name: 'from the end of 64 bits', old: 2n ** 64n - 1n, now: 0n, step: 'wrap' },
  ])('$name: $step', ({ old, now, step }) => {
    const [from, to] = [split(old), split(now)];
    expect(counterStep(from.hi, from.lo, to.hi, to.lo)).toBe(step);
  });
});

describe('rates', () => {
  test('a forward counter is (new − old) / seconds, exact over all 64 bits', () => {
    fc.assert(
      fc.property(
        u64,
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: 1, max: 3600 }),
        (old, plus, seconds) => {
          const now = old + BigInt(plus);
          fc.pre(now < 2n ** 64n);
          expect(rateBetween(source(KIND.counter), split(old), split(now), seconds)).toBe(plus / seconds);
        },
      ),
    );
  });

  test('a derive is the signed difference, over all 64 bits', () => {
    const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(i64, i64, (old, now) => {
        const difference = Number(BigInt.asIntN(64, now - old));
        expect(rateBetween(source(KIND.derive), split(old), split(now), 1)).toBe(difference);
      }),
    );
  });

  test.for([
    {
      name: 'a wrap within the maximum',
      s: source(KIND.counter, 0, 100),
      old: 2n ** 32n - 10n,
      now: 90n,
      rate: 10,
    },
    {
      name: 'a wrap beyond it is a reset',
      s: source(KIND.counter, 0, 5),
      old: 2n ** 32n - 10n,
      now: 90n,
      rate: NaN,
    },
    { name: 'a derive below its minimum', s: source(KIND.derive, 0), old: 100n, now: 0n, rate: NaN },
    { name: 'a derive above its maximum', s: source(KIND.derive, 0, 5), old: 0n, now: 100n, rate: NaN },
    { name: 'a derive at its maximum', s: source(KIND.derive, 0, 10), old: 0n, now: 100n, rate: 10 },
    { name: 'an absolute', s: source(KIND.absolute), old: 0n, now: 50n, rate: 5 },
    { name: 'an absolute above its maximum', s: source(KIND.absolute, 0, 4), old: 0n, now: 50n, rate: NaN },
    { name: 'a gauge at its minimum', s: source(KIND.gauge, 0), old: 0n, now: 0n, rate: 0 },
  ])('$name', ({ s, old, now, rate }) => {
    expect(rateBetween(s, split(old), split(now), 10)).toBe(rate);
  });

  test('no time between, no rate', () => {
    for (const kind of [KIND.counter, KIND.derive, KIND.absolute]) {
      expect(rateBetween(source(kind), split(1n), split(2n), 0)).toBeNaN();
    }
  });
});
