import { compileFacts } from './fact-filter.ts';
import { compileMatcher, threadMs } from './name-matcher.ts';
import type { FactPattern } from '../contract/facts.ts';
import type { Catalogue } from './catalogue.ts';
import type { HostEntry, RecordEntry, SeriesEntry } from './entries.ts';
import type { FactFilter } from './fact-filter.ts';
import type { NameMatcher, Stopwatch } from './name-matcher.ts';

/** Which series: regular expressions over whole names, as users write them. */
export interface SelectorSource {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
  /** What the hosts say of themselves, or registered with; all of it has to match. */
  readonly facts?: readonly FactPattern[];
}

export type SelectorKey = 'cluster' | 'host' | 'metric';

export type Selector = Readonly<Record<SelectorKey, NameMatcher>> & {
  /** Of the hosts. */
  readonly facts: FactFilter;
};

export interface Selection {
  readonly series: SeriesEntry[];
  /** Further series that match, over the maximum. */
  readonly leftOut: number;
  /** The pattern that took longer than it may, by its key: the selection is not whole. */
  readonly tooSlow: string | null;
}

const SELECTOR_KEYS = ['cluster', 'host', 'metric'] as const;

/** Never throws: a pattern that does not compile is named by its key, with what is wrong in words. */
export function compileSelector(
  source: SelectorSource,
  stopwatch: Stopwatch = threadMs,
): { ok: true; selector: Selector } | { ok: false; key: string; fault: string } {
  const facts = compileFacts(source.facts ?? [], stopwatch);
  if (!facts.ok) return { ok: false, key: `fact ${facts.fact}`, fault: facts.fault };
  const selector: Partial<Record<SelectorKey, NameMatcher>> = {};
  for (const key of SELECTOR_KEYS) {
    const compiled = compileMatcher(source[key], stopwatch);
    if (typeof compiled === 'string') return { ok: false, key, fault: compiled };
    selector[key] = compiled;
  }
  // Each of the keys has just been compiled.
  return { ok: true, selector: { ...(selector as Record<SelectorKey, NameMatcher>), facts: facts.facts } };
}

/** Series that match, at most `max` of them, in the catalogue's order; the others are counted. */
export function selectSeries(catalogue: Catalogue, selector: Selector, max: number): Selection {
  const series: SeriesEntry[] = [];
  let leftOut = 0;
  const take = (entry: SeriesEntry) => {
    if (series.length < max) series.push(entry);
    else leftOut += 1;
  };
  for (const host of selectHosts(catalogue, selector)) {
    const { literal } = selector.metric;
    if (literal === null) takeMatching(host, selector.metric, take);
    else takeNamed(host, literal, take);
  }
  return { series, leftOut, tooSlow: spentKey(selector) };
}

/** The key whose pattern has taken all the time it may; null: none has. */
export function spentKey(selector: Selector): string | null {
  if (selector.facts.spent) return 'fact';
  return SELECTOR_KEYS.find((key) => selector[key].spent) ?? null;
}

/** Hosts whose cluster, name and facts match. */
export function* selectHosts(
  catalogue: Catalogue,
  selector: Pick<Selector, 'cluster' | 'host' | 'facts'>,
): Generator<HostEntry> {
  for (const hosts of selectClusters(catalogue, selector.cluster)) {
    for (const host of selectNamed(hosts, selector.host)) {
      if (selector.facts.matches(host.facts)) yield host;
    }
  }
}

function* selectNamed(hosts: ReadonlyMap<string, HostEntry>, matcher: NameMatcher): Generator<HostEntry> {
  if (matcher.literal === null) {
    for (const host of hosts.values()) if (matcher.matches(host.name)) yield host;
    return;
  }
  const host = hosts.get(matcher.literal);
  if (host) yield host;
}

function* selectClusters(catalogue: Catalogue, matcher: NameMatcher): Generator<Map<string, HostEntry>> {
  if (matcher.literal === null) {
    for (const [name, hosts] of catalogue.clusters) if (matcher.matches(name)) yield hosts;
    return;
  }
  const hosts = catalogue.clusters.get(matcher.literal);
  if (hosts) yield hosts;
}

function takeMatching(host: HostEntry, matcher: NameMatcher, take: (entry: SeriesEntry) => void): void {
  for (const record of host.records.values()) {
    for (const entry of record.series) if (matcher.matches(entry.metric)) take(entry);
  }
}

/**
 * A series' name is its record's, or the record's, a colon and the data source; either part may have colons
 * of its own.
 */
function takeNamed(host: HostEntry, name: string, take: (entry: SeriesEntry) => void): void {
  takeFrom(host.records.get(name), name, take);
  for (let colon = name.indexOf(':'); colon >= 0; colon = name.indexOf(':', colon + 1)) {
    takeFrom(host.records.get(name.slice(0, colon)), name, take);
  }
}

function takeFrom(record: RecordEntry | undefined, name: string, take: (entry: SeriesEntry) => void): void {
  for (const entry of record?.series ?? []) if (entry.metric === name) take(entry);
}
