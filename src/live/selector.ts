import { PATTERN_BUDGET_MS, PATTERN_MEMO_MAX } from '../limits.ts';
import { compilePattern } from '../model/pattern.ts';
import type { Pattern } from '../model/pattern.ts';
import type { Catalogue } from './catalogue.ts';
import type { HostEntry, RecordEntry, SeriesEntry } from './entries.ts';

/** Which series: regular expressions over whole names, as users write them. */
export interface SelectorSource {
  readonly cluster: string;
  readonly host: string;
  readonly metric: string;
}

export type SelectorKey = keyof SelectorSource;

/**
 * A compiled pattern over whole names; `literal` when it can match that one name only. `spent`: it has taken
 * all the time it may, and what it says of further names counts for nothing.
 */
interface NameMatcher {
  readonly literal: string | null;
  readonly spent: boolean;
  matches(name: string): boolean;
}

export type Selector = Readonly<Record<SelectorKey, NameMatcher>>;

export interface Selection {
  readonly series: SeriesEntry[];
  /** Further series that match, over the maximum. */
  readonly leftOut: number;
  /** The pattern that took longer than it may: the selection is not whole. */
  readonly tooSlow: SelectorKey | null;
}

/** Milliseconds that only ever grow. */
type Stopwatch = () => number;

/** This thread's own time on a processor: on a busy machine an innocent pattern waits, and must not pay. */
const threadMs: Stopwatch = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const SELECTOR_KEYS = ['cluster', 'host', 'metric'] as const;

/** Never throws: a pattern that does not compile is named by its key, with what is wrong in words. */
export function compileSelector(
  source: SelectorSource,
  stopwatch: Stopwatch = threadMs,
): { ok: true; selector: Selector } | { ok: false; key: SelectorKey; fault: string } {
  const selector: Partial<Record<SelectorKey, NameMatcher>> = {};
  for (const key of SELECTOR_KEYS) {
    const compiled = compileMatcher(source[key], stopwatch);
    if (typeof compiled === 'string') return { ok: false, key, fault: compiled };
    selector[key] = compiled;
  }
  return { ok: true, selector: selector as Selector };
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
  return { series, leftOut, tooSlow: SELECTOR_KEYS.find((key) => selector[key].spent) ?? null };
}

/** Hosts whose cluster and name match. */
export function* selectHosts(
  catalogue: Catalogue,
  selector: Pick<Selector, 'cluster' | 'host'>,
): Generator<HostEntry> {
  for (const hosts of selectClusters(catalogue, selector.cluster)) {
    const { literal } = selector.host;
    if (literal === null) {
      for (const host of hosts.values()) if (selector.host.matches(host.name)) yield host;
      continue;
    }
    const host = hosts.get(literal);
    if (host) yield host;
  }
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

/** The matcher, or what is wrong with the pattern. */
export function compileMatcher(source: string, stopwatch: Stopwatch = threadMs): NameMatcher | string {
  const compiled = compilePattern(source);
  if (!compiled.ok) return compiled.fault;
  const { pattern } = compiled;
  if (source === '.*') return { literal: null, spent: false, matches: () => true };
  if (pattern.names === null) return new MeasuredMatcher(pattern, stopwatch);
  const [only = ''] = pattern.names;
  return {
    literal: pattern.names.size === 1 ? only : null,
    spent: false,
    matches: (name) => pattern.matches(name),
  };
}

/**
 * Metric names repeat from host to host: a look into a map is some fifty times cheaper than the linear-time
 * engine, and a selection runs on a thread that others wait for. Only the engine's time is measured.
 */
class MeasuredMatcher implements NameMatcher {
  readonly literal = null;
  readonly #pattern: Pattern;
  readonly #stopwatch: Stopwatch;
  readonly #memo = new Map<string, boolean>();
  #takenMs = 0;

  constructor(pattern: Pattern, stopwatch: Stopwatch) {
    this.#pattern = pattern;
    this.#stopwatch = stopwatch;
  }

  get spent(): boolean {
    return this.#takenMs > PATTERN_BUDGET_MS;
  }

  matches(name: string): boolean {
    const known = this.#memo.get(name);
    if (known !== undefined) return known;
    if (this.spent) return false;
    const startMs = this.#stopwatch();
    const answer = this.#pattern.matches(name);
    this.#takenMs += this.#stopwatch() - startMs;
    if (this.#memo.size < PATTERN_MEMO_MAX) this.#memo.set(name, answer);
    return answer;
  }
}
