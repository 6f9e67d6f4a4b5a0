import { isSeq } from 'yaml';
import type { DashboardVariable } from '../contract/dashboard.ts';
import { compilePattern } from '../model/pattern.ts';
import { titleText } from './dashboard-keys.ts';
import { template } from './dashboard-template.ts';
import { list, mapping, optional } from './readers.ts';
import type { Reader, Section } from './readers.ts';
import type { Reading } from './reading.ts';
import { choice } from './scalars.ts';

/** What a viewer chooses at the head of a dashboard: `variables` of its file. */

const LABELS = { cluster: 'Cluster', host: 'Host' } as const;
const NAMES = ['cluster', 'host'] as const;

const choiceKeys = {
  label: optional(titleText, null),
  pattern: optional(template([]), '.*'),
  default: optional(titleText, ''),
};
/** A variable with nothing behind it is one with every default. */
const oneChoice = { ...mapping(choiceKeys), emptyIsDefault: false };
const byName = mapping({ cluster: optional(oneChoice, null), host: optional(oneChoice, null) });
const names = list(choice(NAMES));

export const NO_VARIABLES: readonly DashboardVariable[] = [];
export const BOTH_VARIABLES: readonly DashboardVariable[] = NAMES.map(plainVariable);

/** `[cluster, host]`, or each with its own words: `{ cluster: { default: web } }`. */
export const variablesReader: Reader<readonly DashboardVariable[]> = {
  expected: 'a list of cluster and host, or a mapping with them',
  emptyIsDefault: true,
  read: (place, reading) => {
    const opened = reading.resolve(place);
    if (opened === undefined) return undefined;
    if (isSeq(opened.node)) {
      const listed = names.read(opened, reading)?.map(({ value }) => value);
      if (listed?.length !== opened.node.items.length) return undefined;
      return NAMES.filter((name) => listed.includes(name)).map(plainVariable);
    }
    const written = byName.read(opened, reading);
    if (written?.allKnown !== true) return undefined;
    return NAMES.flatMap((name) => {
      const section = written.values[name];
      return section === null ? [] : [variableOf(name, section, reading)];
    });
  },
};

function plainVariable(name: DashboardVariable['name']): DashboardVariable {
  return { name, label: LABELS[name], pattern: '.*', default: '' };
}

function variableOf(
  name: DashboardVariable['name'],
  { values, offsets, offset }: Section<typeof choiceKeys>,
  reading: Reading,
): DashboardVariable {
  const { label, pattern, default: first } = values;
  const compiled = compilePattern(pattern);
  if (first !== '' && compiled.ok && !compiled.pattern.matches(first)) {
    const at = offsets.get('default') ?? offset;
    reading.fault(at, `the default ${reading.quote(first, at)} does not match the pattern`, {
      expected: `a name that ${pattern} matches, or none for all of them`,
    });
  }
  return { name, label: label ?? LABELS[name], pattern, default: first };
}
