import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GRAPHITE_PATH_BYTES_MAX, LINE_BYTES_MAX } from '../../../src/limits.ts';
import { decodeGraphite, emptyGraphiteLine } from '../../../src/wire/graphite/decode.ts';
import { encodeGraphite } from '../../../src/wire/graphite/encode.ts';

type Read = [path: string, value: number, time: number] | string;

function read(bytes: Uint8Array, start = 0, end = bytes.length): Read[] {
  const found: Read[] = [];
  decodeGraphite(bytes, { start, end }, emptyGraphiteLine(), {
    line: ({ buffer, pathAt, pathLength, value, timeS }) => {
      const path = Buffer.from(buffer.subarray(pathAt, pathAt + pathLength)).toString();
      found.push([path, value, timeS]);
    },
    skipped: (fault) => found.push(fault),
  });
  return found;
}

const long = (n: number) => 'n'.repeat(n);

test.for<{ name: string; text: string; reads: Read[] }>([
  { name: 'one line', text: 'a.b.c 1.5 1700000000\n', reads: [['a.b.c', 1.5, 1_700_000_000]] },
  { name: 'without its line break', text: 'a 1 2', reads: [['a', 1, 2]] },
  { name: 'CRLF, blanks and tabs around', text: ' \ta \t 1  2 \r\n', reads: [['a', 1, 2]] },
  {
    name: 'several, with empty ones',
    text: '\n\na 1 2\n\r\nb 3 4\n',
    reads: [
      ['a', 1, 2],
      ['b', 3, 4],
    ],
  },
  { name: 'no time: now', text: 'a 1\n', reads: [['a', 1, NaN]] },
  { name: '-1: now', text: 'a 1 -1\n', reads: [['a', 1, NaN]] },
  { name: 'a time with a fraction', text: 'a 1 1700000000.25\n', reads: [['a', 1, 1_700_000_000.25]] },
  { name: 'a time before 1970', text: 'a 1 -2\n', reads: [['a', 1, -2]] },
  {
    name: 'exponent and sign',
    text: 'a -1.5e3 2\nb +7 2',
    reads: [
      ['a', -1500, 2],
      ['b', 7, 2],
    ],
  },
  {
    name: 'no value',
    text: 'a nan 2\nb NaN 2',
    reads: [
      ['a', NaN, 2],
      ['b', NaN, 2],
    ],
  },
  { name: 'infinity', text: 'a inf 2\n', reads: ['bad-number'] },
  {
    name: 'text for a value',
    text: 'a one 2\na 1x 2\na 0x10 2',
    reads: ['bad-number', 'bad-number', 'bad-number'],
  },
  { name: 'text for a time', text: 'a 1 now\na 1 nan', reads: ['bad-time', 'bad-time'] },
  { name: 'a name alone', text: 'a\n', reads: ['bad-line'] },
  { name: 'four words', text: 'a 1 2 3\n', reads: ['bad-line'] },
  {
    name: 'a bad line costs only itself',
    text: 'a 1 2\nb\nc 3 4\n',
    reads: [['a', 1, 2], 'bad-line', ['c', 3, 4]],
  },
  { name: 'tags', text: 'disk.used;host=a;mount=/ 1 2', reads: [['disk.used;host=a;mount=/', 1, 2]] },
  { name: 'tags without a name', text: ';host=a 1 2', reads: ['bad-line'] },
  { name: 'dots alone', text: '... 1 2', reads: ['bad-line'] },
  { name: 'a control character in the name', text: 'a\u0001b 1 2', reads: ['bad-line'] },
  { name: 'a NUL', text: 'a\0b 1 2', reads: ['bad-line'] },
  { name: 'UTF-8', text: 'größe 1 2', reads: [['größe', 1, 2]] },
  {
    name: 'the longest name',
    text: `${long(GRAPHITE_PATH_BYTES_MAX)} 1 2`,
    reads: [[long(GRAPHITE_PATH_BYTES_MAX), 1, 2]],
  },
  { name: 'a longer name', text: `${long(GRAPHITE_PATH_BYTES_MAX + 1)} 1 2`, reads: ['name-too-long'] },
  {
    name: 'a line without end',
    text: `a 1 ${long(LINE_BYTES_MAX)}\nb 1 2`,
    reads: ['line-too-long', ['b', 1, 2]],
  },
])('$name', ({ text, reads }) => {
  expect(read(Buffer.from(text))).toEqual(reads);
});

test('a line that is a part of a buffer ends with it', () => {
  const bytes = Buffer.from('xxa 1 2yy\n');
  expect(read(bytes, 2, 7)).toEqual([['a', 1, 2]]);
});

test('every prefix of a line reads as something or is refused', () => {
  const bytes = Buffer.from('servers.web-1.cpu.idle;dc=a 99.5 1700000000\n');
  for (let end = 0; end <= bytes.length; end += 1) expect(read(bytes, 0, end).length).toBeLessThanOrEqual(1);
});

test('what is encoded is read', () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9._/-]{0,80}$/);
  const values = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(names, values, fc.nat(), (path, value, timeS) => {
      const text = encodeGraphite({ path, value: String(value), timeS: String(timeS) });
      expect(read(Buffer.from(text))).toEqual([[path, Number(String(value)), timeS]]);
    }),
  );
});

test('never throws, and answers one outcome a line at most', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const lines = Buffer.from(bytes).toString('latin1').split('\n').length;
      expect(read(bytes).length).toBeLessThanOrEqual(lines);
    }),
  );
});
