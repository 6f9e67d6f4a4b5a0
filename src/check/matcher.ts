import { fill } from './placeholders.ts';
import { PatternIndex } from './pattern-index.ts';
import { excludesMetric, metricPatterns, scopeOf, selectsHost } from './rule.ts';
import { Variants } from './definitions.ts';
import type { CompiledDefinition } from './definitions.ts';
import type { KnownHost } from './placeholders.ts';
import type { Pattern } from '../model/pattern.ts';
import type { Rule } from './rule.ts';

/** A service that exists because a definition matched. */
export interface Match {
  readonly service: string;
  /** What holds for it; shared by services for which the same holds. */
  readonly compiled: CompiledDefinition;
}

/** A definition, with its place among the others. */
interface Candidate {
  readonly place: number;
  readonly base: CompiledDefinition;
  readonly variants: Variants;
  /** Names by metric; null: they depend on the host, too. */
  readonly names: Map<string, string | null> | null;
}

/** Which definitions select a host: a bit for each. */
type Selected = Uint32Array;

const CACHED_METRICS_MAX = 100_000;
const CACHED_HOSTS_MAX = 200_000;
/** Of all definitions together. */
const CACHED_NAMES_MAX = 1_000_000;
const NAME_CHARS_MAX = 255;
const HOST_SERVICE = 'host';

/**
 * Which services a host or a series has. Patterns run once a distinct cluster, host and metric name: a fleet
 * repeats its metric names on every host, so a new series costs two look-ups.
 *
 * What is known of a host holds until `forgetHost` says that its facts have changed.
 */
export class Matcher {
  /** Definitions of aggregates, which belong to no host. */
  readonly aggregates: readonly CompiledDefinition[];
  readonly #candidates: readonly Candidate[];
  readonly #byRule: ReadonlyMap<Rule, Candidate>;
  readonly #ofHosts: readonly Candidate[];
  readonly #ofResults: readonly Candidate[];
  readonly #metrics: PatternIndex<Candidate>;
  readonly #facts: ReadonlySet<string>;
  readonly #byCluster = new Map<string, PatternIndex<Candidate>>();
  readonly #byHost = new Map<string, Selected>();
  readonly #byMetric = new Map<string, readonly Candidate[]>();
  readonly #notes = new Map<string, string>();
  #named = 0;

  constructor(definitions: readonly CompiledDefinition[]) {
    this.#candidates = definitions.map((base, place) => ({
      place,
      base,
      variants: new Variants(base),
      names: isNamedByHost(base) ? null : new Map(),
    }));
    this.#byRule = new Map(this.#candidates.map((one) => [one.base.rule, one]));
    const kinds = (...wanted: string[]) =>
      this.#candidates.filter(({ base }) => wanted.includes(base.rule.subject.kind));
    this.aggregates = kinds('aggregate').map(({ base }) => base);
    this.#ofHosts = kinds('host', 'command', 'passive').filter((one) => resultPattern(one) === null);
    this.#ofResults = kinds('passive').filter((one) => resultPattern(one) !== null);
    this.#metrics = new PatternIndex(
      this.#candidates.flatMap((one) => metricPatterns(one.base.rule).map((each) => [each, one] as const)),
    );
    this.#facts = new Set(definitions.flatMap(({ rule }) => rule.factsLookedAt));
  }

  /** Services of the host as a whole: its own state, commands, and results that come from elsewhere. */
  ofHost(host: KnownHost): Match[] {
    const selected = this.#selected(host);
    const matches: Match[] = [];
    for (const one of this.#ofHosts) {
      if (has(selected, one.place)) this.#match(one, host, null, matches);
    }
    return matches;
  }

  /**
   * Services judging one series. A literal metric pattern gives the definition's plain name, any other
   * `name[metric]`, however many metrics match; a name with placeholders for what was caught stands as it is.
   *
   * A service that combines metrics of the host (`compiled.rule.subject.kind` is `combined`) comes, under the
   * same name, with each series it begins with; it is of the host, not of that series.
   */
  ofSeries(host: KnownHost, metric: string): Match[] {
    const takers = this.#takersOf(metric);
    if (takers.length === 0) return [];
    const selected = this.#selected(host);
    const matches: Match[] = [];
    for (const one of takers) {
      if (!has(selected, one.place) || excludesMetric(one.base.rule, host, metric)) continue;
      const isOfHost = one.base.rule.subject.kind === 'combined';
      this.#match(one, host, isOfHost ? null : metric, matches);
    }
    return matches;
  }

  /** The service that a result of that name makes, where a definition takes names as they come. */
  ofResult(host: KnownHost, service: string): Match | null {
    if (!isName(service) || this.#ofResults.length === 0) return null;
    const selected = this.#selected(host);
    const taker = this.#ofResults.find(
      (one) => has(selected, one.place) && resultPattern(one)?.matches(service) === true,
    );
    return taker ? { service, compiled: taker.variants.of(host, null) } : null;
  }

  /** Whether a host is one of those that a definition speaks of (an aggregate's members). */
  selects({ rule }: CompiledDefinition, host: KnownHost): boolean {
    const one = this.#byRule.get(rule);
    return one !== undefined && has(this.#selected(host), one.place);
  }

  /** An aggregate's definition with the settings of a cluster; '' of the whole grid. */
  ofCluster({ rule }: CompiledDefinition, cluster: string): CompiledDefinition | undefined {
    return this.#byRule.get(rule)?.variants.ofCluster(cluster);
  }

  /** Whether services may come, go or have other ranges when a host has another value of this fact. */
  looksAt(fact: string): boolean {
    return this.#facts.has(fact);
  }

  /** Its facts have changed. */
  forgetHost(cluster: string, host: string): void {
    this.#byHost.delete(`${cluster}\0${host}`);
  }

  /** A service that a definition would make has the name of one that was there first, and is not made. */
  taken(service: string, { by, from }: { by: CompiledDefinition; from: CompiledDefinition }): void {
    const winner = by.rule === from.rule ? 'another metric of the same host' : `"${by.definition.name}"`;
    this.#notes.set(
      from.definition.name,
      `the name "${shortened(service)}" is taken by ${winner}, which was first`,
    );
  }

  /** Why a definition made no service where it should have, in words; '' where there is nothing to say. */
  noteOf(definition: string): string {
    return this.#notes.get(definition) ?? '';
  }

  /** Another reason of that kind, found by those who make its services. */
  note(definition: string, words: string): void {
    this.#notes.set(definition, words);
  }

  #match(one: Candidate, host: KnownHost, metric: string | null, into: Match[]): void {
    const service = metric === null ? this.#nameOf(one.base, host, null) : this.#nameBy(one, host, metric);
    if (service !== null) into.push({ service, compiled: one.variants.of(host, metric) });
  }

  /** A name is made once for all hosts, where it is the same for all. */
  #nameBy({ base, names }: Candidate, host: KnownHost, metric: string): string | null {
    if (names === null) return this.#nameOf(base, host, metric);
    let name = names.get(metric);
    if (name === undefined) {
      name = this.#nameOf(base, host, metric);
      if (this.#named >= CACHED_NAMES_MAX) this.#forgetNames();
      this.#named += 1;
      names.set(metric, name);
    }
    return name;
  }

  #forgetNames(): void {
    for (const { names } of this.#candidates) names?.clear();
    this.#named = 0;
  }

  #nameOf({ rule, definition }: CompiledDefinition, host: KnownHost, metric: string | null): string | null {
    const { name: template, subject } = rule;
    const literal = metric === null || (subject.kind === 'metric' && subject.literal);
    if (template === null) return literal ? definition.name : `${definition.name}[${metric}]`;
    const filled = fill(template, scopeOf(rule, host, metric));
    if (!filled.ok) {
      this.#notes.set(definition.name, `without a name of its own it makes no service: ${filled.fault}`);
      return null;
    }
    const saysMetric = template.some(
      (part) => typeof part !== 'string' && 'of' in part.value && part.value.of === 'metric',
    );
    const name = literal || saysMetric ? filled.text : `${filled.text}[${metric}]`;
    if (isName(name)) return name;
    this.#notes.set(definition.name, `"${shortened(name)}" is no name for a service, so it makes none`);
    return null;
  }

  #selected(host: KnownHost): Selected {
    const key = `${host.cluster}\0${host.name}`;
    let found = this.#byHost.get(key);
    if (!found) {
      found = new Uint32Array((this.#candidates.length + 31) >>> 5);
      for (const { place, base } of this.#ofCluster(host.cluster).matching(host.name)) {
        if (selectsHost(base.rule, host))
          found[place >>> 5] = (found[place >>> 5] ?? 0) | (1 << (place & 31));
      }
      if (this.#byHost.size >= CACHED_HOSTS_MAX) this.#byHost.clear();
      this.#byHost.set(key, found);
    }
    return found;
  }

  #ofCluster(cluster: string): PatternIndex<Candidate> {
    let found = this.#byCluster.get(cluster);
    if (!found) {
      const within = this.#candidates.filter(({ base }) => base.rule.cluster.matches(cluster));
      found = new PatternIndex(within.map((one) => [one.base.rule.host, one] as const));
      this.#byCluster.set(cluster, found);
    }
    return found;
  }

  #takersOf(metric: string): readonly Candidate[] {
    let found = this.#byMetric.get(metric);
    if (!found) {
      found = [...new Set(this.#metrics.matching(metric))].toSorted((a, b) => a.place - b.place);
      if (this.#byMetric.size >= CACHED_METRICS_MAX) this.#byMetric.clear();
      this.#byMetric.set(metric, found);
    }
    return found;
  }
}

function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}

function isNamedByHost({ rule }: CompiledDefinition): boolean {
  const parts = rule.name ?? [];
  return parts.some(
    (part) => typeof part !== 'string' && !('of' in part.value && part.value.of === 'metric'),
  );
}

function has(selected: Selected, place: number): boolean {
  return ((selected[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
}

function resultPattern({ base }: Candidate): Pattern | null {
  const { subject } = base.rule;
  return subject.kind === 'passive' ? subject.service : null;
}

/** What facts, captures and results make of a name is not to be trusted: `host` is the host's own state. */
function isName(name: string): boolean {
  if (name === '' || name.length > NAME_CHARS_MAX || name.trim() !== name) return false;
  return name !== HOST_SERVICE && !/\p{C}/u.test(name);
}
