import { setImmediate } from 'node:timers/promises';
import { SEARCH_METRICS_MAX } from '../limits.ts';
import { awaitedHosts, retiredHosts } from './absent-hosts.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { HostEntry, SeriesEntry } from '../live/entries.ts';
import type { Findable } from './search-query.ts';
import type { Registry, Retired } from './ports.ts';
import type { RetiredHost } from '../model/retired.ts';

/** What a host is found by, there or gone. */
type HostNames = Pick<RetiredHost, 'cluster' | 'name' | 'address'> & { readonly facts: Facts };
type Facts = Iterable<readonly [string, string]>;

export interface FindableHost extends Findable {
  readonly cluster: string;
  readonly address: string;
  readonly facts: Facts;
}

/** Where everything that has a name is found. */
interface Named {
  readonly catalogue: Catalogue;
  readonly retired: Retired;
  readonly registry: Registry;
}

/** A metric of a cluster: how many hosts have it, and the first of them. */
export interface FindableMetric extends Findable {
  readonly cluster: string;
  readonly host: string;
  readonly units: string;
  hosts: number;
}

export interface Indexed {
  /** Of the catalogue, and of what has left it. */
  readonly version: string;
  readonly atMs: number;
  /** How long making it took. */
  readonly tookMs: number;
  readonly clusters: readonly (Findable & { readonly hosts: number })[];
  readonly hosts: readonly FindableHost[];
  readonly metrics: readonly FindableMetric[];
}

/** An index stands for a second at least, and for so many times as long as it takes to make. */
const HOLD_MS = 1000;
const HOLD_TIMES = 50;
/** What takes no longer is waited for. */
const BRIEF_MS = 20;
/** Time it is worked on before others have their turn. */
const SLICE_MS = 5;
const HOSTS_A_LOOK = 16;

const monotonicMs = (): number => performance.now();

/**
 * What can be found, as lower-case text: made when somebody searches and the catalogue has changed, in slices
 * between which others are served. 10 000 hosts of 40 metrics each take some 100 ms, and a search in them a
 * few.
 */
export class SearchIndex {
  readonly #named: Named;
  readonly #nowMs: () => number;
  readonly #stopwatch: () => number;
  #indexed: Indexed | undefined;
  #making: Promise<Indexed> | undefined;

  /** `stopwatch`: milliseconds that only ever grow. */
  constructor(named: Named, nowMs: () => number, stopwatch = monotonicMs) {
    this.#named = named;
    this.#nowMs = nowMs;
    this.#stopwatch = stopwatch;
  }

  /** One that takes long to make is answered with once more while the next is made. */
  current(): Promise<Indexed> {
    const known = this.#indexed;
    if (known && (known.version === this.#version() || this.#isHeld(known))) {
      return Promise.resolve(known);
    }
    this.#making ??= this.#make();
    // Whoever waits for it hears of a failure; the others must not.
    void this.#making.catch(() => undefined);
    return known && known.tookMs > BRIEF_MS ? Promise.resolve(known) : this.#making;
  }

  #version(): string {
    const { catalogue, retired, registry } = this.#named;
    return `${catalogue.version} ${retired.version()} ${registry.version()}`;
  }

  #isHeld({ atMs, tookMs }: Indexed): boolean {
    return Math.abs(this.#nowMs() - atMs) < Math.max(HOLD_MS, HOLD_TIMES * tookMs);
  }

  async #make(): Promise<Indexed> {
    try {
      const version = this.#version();
      const startMs = this.#stopwatch();
      const found = await indexNames(this.#named);
      this.#indexed = { ...found, version, atMs: this.#nowMs(), tookMs: this.#stopwatch() - startMs };
      return this.#indexed;
    } finally {
      this.#making = undefined;
    }
  }
}

async function indexNames(named: Named): Promise<Pick<Indexed, 'clusters' | 'hosts' | 'metrics'>> {
  const { catalogue } = named;
  const clusters: (Findable & { readonly hosts: number })[] = [];
  const hosts: FindableHost[] = [];
  const metrics: FindableMetric[] = [];
  let sinceMs = performance.now();
  for (const [cluster, entries] of catalogue.clusters) {
    clusters.push({ name: cluster, own: cluster.toLowerCase(), within: '', hosts: entries.size });
    const ofCluster = new Map<string, FindableMetric>();
    for (const entry of entries.values()) {
      hosts.push(findableHost(entry));
      addMetrics(ofCluster, entry, SEARCH_METRICS_MAX - metrics.length);
      if (hosts.length % HOSTS_A_LOOK !== 0 || performance.now() - sinceMs < SLICE_MS) continue;
      // oxlint-disable-next-line no-await-in-loop -- the pause is what it is for
      await setImmediate();
      sinceMs = performance.now();
    }
    for (const metric of ofCluster.values()) metrics.push({ ...metric, within: cluster.toLowerCase() });
  }
  for (const host of absentHosts(named)) hosts.push(findableHost(host));
  return { clusters, hosts, metrics };
}

/** Hosts that have left, found by the reason too, and those that registered and were not heard yet. */
function* absentHosts(named: Named): Generator<HostNames> {
  for (const host of retiredHosts(named)) {
    yield { ...host, facts: [...host.facts, ['retired', host.reason ?? '']] };
  }
  yield* awaitedHosts(named);
}

function findableHost({ cluster, name, address, facts }: HostNames): FindableHost {
  const values = Array.from(facts, ([, value]) => value);
  return {
    cluster,
    name,
    address,
    facts,
    own: [name, address, ...values].join('\n').toLowerCase(),
    tagged: Array.from(facts, ([fact, value]) => `\n${fact}:${value}`)
      .join('')
      .toLowerCase(),
    within: cluster.toLowerCase(),
  };
}

/** A name the cluster knows costs one look-up: a fleet repeats its metrics on every host. */
function addMetrics(found: Map<string, FindableMetric>, host: HostEntry, max: number): void {
  for (const record of host.records.values()) {
    for (const series of record.series) {
      const known = found.get(series.metric);
      if (known) known.hosts += 1;
      else if (found.size < max) found.set(series.metric, findableMetric(series, host));
    }
  }
}

function findableMetric({ metric, record }: SeriesEntry, host: HostEntry): FindableMetric {
  const { units, title, group } = record.words;
  const own = [metric, title, group, units].join('\n').toLowerCase();
  return { name: metric, own, within: '', cluster: host.cluster, host: host.name, units, hosts: 1 };
}
