import { compileMatcher } from '../live/name-matcher.ts';
import { tooSlow } from './route.ts';

/** What a search has found of something: its very name, or a part of what is known of it. */
export type Found = 'exact' | 'part' | undefined;

/** Something that may be found; the texts in lower case. */
export interface Findable {
  readonly name: string;
  /** What it says of itself. */
  readonly own: string;
  /** Where it belongs: a cluster's name for a host, host and cluster for a service. */
  readonly within: string;
  /** Its facts, each as a line break, its name, a colon and its value. */
  readonly tagged?: string;
}

/** What is looked for. */
export interface Search {
  find(thing: Findable): Found;
  /** The fact by which a thing was found, where its names do not say; as they are, not in lower case. */
  fact(names: string, facts: Iterable<readonly [string, string]>): readonly [string, string] | undefined;
  /** False: nothing of this name is found, wherever it belongs. */
  mayFind(name: string): boolean;
}

/**
 * Reads what is typed: words of which all must occur, one of them at least in the thing's own texts, so that
 * the name of a cluster does not find everything in it; or a regular expression over whole names. A word
 * `role:db` is a fact and how its value begins. What does not compile is words. A search throws the error to
 * answer with when the expression takes too long.
 */
export function compileSearch(q: string): Search {
  const words = q.toLowerCase().split(/\s+/u).filter(Boolean);
  const typed = words.join(' ');
  const matches = expression(q.trim());
  const isTyped = (name: string) => name.length === typed.length && name.toLowerCase() === typed;
  return {
    find(thing) {
      if (isTyped(thing.name)) return 'exact';
      return hasWords(thing, words) || matches(thing.name) ? 'part' : undefined;
    },
    fact(names, facts) {
      const known = names.toLowerCase();
      const word = words.find((each) => !known.includes(each));
      if (word === undefined) return undefined;
      return [...facts].find(([name, value]) => says(name, value, word));
    },
    mayFind(name) {
      const lower = name.toLowerCase();
      return isTyped(name) || words.some((word) => lower.includes(word)) || matches(name);
    },
  };
}

function hasWords({ own, within, tagged = '' }: Findable, words: readonly string[]): boolean {
  let isOwn = false;
  for (const word of words) {
    if (own.includes(word) || (word.includes(':') && tagged.includes(`\n${word}`))) isOwn = true;
    else if (!within.includes(word)) return false;
  }
  return isOwn;
}

/** Whether a fact has the word in its value, or begins with it, its name first. */
export function says(name: string, value: string, word: string): boolean {
  if (value.toLowerCase().includes(word)) return true;
  return word.includes(':') && `${name}:${value}`.toLowerCase().startsWith(word);
}

function expression(q: string): (name: string) => boolean {
  const matcher = compileMatcher(q);
  // Plain names are words already.
  if (typeof matcher === 'string' || !/[\\.+*?()[\]{}^$|]/u.test(q)) return () => false;
  return (name) => {
    const found = matcher.matches(name);
    if (matcher.spent) throw tooSlow('q');
    return found;
  };
}
