import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asHeader, escapeFor, fillPage, PAGE_WORDS, pageTemplateFault } from '../../src/model/page-words.ts';
import type { PageWords } from '../../src/model/page-words.ts';

/** Every word is its own name but for those given. */
function words(given: Partial<PageWords> = {}): PageWords {
  return { ...(Object.fromEntries(PAGE_WORDS.map((name) => [name, name])) as PageWords), ...given };
}

describe('filling in', () => {
  test.for([
    { name: 'names, with and without blanks', template: '{{title}} on {{ host }}', text: 'title on host' },
    { name: 'inside JSON', template: '{"a":{"n":{{count}}}}', text: '{"a":{"n":count}}' },
    { name: 'an unknown name stays', template: '{{nobody}} {{title}}', text: '{{nobody}} title' },
    {
      name: 'names of objects are none',
      template: '{{constructor}}{{__proto__}}',
      text: '{{constructor}}{{__proto__}}',
    },
    { name: 'none', template: 'plain {text}', text: 'plain {text}' },
  ])('$name', ({ template, text }) => {
    expect(fillPage(template, words(), (value) => value)).toBe(text);
  });

  test('a value that looks like a placeholder stays as it is', () => {
    expect(fillPage('{{title}}', words({ title: '{{notes}} $& $1' }), (value) => value)).toBe(
      '{{notes}} $& $1',
    );
  });
});

describe('escaping', () => {
  const hostile = `a"b\\c\n<d>&'é%\u0000`;
  test.for([
    { type: 'application/json', is: JSON.stringify(hostile).slice(1, -1) },
    { type: 'application/vnd.api+json; charset=utf-8', is: JSON.stringify(hostile).slice(1, -1) },
    { type: 'application/x-www-form-urlencoded', is: encodeURIComponent(hostile) },
    { type: 'TEXT/HTML', is: 'a&quot;b\\c\n&lt;d&gt;&amp;&#39;é%\u0000' },
    { type: 'application/xml', is: 'a&quot;b\\c\n&lt;d&gt;&amp;&#39;é%\u0000' },
    { type: 'text/plain', is: hostile },
  ])('$type', ({ type, is }) => expect(escapeFor(type)(hostile)).toBe(is));

  test('JSON stays JSON with any value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (title) => {
        const text = fillPage('{"t":"{{title}}"}', words({ title }), escapeFor('application/json'));
        expect(JSON.parse(text)).toEqual({ t: title.toWellFormed() });
      }),
    );
  });

  test('a header stays one', () => {
    expect(asHeader('a\r\nx-evil: 1 ü 日')).toBe('a x-evil: 1 ü');
  });
});

describe('faults', () => {
  test.for([
    { template: '{{summary}} {{acknowledge_url}}', fault: undefined },
    {
      template: '{{sumary}}',
      fault: 'has the placeholder {{sumary}}, which is not known: did you mean {{summary}}?',
    },
    { template: '{{}}', fault: expect.stringContaining('known are summary, title') },
    { template: '{{title', fault: 'has a "{{" without its "}}"' },
    { template: '{{#if}}', fault: expect.stringContaining('{{#if}}, which is not known') },
  ])('$template', ({ template, fault }) => expect(pageTemplateFault(template)).toEqual(fault));
});
