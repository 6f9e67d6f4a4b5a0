import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breaches, describeBreach, parseRange } from '../../src/model/range.ts';
import { stateOf } from '../../src/check/evaluate.ts';

interface Vectors {
  cases: {
    range: string;
    value: number;
    alert: 'yes' | 'no' | 'invalid' | null;
    class: string;
    c_2_3_3?: string;
  }[];
  status_cases: { warning: string | null; critical: string | null; value: number; status: string }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/nagios/threshold_cases.json', import.meta.url), 'utf8'),
) as Vectors;

function answer(range: string, value: number): 'yes' | 'no' | 'invalid' {
  const parsed = parseRange(range);
  if (!parsed.ok) return 'invalid';
  return breaches(parsed.range, value) ? 'yes' : 'no';
}

describe('as both reference implementations answer', () => {
  const agreed = vectors.cases.filter((one) => one.class === 'agreed');
  test('there are cases', () => expect(agreed.length).toBeGreaterThan(150));
  test.for(agreed)('$range of $value: $alert', ({ range, value, alert }) => {
    expect(answer(range, value)).toBe(alert);
  });
});

describe('what only one of them takes', () => {
  const unsettled = vectors.cases.filter((one) => one.class === 'implementation-defined');
  /** Well-formed by the guideline; Perl trips over zeros and a large E. There the C plugins are right. */
  const WELL_FORMED = new Set(['0', '0:0', '0:', '-0:0', '1E3:']);
  test.for(unsettled)('$range of $value', ({ range, value, c_2_3_3: inC }) => {
    expect(answer(range, value)).toBe(WELL_FORMED.has(range) ? inC : 'invalid');
  });
});

describe('two ranges and a value', () => {
  function status(warning: string, critical: string, value: number): string {
    const [warn, crit] = [warning, critical].map((text) => (text === '' ? null : parseRange(text)));
    if (warn?.ok === false || crit?.ok === false) return 'INVALID';
    return stateOf(value, { warning: warn?.range ?? null, critical: crit?.range ?? null });
  }
  test.for(vectors.status_cases)('$warning, $critical: $value is $status', (one) => {
    expect(status(one.warning ?? '', one.critical ?? '', one.value)).toBe(one.status);
  });
  test.for(['10', '@~:', ''])('a value that is not a number is UNKNOWN: "%s"', (range) => {
    expect(status(range, range, Number.NaN)).toBe('UNKNOWN');
  });
});

describe('malformed ranges', () => {
  test.for([
    { text: '', words: 'has no bound' },
    { text: '@', words: 'has no bound' },
    { text: ':', words: 'has no bound' },
    { text: 'foo', words: '"foo" is not a number' },
    { text: 'foo:5', words: '"foo" is not a number' },
    { text: '80%', words: 'leave the % out' },
    { text: '10,5', words: 'decimals take a point' },
    { text: '10:20:30', words: 'more than one colon' },
    { text: '@@10:20', words: '"@10" is not a number' },
    { text: '0x10', words: 'is not a number' },
    { text: 'inf', words: 'is not a number' },
    { text: '1e999', words: 'is not a number' },
    { text: '~', words: 'can only be the start' },
    { text: '~10', words: 'can only be the start' },
    { text: '10:~', words: 'can only be the start' },
    { text: '-10', words: 'for "below -10" write -10:' },
    { text: '20:10', words: 'starts at 20, above its end 10' },
    { text: '1e', words: 'is not a number' },
    { text: '٣', words: 'is not a number' },
    { text: '1'.repeat(101), words: 'more than 100 characters' },
  ])('$text', ({ text, words }) => {
    const parsed = parseRange(text);
    expect(parsed.ok ? 'accepted' : parsed.fault).toContain(words);
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.double(), (text, value) => {
        const parsed = parseRange(text);
        if (parsed.ok) describeBreach(parsed.range, value);
        else expect(parsed.fault.length).toBeLessThan(300);
      }),
    );
  });
});

describe('words for a breach', () => {
  test.for([
    { range: '8', value: 9.61, words: 'above 8' },
    { range: '8', value: -1, words: 'below 0' },
    { range: '10:', value: 3, words: 'below 10' },
    { range: '~:10', value: 12, words: 'above 10' },
    { range: '10:20', value: 25, words: 'outside 10 to 20' },
    { range: '-5:5', value: 9, words: 'outside -5 to 5' },
    { range: '@10:20', value: 15, words: 'within 10 to 20' },
    { range: '@~:10', value: 1, words: 'at or below 10' },
    { range: '@10:', value: 11, words: 'at or above 10' },
    { range: '@3:3', value: 3, words: 'at 3' },
    { range: '3:3', value: 4, words: 'at anything but 3' },
  ])('$range of $value', ({ range, value, words }) => {
    const parsed = parseRange(range);
    expect(parsed.ok && describeBreach(parsed.range, value)).toBe(words);
  });
});

test('a value that is not a number breaches no range', () => {
  expect(answer('10', Number.NaN)).toBe('no');
  expect(answer('@~:', Number.NaN)).toBe('no');
});
