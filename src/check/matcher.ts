import type { CompiledDefinition } from './definitions.ts';

/** A service that exists because a definition matched. */
export interface Match {
  readonly service: string;
  readonly compiled: CompiledDefinition;
}

const CACHED_METRICS_MAX = 100_000;
const CACHED_HOSTS_MAX = 200_000;

/**
 * Which services a host or a series has. Patterns run once a distinct cluster, host and metric name: a fleet
 * repeats its metric names on every host, so a new series costs two look-ups.
 */
export class Matcher {
  readonly #definitions: readonly CompiledDefinition[];
  readonly #byCluster = new Map<string, readonly CompiledDefinition[]>();
  readonly #byHost = new Map<string, readonly CompiledDefinition[]>();
  readonly #byMetric = new Map<string, ReadonlySet<CompiledDefinition>>();

  constructor(definitions: readonly CompiledDefinition[]) {
    this.#definitions = definitions;
  }

  /** Services judging the host's own state. */
  ofHost(cluster: string, host: string): Match[] {
    const matches: Match[] = [];
    for (const compiled of this.#candidates(cluster, host)) {
      if (compiled.definition.subject.kind === 'host')
        matches.push({ service: compiled.definition.name, compiled });
    }
    return matches;
  }

  /**
   * Services judging one series. A literal metric pattern gives the definition's plain name, any other
   * `name[metric]`, however many metrics match.
   */
  ofSeries(cluster: string, host: string, metric: string): Match[] {
    const takers = this.#takersOf(metric);
    const matches: Match[] = [];
    if (takers.size === 0) return matches;
    for (const compiled of this.#candidates(cluster, host)) {
      if (!takers.has(compiled)) continue;
      const { name } = compiled.definition;
      matches.push({ service: compiled.literal ? name : `${name}[${metric}]`, compiled });
    }
    return matches;
  }

  #candidates(cluster: string, host: string): readonly CompiledDefinition[] {
    const key = `${cluster}\0${host}`;
    let found = this.#byHost.get(key);
    if (!found) {
      found = this.#ofCluster(cluster).filter((compiled) => compiled.host.matches(host));
      if (this.#byHost.size >= CACHED_HOSTS_MAX) this.#byHost.clear();
      this.#byHost.set(key, found);
    }
    return found;
  }

  #ofCluster(cluster: string): readonly CompiledDefinition[] {
    let found = this.#byCluster.get(cluster);
    if (!found) {
      found = this.#definitions.filter((compiled) => compiled.cluster.matches(cluster));
      this.#byCluster.set(cluster, found);
    }
    return found;
  }

  #takersOf(metric: string): ReadonlySet<CompiledDefinition> {
    let found = this.#byMetric.get(metric);
    if (!found) {
      found = new Set(this.#definitions.filter((compiled) => compiled.metric?.matches(metric)));
      if (this.#byMetric.size >= CACHED_METRICS_MAX) this.#byMetric.clear();
      this.#byMetric.set(metric, found);
    }
    return found;
  }
}
