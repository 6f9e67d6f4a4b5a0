import { Catalogue } from '../../src/live/catalogue.ts';
import { SEGMENT_ROWS } from '../../src/live/columns.ts';
import { LiveWriter } from '../../src/live/writer.ts';
import { wordsOf } from '../../src/model/rate.ts';
import { describe } from '../store/batch.ts';
import type { Announcement } from '../../src/live/announcement.ts';
import type { RecordDescription } from '../../src/model/record.ts';

/** A catalogue with its writing end, so that tests add hosts and samples as an ingest worker does. */
export class TestFleet {
  readonly catalogue = new Catalogue();
  readonly #writer = new LiveWriter((announcement) => this.#announce(announcement));
  readonly #hosts = new Map<string, number>();
  readonly #rows = new Map<string, number>();
  #records = 0;

  #announce(announcement: Announcement): void {
    this.catalogue.apply({ worker: 0, announcements: [announcement] });
  }

  host(cluster: string, name: string, seenMs = 0): this {
    const { row: hostRow, generation } = this.#writer.openHost();
    this.#hosts.set(`${cluster} ${name}`, hostRow);
    const announced = { hostRow, generation, cluster, name, address: '10.0.0.1', agent: 'gmond' };
    this.#announce({ kind: 'host', ...announced });
    this.#writer.hostSegment(hostRow).lastSeenMs[hostRow % SEGMENT_ROWS] = seenMs;
    return this;
  }

  hostGone(cluster: string, name: string, reason = 'expired'): this {
    const hostRow = this.#hosts.get(`${cluster} ${name}`) ?? 0;
    this.#announce({ kind: 'host-gone', hostRow, cluster, name, lastSeenMs: 0, reason });
    return this;
  }

  conflict(cluster: string, name: string, conflict: string): this {
    const hostRow = this.#hosts.get(`${cluster} ${name}`) ?? 0;
    const said = { address: '10.0.0.1', agent: 'gmond', conflict };
    this.#announce({ kind: 'host', hostRow, generation: 0, cluster, name, ...said });
    return this;
  }

  fact(cluster: string, host: string, name: string, value: string): this {
    this.#announce({ kind: 'fact', hostRow: this.#hosts.get(`${cluster} ${host}`) ?? 0, name, value });
    return this;
  }

  factGone(cluster: string, host: string, name: string): this {
    this.#announce({ kind: 'fact-gone', hostRow: this.#hosts.get(`${cluster} ${host}`) ?? 0, name });
    return this;
  }

  record(cluster: string, host: string, metric: string, given: Partial<RecordDescription> = {}): this {
    if (!this.#hosts.has(`${cluster} ${host}`)) this.host(cluster, host);
    const description = describe({ ...given, cluster, host, metric });
    const { row, generation } = this.#writer.openSeries(description.sources.length);
    this.#rows.set(`${cluster} ${host} ${metric}`, row);
    this.#announce({
      kind: 'record',
      record: this.#records,
      hostRow: this.#hosts.get(`${cluster} ${host}`) ?? 0,
      row,
      generation,
      description,
    });
    this.#records += 1;
    return this;
  }

  /** A gauge's sample; of a record with several sources, the first unless said. */
  sample(at: readonly [cluster: string, host: string, metric: string], value: number, nowMs: number): this {
    const row = this.#rows.get(at.join(' ')) ?? 0;
    const words = { hi: 0, lo: 0 };
    wordsOf(value, words);
    this.#writer.write(row, words.hi, words.lo, value, nowMs, nowMs);
    return this;
  }
}
