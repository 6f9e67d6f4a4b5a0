import Type from 'typebox';
import { readFact } from '../contract/facts.ts';
import { FACTS_PER_SELECTOR_MAX, PATTERN_NAMES_CHARS_MAX } from '../limits.ts';
import { compileFacts } from '../live/fact-filter.ts';
import { HttpError } from './errors.ts';
import { tooSlow } from './route.ts';
import type { FactPattern } from '../contract/facts.ts';

const OneFact = Type.String({ minLength: 1, maxLength: 2 * PATTERN_NAMES_CHARS_MAX });

/** `fact=role:db.*`, once or several times: hosts that have all of them. */
export const FactParam = Type.Union([OneFact, Type.Array(OneFact, { maxItems: FACTS_PER_SELECTOR_MAX })]);

/** What the query key asks for. Throws the error to answer with. */
export function factsOf(param: string | readonly string[] | undefined): FactPattern[] {
  return [param ?? []].flat().map((text) => {
    const fact = readFact(text);
    if (fact) return fact;
    throw new HttpError('bad_query', `fact=${text.slice(0, 100)} has no pattern`, 'write fact=role:db.*');
  });
}

/** A filter over the facts of hosts; all pass without the query key. Throws the error to answer with. */
export function factFilter(
  param: string | readonly string[] | undefined,
): (facts: ReadonlyMap<string, string>) => boolean {
  const compiled = compileFacts(factsOf(param));
  if (!compiled.ok) {
    throw new HttpError('bad_pattern', `fact ${compiled.fact} does not compile: ${compiled.fault}`);
  }
  const { facts } = compiled;
  return (of) => {
    const matches = facts.matches(of);
    if (facts.spent) throw tooSlow('fact');
    return matches;
  };
}
