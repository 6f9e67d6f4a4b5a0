import { absorb } from '../alert/told.ts';
import { SERVICES_MAX } from '../limits.ts';
import { renewService, watchHost, watchService } from './watch.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { Match, Matcher } from '../check/matcher.ts';
import type { Catalogue, CatalogueObserver } from '../live/catalogue.ts';
import type { HostEntry, RecordEntry, SeriesEntry } from '../live/entries.ts';
import type { SavedHost, SavedService, Settlement } from '../model/service-state.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';

type Announced =
  | { readonly kind: 'host'; readonly entry: HostEntry }
  | { readonly kind: 'record'; readonly entry: RecordEntry }
  | { readonly kind: 'host-gone'; readonly entry: HostEntry }
  | { readonly kind: 'record-gone'; readonly entry: RecordEntry }
  | { readonly kind: 'cluster-gone'; readonly cluster: string };

/** What was taken from the watch because it is not there any more. */
export interface Gone {
  /** Hosts of clusters that have left, and hosts that have expired. */
  readonly removed: HostWatch[];
  readonly expired: HostWatch[];
  /** Services of metrics that have left a host which goes on. */
  readonly services: ServiceWatch[];
}

interface Wanted {
  readonly compiled: CompiledDefinition;
  readonly series: SeriesEntry | null;
}

/**
 * Everything under watch. It hears of new hosts and records from the catalogue and matches those only, when
 * `absorb` is called; states that were kept are given to their services as these appear.
 */
export class WatchTable implements CatalogueObserver {
  /** By `cluster\0host`. */
  readonly hosts = new Map<string, HostWatch>();
  services = 0;
  refused = 0;
  readonly #catalogue: Catalogue;
  #matcher: Matcher;
  #announced: Announced[] = [];
  readonly #savedHosts: Map<string, SavedHost>;
  readonly #savedServices: Map<string, SavedService>;

  constructor(
    catalogue: Catalogue,
    matcher: Matcher,
    saved: { hosts: readonly SavedHost[]; services: readonly SavedService[] },
  ) {
    this.#catalogue = catalogue;
    this.#matcher = matcher;
    this.#savedHosts = new Map(saved.hosts.map((host) => [keyOf(host.cluster, host.name), host]));
    this.#savedServices = new Map(saved.services.map((one) => [serviceKey(one), one]));
    for (const host of catalogue.hosts()) {
      this.host(host);
      for (const record of host.records.values()) this.record(record);
    }
    catalogue.observe(this);
  }

  host(entry: HostEntry): void {
    this.#announced.push({ kind: 'host', entry });
  }

  record(entry: RecordEntry): void {
    this.#announced.push({ kind: 'record', entry });
  }

  hostGone(entry: HostEntry): void {
    this.#announced.push({ kind: 'host-gone', entry });
  }

  recordGone(entry: RecordEntry): void {
    this.#announced.push({ kind: 'record-gone', entry });
  }

  clusterGone(cluster: string): void {
    this.#announced.push({ kind: 'cluster-gone', cluster });
  }

  /** Takes in what was announced since; answers with what is gone, already forgotten here. */
  absorb(nowMs: number): Gone {
    const gone: Gone = { removed: [], expired: [], services: [] };
    const announced = this.#announced;
    if (announced.length === 0) return gone;
    this.#announced = [];
    for (const one of announced) this.#absorb(one, gone, nowMs);
    return gone;
  }

  #absorb(one: Announced, gone: Gone, nowMs: number): void {
    switch (one.kind) {
      case 'host':
        return this.#absorbHost(one.entry, nowMs);
      case 'record':
        return this.#absorbRecord(one.entry, nowMs);
      case 'host-gone':
        return this.#forgetHost(one.entry, gone.expired);
      case 'record-gone':
        return this.#forgetRecord(one.entry, gone.services);
      case 'cluster-gone':
        return this.#forget(one.cluster, gone.removed);
    }
  }

  service(key: { cluster: string; host: string; service: string }): ServiceWatch | undefined {
    return this.hosts.get(keyOf(key.cluster, key.host))?.services.get(key.service);
  }

  /** Ends the watch of a host's services and answers with them. */
  clear(host: HostWatch): ServiceWatch[] {
    const services = [...host.services.values()];
    host.services.clear();
    this.services -= services.length;
    return services;
  }

  /** Begins the watch of all services of a host again (it was retired, and returned). */
  restart(host: HostWatch, nowMs: number): void {
    for (const [service, wanted] of this.#wantedOf(host.entry)) this.#watch(host, service, wanted, nowMs);
  }

  /**
   * Takes other definitions; services that remain keep their state. Answers with those that are no longer
   * wanted.
   */
  rematch(matcher: Matcher, nowMs: number): ServiceWatch[] {
    this.#matcher = matcher;
    const dropped: ServiceWatch[] = [];
    for (const host of this.hosts.values()) {
      if (host.state === 'RETIRED') continue;
      const wanted = this.#wantedOf(host.entry);
      for (const [service, watch] of host.services) {
        if (wanted.has(service)) continue;
        host.services.delete(service);
        dropped.push(watch);
      }
      for (const [service, one] of wanted) this.#watch(host, service, one, nowMs);
    }
    this.services -= dropped.length;
    return dropped;
  }

  /** Kept states nothing has claimed; forgotten by this call. */
  takeOrphans(): { services: SavedService[]; hosts: SavedHost[] } {
    const orphans = { services: [...this.#savedServices.values()], hosts: [...this.#savedHosts.values()] };
    this.#savedServices.clear();
    this.#savedHosts.clear();
    return orphans;
  }

  /** Takes in what became of a page; answers with its service when that changed. */
  settle(settlement: Settlement, nowMs: number): ServiceWatch | undefined {
    const watch = this.service(settlement.page);
    const key = serviceKey(settlement.page);
    const saved = this.#savedServices.get(key);
    if (saved) this.#savedServices.set(key, { ...saved, told: absorb(saved.told, settlement, nowMs) });
    const told = watch && absorb(watch.told, settlement, nowMs);
    if (!told || told === watch.told) return undefined;
    watch.told = told;
    return watch;
  }

  #absorbHost(entry: HostEntry, nowMs: number): void {
    const key = keyOf(entry.cluster, entry.name);
    let host = this.hosts.get(key);
    if (host) {
      host.entry = entry;
      return;
    }
    host = watchHost(entry, this.#savedHosts.get(key));
    this.#savedHosts.delete(key);
    this.hosts.set(key, host);
    if (host.state === 'RETIRED') return;
    for (const match of this.#matcher.ofHost(entry.cluster, entry.name)) {
      this.#watch(host, match.service, { compiled: match.compiled, series: null }, nowMs);
    }
  }

  #absorbRecord(entry: RecordEntry, nowMs: number): void {
    const host = this.hosts.get(keyOf(entry.host.cluster, entry.host.name));
    if (!host || host.state === 'RETIRED') return;
    for (const series of entry.series) {
      for (const match of this.#matchesOf(series)) {
        this.#watch(host, match.service, { compiled: match.compiled, series }, nowMs);
      }
    }
  }

  #wantedOf(entry: HostEntry): Map<string, Wanted> {
    const wanted = new Map<string, Wanted>();
    for (const { service, compiled } of this.#matcher.ofHost(entry.cluster, entry.name)) {
      wanted.set(service, { compiled, series: null });
    }
    for (const record of entry.records.values()) {
      for (const series of record.series) {
        for (const { service, compiled } of this.#matchesOf(series)) {
          if (!wanted.has(service)) wanted.set(service, { compiled, series });
        }
      }
    }
    return wanted;
  }

  #matchesOf(series: SeriesEntry): Match[] {
    const { cluster, name } = series.record.host;
    return this.#matcher.ofSeries(cluster, name, series.metric);
  }

  #watch(host: HostWatch, service: string, wanted: Wanted, nowMs: number): void {
    const { compiled, series } = wanted;
    const known = host.services.get(service);
    if (known) {
      // A name two definitions make (a literal `a[b]`) belongs to the one that was first.
      if (known.series?.metric === series?.metric) renewService(known, series, compiled);
      return;
    }
    if (this.services >= SERVICES_MAX) {
      this.refused += 1;
      return;
    }
    const key = serviceKey({ cluster: host.entry.cluster, host: host.entry.name, service });
    const saved = this.#savedServices.get(key);
    this.#savedServices.delete(key);
    const arrivalMs = series ? this.#catalogue.arrivalMs(series) : 0;
    host.services.set(service, watchService(host, { service, compiled, series, arrivalMs, nowMs }, saved));
    this.services += 1;
  }

  #forget(cluster: string, gone: HostWatch[]): void {
    for (const host of this.hosts.values()) {
      if (host.entry.cluster === cluster) this.#forgetHost(host.entry, gone);
    }
  }

  #forgetHost({ cluster, name }: HostEntry, gone: HostWatch[]): void {
    const key = keyOf(cluster, name);
    const host = this.hosts.get(key);
    if (!host) return;
    this.hosts.delete(key);
    this.services -= host.services.size;
    gone.push(host);
  }

  #forgetRecord(entry: RecordEntry, gone: ServiceWatch[]): void {
    const host = this.hosts.get(keyOf(entry.host.cluster, entry.host.name));
    for (const series of host ? entry.series : []) {
      for (const { service } of this.#matchesOf(series)) {
        const watch = host?.services.get(service);
        // Of two series that would have that name it is the other one's.
        if (watch?.series?.record !== entry) continue;
        host?.services.delete(service);
        this.services -= 1;
        gone.push(watch);
      }
    }
  }
}

function keyOf(cluster: string, host: string): string {
  return `${cluster}\0${host}`;
}

function serviceKey(key: { cluster: string; host: string; service: string }): string {
  return `${key.cluster}\0${key.host}\0${key.service}`;
}
