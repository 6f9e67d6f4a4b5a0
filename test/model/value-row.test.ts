import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseValueRow } from '../../src/model/value-row.ts';

test.for([
  { text: '1', values: [1] },
  { text: '1 9x3 _ 1', values: [1, 9, 9, 9, null, 1] },
  { text: '0+10x3', values: [0, 10, 20, 30] },
  { text: '100-25x4', values: [100, 75, 50, 25, 0] },
  { text: '-5+5x2', values: [-5, 0, 5] },
  { text: '0+0.1x3', values: [0, 0.1, 0.2, 0.3] },
  { text: '_x2 1e3 .5 +4', values: [null, null, 1000, 0.5, 4] },
  { text: 'nan NaNx2', values: [Number.NaN, Number.NaN, Number.NaN] },
  { text: '  3\n 4 ', values: [3, 4] },
])('$text', ({ text, values }) => {
  expect(parseValueRow(text)).toEqual({ ok: true, values });
});

test.for([
  { text: '', words: 'holds no value' },
  { text: 'high', words: '"high" is no value; expected like 1, 9x6' },
  { text: '1x0', words: 'is there no time at all' },
  { text: '1+2', words: 'needs a number of steps, like 1+2x5' },
  { text: '_+2x5', words: 'has a step, but no number' },
  { text: '1x100001', words: 'makes more than 100000 values' },
  { text: '1x99999 1 1', words: 'makes more than 100000 values' },
  { text: '1,5', words: 'is no value' },
])('refused: $text', ({ text, words }) => {
  const row = parseValueRow(text);
  expect(row.ok ? 'taken' : row.fault).toContain(words);
});

test('whatever stands there, it answers', () => {
  const word = fc.stringMatching(/^[-+_x.0-9naneE ]{0,12}$/);
  fc.assert(
    fc.property(word, (text) => {
      const row = parseValueRow(text);
      expect(row.ok ? row.values.length : row.fault.length).toBeGreaterThan(0);
    }),
  );
});
