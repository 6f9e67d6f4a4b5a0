import { compilePattern } from '../model/pattern.ts';
import { parseTemplate, placeholdersOf } from '../model/placeholder.ts';
import type {
  AggregateFunction,
  CheckSettings,
  Selection,
  SeriesFunction,
  ServiceDefinition,
} from '../contract/checks.ts';
import type { Pattern } from '../model/pattern.ts';
import type { Template } from '../model/placeholder.ts';
import type { KnownHost, Scope } from './placeholders.ts';

/** What a definition judges, its patterns compiled; see `Subject` of the contract. */
export type CompiledSubject =
  | { readonly kind: 'host' }
  | {
      readonly kind: 'metric';
      readonly metric: Pattern;
      /** It can match one name only, so the service goes by the definition's plain name. */
      readonly literal: boolean;
      readonly function: SeriesFunction | null;
    }
  | {
      readonly kind: 'combined';
      readonly function: 'sum' | 'ratio';
      readonly of: readonly Pattern[];
      readonly to: readonly Pattern[];
      readonly percent: boolean;
    }
  | { readonly kind: 'aggregate'; readonly of: CompiledAggregate; readonly by: readonly string[] }
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | {
      readonly kind: 'passive';
      /** Null: results come under the service's own name. */
      readonly service: Pattern | null;
      readonly command: readonly string[] | null;
    };

export type CompiledAggregate =
  | { readonly kind: 'values'; readonly metric: Pattern; readonly function: AggregateFunction }
  | { readonly kind: 'percent_over'; readonly metric: Pattern; readonly limit: number }
  | {
      readonly kind: 'states';
      readonly service: string;
      readonly states: ReadonlySet<string>;
      readonly function: 'count' | 'percent';
    };

interface CompiledFact {
  readonly fact: string;
  readonly pattern: Pattern;
}

interface CompiledExclusion {
  readonly cluster: Pattern;
  readonly host: Pattern;
  readonly metric: Pattern | null;
  readonly facts: readonly CompiledFact[];
}

/** A service definition as written, with its patterns compiled. */
export interface Rule {
  readonly definition: ServiceDefinition;
  readonly subject: CompiledSubject;
  readonly cluster: Pattern;
  readonly host: Pattern;
  readonly facts: readonly CompiledFact[];
  /** Those that leave out whole hosts, and those that leave out some of their metrics. */
  readonly hostExclusions: readonly CompiledExclusion[];
  readonly metricExclusions: readonly CompiledExclusion[];
  readonly perCluster: readonly { readonly cluster: Pattern; readonly settings: Partial<CheckSettings> }[];
  /** Null: a plain name. */
  readonly name: Template | null;
  /** Facts its name, its ranges and its selection look at. */
  readonly factsLookedAt: readonly string[];
}

/** Compiles a pattern, each text once: the definitions of a set repeat them. */
export type PatternCompiler = (source: string, anchored: boolean) => ReturnType<typeof compilePattern>;

export function patternCompiler(): PatternCompiler {
  const known = new Map<string, ReturnType<typeof compilePattern>>();
  return (source, anchored) => {
    const id = `${anchored ? 'whole' : 'part'} ${source}`;
    let compiled = known.get(id);
    if (compiled === undefined) {
      compiled = compilePattern(source, { anchored });
      known.set(id, compiled);
    }
    return compiled;
  };
}

/** Stands in for a pattern that is refused, until all faults are told. */
const NOTHING: Pattern = {
  source: '',
  names: new Set(),
  prefix: '',
  groups: [],
  matches: () => false,
  captures: () => null,
};

/** `told`: what is wrong, and with which key. A rule of which something was told is of no use. */
export function compileRule(
  definition: ServiceDefinition,
  compile: PatternCompiler,
  told: (key: string, fault: string) => void,
): Rule {
  const pattern = (key: string, source: string, anchored = definition.anchored): Pattern => {
    const compiled = compile(source, anchored);
    if (compiled.ok) return compiled.pattern;
    told(key, compiled.fault);
    return NOTHING;
  };
  const facts = (selection: Pick<Selection, 'facts'>) =>
    selection.facts.map(({ fact, pattern: source }) => ({ fact, pattern: pattern('facts', source) }));
  const exclude = definition.exclude.map((exclusion) => ({
    cluster: pattern('exclude', exclusion.cluster),
    host: pattern('exclude', exclusion.host),
    metric: exclusion.metric === null ? null : pattern('exclude', exclusion.metric),
    facts: facts(exclusion),
  }));
  return {
    definition,
    subject: compileSubject(definition, pattern),
    cluster: pattern('cluster', definition.cluster),
    host: pattern('host', definition.host),
    facts: facts(definition),
    hostExclusions: exclude.filter(({ metric }) => metric === null),
    metricExclusions: exclude.filter(({ metric }) => metric !== null),
    perCluster: definition.perCluster.map(({ cluster, settings }) => ({
      cluster: pattern('cluster', cluster, true),
      settings,
    })),
    name: templateOf(definition.name, (fault) => told('name', fault)),
    factsLookedAt: factsLookedAt(definition),
  };
}

function compileSubject(
  { subject, anchored }: ServiceDefinition,
  pattern: (key: string, source: string) => Pattern,
): CompiledSubject {
  switch (subject.kind) {
    case 'metric': {
      const literal = isLiteral(subject.metric, anchored);
      return { ...subject, metric: pattern('metric', subject.metric), literal };
    }
    case 'combined': {
      const many = (sources: readonly string[]) => sources.map((one) => pattern(subject.function, one));
      return { ...subject, of: many(subject.of), to: many(subject.to) };
    }
    case 'aggregate': {
      const { of } = subject;
      if (of.kind === 'states') return { ...subject, of: { ...of, states: new Set(of.states) } };
      return { ...subject, of: { ...of, metric: pattern('aggregate', of.metric) } };
    }
    case 'passive':
      return { ...subject, service: subject.service === null ? null : pattern('service', subject.service) };
    case 'host':
    case 'command':
      return subject;
  }
}

const LITERAL = /^(?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])*$/;

/**
 * Whether a pattern is a plain name: no metacharacter, or only escaped ones. The rule looks at the pattern
 * alone and not at what it matches today, so that a service keeps its name when a second metric appears.
 */
export function isLiteral(pattern: string, anchored = true): boolean {
  if (anchored) return LITERAL.test(pattern);
  return pattern.startsWith('^') && pattern.endsWith('$') && LITERAL.test(pattern.slice(1, -1));
}

function templateOf(text: string, told: (fault: string) => void): Template | null {
  if (!text.includes('{{')) return null;
  const parsed = parseTemplate(text);
  if (parsed.ok) return parsed.template;
  told(parsed.fault);
  return null;
}

function factsLookedAt(definition: ServiceDefinition): string[] {
  const { name, warning, critical, perCluster } = definition;
  const ranges = perCluster.flatMap(({ settings }) => [settings.warning ?? '', settings.critical ?? '']);
  const filled = [name, warning, critical, ...ranges].flatMap(placeholdersOf);
  const selecting = [definition, ...definition.exclude].flatMap(({ facts }) => facts);
  return [
    ...selecting.map(({ fact }) => fact),
    ...filled.flatMap(({ value }) => (value.kind === 'fact' ? [value.fact] : [])),
  ];
}

/** Whether a host is of those that the definition speaks of; its metrics are another question. */
export function selectsHost(rule: Rule, host: KnownHost): boolean {
  if (!rule.cluster.matches(host.cluster)) return false;
  if (!rule.host.matches(host.name) || !hasFacts(host, rule.facts)) return false;
  return !rule.hostExclusions.some((exclusion) => isExcluded(host, exclusion));
}

/** Whether a metric of a host that is selected is left out. */
export function excludesMetric(rule: Rule, host: KnownHost, metric: string): boolean {
  return rule.metricExclusions.some(
    (exclusion) => exclusion.metric?.matches(metric) === true && isExcluded(host, exclusion),
  );
}

/** Patterns of the metrics that make a service: of a ratio those of its upper part. */
export function metricPatterns({ subject }: Rule): readonly Pattern[] {
  switch (subject.kind) {
    case 'metric':
      return [subject.metric];
    case 'combined':
      return subject.of;
    case 'host':
    case 'aggregate':
    case 'command':
    case 'passive':
      return [];
  }
}

/** What its texts may speak of. */
export function scopeOf(rule: Rule, host: KnownHost, metric: string | null): Scope {
  const { subject } = rule;
  const patterns = {
    cluster: rule.cluster,
    host: rule.host,
    metric: subject.kind === 'metric' ? subject.metric : null,
  };
  return { host, metric, patterns };
}

function isExcluded(host: KnownHost, exclusion: CompiledExclusion): boolean {
  if (!exclusion.cluster.matches(host.cluster) || !exclusion.host.matches(host.name)) return false;
  return hasFacts(host, exclusion.facts);
}

/** A fact that a host does not have matches nothing. */
function hasFacts(host: KnownHost, facts: readonly CompiledFact[]): boolean {
  return facts.every(({ fact, pattern }) => {
    const value = host.facts.get(fact);
    return value !== undefined && pattern.matches(value);
  });
}
