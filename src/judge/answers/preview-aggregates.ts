import { excludesMetric } from '../../check/rule.ts';
import type { CompiledAggregate } from '../../check/rule.ts';
import type { CompiledDefinition } from '../../check/definitions.ts';
import type { HostEntry } from '../../live/entries.ts';
import type { Matcher } from '../../check/matcher.ts';

/** Counts the groups that aggregates of a set of definitions would have, host by host. */
export class AggregateCensus {
  readonly #matcher: Matcher;
  readonly #groups: ReadonlyMap<CompiledDefinition, Set<string>>;
  /** By the aggregate's metric, then by the name of a series. */
  readonly #takes = new Map<CompiledAggregate, Map<string, boolean>>();

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
    this.#groups = new Map(matcher.aggregates.map((compiled) => [compiled, new Set<string>()]));
  }

  count(host: HostEntry): void {
    for (const [compiled, groups] of this.#groups) {
      const group = groupOf(host, compiled);
      if (group === null || groups.has(group) || !this.#matcher.selects(compiled, host)) continue;
      if (this.#hasMember(host, compiled)) groups.add(group);
    }
  }

  /** How many services each definition would have, by its name. */
  services(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#groups, ([{ definition }, groups]) => [definition.name, groups.size]));
  }

  #hasMember(host: HostEntry, { rule }: CompiledDefinition): boolean {
    const { subject } = rule;
    if (subject.kind !== 'aggregate') return false;
    const { of } = subject;
    if (of.kind === 'states') return true;
    for (const record of host.records.values()) {
      const found = record.series.some(
        ({ metric }) => this.#isTaken(of, metric) && !excludesMetric(rule, host, metric),
      );
      if (found) return true;
    }
    return false;
  }

  #isTaken(of: CompiledAggregate & { readonly kind: 'values' | 'percent_over' }, metric: string): boolean {
    let takes = this.#takes.get(of);
    if (takes === undefined) this.#takes.set(of, (takes = new Map()));
    let isTaken = takes.get(metric);
    if (isTaken === undefined) takes.set(metric, (isTaken = of.metric.matches(metric)));
    return isTaken;
  }
}

/** Null: the host has not all of the facts, and is in no group. */
function groupOf(host: HostEntry, { rule }: CompiledDefinition): string | null {
  const by = rule.subject.kind === 'aggregate' ? rule.subject.by : [];
  const values = by.map((one) => (one === 'cluster' ? host.cluster : host.facts.get(one)));
  return values.some((value) => value === undefined || value.trim() === '') ? null : JSON.stringify(values);
}
