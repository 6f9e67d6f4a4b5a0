import { absorb } from '../alert/told.ts';
import { REPORTED_SERVICES_PER_HOST_MAX, SERVICES_MAX } from '../limits.ts';
import { Likeness } from '../check/likeness.ts';
import { GROUP_SERVICE, groupDefinition, isOfGroup } from './group-silence.ts';
import { retireAsLeft } from './host-turn.ts';
import { hostKey, SavedStates } from './saved-states.ts';
import { isMade, noHost, renewService, savedService, watchHost, watchService } from './watch.ts';
import type { AggregateService, SourceOpener } from './source-opener.ts';
import type { Catalogue, CatalogueObserver } from '../live/catalogue.ts';
import type { CompiledDefinition } from '../check/definitions.ts';
import type { HostEntry, RecordEntry, SeriesEntry } from '../live/entries.ts';
import type { HostWatch, ServiceWatch } from './watch.ts';
import type { Match, Matcher } from '../check/matcher.ts';
import type { ResultRefusal } from '../model/check-result.ts';
import type { SavedHost, SavedService, ServiceKey, Settlement } from '../model/service-state.ts';
import type { Members } from './members.ts';
import type { Turn, WatchFinder } from './turn.ts';
import type { ValueSource } from './values/value-source.ts';

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
  /** Services that no definition wants any more, as facts of their host have changed. */
  readonly unwanted: ServiceWatch[];
}

interface TableParts {
  readonly catalogue: Catalogue;
  readonly matcher: Matcher;
  readonly sources: SourceOpener;
  readonly members: Members;
}

interface Wanted {
  readonly compiled: CompiledDefinition;
  readonly series: SeriesEntry | null;
  /** Of an aggregate; others are opened when they are watched. */
  readonly source?: ValueSource;
}

/**
 * Everything under watch. It hears of new hosts and records from the catalogue and matches those only, when
 * `absorb` is called; states that were kept are given to their services as these appear.
 */
export class WatchTable implements CatalogueObserver, WatchFinder {
  /** By `cluster\0host`. */
  readonly hosts = new Map<string, HostWatch>();
  /** Stand-ins for a host, by cluster and '' for the grid: their services are the aggregates. */
  readonly together = new Map<string, HostWatch>();
  services = 0;
  refused = 0;
  readonly #catalogue: Catalogue;
  readonly #sources: SourceOpener;
  readonly #saved: SavedStates;
  #matcher: Matcher;
  #likeness = new Likeness();
  #announced: Announced[] = [];
  /** Hosts of which facts have changed that a definition looks at. */
  readonly #changed = new Set<HostEntry>();
  #aggregates: readonly AggregateService[] = [];
  readonly #group = groupDefinition();
  readonly #members: Members;

  constructor(
    { catalogue, matcher, sources, members }: TableParts,
    saved: { hosts: readonly SavedHost[]; services: readonly SavedService[] },
  ) {
    this.#catalogue = catalogue;
    this.#matcher = matcher;
    this.#sources = sources;
    this.#members = members;
    this.#saved = new SavedStates(saved);
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

  fact(entry: HostEntry, name: string): void {
    if (this.#matcher.looksAt(name)) this.#changed.add(entry);
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
    const gone: Gone = { removed: [], expired: [], services: [], unwanted: [] };
    for (const { cluster, name } of this.#changed) this.#matcher.forgetHost(cluster, name);
    const announced = this.#announced;
    if (announced.length > 0) this.#announced = [];
    for (const one of announced) this.#absorb(one, gone, nowMs);
    this.#absorbFacts(gone.unwanted, nowMs);
    return gone;
  }

  /** Takes in aggregates that came; answers with those that went. */
  absorbAggregates(turn: Turn): ServiceWatch[] {
    const wanted = this.#sources.aggregates(turn);
    if (wanted === this.#aggregates) return [];
    this.#aggregates = wanted;
    const kept = new Set<ServiceWatch>();
    for (const { cluster, service, compiled, source } of wanted) {
      const on = this.together.get(cluster) ?? noHost(cluster);
      this.together.set(cluster, on);
      this.#watch(on, service, { compiled, series: null, source }, turn.nowMs);
      const watch = on.services.get(service);
      if (watch) kept.add(watch);
    }
    const gone = [...this.together.values()].flatMap((on) => [...on.services.values()]);
    return gone
      .filter((watch) => !kept.has(watch) && !isOfGroup(watch))
      .map((watch) => this.#withdraw(watch));
  }

  /** The services that tell of hosts which fell silent together. */
  *groups(): Generator<ServiceWatch> {
    for (const on of this.together.values()) {
      const watch = on.services.get(GROUP_SERVICE);
      if (watch && isOfGroup(watch)) yield watch;
    }
  }

  /** That of a cluster, made where it is not there; undefined: the name is taken, or there is no room. */
  group(cluster: string, nowMs: number): ServiceWatch | undefined {
    const on = this.together.get(cluster) ?? noHost(cluster);
    this.together.set(cluster, on);
    const isTaken = this.#matcher.aggregates.some(({ definition }) => definition.name === GROUP_SERVICE);
    if (!isTaken && !on.services.has(GROUP_SERVICE)) {
      this.#watch(on, GROUP_SERVICE, { compiled: this.#group, series: null }, nowMs);
    }
    const watch = on.services.get(GROUP_SERVICE);
    return watch && isOfGroup(watch) ? watch : undefined;
  }

  /** Clusters whose service was kept over a restart, and is not there yet. */
  keptGroups(): string[] {
    return this.#saved.clustersOf(GROUP_SERVICE);
  }

  /** Ends the watch of one of them. */
  endGroup(watch: ServiceWatch): ServiceWatch {
    return this.#withdraw(watch);
  }

  hostOf(cluster: string, name: string): HostWatch | undefined {
    return this.hosts.get(hostKey(cluster, name));
  }

  service({ cluster, host, service }: ServiceKey): ServiceWatch | undefined {
    const on = host === '' ? this.together.get(cluster) : this.hostOf(cluster, host);
    return on?.services.get(service);
  }

  kept(key: ServiceKey): SavedService | undefined {
    return this.#saved.service(key);
  }

  /** The service that results of that name are for; made, where a definition takes names as they come. */
  reported(host: HostWatch, service: string, nowMs: number): ServiceWatch | ResultRefusal {
    const known = host.services.get(service);
    if (known) return known;
    const match = host.state === 'RETIRED' ? null : this.#matcher.ofResult(host.entry, service);
    if (!match) return 'unknown-service';
    if (host.made >= REPORTED_SERVICES_PER_HOST_MAX) return 'too-many-services';
    this.#watch(host, service, { compiled: match.compiled, series: null }, nowMs);
    return host.services.get(service) ?? 'too-many-services';
  }

  /** Whether results of that name make a service of the host. */
  takesResults(host: HostWatch, service: string): boolean {
    return this.#matcher.ofResult(host.entry, service) !== null;
  }

  /** Ends the watch of a host's services and answers with them. */
  clear(host: HostWatch): ServiceWatch[] {
    return [...host.services.values()].map((watch) => this.#withdraw(watch));
  }

  /** Begins the watch of all services of a host again (it was retired, and returned). */
  restart(host: HostWatch, nowMs: number): void {
    for (const [service, wanted] of this.#wantedOf(host)) this.#watch(host, service, wanted, nowMs);
  }

  /**
   * Takes other definitions; services that remain keep their state. Answers with those that are no longer
   * wanted. Aggregates follow at the next turn.
   */
  rematch(matcher: Matcher, nowMs: number): ServiceWatch[] {
    this.#matcher = matcher;
    const dropped: ServiceWatch[] = [];
    for (const host of this.hosts.values()) {
      if (host.state !== 'RETIRED') dropped.push(...this.#rematchHost(host, nowMs));
    }
    this.#likeness = new Likeness(); // Those of before are forgotten.
    return dropped;
  }

  /** Kept states nothing has claimed; forgotten by this call. */
  takeOrphans(): { services: SavedService[]; hosts: SavedHost[] } {
    return this.#saved.takeRest();
  }

  /**
   * Takes in what became of a page, for what is not back after a restart, or was not judged since, and what
   * no desk tells of; answers with what changed.
   */
  settle(settlement: Settlement, nowMs: number): { kept: SavedService[]; watches: ServiceWatch[] } {
    const { changed, taken } = this.#saved.settle(settlement, nowMs);
    const watches = new Set<ServiceWatch>();
    for (const key of [settlement.page, ...taken]) {
      const watch = this.service(key);
      if (!watch || watch.isOnDesk) continue;
      const told = absorb(watch.told, settlement, nowMs);
      if (told === watch.told) continue;
      watch.told = told;
      watches.add(watch);
    }
    return { kept: changed, watches: [...watches] };
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

  #absorbFacts(unwanted: ServiceWatch[], nowMs: number): void {
    for (const { cluster, name } of this.#changed) {
      const host = this.hostOf(cluster, name);
      if (host && host.state !== 'RETIRED') unwanted.push(...this.#rematchHost(host, nowMs));
    }
    this.#changed.clear();
  }

  #absorbHost(entry: HostEntry, nowMs: number): void {
    const known = this.hostOf(entry.cluster, entry.name);
    if (known) {
      known.entry = entry;
      return;
    }
    const isKept = this.#saved.has(entry.cluster, entry.name);
    const host = watchHost(entry, this.#saved.takeHost(entry.cluster, entry.name));
    this.hosts.set(hostKey(entry.cluster, entry.name), host);
    host.member = this.#members.find(entry.cluster, entry.name);
    // Packets of one that left: it has no services for a moment, either, unless somebody may know of one.
    if (!isKept && host.member?.standing.kind === 'left') retireAsLeft(host, host.member.standing, nowMs);
    if (host.state === 'RETIRED') return;
    for (const [service, wanted] of this.#ofHost(host)) this.#watch(host, service, wanted, nowMs);
  }

  #absorbRecord(entry: RecordEntry, nowMs: number): void {
    const host = this.hostOf(entry.host.cluster, entry.host.name);
    if (!host || host.state === 'RETIRED') return;
    for (const [service, wanted] of this.#ofRecord(entry)) {
      this.#watch(host, service, wanted, nowMs);
      const watch = host.services.get(service);
      if (watch?.kind === 'combined' && watch.source) this.#sources.heard(watch.source, entry);
    }
  }

  #rematchHost(host: HostWatch, nowMs: number): ServiceWatch[] {
    const wanted = this.#wantedOf(host);
    const unwanted = [...host.services.values()].filter(({ service }) => !wanted.has(service));
    const dropped = unwanted.map((watch) => this.#withdraw(watch));
    for (const [service, one] of wanted) this.#rewatch(host, service, one, nowMs);
    return dropped;
  }

  #wantedOf(host: HostWatch): Map<string, Wanted> {
    const wanted = this.#ofHost(host);
    for (const record of host.entry.records.values()) {
      for (const [service, one] of this.#ofRecord(record)) {
        const first = wanted.get(service);
        if (first === undefined) wanted.set(service, one);
        else if (one.series) this.#matcher.taken(service, { by: first.compiled, from: one.compiled });
      }
    }
    return wanted;
  }

  /** What a host has whatever its metrics, and what results have made of names as they come. */
  #ofHost(host: HostWatch): Map<string, Wanted> {
    const { entry, services } = host;
    const wanted = new Map<string, Wanted>();
    for (const { service, compiled } of this.#matcher.ofHost(entry)) {
      const first = wanted.get(service);
      if (first === undefined) wanted.set(service, { compiled, series: null });
      else this.#matcher.taken(service, { by: first.compiled, from: compiled });
    }
    const passive = [...services.values()].filter(({ kind }) => kind === 'passive');
    const before = this.#saved.reportedOf(entry.cluster, entry.name);
    for (const service of [...passive.map((one) => one.service), ...before]) {
      const match = wanted.has(service) ? null : this.#matcher.ofResult(entry, service);
      if (match) wanted.set(service, { compiled: match.compiled, series: null });
    }
    return wanted;
  }

  #ofRecord(record: RecordEntry): (readonly [string, Wanted])[] {
    return record.series.flatMap((series) =>
      this.#matchesOf(series).map(({ service, compiled }) => {
        const isOfHost = compiled.rule.subject.kind === 'combined';
        return [service, { compiled, series: isOfHost ? null : series }] as const;
      }),
    );
  }

  #matchesOf(series: SeriesEntry): Match[] {
    return this.#matcher.ofSeries(series.record.host, series.metric);
  }

  #watch(host: HostWatch, service: string, wanted: Wanted, nowMs: number): void {
    const known = host.services.get(service);
    if (known) {
      // A name that two definitions or metrics make belongs to the one that was first.
      const isSame = known.compiled.rule === wanted.compiled.rule || wanted.source !== undefined;
      if (isSame && known.series?.metric === wanted.series?.metric) this.#renew(known, wanted);
      else this.#matcher.taken(service, { by: known.compiled, from: wanted.compiled });
      return;
    }
    if (this.services >= SERVICES_MAX) {
      this.refused += 1;
      return;
    }
    const { cluster, name } = host.entry;
    this.#open(host, service, wanted, nowMs, this.#saved.takeService({ cluster, host: name, service }));
  }

  /** By other definitions: what it judges may be something else now, and its state stays all the same. */
  #rewatch(host: HostWatch, service: string, wanted: Wanted, nowMs: number): void {
    const known = host.services.get(service);
    if (!known) return this.#watch(host, service, wanted, nowMs);
    const isLike = known.kind === wanted.compiled.rule.subject.kind;
    if (isLike && known.series?.metric === wanted.series?.metric) return this.#renew(known, wanted);
    const saved = known.judged ? savedService(known) : undefined;
    this.#withdraw(known);
    this.#open(host, service, wanted, nowMs, saved);
  }

  #renew(known: ServiceWatch, { compiled, series, source }: Wanted): void {
    const renewed = source ?? this.#sources.renew(known, compiled, series);
    if (isMade(known)) known.on.made -= 1;
    renewService(known, { compiled, series, source: renewed }, this.#likeness);
    if (isMade(known)) known.on.made += 1;
  }

  #open(
    host: HostWatch,
    service: string,
    { compiled, series, source }: Wanted,
    nowMs: number,
    saved: SavedService | undefined,
  ): void {
    const watch = watchService(
      host,
      {
        service,
        compiled,
        series,
        source: source ?? this.#sources.open(compiled, host, series),
        arrivalMs: series ? this.#catalogue.arrivalMs(series) : 0,
        nowMs,
      },
      saved,
    );
    host.services.set(service, watch);
    if (watch.isHost && watch.kind !== 'host') host.reported = watch;
    if (isMade(watch)) host.made += 1;
    this.services += 1;
  }

  #withdraw(watch: ServiceWatch): ServiceWatch {
    const { on } = watch;
    on.services.delete(watch.service);
    if (on.reported === watch) on.reported = null;
    if (isMade(watch)) on.made -= 1;
    this.services -= 1;
    return watch;
  }

  #forget(cluster: string, gone: HostWatch[]): void {
    for (const host of this.hosts.values()) {
      if (host.entry.cluster === cluster) this.#forgetHost(host.entry, gone);
    }
  }

  #forgetHost({ cluster, name }: HostEntry, gone: HostWatch[]): void {
    const host = this.hostOf(cluster, name);
    if (!host) return;
    this.#matcher.forgetHost(cluster, name);
    this.hosts.delete(hostKey(cluster, name));
    this.services -= host.services.size;
    gone.push(host);
  }

  #forgetRecord(entry: RecordEntry, gone: ServiceWatch[]): void {
    const host = this.hostOf(entry.host.cluster, entry.host.name);
    if (!host) return;
    for (const [service] of this.#ofRecord(entry)) {
      const watch = host.services.get(service);
      if (!watch) continue;
      if (watch.kind === 'combined' && watch.source) {
        if (this.#sources.left(watch.source, entry)) continue;
        gone.push(this.#withdraw(watch));
        // Of two series that would have that name it is the other one's.
      } else if (watch.series?.record === entry) gone.push(this.#withdraw(watch));
    }
  }
}
