import { isMap, isSeq } from 'yaml';
import type { DashboardVariable } from '../contract/dashboard.ts';
import { FACTS_PER_SELECTOR_MAX } from '../limits.ts';
import { compilePattern } from '../model/pattern.ts';
import { factName } from './check-readers.ts';
import { titleText } from './dashboard-keys.ts';
import { template } from './dashboard-template.ts';
import { list, mapping, optional } from './readers.ts';
import type { Located, Reader, Section } from './readers.ts';
import { shown } from './reading.ts';
import type { Reading } from './reading.ts';
import { choice, textual } from './scalars.ts';

/** What a viewer chooses at the head of a dashboard: `variables` of its file. */

const LABELS = { cluster: 'Cluster', host: 'Host' } as const;
const NAMES = ['cluster', 'host'] as const;
type NamedVariable = (typeof NAMES)[number];

const choiceKeys = {
  label: optional(titleText, null),
  pattern: optional(template([]), '.*'),
  default: optional(titleText, ''),
};
/** A variable with nothing behind it is one with every default. */
const oneChoice = { ...mapping(choiceKeys), emptyIsDefault: false };
const byName = mapping({ cluster: optional(oneChoice, null), host: optional(oneChoice, null) });

const WORD = /^[A-Za-z_]\w{0,99}$/;
const word = textual({
  expected: 'a word, such as role: letters, digits and "_"',
  parse: (written) =>
    WORD.test(written) ? { ok: true, value: written } : { ok: false, fault: 'is no word' },
});
const listedKeys = { fact: optional(factName, ''), name: optional(word, null), ...choiceKeys };
const listed = mapping(listedKeys);
const name = choice(NAMES);

export const NO_VARIABLES: readonly DashboardVariable[] = [];
export const BOTH_VARIABLES: readonly DashboardVariable[] = NAMES.map(plainVariable);

/** `cluster`, `host`, or a mapping: `{ fact: role, label: Role }`, `{ name: cluster, default: web }`. */
const item: Reader<DashboardVariable> = {
  expected: 'cluster, host, or a fact as in { fact: role }',
  emptyIsDefault: false,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    if (isMap(opened.node)) {
      const section = listed.read(opened, reading);
      return section?.allKnown === true ? listedVariable(section, reading) : undefined;
    }
    const named = name.read(opened, reading);
    return named === undefined ? undefined : plainVariable(named);
  },
};
const items = list(item, { max: NAMES.length + FACTS_PER_SELECTOR_MAX });

/** `[cluster, host, { fact: role }]`, or the first two with words of their own: `{ cluster: { default: web } }`. */
export const variablesReader: Reader<readonly DashboardVariable[]> = {
  expected: 'a list of cluster, host and facts, or a mapping with the first two',
  emptyIsDefault: true,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    if (isSeq(opened.node)) {
      const written = items.read(opened, reading);
      return written?.length === opened.node.items.length ? inOrder(written, reading) : undefined;
    }
    const written = byName.read(opened, reading);
    if (written?.allKnown !== true) return undefined;
    return NAMES.flatMap((name) => {
      const section = written.values[name];
      return section === null ? [] : [variableOf({ name, fact: '' }, LABELS[name], { section, reading })];
    });
  },
};

function plainVariable(name: NamedVariable): DashboardVariable {
  return { name, fact: '', label: LABELS[name], pattern: '.*', default: '' };
}

/** Of a list: what it is called follows from the fact, where that is a word. */
function listedVariable(
  section: Section<typeof listedKeys>,
  reading: Reading,
): DashboardVariable | undefined {
  const { fact, name } = section.values;
  const named = NAMES.find((known) => known === (name ?? fact));
  if (fact === '') {
    if (named) return variableOf({ name: named, fact }, LABELS[named], { section, reading });
    return reading.fault(section.offset, '"fact" is missing', { expected: item.expected });
  }
  const own = name ?? fact;
  if (named || !WORD.test(own)) {
    return reading.fault(section.offset, `${shown(own)} is no name for the choice of a fact`, {
      expected: `name: a word of its own, such as { fact: ${fact}, name: choice }`,
    });
  }
  return variableOf({ name: own, fact }, fact, { section, reading });
}

function variableOf(
  which: Pick<DashboardVariable, 'name' | 'fact'>,
  usual: string,
  {
    section: { values, offsets, offset },
    reading,
  }: {
    section: Section<typeof choiceKeys>;
    reading: Reading;
  },
): DashboardVariable {
  const { label, pattern, default: first } = values;
  const compiled = compilePattern(pattern);
  if (first !== '' && compiled.ok && !compiled.pattern.matches(first)) {
    const at = offsets.get('default') ?? offset;
    reading.fault(at, `the default ${reading.quote(first, at)} does not match the pattern`, {
      expected: `a name that ${pattern} matches, or none for all of them`,
    });
  }
  return { ...which, label: label ?? usual, pattern, default: first };
}

/** Cluster and host first, then facts as they are written, each once. */
function inOrder(
  written: readonly Located<DashboardVariable>[],
  reading: Reading,
): readonly DashboardVariable[] | undefined {
  const named = new Map<string, DashboardVariable>();
  const facts = new Set<string>();
  for (const { value, offset } of written) {
    if (value.fact !== '') {
      const fault = factFault(value, { named, facts });
      if (fault !== undefined) return reading.fault(offset, fault, { expected: item.expected });
      facts.add(value.fact);
    }
    named.set(value.name, value);
  }
  const ofFacts = [...named.values()].filter(({ fact }) => fact !== '');
  return [...NAMES.flatMap((known) => named.get(known) ?? []), ...ofFacts];
}

function factFault(
  { name, fact }: DashboardVariable,
  before: { readonly named: ReadonlyMap<string, DashboardVariable>; readonly facts: ReadonlySet<string> },
): string | undefined {
  if (before.facts.has(fact)) return `a second choice of the fact ${shown(fact)}`;
  if (before.named.has(name)) return `a second choice named ${shown(name)}`;
  if (before.facts.size < FACTS_PER_SELECTOR_MAX) return undefined;
  return `more than ${FACTS_PER_SELECTOR_MAX} choices of facts`;
}
