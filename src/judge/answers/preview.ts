import { AggregateCensus } from './preview-aggregates.ts';
import { isOfGroup } from '../group-silence.ts';
import type { DefinitionChange } from '../../contract/api.ts';
import type { HostWatch } from '../watch.ts';
import type { Match, Matcher } from '../../check/matcher.ts';

/** What the rules themselves say is other is for whoever has both sets of them. */
export type ServiceChange = Omit<DefinitionChange, 'changed'>;
type Counts = { -readonly [K in Exclude<keyof ServiceChange, 'definition'>]: ServiceChange[K] };

/** Enough to see which hosts are meant. */
const NAMES_MAX = 3;

interface Watched {
  readonly hosts: ReadonlyMap<string, HostWatch>;
  /** Stand-ins for hosts, whose services are the aggregates. */
  readonly together: ReadonlyMap<string, HostWatch>;
}

/**
 * What services other definitions would add and remove, by definition; changes nothing. Of aggregates it is
 * told by how many there are more or less, not which.
 */
export function previewChanges({ hosts, together }: Watched, matcher: Matcher): ServiceChange[] {
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
    for (const watch of services.values()) {
      if (isOfGroup(watch)) continue; // No definition makes it.
      const { name } = watch.compiled.definition;
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
    const count = countsOf(definition, counts);
    if (host.services.has(service)) {
      count.kept += 1;
    } else {
      count.added += 1;
      name(count.added_names, host, service === definition ? null : service);
    }
  }
  for (const { service, compiled } of host.services.values()) {
    if (wanted.has(service)) continue;
    const definition = compiled.definition.name;
    const count = countsOf(definition, counts);
    count.removed += 1;
    name(count.removed_names, host, service === definition ? null : service);
  }
}

function name(names: string[], { entry }: HostWatch, service: string | null): void {
  if (names.length < NAMES_MAX) names.push(service === null ? entry.name : `${entry.name} ${service}`);
}

/** Names of the services a host would have, each with its definition: the first that makes it. */
function wantedOf({ entry, services }: HostWatch, matcher: Matcher): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  const want = ({ service, compiled }: Match) => {
    if (!wanted.has(service)) wanted.set(service, compiled.definition.name);
  };
  for (const match of matcher.ofHost(entry)) want(match);
  for (const { service, kind } of services.values()) {
    const match = kind === 'passive' ? matcher.ofResult(entry, service) : null;
    if (match) want(match);
  }
  for (const record of entry.records.values()) {
    for (const { metric } of record.series) {
      for (const match of matcher.ofSeries(entry, metric)) want(match);
    }
  }
  return wanted;
}

function countsOf(definition: string, counts: Map<string, Counts>): Counts {
  let count = counts.get(definition);
  if (count === undefined) {
    count = { added: 0, removed: 0, kept: 0, added_names: [], removed_names: [] };
    counts.set(definition, count);
  }
  return count;
}
