import { AggregateCensus } from './preview-aggregates.ts';
import type { DefinitionChange } from '../contract/api.ts';
import type { HostWatch } from './watch.ts';
import type { Matcher } from '../check/matcher.ts';

type Counts = { -readonly [K in Exclude<keyof DefinitionChange, 'definition'>]: DefinitionChange[K] };

interface Watched {
  readonly hosts: ReadonlyMap<string, HostWatch>;
  /** Stand-ins for hosts, whose services are the aggregates. */
  readonly together: ReadonlyMap<string, HostWatch>;
}

/**
 * What services other definitions would add and remove, by definition; changes nothing. Of aggregates it is
 * told by how many there are more or less, not which.
 */
export function previewChanges({ hosts, together }: Watched, matcher: Matcher): DefinitionChange[] {
  const counts = new Map<string, Counts>();
  const census = new AggregateCensus(matcher);
  for (const host of hosts.values()) {
    if (host.state === 'RETIRED') continue;
    countHost(host, matcher, counts);
    census.count(host.entry);
  }
  countAggregates(together.values(), census.services(), counts);
  return Array.from(counts, ([definition, count]) => ({ definition, ...count })).filter(
    ({ added, removed, kept }) => added + removed + kept > 0,
  );
}

function countAggregates(
  together: Iterable<HostWatch>,
  next: ReadonlyMap<string, number>,
  counts: Map<string, Counts>,
): void {
  const before = new Map<string, number>();
  for (const { services } of together) {
    for (const { compiled } of services.values()) {
      const { name } = compiled.definition;
      before.set(name, (before.get(name) ?? 0) + 1);
    }
  }
  for (const name of new Set([...before.keys(), ...next.keys()])) {
    const [was, is] = [before.get(name) ?? 0, next.get(name) ?? 0];
    const count = countsOf(name, counts);
    count.kept += Math.min(was, is);
    count.added += Math.max(0, is - was);
    count.removed += Math.max(0, was - is);
  }
}

function countHost(host: HostWatch, matcher: Matcher, counts: Map<string, Counts>): void {
  const wanted = wantedOf(host, matcher);
  for (const [service, definition] of wanted) {
    countsOf(definition, counts)[host.services.has(service) ? 'kept' : 'added'] += 1;
  }
  for (const { service, compiled } of host.services.values()) {
    if (!wanted.has(service)) countsOf(compiled.definition.name, counts).removed += 1;
  }
}

/** Names of the services a host would have, each with its definition: the first that makes it. */
function wantedOf({ entry, services }: HostWatch, matcher: Matcher): ReadonlyMap<string, string> {
  const wanted = new Map(
    matcher.ofHost(entry).map(({ service, compiled }) => [service, compiled.definition.name]),
  );
  for (const service of services.keys()) {
    const match = wanted.has(service) ? null : matcher.ofResult(entry, service);
    if (match) wanted.set(service, match.compiled.definition.name);
  }
  for (const record of entry.records.values()) {
    for (const { metric } of record.series) {
      for (const { service, compiled } of matcher.ofSeries(entry, metric)) {
        if (!wanted.has(service)) wanted.set(service, compiled.definition.name);
      }
    }
  }
  return wanted;
}

function countsOf(definition: string, counts: Map<string, Counts>): Counts {
  let count = counts.get(definition);
  if (count === undefined) {
    count = { added: 0, removed: 0, kept: 0 };
    counts.set(definition, count);
  }
  return count;
}
