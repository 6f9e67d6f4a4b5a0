import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readForm } from '../../src/wire/form.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const fieldsOf = (text: string) => Object.fromEntries(readForm(bytesOf(text), 8) ?? [['too', 'many']]);

test.for([
  { name: 'nothing', text: '', fields: {} },
  { name: 'blanks both ways', text: 'a=b+c%20d', fields: { a: 'b c d' } },
  { name: 'an escaped name', text: '%61=%26%3D%2B', fields: { a: '&=+' } },
  { name: 'no value', text: 'a&b=', fields: { a: '', b: '' } },
  { name: 'equals in a value', text: 'a=b=c', fields: { a: 'b=c' } },
  { name: 'the first of a name', text: 'a=1&a=2', fields: { a: '1' } },
  { name: 'nothing between', text: '&&a=1&', fields: { a: '1' } },
  { name: 'percent signs that begin nothing', text: 'a=%&b=%4&c=%zz', fields: { a: '%', b: '%4', c: '%zz' } },
  { name: 'UTF-8, and what is none', text: 'a=%C3%A4&b=%FF', fields: { a: 'ä', b: '\u{fffd}' } },
  { name: 'a name that is no key', text: '__proto__=1', fields: Object.fromEntries([['__proto__', '1']]) },
  {
    name: 'as many as there may be',
    text: 'a&b&c&d&e&f&g&h',
    fields: { a: '', b: '', c: '', d: '', e: '', f: '', g: '', h: '' },
  },
  { name: 'one more', text: 'a&b&c&d&e&f&g&h&i', fields: { too: 'many' } },
])('$name', ({ text, fields }) => {
  expect(fieldsOf(text)).toEqual(fields);
});

test('as URLSearchParams reads it', () => {
  const unit = fc.constantFrom('a', 'b', '=', '&', '%', '+', '2', 'F', '%C3%A4', '%FF', '%00');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      const params = new URLSearchParams(`${text}&end=1`);
      const form = readForm(bytesOf(`${text}&end=1`), 100);
      expect([...(form?.keys() ?? [])]).toEqual([...new Set(params.keys())]);
      for (const [name, value] of form ?? []) expect(value).toBe(params.get(name));
    }),
  );
});
