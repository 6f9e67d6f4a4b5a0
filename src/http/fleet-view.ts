import { countAbsent } from './absent-hosts.ts';
import { compareNames } from './name-order.ts';
import { ServiceIndex } from './service-index.ts';
import { Pace } from './pace.ts';
import { instanceView } from './instance-view.ts';
import { isProblem } from './severity.ts';
import type { ClusterView, HostView, StatusView } from '../contract/api.ts';
import type { SelfFigures } from '../contract/stats.ts';
import type { HostEntry } from '../live/entries.ts';
import type { HttpPorts } from './ports.ts';

export interface ServerIdentity {
  readonly version: string;
  readonly grid: string;
  readonly demo: boolean;
}

const NOBODY = { awaited: 0, retired: 0 };

type FleetPorts = Pick<HttpPorts, 'catalogue' | 'judged' | 'operations' | 'clock' | 'registry' | 'retired'>;

/** Answers about the fleet as a whole, put together from what is live and what is judged. */
export class FleetView {
  readonly services: ServiceIndex;
  readonly pace = new Pace();
  readonly #ports: FleetPorts;
  readonly #counted = new Map<string, { version: number; series: number }>();
  #absent: { readonly version: string; readonly counts: ReturnType<typeof countAbsent> } | undefined;

  constructor(ports: FleetPorts) {
    this.#ports = ports;
    this.services = new ServiceIndex(ports.judged, () => ports.clock.nowMs());
  }

  /** Configured groups without a host yet are clusters too. */
  clusters(): ClusterView[] {
    const { catalogue, operations } = this.#ports;
    const ports = new Map(operations.stats().groups.map(({ name, port }) => [name, port]));
    const configured = [...ports].flatMap(([name, port]) => (port === null ? [] : [name]));
    const names = new Set([...configured, ...catalogue.clusters.keys()]);
    return [...names].toSorted(compareNames).map((name) => this.#cluster(name, ports.get(name) ?? null));
  }

  #cluster(name: string, port: number | null): ClusterView {
    const states = this.#hostStates(name);
    // Those that have left, and are still being heard, or not yet forgotten, are no part of it.
    const retired = states.get('RETIRED') ?? 0;
    const hosts = (this.#ports.catalogue.clusters.get(name)?.size ?? 0) - retired;
    const unjudged = (states.get('PENDING') ?? 0) === hosts;
    const { worst, summary } = this.services.cluster(name);
    return {
      name,
      port,
      hosts_up: states.get('UP') ?? 0,
      hosts_down: states.get('DOWN') ?? 0,
      hosts,
      hosts_awaited: this.#absentIn(name).awaited,
      hosts_retired: retired + this.#absentIn(name).retired,
      metrics: this.#seriesIn(name),
      values_per_second: this.pace.perSecond(name),
      worst_state: worst,
      summary: unjudged ? unjudgedWords(hosts) : summary,
    };
  }

  host(entry: HostEntry): HostView {
    const judged = this.#ports.judged.host(entry.cluster, entry.name);
    const pulse = this.#ports.catalogue.pulse(entry);
    const instance = this.#ports.registry.instance(entry.cluster, entry.name);
    return {
      cluster: entry.cluster,
      name: entry.name,
      address: entry.address,
      state: judged?.state ?? 'PENDING',
      last_seen_ms: pulse.lastSeenMs,
      silence_limit_ms: judged?.silenceLimitMs ?? 0,
      clock_skew_ms: Number.isNaN(pulse.skewMs) ? null : pulse.skewMs,
      agent: entry.agent,
      conflict: entry.conflict ?? null,
      facts: Object.fromEntries(entry.facts),
      metrics: countSeries(entry),
      registered: instance !== undefined,
      instance: instance ? instanceView(instance) : null,
      retired_reason: judged?.retiredReason ?? null,
      worst_state: this.services.worstOfHost(entry.cluster, entry.name),
    };
  }

  /** The worst of a host's services where one is a problem, else its own state. */
  hostState(cluster: string, name: string): string {
    const worst = this.services.worstOfHost(cluster, name);
    if (isProblem(worst)) return worst;
    if (!this.#ports.catalogue.host(cluster, name)) {
      // Found by its name, and not there: it has left, or registered and was not heard yet.
      const here = this.#ports.registry.instance(cluster, name)?.standing.kind === 'here';
      return here ? 'PENDING' : 'RETIRED';
    }
    return this.#ports.judged.host(cluster, name)?.state ?? 'PENDING';
  }

  status(identity: ServerIdentity): StatusView {
    const { groups, write, process, notes } = this.#ports.operations.stats();
    const clusters = this.clusters();
    return {
      version: identity.version,
      grid: identity.grid,
      demo: identity.demo,
      started_ms: process.startedMs,
      now_ms: this.#ports.clock.nowMs(),
      values_per_second: total(clusters, (cluster) => cluster.values_per_second),
      values_pending: write.valuesPending,
      values_lost: total(write.valuesLost, ({ count }) => count),
      kernel_drops: total(groups, ({ kernelDrops }) => kernelDrops),
      points_per_write: write.pointsPerWrite,
      oldest_unwritten_ms: write.oldestUnwrittenMs,
      series: total(clusters, ({ metrics }) => metrics),
      hosts_up: total(clusters, ({ hosts_up: up }) => up),
      hosts_down: total(clusters, ({ hosts_down: down }) => down),
      services: Object.fromEntries(this.services.states()),
      notes: [...notes],
    };
  }

  selfFigures(liveClients: number): SelfFigures {
    const clusters = [...this.#ports.catalogue.clusters.keys()];
    return {
      stats: this.#ports.operations.stats(),
      series: total(clusters, (name) => this.#seriesIn(name)),
      hosts: clusters.flatMap((cluster) =>
        [...this.#hostStates(cluster)].map(([state, count]) => ({ cluster, state, count })),
      ),
      services: Array.from(this.services.states(), ([state, count]) => ({ state, count })),
      liveClients,
    };
  }

  #hostStates(cluster: string): Map<string, number> {
    const { catalogue, judged } = this.#ports;
    const states = new Map<string, number>();
    for (const { name } of catalogue.clusters.get(cluster)?.values() ?? []) {
      const state = judged.host(cluster, name)?.state ?? 'PENDING';
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    return states;
  }

  #absentIn(cluster: string): { readonly awaited: number; readonly retired: number } {
    const { catalogue, registry, retired } = this.#ports;
    const version = `${catalogue.version} ${registry.version()} ${retired.version()}`;
    if (this.#absent?.version !== version) this.#absent = { version, counts: countAbsent(this.#ports) };
    return this.#absent.counts.get(cluster) ?? NOBODY;
  }

  /** Counting millions of series a second would be felt: a count holds until the catalogue changes. */
  #seriesIn(cluster: string): number {
    const { catalogue } = this.#ports;
    const known = this.#counted.get(cluster);
    if (known?.version === catalogue.version) return known.series;
    const series = total([...(catalogue.clusters.get(cluster)?.values() ?? [])], countSeries);
    this.#counted.set(cluster, { version: catalogue.version, series });
    return series;
  }
}

function countSeries(host: HostEntry): number {
  let series = 0;
  for (const record of host.records.values()) series += record.series.length;
  return series;
}

function total<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0);
}

function unjudgedWords(hosts: number): string {
  if (hosts === 0) return 'no host has been heard yet';
  return `${hosts === 1 ? '1 host' : `${hosts} hosts`} not judged yet`;
}
