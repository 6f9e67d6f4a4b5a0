import { formatCount } from '../format/number.ts';
import type { ChecksView } from '../../../src/contract/api.ts';

type Plugins = ChecksView['plugins'];

/** How a plugin ended, in words; a way of a newer server as it says. */
export function endWords(end: string): string {
  return ENDS.get(end) ?? end;
}

const ENDS: ReadonlyMap<string, string> = new Map([
  ['exited', 'done'],
  ['killed', 'ended by a signal'],
  ['timeout', 'cut off: too long'],
  ['flooded', 'cut off: wrote too much'],
  ['left-children', 'left processes behind'],
  ['not-started', 'could not be started'],
  ['refused', 'not run: too many waited'],
]);

/** `3 wait · 1 204 done · 2 cut off: too long`. */
export function runWords({ waiting, runs }: Pick<Plugins, 'waiting' | 'runs'>): string {
  const ended = Object.entries(runs)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([end, count]) => `${formatCount(count)} ${endWords(end)}`);
  const waits = waiting > 0 ? [`${formatCount(waiting)} ${waiting === 1 ? 'waits' : 'wait'}`] : [];
  const words = [...waits, ...ended];
  return words.length === 0 ? 'none has run yet' : words.join(' · ');
}

export type DefinitionView = ChecksView['definitions'][number];

/** What needs a look first: those with a note, then those with problems, then by name. */
export function orderDefinitions(definitions: readonly DefinitionView[]): readonly DefinitionView[] {
  return definitions.toSorted(
    (a, b) =>
      Number(b.note !== '') - Number(a.note !== '') ||
      b.problems - a.problems ||
      a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
}

/** What the names of its services have in common: the name up to where each has its own. */
export function wordsOf(definition: string): string {
  return definition.replace(/(\[|\{\{).*$/s, '').trim();
}
