import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PERFORMANCE_ITEMS_MAX } from '../../src/limits.ts';
import { readPerformanceData } from '../../src/wire/performance-data.ts';

interface Expected {
  readonly label: string;
  readonly value: number | null;
  readonly uom: string;
  readonly warn: string | null;
  readonly crit: string | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** The guidelines, and the tests of Monitoring::Plugin and Icinga 2. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/nagios/perfdata_cases.json', import.meta.url), 'utf8'),
) as { perfstring_cases: { input: string; expected: Expected[] | null }[] };

const agreed = vectors.perfstring_cases.flatMap(({ input, expected }) =>
  expected === null ? [] : [{ input, expected }],
);

test.for(agreed)('$input', ({ input, expected }) => {
  const items = expected.map(({ warn, crit, ...rest }) => ({
    ...rest,
    warning: warn ?? '',
    critical: crit ?? '',
  }));
  expect(readPerformanceData(input).items).toEqual(items);
});

const short = (text: string) =>
  readPerformanceData(text).items.map(({ label, value, uom, warning, critical, min, max }) =>
    [label, value, uom, warning, critical, min ?? '', max ?? ''].join('|'),
  );

test.for([
  { name: 'a decimal comma is no number', text: 'test=1,23456', items: [] },
  {
    name: 'nor in one of several',
    text: 'rta=1,391ms;100,200;500,034;0; pl=0%;20;60;;',
    items: ['pl|0|%|20|60||'],
  },
  { name: 'a bad range is left out', text: 'test=1;1;123,456;1;1', items: ['test|1||1||1|1'] },
  { name: 'a bad bound is left out', text: 'test=1;1;2;x;1e400', items: ['test|1||1|2||'] },
  { name: 'an empty label', text: "''=5 =6", items: [] },
  { name: 'double =', text: 'a==5', items: [] },
  { name: 'blanks around =', text: 'a = 5', items: [] },
  { name: 'too large for a number', text: 'a=1e400', items: [] },
  { name: 'six fields', text: 'a=1;2;3;4;5;6', items: ['a|1||2|3|4|5'] },
  { name: 'quotes and = in quotes', text: "'a=b ''c'''=1 d=2", items: ["a=b 'c'|1|||||", 'd|2|||||'] },
  { name: 'a quote that is never closed', text: "'a b=1 c=2", items: ['b|1|||||', 'c|2|||||'] },
  {
    name: 'units',
    text: 'a=1c b=2KB c=3% d=4req/s e=5EB f=6E g=7m²',
    items: ['a|1|c||||', 'b|2|KB||||', 'c|3|%||||', 'd|4|req/s||||', 'e|5|EB||||', 'f|6|E||||', 'g|7|m²||||'],
  },
  { name: 'what is no unit', text: 'a=1;2 b=1.2.3 c=1x2y d=0x1F', items: ['a|1||2|||'] },
  { name: 'not a number', text: 'a=nan b=inf c=-Inf d=Ux', items: [] },
])('$name', ({ text, items }) => {
  expect(short(text)).toEqual(items);
});

test('so many items and no more, the others counted', () => {
  const text = Array.from({ length: PERFORMANCE_ITEMS_MAX + 3 }, (_, i) => `a${i}=${i}`).join(' ');
  expect(readPerformanceData(text)).toMatchObject({ dropped: 3, items: { length: PERFORMANCE_ITEMS_MAX } });
});

test('any text has an answer', () => {
  const unit = fc.constantFrom("'", '=', ';', ' ', '1', 'U', '.', 'e', '-', '@', ':', '~', 'a', '%');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
      for (const { label, value } of readPerformanceData(text).items) {
        expect(label).not.toBe('');
        expect(value === null || Number.isFinite(value)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('long nonsense takes no time', () => {
  const text = `a=${'1'.repeat(60_000)}x b=${'1'.repeat(60_000)} ${"'".repeat(60_001)}`;
  expect(readPerformanceData(text).items).toEqual([]);
});
