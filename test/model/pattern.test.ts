import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../src/model/pattern.ts';

function compile(source: string) {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.fault);
  return compiled.pattern;
}

test.for([
  { source: '.*', yes: ['', 'anything'], no: [] },
  { source: 'web-.*', yes: ['web-', 'web-1'], no: ['a-web-1'] },
  { source: 'a|b', yes: ['a', 'b'], no: ['', 'ab', 'a|b'] },
  { source: 'a\\|b', yes: ['a|b'], no: ['a', 'b'] },
  { source: 'a\\\\|b', yes: ['a\\', 'b'], no: ['a\\|b'] },
  { source: 'a|', yes: ['a', ''], no: ['b'] },
  { source: 'x{2}', yes: ['xx'], no: ['x'] },
  { source: 'x\\{200\\}', yes: ['x{200}'], no: ['x'] },
  { source: 'x{0,100}', yes: ['', 'x'.repeat(100)], no: ['x'.repeat(101)] },
  { source: 'grün|\u{1F600}', yes: ['grün', '\u{1F600}'], no: ['gr'] },
])('$source', ({ source, yes, no }) => {
  const pattern = compile(source);
  expect([yes.filter((name) => !pattern.matches(name)), no.filter((name) => pattern.matches(name))]).toEqual([
    [],
    [],
  ]);
});

test.for([
  { source: 'load_one', names: ['load_one'] },
  { source: 'a\\.b|c\\-d', names: ['a.b', 'c-d'] },
  { source: 'a.b|c', names: null },
  { source: '\\d|c', names: null },
])('the names of $source', ({ source, names }) => {
  expect(compile(source).names).toEqual(names === null ? null : new Set(names));
});

test('names of 1,400 characters, escaped, as the page asks for a whole group', () => {
  const names = Array.from({ length: 50 }, (_, i) => `${(i * 7919).toString(36)}-sd${i}/disk_octets:read`);
  const pattern = compile(names.map((name) => name.replaceAll(/\W/gu, String.raw`\$&`)).join('|'));
  expect(pattern.source.length).toBeGreaterThan(1400);
  expect(names.every((name) => pattern.matches(name))).toBe(true);
  expect(pattern.matches('sd1')).toBe(false);
});

describe('what would hold up everyone is refused, in words', () => {
  test.for([
    { name: 'a counted repeat', source: '(.?){900}', fault: 'repeat' },
    { name: 'a counted repeat without an end', source: '(a.?){101,}', fault: 'repeat' },
    { name: 'an end too far', source: 'a{0,101}', fault: 'repeat' },
    { name: 'repeats inside one another', source: '((.?){100}){10}', fault: 'too large' },
    { name: 'many repeats', source: '.{0,99}'.repeat(9), fault: 'too large' },
    { name: 'a long one', source: '.?'.repeat(501), fault: '1000 characters' },
    { name: 'names too long', source: 'a|'.repeat(2001), fault: '4000 characters' },
    { name: 'what is no pattern', source: '(', fault: 'missing' },
    { name: 'a look ahead', source: '(?=a)', fault: 'invalid' },
  ])('$name', ({ source, fault }) => {
    expect(compilePattern(source)).toEqual({ ok: false, fault: expect.stringContaining(fault) });
  });

  test('what is let through takes milliseconds a name', () => {
    const pattern = compile('.?'.repeat(490));
    const startMs = performance.now();
    pattern.matches('a'.repeat(255));
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});

describe('beginnings', () => {
  test.for([
    { source: 'web-.*', prefix: 'web-' },
    { source: 'web-1', prefix: 'web-1' },
    { source: 'df-[a-z]+/x', prefix: 'df-' },
    { source: 'ab?c', prefix: 'a' },
    { source: 'ab*c', prefix: 'a' },
    { source: 'ab{2}', prefix: 'a' },
    { source: 'ab+', prefix: 'ab' },
    { source: 'ab(c|d)', prefix: 'ab' },
    { source: 'ab|cd.*', prefix: '' },
    { source: 'a[|]b|c', prefix: '' },
    { source: '(?i)web', prefix: '' },
    { source: '^web', prefix: '' },
  ])('$source', ({ source, prefix }) => expect(compile(source).prefix).toBe(prefix));

  test('what is decided by them is decided as the engine would', () => {
    for (const source of ['web-.*', 'ab?c', 'ab*c', 'ab(c|d)', 'ab|cd.*']) {
      const exact = new RegExp(`^(?:${source})$`);
      for (const name of ['web-', 'web-1', 'web-\n', 'ac', 'abc', 'abbc', 'abd', 'ab', 'cdx', 'xab', '']) {
        expect([source, name, compile(source).matches(name)]).toEqual([source, name, exact.test(name)]);
      }
    }
  });
});

describe('any part of a name', () => {
  const part = (source: string) => {
    const compiled = compilePattern(source, { anchored: false });
    if (!compiled.ok) throw new Error(compiled.fault);
    return compiled.pattern;
  };
  test.for([
    { source: 'web', yes: ['web', 'my-web-1'], no: ['we'] },
    { source: '^web', yes: ['web-1'], no: ['my-web'] },
    { source: 'a|b', yes: ['xax', 'b'], no: ['c'] },
    { source: 'w.b$', yes: ['my-wab'], no: ['wab-1'] },
  ])('$source', ({ source, yes, no }) => {
    expect([...yes, ...no].filter((name) => part(source).matches(name))).toEqual(yes);
  });

  test('captures', () => {
    expect(part('r([0-9]+)').captures('rack-r12-x')?.get('1')).toBe('12');
    expect(part('r([0-9]+)').captures('rack')).toBeNull();
  });
});

test('captures by number and by name', () => {
  const pattern = compile('df-(?P<disk>.*)/(a)?b');
  expect(pattern.groups).toEqual(['0', '1', '2', 'disk']);
  expect(Object.fromEntries(pattern.captures('df-root/b') ?? [])).toEqual({
    '0': 'df-root/b',
    '1': 'root',
    '2': '',
    disk: 'root',
  });
  expect(pattern.captures('root')).toBeNull();
});
