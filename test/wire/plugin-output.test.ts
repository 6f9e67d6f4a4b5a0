import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitPluginText } from '../../src/wire/plugin-output.ts';

/** What Nagios 4.4.6 and 4.5.12 made of texts. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/nagios/perfdata_cases.json', import.meta.url), 'utf8'),
) as {
  check_output_cases: {
    raw: string;
    plugin_output: string;
    long_plugin_output_escaped: string;
    performance_data: string;
  }[];
};

/** Nagios keeps it in one line. */
const unescape = (text: string) =>
  text.replaceAll(/\\(n|\\)/gu, (_, char: string) => (char === 'n' ? '\n' : '\\'));

test.for(vectors.check_output_cases)('as Nagios: $raw', (row) => {
  expect(splitPluginText(row.raw)).toEqual({
    output: row.plugin_output,
    longOutput: unescape(row.long_plugin_output_escaped),
    performance: row.performance_data,
  });
});

/** Where the work grows with its square, this takes a minute. */
const MANY_BREAKS = '\n'.repeat(300_000);

test.for([
  { name: 'nothing', text: '', output: '(No output returned from plugin)', long: '' },
  { name: 'a newline at the end', text: 'OK\nmore\n', output: 'OK', long: 'more' },
  { name: 'newlines at the beginning', text: '\n\nOK\nmore', output: 'OK', long: 'more' },
  { name: 'semicolons stay', text: 'a; b', output: 'a; b', long: '' },
  { name: 'nothing but newlines', text: '\n\n\n', output: '(No output returned from plugin)', long: '' },
  { name: 'a flood of newlines', text: `a${MANY_BREAKS}b`, output: 'a', long: `${MANY_BREAKS.slice(1)}b` },
  { name: 'control characters', text: 'a\0b\u001b[31m', output: 'a\u{fffd}b\u{fffd}[31m', long: '' },
])('$name', ({ text, output, long }) => {
  expect(splitPluginText(text)).toEqual({ output, longOutput: long, performance: '' });
});

test('any text has an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('|', '\n', '\r', ' ', 'a', '\0') }), (text) => {
      const { output, performance } = splitPluginText(text);
      expect(output + performance).not.toMatch(/[\n\r\0]/u);
    }),
  );
});
