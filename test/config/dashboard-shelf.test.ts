import { describe, expect, test } from 'vitest';
import { arrange, notesOf, summariesOf } from '../../src/config/dashboard-shelf.ts';
import type { Shelf } from '../../src/config/dashboard-shelf.ts';
import { readDashboard, withoutDoubles } from '../../src/config/dashboards.ts';
import { DASHBOARD_NOTES_MAX } from '../../src/limits.ts';

const GOOD = 'title: A\npanels: [text: x]\n';
const OTHER = 'title: B\npanels: [text: x]\n';
const BROKEN = 'panels: [txt: x]\n';
const WORSE = 'panels: [txt: x]\nrange: 9y\n';
const NONE: Shelf = new Map();

/** `a: text` for a file a.yaml of that text; null for one that may not be read. */
function filesOf(texts: Record<string, string | null>) {
  return withoutDoubles(
    Object.entries(texts).map(([name, text]) =>
      readDashboard(
        `${name}.yaml`,
        text === null ? { ok: false, fault: 'may not be read by this user' } : { ok: true, text },
      ),
    ),
  );
}

const after = (texts: Record<string, string | null>, before = NONE) => arrange(before, filesOf(texts)).shelf;
const FAULT = /^a\.yaml:1:10: unknown key "txt" .*did you mean "text"\?\)$/;

describe('from one state of the files to the next', () => {
  type Texts = Record<string, string | null>;
  test.for<{
    name: string;
    before: Texts[];
    next: Texts;
    title?: string;
    fault?: RegExp;
    news: (string | RegExp)[];
  }>([
    { name: 'a new one', before: [], next: { a: GOOD }, title: 'A', news: ['dashboard a added'] },
    { name: 'the same', before: [{ a: GOOD }], next: { a: GOOD }, title: 'A', news: [] },
    { name: 'a comment', before: [{ a: GOOD }], next: { a: `# x\n${GOOD}` }, title: 'A', news: [] },
    {
      name: 'another title',
      before: [{ a: GOOD }],
      next: { a: OTHER },
      title: 'B',
      news: ['dashboard a changed'],
    },
    { name: 'removed', before: [{ a: GOOD }], next: {}, news: ['dashboard a removed'] },
    {
      name: 'broken: the last good one stays',
      before: [{ a: GOOD }],
      next: { a: BROKEN },
      title: 'A',
      fault: FAULT,
      news: [FAULT],
    },
    {
      name: 'broken still: told once',
      before: [{ a: GOOD }, { a: BROKEN }],
      next: { a: BROKEN },
      title: 'A',
      fault: FAULT,
      news: [],
    },
    {
      name: 'broken otherwise: told again, each fault',
      before: [{ a: GOOD }, { a: BROKEN }],
      next: { a: WORSE },
      title: 'A',
      fault: /^a\.yaml:2:8: "9y" is not known here .*, and 1 more$/,
      news: [/^a\.yaml:2:8: "9y"/, FAULT],
    },
    {
      name: 'mended',
      before: [{ a: GOOD }, { a: BROKEN }],
      next: { a: OTHER },
      title: 'B',
      news: ['dashboard a in order again'],
    },
    {
      name: 'never good: its name and its fault',
      before: [],
      next: { a: BROKEN },
      title: 'a',
      fault: FAULT,
      news: [FAULT],
    },
    {
      name: 'never good, now good',
      before: [{ a: BROKEN }],
      next: { a: GOOD },
      title: 'A',
      news: ['dashboard a in order again'],
    },
    {
      name: 'not to be read',
      before: [{ a: GOOD }],
      next: { a: null },
      title: 'A',
      fault: /^a\.yaml: may not be read by this user$/,
      news: ['a.yaml: may not be read by this user'],
    },
    {
      name: 'gone while broken, back good',
      before: [{ a: GOOD }, { a: BROKEN }, {}],
      next: { a: GOOD },
      title: 'A',
      news: ['dashboard a added'],
    },
    {
      name: 'a second file of the name: the first is shown',
      before: [{ a: GOOD }],
      next: { a: GOOD, 'sub/a': OTHER },
      title: 'A',
      fault: /^sub\/a\.yaml: a second dashboard "a"; the first is a\.yaml$/,
      news: [/a second dashboard/],
    },
  ])('$name', ({ before, next, title, fault, news }) => {
    const shelf = before.reduce<Shelf>((shelf, texts) => after(texts, shelf), NONE);
    const outcome = arrange(shelf, filesOf(next));
    expect(outcome.news.map(({ words }) => words)).toEqual(
      news.map((words) => (typeof words === 'string' ? words : expect.stringMatching(words))),
    );
    const view = outcome.shelf.get('a');
    expect(view?.title).toBe(title);
    expect(view?.fault ?? undefined).toEqual(fault && expect.stringMatching(fault));
    expect(summariesOf(outcome.shelf).map(({ name }) => name)).toEqual(title === undefined ? [] : ['a']);
  });
});

test('what was never good has no panels', () => {
  expect(after({ a: BROKEN }).get('a')).toMatchObject({ title: 'a', panels: [], variables: [], range: '1h' });
});

test('names that an object has by itself are names', () => {
  const shelf = after({ constructor: GOOD, toString: GOOD });
  expect([...shelf.keys()]).toEqual(['constructor', 'toString']);
});

describe('notes', () => {
  test('say which version is shown, and are gone with the fault', () => {
    const broken = after({ a: BROKEN }, after({ a: GOOD }));
    expect(notesOf(broken)).toEqual([
      expect.stringMatching(/^a\.yaml:1:10: .*; the dashboard before is shown$/),
    ]);
    expect(notesOf(after({ a: BROKEN }))).toEqual([expect.stringMatching(FAULT)]);
    expect(notesOf(after({ a: GOOD }, broken))).toEqual([]);
  });

  test('of very many files are few', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`b${i}`, BROKEN]));
    const notes = notesOf(after(many));
    expect(notes).toHaveLength(DASHBOARD_NOTES_MAX + 1);
    expect(notes.at(-1)).toBe('20 more dashboards have faults: script/muster check-config');
  });
});
