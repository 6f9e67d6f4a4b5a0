import { nearest } from '../model/nearest.ts';
import { compilePattern } from '../model/pattern.ts';
import { placeholdersOf } from '../model/placeholder.ts';
import type { Placeholder, PlaceholderSubject, PlaceholderValue } from '../model/placeholder.ts';
import type { ServiceDefinition } from '../contract/checks.ts';
import type { Body, BodyKey } from './check-templates.ts';

/** Placeholders of a definition that nothing could ever fill in. A fact may come yet; a capture may not. */
export function reportPlaceholders(body: Body, definition: ServiceDefinition): void {
  for (const [key, text] of textsOf(definition)) {
    for (const placeholder of placeholdersOf(text)) {
      const why = unfillable(placeholder, definition);
      if (why !== undefined)
        body.fault(key === 'name' ? null : key, `${placeholder.text} ${why.what}`, why.hint);
    }
  }
  const { subject, warning, critical } = definition;
  if (subject.kind !== 'aggregate') return;
  for (const [key, text] of [
    ['warning', warning],
    ['critical', critical],
  ] as const) {
    if (text.includes('{{')) body.fault(key, 'an aggregate belongs to no host that could fill in a range');
  }
}

function* textsOf(definition: ServiceDefinition): Generator<readonly [BodyKey | 'name', string]> {
  const { subject } = definition;
  yield ['name', definition.name];
  if (subject.kind !== 'aggregate') {
    yield ['warning', definition.warning];
    yield ['critical', definition.critical];
  }
  yield ['notes', definition.notes];
  yield ['runbook', definition.runbook];
  for (const parent of definition.parents) yield ['parents', parent];
  for (const { host, service } of definition.dependsOn) {
    yield ['depends_on', host];
    yield ['depends_on', service];
  }
  const command = 'command' in subject ? subject.command : null;
  for (const argument of command ?? []) yield ['command', argument];
}

interface Unfillable {
  readonly what: string;
  readonly hint: { readonly expected: string };
}

function unfillable({ value }: Placeholder, definition: ServiceDefinition): Unfillable | undefined {
  const { subject } = definition;
  const of = 'of' in value ? value.of : 'host';
  if (of === 'metric' && subject.kind !== 'metric') {
    return {
      what: 'speaks of a metric, and the definition has none',
      hint: { expected: 'metric: beside it' },
    };
  }
  if (subject.kind === 'aggregate' && !isSaid(value, subject.by)) {
    return {
      what: 'is not the same for all hosts of the aggregate',
      hint: { expected: 'the cluster, or a fact, that "by" names' },
    };
  }
  if (value.kind !== 'capture') return undefined;
  const groups = groupsOf(definition, of);
  if (groups.includes(value.group)) return undefined;
  const named = groups.slice(1).map((group) => `{{${of}.${group}}}`);
  const word = of === 'host' ? nearest(value.group, ['name', 'address', 'facts']) : undefined;
  if (word !== undefined) return { what: 'is not known', hint: { expected: `{{host.${word}}}` } };
  return {
    what: `is no group of the pattern of "${of}"`,
    hint: {
      expected:
        named.length > 0 ? `one of ${named.join(', ')}` : `a group in it, such as (.*) or (?P<disk>.*)`,
    },
  };
}

/** Whether all hosts of a group have that value. */
function isSaid(value: PlaceholderValue, by: readonly string[]): boolean {
  if (value.kind === 'fact') return by.includes(value.fact);
  return value.kind !== 'address' && value.of === 'cluster' && by.includes('cluster');
}

function groupsOf(definition: ServiceDefinition, of: PlaceholderSubject): readonly string[] {
  const { subject, cluster, host } = definition;
  const metric = subject.kind === 'metric' ? subject.metric : '';
  const compiled = compilePattern({ cluster, host, metric }[of]);
  return compiled.ok ? compiled.pattern.groups : [];
}
