import { choicePattern, fillVariables, variablesIn } from '../contract/dashboard-variables.ts';
import { nearest } from '../model/nearest.ts';
import type { DashboardVariable } from '../contract/dashboard.ts';
import type { Reader } from './readers.ts';
import { shown } from './reading.ts';
import { parsePattern, textual } from './scalars.ts';
import type { Parsed } from './scalars.ts';

/** What a variable can be, as far as it has to be known to read a pattern. */
export type KnownVariable = Pick<DashboardVariable, 'name' | 'fact' | 'pattern'>;

/** Stands for any name that can be chosen. */
const SAMPLE_NAME = 'web-1.example.net';

/** A regular expression over whole names in which the dashboard's variables may stand. */
export function template(variables: readonly KnownVariable[]): Reader<string> {
  const examples = [...variables.map(({ name }) => `"$${name}"`), '"web-.*"'].join(' or ');
  return textual({
    expected: `a regular expression over the whole name, such as ${examples}`,
    parse: (source) => parseTemplate(source, variables),
  });
}

function parseTemplate(source: string, variables: readonly KnownVariable[]): Parsed<string> {
  const byName = new Map<string, KnownVariable>(variables.map((variable) => [variable.name, variable]));
  for (const name of variablesIn(source)) {
    if (byName.has(name)) continue;
    const meant = nearest(name, byName.keys());
    return {
      ok: false,
      fault:
        source === `$${name}`
          ? 'is no variable of this dashboard'
          : `has ${shown(`$${name}`)} in it, which is no variable of this dashboard`,
      nearest: meant === undefined ? undefined : `$${meant}`,
    };
  }
  for (const chosen of ['', SAMPLE_NAME]) {
    const standsFor = (name: string) => choicePattern(byName.get(name) ?? { pattern: '.*' }, chosen);
    const parsed = parsePattern(fillVariables(source, standsFor));
    if (!parsed.ok) return parsed;
  }
  return { ok: true, value: source };
}
