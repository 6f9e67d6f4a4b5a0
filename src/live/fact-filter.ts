import { compileMatcher, threadMs } from './name-matcher.ts';
import type { FactPattern } from '../contract/facts.ts';
import type { MatchTime, NameMatcher, Stopwatch } from './name-matcher.ts';

/** Facts that a host has to have: all of them, each with a value that its pattern matches as a whole. */
export interface FactFilter {
  /** There is something to look at. */
  readonly isNeeded: boolean;
  /** One of the patterns has taken all the time that they have together: what it says counts for nothing. */
  readonly spent: boolean;
  matches(facts: ReadonlyMap<string, string>): boolean;
}

/** Never throws: a pattern that does not compile is named by its fact, with what is wrong in words. */
export function compileFacts(
  wanted: readonly FactPattern[],
  stopwatch: Stopwatch = threadMs,
): { ok: true; facts: FactFilter } | { ok: false; fact: string; fault: string } {
  const time: MatchTime = { takenMs: 0 };
  const matchers: (readonly [fact: string, matcher: NameMatcher])[] = [];
  for (const { fact, pattern } of wanted) {
    const matcher = compileMatcher(pattern, stopwatch, time);
    if (typeof matcher === 'string') return { ok: false, fact, fault: matcher };
    matchers.push([fact, matcher]);
  }
  return { ok: true, facts: filterOf(matchers) };
}

function filterOf(matchers: readonly (readonly [fact: string, matcher: NameMatcher])[]): FactFilter {
  return {
    isNeeded: matchers.length > 0,
    get spent() {
      return matchers.some(([, matcher]) => matcher.spent);
    },
    matches: (facts) =>
      matchers.every(([fact, matcher]) => {
        const value = facts.get(fact);
        return value !== undefined && matcher.matches(value);
      }),
  };
}
