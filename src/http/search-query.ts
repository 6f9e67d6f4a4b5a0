import { compileMatcher } from '../live/selector.ts';
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
}

/** What is looked for. */
export interface Search {
  find(thing: Findable): Found;
  /** False: nothing of this name is found, wherever it belongs. */
  mayFind(name: string): boolean;
}

/**
 * Reads what is typed: words of which all must occur, one of them at least in the thing's own texts, so that
 * the name of a cluster does not find everything in it; or a regular expression over whole names. What does
 * not compile is words. A search throws the error to answer with when the expression takes too long.
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
    mayFind(name) {
      const lower = name.toLowerCase();
      return isTyped(name) || words.some((word) => lower.includes(word)) || matches(name);
    },
  };
}

function hasWords({ own, within }: Findable, words: readonly string[]): boolean {
  let isOwn = false;
  for (const word of words) {
    if (own.includes(word)) isOwn = true;
    else if (!within.includes(word)) return false;
  }
  return isOwn;
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
