import { parseRange } from '../model/range.ts';
import { parseTemplate } from '../model/placeholder.ts';
import { fill } from './placeholders.ts';
import { compileRule, patternCompiler, scopeOf } from './rule.ts';
import type { CheckSettings, ServiceDefinition } from '../contract/checks.ts';
import type { Range } from '../model/range.ts';
import type { Template } from '../model/placeholder.ts';
import type { Filled, KnownHost } from './placeholders.ts';
import type { PatternCompiler, Rule } from './rule.ts';

/** The ranges a value is held against; null: none. */
export interface Thresholds {
  readonly warning: Range | null;
  readonly critical: Range | null;
}

/**
 * A service definition as it holds for some services: with the settings of their cluster and, where its
 * ranges have placeholders, with ranges of their own. Services for which the same holds share one.
 */
export interface CompiledDefinition extends Thresholds {
  /** With the settings of the cluster; texts are as written. */
  readonly definition: ServiceDefinition;
  readonly rule: Rule;
  /** Why nothing can be judged (a range has a placeholder without a value), in words; null: all is well. */
  readonly fault: string | null;
}

export type Compiled =
  | { readonly ok: true; readonly definitions: readonly CompiledDefinition[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** All of them or, with every fault, none. */
export function compileDefinitions(definitions: readonly ServiceDefinition[]): Compiled {
  const faults: string[] = [];
  const patterns = patternCompiler();
  const compiled = definitions.map((definition) => compileOne(definition, patterns, faults));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, definitions: compiled };
}

function compileOne(
  definition: ServiceDefinition,
  patterns: PatternCompiler,
  faults: string[],
): CompiledDefinition {
  const told = (key: string, fault: string) =>
    faults.push(`${definition.where}: ${definition.name}: ${key}: ${fault}`);
  const rule = compileRule(definition, patterns, told);
  for (const { settings } of definition.perCluster) rangesOf(settings, told);
  return { definition, rule, ...rangesOf(definition, told), fault: null };
}

/** Ranges with placeholders are null until these are filled in. */
function rangesOf(
  { warning = '', critical = '' }: Partial<CheckSettings>,
  told: (key: string, fault: string) => void,
): Thresholds {
  const range = (key: string, text: string): Range | null => {
    if (text === '' || text.includes('{{')) return null;
    const parsed = parseRange(text);
    if (parsed.ok) return parsed.range;
    told(key, parsed.fault);
    return null;
  };
  return { warning: range('warning', warning), critical: range('critical', critical) };
}

/** Distinct ranges that are remembered of one definition. */
const RANGES_KEPT_MAX = 1000;

/** What holds in some clusters; where its ranges have placeholders, these and what came of them so far. */
interface Variant {
  readonly compiled: CompiledDefinition;
  readonly templates: { readonly warning: Template; readonly critical: Template } | null;
  readonly byRanges: Map<string, CompiledDefinition>;
}

/** Makes what holds for a definition's services, and makes each of it once. */
export class Variants {
  readonly #base: Variant;
  readonly #byCluster = new Map<string, Variant>();
  /** By which of its settings per cluster apply. */
  readonly #bySettings = new Map<string, Variant>();

  constructor(base: CompiledDefinition) {
    this.#base = variantOf(base);
  }

  /** For a host, or a series of it. */
  of(host: KnownHost, metric: string | null): CompiledDefinition {
    const { compiled, templates, byRanges } = this.#in(host.cluster);
    if (templates === null) return compiled;
    const scope = scopeOf(compiled.rule, host, metric);
    const warning = fill(templates.warning, scope);
    const critical = fill(templates.critical, scope);
    const key = `${wordsOf(warning)}\0${wordsOf(critical)}`;
    let made = byRanges.get(key);
    if (made === undefined) {
      made = withRanges(compiled, warning, critical);
      if (byRanges.size >= RANGES_KEPT_MAX) byRanges.clear();
      byRanges.set(key, made);
    }
    return made;
  }

  /** For all of a cluster; '' of the whole grid. */
  ofCluster(cluster: string): CompiledDefinition {
    return this.#in(cluster).compiled;
  }

  #in(cluster: string): Variant {
    if (this.#base.compiled.rule.perCluster.length === 0) return this.#base;
    let variant = this.#byCluster.get(cluster);
    if (variant === undefined) {
      variant = this.#withSettings(cluster);
      this.#byCluster.set(cluster, variant);
    }
    return variant;
  }

  #withSettings(cluster: string): Variant {
    const { rule, definition } = this.#base.compiled;
    const applying = rule.perCluster.filter((one) => one.cluster.matches(cluster));
    if (applying.length === 0) return this.#base;
    const key = applying.map((one) => rule.perCluster.indexOf(one)).join();
    let variant = this.#bySettings.get(key);
    if (variant === undefined) {
      // The first that says something of a setting counts.
      const settings = applying.toReversed().reduce((sum, one) => ({ ...sum, ...one.settings }), {});
      const changed: ServiceDefinition = { ...definition, ...settings };
      variant = variantOf({ ...this.#base.compiled, definition: changed, ...rangesOf(changed, () => {}) });
      this.#bySettings.set(key, variant);
    }
    return variant;
  }
}

function variantOf(compiled: CompiledDefinition): Variant {
  const { warning, critical } = compiled.definition;
  const isFixed = !warning.includes('{{') && !critical.includes('{{');
  const templates = isFixed ? null : { warning: templateOf(warning), critical: templateOf(critical) };
  return { compiled, templates, byRanges: new Map() };
}

/** Text that is no template stands for itself: as a range it will be refused. */
function templateOf(text: string): Template {
  const parsed = parseTemplate(text);
  return parsed.ok ? parsed.template : [text];
}

function wordsOf(filled: Filled): string {
  return filled.ok ? filled.text : filled.fault;
}

function withRanges(compiled: CompiledDefinition, warning: Filled, critical: Filled): CompiledDefinition {
  const faults = [warning, critical].flatMap((one) => (one.ok ? [] : [one.fault]));
  const texts = { warning: warning.ok ? warning.text : '', critical: critical.ok ? critical.text : '' };
  const ranges = rangesOf(texts, (name, fault) => faults.push(`${name}: ${fault}`));
  const definition = { ...compiled.definition, ...texts };
  return { ...compiled, definition, ...ranges, fault: faults[0] ?? null };
}
