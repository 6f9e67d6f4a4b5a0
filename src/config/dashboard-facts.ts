import { FACTS_PER_SELECTOR_MAX } from '../limits.ts';
import { factsReader } from './check-readers.ts';
import { template } from './dashboard-template.ts';
import type { FactPattern } from '../contract/facts.ts';
import type { KnownVariable } from './dashboard-template.ts';
import type { Reader } from './readers.ts';

/** Of a panel that says nothing of facts: those that the viewer chooses by. */
export function chosenFacts(variables: readonly KnownVariable[]): FactPattern[] {
  return variables.filter(({ fact }) => fact !== '').map(({ fact, name }) => ({ fact, pattern: `$${name}` }));
}

/** `facts` of a panel, before the viewer's choices of other facts. */
export function panelFacts(variables: readonly KnownVariable[]): Reader<FactPattern[]> {
  const reader = factsReader(template(variables));
  return {
    ...reader,
    read: (place, reading) => {
      const own = reader.read(place, reading);
      if (own === undefined) return undefined;
      const names = new Set(own.map(({ fact }) => fact));
      const all = [...own, ...chosenFacts(variables).filter(({ fact }) => !names.has(fact))];
      if (all.length <= FACTS_PER_SELECTOR_MAX) return all;
      return reading.fault(place.offset, `${all.length} facts`, {
        expected: `at most ${FACTS_PER_SELECTOR_MAX}, those of the variables included`,
      });
    },
  };
}
