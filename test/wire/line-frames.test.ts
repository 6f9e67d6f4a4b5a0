import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_BYTES_MAX } from '../../src/limits.ts';
import { LineFrames } from '../../src/wire/line-frames.ts';

function framed(chunks: readonly (string | Buffer)[]) {
  const frames = new LineFrames(LINE_BYTES_MAX);
  const taken: string[] = [];
  for (const chunk of chunks) {
    frames.push(Buffer.from(chunk), (buffer, start, end) => {
      taken.push(Buffer.from(buffer.subarray(start, end)).toString('latin1'));
    });
  }
  return { taken, unended: frames.unended };
}

const long = 'x'.repeat(LINE_BYTES_MAX);

describe('a stream', () => {
  test.for([
    { name: 'whole lines', chunks: ['a\nb\n'], taken: ['a\nb\n'], unended: 0 },
    { name: 'a line in two', chunks: ['a', 'b\n'], taken: ['ab\n'], unended: 0 },
    {
      name: 'a line in three, and others',
      chunks: ['a\nb', 'c', 'd\ne\nf'],
      taken: ['a\n', 'bcd\n', 'e\n'],
      unended: 1,
    },
    { name: 'CRLF cut in the middle', chunks: ['a\r', '\nb\r\n'], taken: ['a\r\n', 'b\r\n'], unended: 0 },
    { name: 'nothing', chunks: [''], taken: [], unended: 0 },
    { name: 'the longest line', chunks: [long.slice(1), '\n'], taken: [`${long.slice(1)}\n`], unended: 0 },
  ])('$name', ({ chunks, taken, unended }) => {
    expect(framed(chunks)).toEqual({ taken, unended });
  });

  test('a line that is too long is handed on once, and what follows it is read', () => {
    const { taken, unended } = framed([`a\n${long}`, long, long, 'x\nb\n']);
    expect(taken).toEqual(['a\n', `${long}x`, 'b\n']);
    expect(unended).toBe(0);
  });

  test('a stream without an end of line keeps no more than a line', () => {
    const { taken, unended } = framed(Array.from({ length: 100 }, () => long));
    expect(taken).toEqual([`${long}x`]);
    expect(unended).toBe(0);
  });

  test('however it is cut, it is the same', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z]{0,20}$/), { maxLength: 20 });
    const cuts = fc.array(fc.nat(400), { maxLength: 10 });
    fc.assert(
      fc.property(lines, cuts, (texts, at) => {
        const stream = texts.map((text) => `${text}\n`).join('');
        const places = [0, ...at.map((n) => Math.min(n, stream.length)), stream.length].toSorted(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((place, i) => stream.slice(places[i], place));
        expect(framed(chunks).taken.join('')).toBe(stream);
      }),
    );
  });
});
