import { compilePattern } from '../../model/pattern.ts';
import type { CoverageRule } from '../../model/quiet.ts';
import type { Pattern } from '../../model/pattern.ts';
import type { ServiceKey } from '../../model/service-state.ts';

/** The service that tells of a host itself: who quietens that means the host with all it has. */
const HOST_SERVICE = 'host';

/** A rule with its patterns compiled. Null: that part says nothing. */
export interface Coverage {
  readonly cluster: Pattern | null;
  readonly host: Pattern | null;
  readonly service: Pattern | null;
  readonly severity: Pattern | null;
  readonly facts: readonly { readonly fact: string; readonly pattern: Pattern }[];
  /** The only ones, by their keys, and hosts of which all services are meant. */
  readonly services: ReadonlySet<string> | null;
  readonly hosts: ReadonlySet<string> | null;
  /** Hosts that the only ones are on. */
  readonly keyedHosts: ReadonlySet<string> | null;
  /** Only what was told of under this incident. */
  readonly incident: string | null;
}

export type CompiledCoverage =
  | { readonly ok: true; readonly coverage: Coverage }
  /** `covers.host: …`. */
  | { readonly ok: false; readonly fault: string };

const NAMED = ['cluster', 'host', 'service', 'severity'] as const;

/**
 * Compiles a rule. `wholeHosts`: what covers a host's own service covers all of the host (a downtime); else
 * that one alone. Never throws.
 */
export function compileCoverage(
  rule: CoverageRule,
  { wholeHosts }: { readonly wholeHosts: boolean },
): CompiledCoverage {
  const named: Record<(typeof NAMED)[number], Pattern | null> = {
    cluster: null,
    host: null,
    service: null,
    severity: null,
  };
  for (const part of NAMED) {
    const source = rule[part];
    if (source === null) continue;
    const compiled = compilePattern(source);
    if (!compiled.ok) return { ok: false, fault: `covers.${part}: ${compiled.fault}` };
    named[part] = compiled.pattern;
  }
  const facts: { readonly fact: string; readonly pattern: Pattern }[] = [];
  for (const [i, { fact, pattern: source }] of rule.facts.entries()) {
    const compiled = compilePattern(source);
    if (!compiled.ok) return { ok: false, fault: `covers.facts[${i}]: ${compiled.fault}` };
    facts.push({ fact, pattern: compiled.pattern });
  }
  const isWhole = wholeHosts && named.service?.names?.has(HOST_SERVICE) === true;
  const keys = rule.services?.map(keyOf);
  const whole = wholeHosts ? rule.services?.filter(({ service }) => service === HOST_SERVICE) : undefined;
  return {
    ok: true,
    coverage: {
      ...named,
      service: isWhole ? null : named.service,
      facts,
      services: keys ? new Set(keys) : null,
      hosts: keys ? new Set((whole ?? []).map(hostKeyOf)) : null,
      keyedHosts: rule.services ? new Set(rule.services.map(hostKeyOf)) : null,
      incident: rule.incident ?? null,
    },
  };
}

/** Whether a rule says anything at all: nobody means everything by leaving all of it out. */
export function saysSomething({ cluster, host, service, facts, services, incident }: CoverageRule): boolean {
  const isNamed = [cluster, host, service, incident ?? null].some((part) => part !== null);
  return isNamed || facts.length > 0 || (services !== null && services.length > 0);
}

/** Whether anything of that host may be covered, by names alone; an aggregate's host is empty. */
export function mayCoverHost({ cluster, host }: Coverage, of: { cluster: string; host: string }): boolean {
  return (cluster?.matches(of.cluster) ?? true) && (host?.matches(of.host) ?? true);
}

/** Of a host that it may cover: whether it covers that service, by names alone. */
export function coversService({ service, services, hosts }: Coverage, key: ServiceKey): boolean {
  if (service?.matches(key.service) === false) return false;
  return services === null || services.has(keyOf(key)) || hosts?.has(hostKeyOf(key)) === true;
}

/** Facts come and change while it holds: they are asked for anew each time. */
export function coversFacts({ facts }: Coverage, host: { facts: ReadonlyMap<string, string> }): boolean {
  return facts.every(({ fact, pattern }) => {
    const value = host.facts.get(fact);
    return value !== undefined && pattern.matches(value);
  });
}

/** `severities`: states in lower case; more than one where a service stands for several. */
export function coversSeverity({ severity }: Coverage, severities: readonly string[]): boolean {
  return severity === null || severities.some((one) => severity.matches(one));
}

/** Of a service, as keys of maps have it. */
export function keyOf({ cluster, host, service }: ServiceKey): string {
  return `${cluster}\0${host}\0${service}`;
}

export function hostKeyOf({ cluster, host }: Pick<ServiceKey, 'cluster' | 'host'>): string {
  return `${cluster}\0${host}`;
}
