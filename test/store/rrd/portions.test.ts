import { expect, test } from 'vitest';
import { RRD_NUMBERS_PER_READ_MAX, RRD_SOURCES_PER_READ_MAX } from '../../../src/limits.ts';
import { portions } from '../../../src/store/rrd/portions.ts';

const cut = (sizes: readonly number[], weight: (size: number) => { sources: number; numbers: number }) =>
  portions(sizes, () => '', weight).map((files) => files.length);

test.for([
  { name: 'none', files: 0, numbers: 1, lengths: [] },
  { name: 'as many sources as a command has', files: RRD_SOURCES_PER_READ_MAX, numbers: 1, lengths: [64] },
  { name: 'one more', files: RRD_SOURCES_PER_READ_MAX + 1, numbers: 1, lengths: [64, 1] },
  { name: 'long rows', files: 5, numbers: RRD_NUMBERS_PER_READ_MAX / 2, lengths: [2, 2, 1] },
  {
    name: 'rows longer than a command has',
    files: 2,
    numbers: 10 * RRD_NUMBERS_PER_READ_MAX,
    lengths: [1, 1],
  },
])('$name', ({ files, numbers, lengths }) => {
  expect(cut(Array(files).fill(0), () => ({ sources: 1, numbers }))).toEqual(lengths);
});

test('kinds do not share a command', () => {
  const kinds = portions(
    ['a1', 'b1', 'a2'],
    (name) => name[0] ?? '',
    () => ({ sources: 1, numbers: 1 }),
  );
  expect(kinds).toEqual([['a1', 'a2'], ['b1']]);
});
