import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dueMs, staleOutput } from '../../src/check/freshness.ts';
import { evaluate, formatQuantity, formatValue, stateOf } from '../../src/check/evaluate.ts';
import { parseRange } from '../../src/model/range.ts';
import type { Range } from '../../src/model/range.ts';

function rangeOf(text: string | null): Range | null {
  if (text === null || text === '') return null;
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.range;
}

describe('output', () => {
  test.for([
    {
      value: 9.61,
      warning: '4',
      critical: '8',
      units: ' ',
      is: ['CRITICAL', 'load_one is 9.61 · critical above 8'],
    },
    { value: 5, warning: '4', critical: '8', units: '', is: ['WARNING', 'load_one is 5 · warning above 4'] },
    { value: 0.3123, warning: '4', critical: '8', units: '', is: ['OK', 'load_one is 0.312'] },
    {
      value: 3,
      warning: '',
      critical: '10:',
      units: '%',
      is: ['CRITICAL', 'load_one is 3 % · critical below 10'],
    },
    {
      value: 25,
      warning: '',
      critical: '10:20',
      units: '',
      is: ['CRITICAL', 'load_one is 25 · critical outside 10 to 20'],
    },
    {
      value: 8.0001,
      warning: '',
      critical: '8',
      units: '',
      is: ['CRITICAL', 'load_one is 8.0001 · critical above 8'],
    },
    {
      value: Number.NaN,
      warning: '4',
      critical: '8',
      units: '',
      is: ['UNKNOWN', 'load_one is not a number'],
    },
    {
      value: Infinity,
      warning: '',
      critical: '8',
      units: '',
      is: ['CRITICAL', 'load_one is infinite · critical above 8'],
    },
    { value: 7, warning: '', critical: '', units: '', is: ['OK', 'load_one is 7'] },
  ])('$value: $is', ({ value, warning, critical, units, is }) => {
    const thresholds = { warning: rangeOf(warning), critical: rangeOf(critical) };
    const { state, output } = evaluate({ metric: 'load_one', value, units }, thresholds);
    expect([state, output]).toEqual(is);
  });
});

describe('critical before warning, as the plugins do', () => {
  const { status_cases } = JSON.parse(
    readFileSync(new URL('../vectors/nagios/threshold_cases.json', import.meta.url), 'utf8'),
  ) as { status_cases: { warning: string | null; critical: string | null; value: number; status: string }[] };
  test.for(status_cases)('$warning, $critical of $value: $status', ({ warning, critical, value, status }) => {
    const invalid = [warning, critical].some((text) => text !== null && !parseRange(text).ok);
    const found = invalid
      ? 'INVALID'
      : stateOf(value, { warning: rangeOf(warning), critical: rangeOf(critical) });
    expect(found).toBe(status);
  });
});

test.for([
  { value: 1234567.891, text: '1234567.89' },
  { value: 0.000123456, text: '0.000123' },
  { value: -2.71528, text: '-2.72' },
  { value: 12, text: '12' },
])('$value is written $text', ({ value, text }) => expect(formatValue(value)).toBe(text));

describe('freshness', () => {
  test.for([
    { name: 'heard since we listen', arrivalMs: 5_000, due: 35_000 },
    { name: 'from before: the grace', arrivalMs: 900, due: 61_000 },
    { name: 'from before with a long limit of its own', arrivalMs: 900, limitMs: 90_000, due: 91_000 },
  ])('$name', ({ arrivalMs, limitMs = 30_000, due }) => {
    expect(dueMs({ arrivalMs, limitMs, graceFromMs: 1000, graceMs: 60_000 })).toBe(due);
  });

  test('words', () => {
    expect(staleOutput(6_000, 100_000, { intervalS: 10, tmaxS: 0 })).toBe(
      'no sample for 94 s (expected every 10 s)',
    );
    expect(staleOutput(0, 100_000, { intervalS: 15, tmaxS: 70 })).toBe(
      "no sample since the server's start (expected every 70 s)",
    );
  });
});

test.for([
  { value: 29_700_000_000, units: 'bytes', text: '29.7 GB' },
  { value: 999, units: 'bytes', text: '999 bytes' },
  { value: 1_234_567, units: 'bytes/sec', text: '1.23 MB/s' },
  { value: 76.456, units: '%', text: '76.46 %' },
  { value: 4, units: ' ', text: '4' },
])('$value $units is written $text', ({ value, units, text }) =>
  expect(formatQuantity(value, units)).toBe(text),
);

test('the bounds of bytes are written like the value', () => {
  const critical = parseRange('2000000000:');
  if (!critical.ok) throw new Error(critical.fault);
  const reading = { metric: 'free', value: 1_500_000_000, units: 'bytes' };
  expect(evaluate(reading, { warning: null, critical: critical.range }).output).toBe(
    'free is 1.5 GB · critical below 2 GB',
  );
});
