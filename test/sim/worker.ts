import { Catalogue } from '../../src/live/catalogue.ts';
import { LiveWriter } from '../../src/live/writer.ts';
import { SEGMENT_ROWS } from '../../src/live/columns.ts';
import type { Announcement } from '../../src/live/announcement.ts';
import type { ExpiredHost } from '../../src/model/expired-host.ts';

/** An ingest worker without sockets: hosts are heard, and leave when the judge says so. */
export class SimulatedWorker {
  readonly catalogue = new Catalogue();
  readonly #writer = new LiveWriter((announcement) => this.#announce(announcement));
  readonly #rows = new Map<string, number>();

  /** A packet of a host that sends every `intervalMs`. */
  hear(cluster: string, name: string, atMs: number, intervalMs: number): void {
    const row = this.#rows.get(`${cluster}\0${name}`) ?? this.#open(cluster, name, intervalMs);
    this.#writer.hostSegment(row).lastSeenMs[row % SEGMENT_ROWS] = atMs;
  }

  /** 0: never. */
  heardMs(cluster: string, name: string): number {
    const row = this.#rows.get(`${cluster}\0${name}`);
    return row === undefined ? 0 : (this.#writer.hostSegment(row).lastSeenMs[row % SEGMENT_ROWS] ?? 0);
  }

  /** Those that were not heard since leave. */
  expire(hosts: readonly ExpiredHost[]): void {
    for (const { cluster, name, lastSeenMs, reason } of hosts) {
      if (this.heardMs(cluster, name) === lastSeenMs) this.forget(cluster, name, reason);
    }
  }

  forget(cluster: string, name: string, reason: string): void {
    const hostRow = this.#rows.get(`${cluster}\0${name}`);
    if (hostRow === undefined) return;
    const lastSeenMs = this.heardMs(cluster, name);
    this.#announce({ kind: 'host-gone', hostRow, cluster, name, lastSeenMs, reason });
    this.#rows.delete(`${cluster}\0${name}`);
    this.#writer.closeHost(hostRow);
  }

  #open(cluster: string, name: string, intervalMs: number): number {
    const { row, generation } = this.#writer.openHost();
    this.#rows.set(`${cluster}\0${name}`, row);
    this.#announce({ kind: 'host', hostRow: row, generation, cluster, name, address: '', agent: 'collectd' });
    const segment = this.#writer.hostSegment(row);
    segment.intervalMs[row % SEGMENT_ROWS] = intervalMs;
    segment.gapMs[row % SEGMENT_ROWS] = intervalMs;
    return row;
  }

  #announce(announcement: Announcement): void {
    this.catalogue.apply({ worker: 0, announcements: [announcement] });
  }
}
