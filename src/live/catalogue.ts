import { hostSegment, readSeries, SEGMENT_ROWS, seriesSegment } from './columns.ts';
import { KnownRecord } from './entries.ts';
import { SharedWordsTable } from './record-words.ts';
import type { AnnouncementBatch, Announcement } from './announcement.ts';
import type { HostSegment, LiveSample, SeriesSegment } from './columns.ts';
import type { HostEntry, RecordEntry, SeriesEntry } from './entries.ts';

export interface HostPulse {
  readonly lastSeenMs: number;
  readonly intervalMs: number;
  readonly gapMs: number;
  readonly skewMs: number;
  readonly packets: number;
}

/** Of a host whose row was given back: the news that it has left are under way. */
export const NO_PULSE: HostPulse = { lastSeenMs: 0, intervalMs: 0, gapMs: 0, skewMs: Number.NaN, packets: 0 };

interface WorkerRows {
  readonly series: SeriesSegment[];
  readonly hosts: HostSegment[];
  readonly hostEntries: (HostEntry | undefined)[];
}

/**
 * Hears what changed, in order, while a batch is applied: so a matcher looks at new entries only. It must
 * not throw.
 */
export interface CatalogueObserver {
  host(entry: HostEntry): void;
  /** New, or announced again: `entry` takes the place of the one with the same name. */
  record(entry: RecordEntry): void;
  recordGone(entry: RecordEntry): void;
  /** A fact of a known host has another value, or is gone; `entry.facts` says which. */
  fact(entry: HostEntry, name: string): void;
  hostGone(entry: HostEntry): void;
  clusterGone(cluster: string): void;
}

/**
 * What is known of the fleet, for one reading thread: applied announcements plus views of the shared columns.
 * `version` grows with every new or changed host or record, so that matchers know when to look again.
 */
export class Catalogue {
  readonly clusters = new Map<string, Map<string, HostEntry>>();
  version = 0;
  readonly #workers = new Map<number, WorkerRows>();
  readonly #words = new SharedWordsTable();
  readonly #observers = new Set<CatalogueObserver>();

  /** What is known already is not told again: a new observer walks `hosts()` first. */
  observe(observer: CatalogueObserver): void {
    this.#observers.add(observer);
  }

  apply(batch: AnnouncementBatch): void {
    const rows = this.#rowsOf(batch.worker);
    for (const announcement of batch.announcements) this.#applyOne(batch.worker, rows, announcement);
  }

  host(cluster: string, host: string): HostEntry | undefined {
    return this.clusters.get(cluster)?.get(host);
  }

  /** The host in a worker's host row, as announcements name it. */
  hostAt(worker: number, hostRow: number): HostEntry | undefined {
    return this.#workers.get(worker)?.hostEntries[hostRow];
  }

  *hosts(): Generator<HostEntry> {
    for (const hosts of this.clusters.values()) yield* hosts.values();
  }

  /** Reads a series' newest sample into `out`; false when there has been none. */
  read(series: SeriesEntry, out: LiveSample): boolean {
    const rows = this.#workers.get(series.record.worker);
    return rows !== undefined && readSeries(rows.series, series, out) && out.arrivalMs > 0;
  }

  /**
   * When the newest sample arrived, 0 for none. A plain load: a hint whether `read` is worth its while,
   * right again at the next look if a writer was just inside.
   */
  arrivalMs(series: SeriesEntry): number {
    const segment = this.#workers.get(series.record.worker)?.series[Math.floor(series.row / SEGMENT_ROWS)];
    return segment?.arrivalMs[series.row % SEGMENT_ROWS] ?? 0;
  }

  /** `NO_PULSE` where the row is another host's by now, or nobody's. */
  pulse(host: HostEntry): HostPulse {
    const segment = this.#workers.get(host.worker)?.hosts[Math.floor(host.hostRow / SEGMENT_ROWS)];
    const i = host.hostRow % SEGMENT_ROWS;
    const pulse = {
      lastSeenMs: segment?.lastSeenMs[i] ?? 0,
      intervalMs: segment?.intervalMs[i] ?? 0,
      gapMs: segment?.gapMs[i] ?? 0,
      skewMs: segment?.skewMs[i] ?? Number.NaN,
      packets: segment?.packets[i] ?? 0,
    };
    // Looked at last, by a read-modify-write (see columns.ts): what was read before is all of one owner.
    const isOurs = segment && Atomics.add(segment.generation, i, 0) === host.generation;
    return isOurs ? pulse : NO_PULSE;
  }

  #rowsOf(worker: number): WorkerRows {
    let rows = this.#workers.get(worker);
    if (!rows) {
      rows = { series: [], hosts: [], hostEntries: [] };
      this.#workers.set(worker, rows);
    }
    return rows;
  }

  #applyOne(worker: number, rows: WorkerRows, announcement: Announcement): void {
    switch (announcement.kind) {
      case 'series-segment':
        rows.series[announcement.index] = seriesSegment(announcement.buffer);
        return;
      case 'host-segment':
        rows.hosts[announcement.index] = hostSegment(announcement.buffer);
        return;
      case 'host':
        this.#applyHost(worker, rows, announcement);
        return;
      case 'fact':
        this.#applyFact(rows.hostEntries[announcement.hostRow], announcement.name, announcement.value);
        return;
      case 'record':
        this.#applyRecord(worker, rows, announcement);
        return;
      case 'record-gone':
        this.#forgetRecord(rows, announcement);
        return;
      case 'fact-gone':
        this.#applyFact(rows.hostEntries[announcement.hostRow], announcement.name, undefined);
        return;
      case 'host-gone':
        this.#forgetHost(rows, announcement);
        return;
      case 'cluster-gone':
        this.#forget(rows, announcement.cluster);
        return;
    }
  }

  #applyFact(entry: HostEntry | undefined, name: string, value: string | undefined): void {
    this.version += 1;
    if (!entry || entry.facts.get(name) === value) return;
    if (value === undefined) entry.facts.delete(name);
    else entry.facts.set(name, value);
    for (const observer of this.#observers) observer.fact(entry, name);
  }

  #forgetRecord(rows: WorkerRows, said: Announcement & { kind: 'record-gone' }): void {
    const host = rows.hostEntries[said.hostRow];
    const entry = host?.records.get(said.metric);
    if (!host || entry?.record !== said.record) return;
    host.records.delete(said.metric);
    this.#leave(entry);
    this.version += 1;
    for (const observer of this.#observers) observer.recordGone(entry);
  }

  #forgetHost(rows: WorkerRows, said: Announcement & { kind: 'host-gone' }): void {
    const entry = rows.hostEntries[said.hostRow];
    if (entry?.name !== said.name || entry.cluster !== said.cluster) return;
    rows.hostEntries[said.hostRow] = undefined;
    const hosts = this.clusters.get(said.cluster);
    if (hosts?.get(said.name) === entry) hosts.delete(said.name);
    for (const record of entry.records.values()) this.#leave(record);
    this.version += 1;
    for (const observer of this.#observers) observer.hostGone(entry);
  }

  /** Only the hosts of the worker that says so: a cluster may have come to another one meanwhile. */
  #forget(rows: WorkerRows, cluster: string): void {
    const hosts = this.clusters.get(cluster);
    for (const [row, entry] of rows.hostEntries.entries()) {
      if (entry?.cluster !== cluster) continue;
      rows.hostEntries[row] = undefined;
      if (hosts?.get(entry.name) === entry) hosts.delete(entry.name);
      for (const record of entry.records.values()) this.#leave(record);
    }
    if (hosts?.size !== 0) return;
    this.clusters.delete(cluster);
    this.version += 1;
    for (const observer of this.#observers) observer.clusterGone(cluster);
  }

  #applyHost(worker: number, rows: WorkerRows, said: Announcement & { kind: 'host' }): void {
    this.version += 1;
    const known = rows.hostEntries[said.hostRow];
    if (known && this.host(said.cluster, said.name) === known) {
      known.address = said.address;
      known.agent = said.agent;
      known.conflict = said.conflict;
      return;
    }
    const entry: HostEntry = {
      cluster: said.cluster,
      name: said.name,
      worker,
      hostRow: said.hostRow,
      generation: said.generation,
      address: said.address,
      agent: said.agent,
      conflict: said.conflict,
      facts: new Map(),
      records: new Map(),
    };
    rows.hostEntries[said.hostRow] = entry;
    let hosts = this.clusters.get(said.cluster);
    if (!hosts) {
      hosts = new Map();
      this.clusters.set(said.cluster, hosts);
    }
    hosts.set(said.name, entry);
    for (const observer of this.#observers) observer.host(entry);
  }

  #applyRecord(worker: number, rows: WorkerRows, said: Announcement & { kind: 'record' }): void {
    const host = rows.hostEntries[said.hostRow];
    if (!host) return;
    this.version += 1;
    const words = this.#words.take(said.description);
    const { record, row, generation } = said;
    const entry = new KnownRecord(words, host, { worker, record, row, generation });
    const { metric } = words.said;
    this.#leave(host.records.get(metric));
    host.records.set(metric, entry);
    for (const observer of this.#observers) observer.record(entry);
  }

  #leave(record: RecordEntry | undefined): void {
    if (record instanceof KnownRecord) this.#words.leave(record.shared);
  }
}
