import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definition, parseXport, xportCommand } from '../../../src/store/rrd/xport.ts';

const rows = { startS: 600, endS: 1200, widthS: 300 };

function answer(lines: readonly string[], meta = { start: 900, step: 300 }): string {
  const legend = '    "legend": [\n      ""\n          ]\n     },\n';
  const about = '{ "about": "RRDtool graph JSON output",\n  "meta": {\n';
  const head = `${about}    "start": ${meta.start},\n    "end": 1200,\n`;
  return `${head}    "step": ${meta.step},\n${legend}  "data": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

test('the command names rows, definitions and exports', () => {
  const one = { name: 'v0', source: 'sum', cf: 'AVERAGE', stepS: 60 } as const;
  expect(definition({ ...one, path: '/a/b.rrd' })).toBe("'DEF:v0=/a/b.rrd:sum:AVERAGE:step=60'");
  expect(definition({ ...one, path: "/a:b/it's.rrd", reduce: 'MAX' })).toBe(
    `'DEF:v0=/a\\:b/it'"'"'s.rrd:sum:AVERAGE:step=60:reduce=MAX'`,
  );
  expect(xportCommand(rows, ['DEF:v0', 'XPORT:v0'])).toBe(
    'xport --json -s 600 -e 1200 --step 300 --maxrows 10 DEF:v0 XPORT:v0',
  );
});

test('a column for each export', () => {
  const text = answer(['    [ 1.5000000000e+00, null ]', '    [ -2.2500000000e-03, 1.0000000000e+300 ]']);
  expect(parseXport(text, rows, 2)).toEqual([Float64Array.of(1.5, -0.00225), Float64Array.of(NaN, 1e300)]);
});

test('what is no finite number is unknown', () => {
  const text = answer(['    [ inf, -inf ]', '    [ nan, -nan ]']);
  expect(parseXport(text, rows, 2)).toEqual([Float64Array.of(NaN, NaN), Float64Array.of(NaN, NaN)]);
});

test.for([
  { name: 'another step', text: answer(['[ 1 ]', '[ 2 ]'], { start: 900, step: 600 }) },
  { name: 'another start', text: answer(['[ 1 ]', '[ 2 ]'], { start: 600, step: 300 }) },
  { name: 'fewer rows', text: answer(['[ 1 ]']) },
  { name: 'no data', text: 'OK' },
  { name: 'nothing', text: '' },
])('$name does not fit', ({ text }) => {
  expect(parseXport(text, rows, 1)).toBeUndefined();
});

test('a number is what Number makes of its eleven digits', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
      const [digits = '', power = ''] = value.toExponential(10).split('e');
      const sign = power.startsWith('-') ? '-' : '+';
      const text = `${digits}e${sign}${power.slice(1).padStart(2, '0')}`;
      const [column] = parseXport(answer([`[ ${text} ]`, '[ null ]']), rows, 1) ?? [];
      expect(column?.[0]).toBe(Number(text));
    }),
  );
});

test('however an answer is cut off, nothing throws', () => {
  const text = answer(['    [ 1.5000000000e+00, null ]', '    [ 2.0000000000e+00, null ]']);
  for (let end = 0; end < text.length; end += 1) parseXport(text.slice(0, end), rows, 2);
});
