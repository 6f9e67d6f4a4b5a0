import { compilePattern } from '../model/pattern.ts';
import { parseRange } from '../model/range.ts';
import type { ServiceDefinition } from '../contract/checks.ts';
import type { Pattern } from '../model/pattern.ts';
import type { Range } from '../model/range.ts';

/** The ranges a value is held against; null: none. */
export interface Thresholds {
  readonly warning: Range | null;
  readonly critical: Range | null;
}

/** A service definition with its patterns and ranges compiled. */
export interface CompiledDefinition extends Thresholds {
  readonly definition: ServiceDefinition;
  readonly cluster: Pattern;
  readonly host: Pattern;
  /** Null: judges the host's own state. */
  readonly metric: Pattern | null;
  /** The metric pattern can match one name only, so the service goes by the definition's plain name. */
  readonly literal: boolean;
}

export type Compiled =
  | { readonly ok: true; readonly definitions: readonly CompiledDefinition[] }
  | { readonly ok: false; readonly faults: readonly string[] };

const LITERAL = /^(?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])*$/;

/** All of them or, with every fault, none. */
export function compileDefinitions(definitions: readonly ServiceDefinition[]): Compiled {
  const faults: string[] = [];
  const compiled = definitions.map((definition) => compileOne(definition, faults));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, definitions: compiled.filter((one) => one !== null) };
}

/**
 * Whether a pattern is a plain name: no metacharacter, or only escaped ones. The rule looks at the pattern
 * alone and not at what it matches today, so that a service keeps its name when a second metric appears.
 */
export function isLiteral(pattern: string): boolean {
  return LITERAL.test(pattern);
}

function compileOne(definition: ServiceDefinition, faults: string[]): CompiledDefinition | null {
  const pattern = (key: string, source: string): Pattern | null => {
    const compiled = compilePattern(source);
    if (compiled.ok) return compiled.pattern;
    faults.push(`${definition.where}: ${definition.name}: ${key}: ${compiled.fault}`);
    return null;
  };
  const range = (key: string, text: string): Range | null => {
    if (text === '') return null;
    const parsed = parseRange(text);
    if (parsed.ok) return parsed.range;
    faults.push(`${definition.where}: ${definition.name}: ${key}: ${parsed.fault}`);
    return null;
  };
  const cluster = pattern('cluster', definition.cluster);
  const host = pattern('host', definition.host);
  const { subject } = definition;
  const metric = subject.kind === 'metric' ? pattern('metric', subject.metric) : null;
  const warning = range('warning', definition.warning);
  const critical = range('critical', definition.critical);
  if (!cluster || !host) return null;
  const literal = subject.kind === 'metric' && isLiteral(subject.metric);
  return { definition, cluster, host, metric, literal, warning, critical };
}
