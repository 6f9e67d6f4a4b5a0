/** Names that a line protocol must not trip over, and that databases hold as they are. */
const AS_THEY_ARE = [
  'a,b',
  'a=b',
  'a b',
  ' a ',
  'a\\b',
  '"quoted"',
  "it's",
  '{x="y"}',
  '-rf',
  '..',
  '/etc/x',
  '<b>&amp;</b>',
  '%2e%00',
  'ü日本😀',
  'x'.repeat(255),
  'ä'.repeat(127),
];

/** Hostile names, and what they are stored as. */
export const HOSTILE_NAMES: ReadonlyMap<string, string> = new Map([
  ...AS_THEY_ARE.map((name) => [name, name] as const),
  ['a\\,b', 'a%5C,b'],
  ['a\\=b\\ c', 'a%5C=b%5C c'],
  ['a\\"b', 'a%5C"b'],
  ['a\\\\b', 'a%5C\\b'],
  ['a\\', 'a%5C'],
  ['a\nb', 'a%0Ab'],
  ['a\0b', 'a%00b'],
]);
