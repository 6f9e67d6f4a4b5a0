import { describe, expect, test } from 'vitest';
import { parseTime, readTimeRange } from '../../src/http/time-range.ts';

const NOW_MS = 1_700_000_000_500;

describe('parseTime', () => {
  test.for([
    { text: 'now', timeS: 1_700_000_001 },
    { text: '-1h', timeS: 1_699_996_400 },
    { text: '-30s', timeS: 1_699_999_970 },
    { text: '-90m', timeS: 1_699_994_600 },
    { text: '-1.5d', timeS: 1_699_870_400 },
    { text: '-2w', timeS: 1_698_790_400 },
    { text: '-500ms', timeS: 1_700_000_000 },
    { text: '1699999999', timeS: 1_699_999_999 },
    { text: '1699999999.7', timeS: 1_699_999_999 },
    { text: '1699999999000', timeS: undefined },
    { text: '1h', timeS: undefined },
    { text: '-1y', timeS: undefined },
    { text: '-99999999w', timeS: undefined },
    { text: '-5', timeS: undefined },
    { text: '0x10', timeS: undefined },
    { text: '1e9', timeS: undefined },
    { text: '', timeS: undefined },
    { text: 'yesterday', timeS: undefined },
  ])('$text', ({ text, timeS }) => {
    expect(parseTime(text, NOW_MS)).toBe(timeS);
  });
});

test.for([
  { from: '-1h', to: 'soon', code: 'bad_time' },
  { from: 'then', to: 'now', code: 'bad_time' },
  { from: 'now', to: '-1h', code: 'bad_range' },
  { from: '5', to: '5', code: 'bad_range' },
])('$from to $to is refused', ({ from, to, code }) => {
  expect(() => readTimeRange({ from, to }, NOW_MS)).toThrow(expect.objectContaining({ code }));
});
