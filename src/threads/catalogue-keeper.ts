import { GONE_UNWRITTEN_MAX } from '../limits.ts';
import { KeptArrivals } from './kept-arrivals.ts';
import type { AnnouncementBatch } from '../live/announcement.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { HostEntry, RecordEntry } from '../live/entries.ts';
import type { CatalogueRepository, KeptHost } from '../state/catalogue-repository.ts';
import type { LiveSample } from '../live/columns.ts';
import type { RecordDescription } from '../model/record.ts';
import type { GoneHost, GoneRecord, RetiredTable } from '../state/retired-table.ts';
import type { RestoredSample } from '../model/restored.ts';

/** What the keeper needs of the repository. */
type Keeps = Pick<CatalogueRepository, 'saveHosts' | 'saveRecords' | 'saveSamples'> & {
  readonly retired: Pick<RetiredTable, 'retireHosts' | 'retireRecords' | 'prune'>;
};

/** Rows a transaction writes at most: about 10 ms. */
const CHUNK = 500;
/** The rest is forgotten the next time. */
const PRUNE_TURNS = 50;

/**
 * Keeps the catalogue on disk: what was announced within a second, last values and pulses every half minute
 * and at the end. Works in chunks and lets the event loop run between them. A disk that cannot be written is
 * a fault to be told, not an end: what was noted stays noted and is tried again.
 */
export class CatalogueKeeper {
  readonly #catalogue: Catalogue;
  readonly #repository: Keeps;
  /** Grows with everything that leaves or is forgotten. */
  retiredVersion = 0;
  readonly #hosts = new Set<HostEntry>();
  readonly #records = new Map<string, RecordDescription>();
  /** Those that have left. */
  readonly #goneHosts = new Map<string, GoneHost>();
  readonly #goneRecords = new Map<string, GoneRecord>();
  /**
   * Arrival of the newest sample that was kept, by record; those that have no newer one are not written
   * again.
   */
  readonly #kept = new KeptArrivals();
  readonly #onFault: (fault: string | undefined) => void;
  #busy: Promise<void> | undefined;

  /** `onFault` is told why a write failed, and undefined when one has gone well. */
  constructor(catalogue: Catalogue, repository: Keeps, onFault: (fault: string | undefined) => void) {
    this.#catalogue = catalogue;
    this.#repository = repository;
    this.#onFault = onFault;
  }

  /** Notes what a batch that has just been applied to the catalogue changed. */
  note(batch: AnnouncementBatch): void {
    for (const said of batch.announcements) {
      if (said.kind === 'record') {
        const { cluster, host, metric } = said.description;
        this.#records.set(`${cluster}\0${host}\0${metric}`, said.description);
        // The number may have been another record's, and a description that is saved anew has no sample.
        this.#kept.set({ worker: batch.worker, record: said.record }, 0);
      } else if (said.kind === 'host' || said.kind === 'fact') {
        const entry = this.#catalogue.hostAt(batch.worker, said.hostRow);
        if (entry) this.#hosts.add(entry);
      } else if (said.kind === 'host-gone') {
        this.#goneHosts.set(`${said.cluster}\0${said.name}`, said);
      } else if (said.kind === 'record-gone') {
        this.#goneRecords.set(`${said.cluster}\0${said.host}\0${said.metric}`, said);
      }
    }
  }

  /**
   * Writes what was noted. While another write is under way, that one is waited for and nothing else done.
   */
  keepNoted(): Promise<void> {
    return this.#alone(async () => {
      this.#letGo();
      // First: what left and came back is there.
      await this.#keepGone();
      await inChunks([...this.#hosts], (chunk) => {
        this.#repository.saveHosts(this.#present(chunk).map((h) => this.#hostOf(h)));
        for (const host of chunk) this.#hosts.delete(host);
      });
      await inChunks([...this.#records], (chunk) => {
        const there = chunk.filter(([, description]) => this.#isRecordThere(description));
        this.#repository.saveRecords(there.map(([, description]) => description));
        for (const [key, description] of chunk) {
          if (this.#records.get(key) === description) this.#records.delete(key);
        }
      });
    });
  }

  /**
   * Writes now that a host has left, with its records, as its rows are to get another name. May throw what
   * SQLite says.
   */
  keepLeft(cluster: string, host: string): void {
    const { retired } = this.#repository;
    const key = `${cluster}\0${host}`;
    const left = this.#goneHosts.get(key);
    const records = [...this.#goneRecords].filter(([record]) => record.startsWith(`${key}\0`));
    if (left) retired.retireHosts([left], Date.now());
    retired.retireRecords(records.map(([, record]) => record));
    this.#goneHosts.delete(key);
    for (const [record] of records) this.#goneRecords.delete(record);
    this.retiredVersion += 1;
  }

  /** Writes every host's pulse and the newest samples of records that have new ones. */
  keepValues(): Promise<void> {
    return this.#alone(async () => {
      const hosts = [...this.#catalogue.hosts()];
      await inChunks(hosts, (chunk) => {
        this.#repository.saveHosts(this.#present(chunk).map((h) => this.#hostOf(h)));
      });
      const records = hosts.flatMap((h) => [...h.records.values()]).filter((r) => this.#isNew(r));
      await inChunks(records, (chunk) => {
        const sampled = chunk.flatMap((r) => this.#sampled(r));
        this.#repository.saveSamples(sampled);
        for (const { record, samples } of sampled) this.#kept.set(record, samples[0]?.arrivalMs ?? 0);
      });
    });
  }

  /** Forgets what has left and was last heard before that time, epoch ms. */
  prune({ retiredMs }: { readonly retiredMs: number }): void {
    void this.#alone(async () => {
      for (let turn = 0; turn < PRUNE_TURNS && this.#repository.retired.prune(retiredMs); turn += 1) {
        this.retiredVersion += 1;
        await new Promise((done) => setImmediate(done));
      }
    });
  }

  /** Without what has left, and not all names of it: a disk may stay full while things come and go. */
  #letGo(): void {
    const there = new Set(this.#present([...this.#hosts]));
    for (const host of this.#hosts) if (!there.has(host)) this.#hosts.delete(host);
    for (const [key, description] of this.#records) {
      if (!this.#isRecordThere(description)) this.#records.delete(key);
    }
    for (const gone of [this.#goneHosts, this.#goneRecords]) {
      for (const oldest of gone.keys()) {
        if (gone.size <= GONE_UNWRITTEN_MAX) break;
        gone.delete(oldest);
      }
    }
  }

  async #keepGone(): Promise<void> {
    const { retired } = this.#repository;
    if (this.#goneHosts.size + this.#goneRecords.size > 0) this.retiredVersion += 1;
    await inChunks([...this.#goneHosts], (chunk) => {
      retired.retireHosts(
        chunk.map(([, host]) => host),
        Date.now(),
      );
      for (const [key, host] of chunk) if (this.#goneHosts.get(key) === host) this.#goneHosts.delete(key);
    });
    await inChunks([...this.#goneRecords], (chunk) => {
      retired.retireRecords(chunk.map(([, record]) => record));
      for (const [key, record] of chunk) {
        if (this.#goneRecords.get(key) === record) this.#goneRecords.delete(key);
      }
    });
  }

  /** Without those that have left meanwhile: saving one would bring it back. */
  #present(hosts: readonly HostEntry[]): HostEntry[] {
    return hosts.filter((host) => this.#catalogue.host(host.cluster, host.name) === host);
  }

  #isRecordThere({ cluster, host, metric }: RecordDescription): boolean {
    return this.#catalogue.host(cluster, host)?.records.has(metric) === true;
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return this.#busy;
    this.#busy = work().then(
      () => this.#onFault(undefined),
      (error: unknown) => this.#onFault(error instanceof Error ? error.message : String(error)),
    );
    await this.#busy;
    this.#busy = undefined;
  }

  #hostOf(host: HostEntry): KeptHost {
    const { cluster, name, address, agent } = host;
    const { lastSeenMs, intervalMs, gapMs } = this.#catalogue.pulse(host);
    return { cluster, name, address, agent, lastSeenMs, intervalMs, gapMs, facts: [...host.facts] };
  }

  #isNew(record: RecordEntry): boolean {
    const first = record.series[0];
    return first !== undefined && this.#catalogue.arrivalMs(first) > this.#kept.at(record);
  }

  /** A record's samples, one a source, or nothing. */
  #sampled(
    record: RecordEntry,
  ): { record: RecordEntry; description: RecordDescription; samples: RestoredSample[] }[] {
    const samples = record.series.flatMap((series) => {
      const s: LiveSample = { rawHi: 0, rawLo: 0, value: 0, sampleMs: 0, arrivalMs: 0 };
      if (!this.#catalogue.read(series, s)) return [];
      return [{ hi: s.rawHi, lo: s.rawLo, value: s.value, sampleMs: s.sampleMs, arrivalMs: s.arrivalMs }];
    });
    if (samples.length !== record.series.length) return [];
    return [{ record, description: record.description, samples }];
  }
}

async function inChunks<T>(items: readonly T[], write: (chunk: readonly T[]) => void): Promise<void> {
  for (let at = 0; at < items.length; at += CHUNK) {
    write(items.slice(at, at + CHUNK));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
