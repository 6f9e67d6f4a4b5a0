import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeName, parseNumber } from '../../src/wire/text.ts';

const ahead = 3;
function place(bytes: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(ahead + bytes.length + 3).fill(0x39);
  buffer.set(bytes, ahead);
  return buffer;
}

describe('decodeName', () => {
  test.for([
    { name: 'empty', bytes: [], text: '' },
    { name: 'ASCII', bytes: [0x61, 0x62], text: 'ab' },
    { name: 'UTF-8', bytes: [0xc3, 0xa9, 0xe2, 0x9c, 0x93], text: 'é✓' },
    { name: 'Latin-1', bytes: [0xb0, 0x43], text: '°C' },
    { name: 'UTF-8 cut short', bytes: [0x61, 0xe2, 0x9c], text: 'aâ\u009C' },
    { name: 'up to a NUL', bytes: [0x61, 0, 0x62], text: 'a' },
  ])('$name', ({ bytes, text }) => {
    expect(decodeName(place(Uint8Array.from(bytes)), ahead, bytes.length)).toBe(text);
  });

  test('a name that is absent is empty, wherever it is said to stand', () => {
    expect(decodeName(Uint8Array.from([0x61]), 1200, 0)).toBe('');
  });

  test('text comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.isWellFormed() && !text.includes('\0'));
        const bytes = Buffer.from(text);
        expect(decodeName(place(bytes), ahead, bytes.length)).toBe(text);
      }),
    );
  });
});

describe('parseNumber', () => {
  const parse = (text: string) => {
    const bytes = Buffer.from(text, 'latin1');
    return parseNumber(place(bytes), ahead, bytes.length);
  };

  test.for([
    ['0', 0],
    ['-7', -7],
    ['+7', 7],
    ['36.6', 36.6],
    ['.5', 0.5],
    ['5.', 5],
    ['-0.25', -0.25],
    ['1.5e300', 1.5e300],
    ['1E-3', 0.001],
    ['4294967295', 4294967295],
    ['123456789012345678901234567890', 1.2345678901234568e29],
    ['0.1000000000000000055511151231257827', 0.1],
    ['1e999', Number.POSITIVE_INFINITY],
    [' 42\n', 42],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['-nan', Number.NaN],
  ] as const)('%s is %d', ([text, value]) => {
    expect(parse(text)).toBe(value);
  });

  test.for([
    '',
    ' ',
    '-',
    '.',
    '-.',
    'abc',
    '1x',
    '1 2',
    '0x10',
    '1e',
    'e5',
    '1.2.3',
    '--1',
    'infx',
    'nano',
    '1\0',
  ])('%j is no number', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('a very long one is refused in no time', () => {
    expect(parse('1'.repeat(60_000))).toBeUndefined();
  });

  test.for([
    ['digits', `${'1'.repeat(399)}x`],
    ['digits around a point', `${'1'.repeat(199)}.${'1'.repeat(199)}x`],
    ['digits of an exponent', `1e${'1'.repeat(397)}x`],
    ['blanks', `${' '.repeat(399)}x`],
  ] as const)('the dearest are not dear: %s', ([, text]) => {
    // As many as a sender gets into a few hundred datagrams: where pairs of places are looked at, 13 s.
    for (let n = 0; n < 50_000; n += 1) parse(text);
    expect(parse(text)).toBeUndefined();
  });

  test('every finite double comes back from its text', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        expect(parse(String(value))).toBe(Object.is(value, -0) ? 0 : value);
        expect(parse(value.toFixed(3))).toBe(Number(value.toFixed(3)));
      }),
    );
  });
});
