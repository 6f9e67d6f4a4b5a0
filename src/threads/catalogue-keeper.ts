import type { AnnouncementBatch } from '../live/announcement.ts';
import type { Catalogue, HostEntry, RecordEntry } from '../live/catalogue.ts';
import type { CatalogueRepository, KeptHost } from '../state/catalogue-repository.ts';
import type { LiveSample } from '../live/columns.ts';
import type { RecordDescription } from '../model/record.ts';
import type { RestoredSample } from '../model/restored.ts';

/** Rows a transaction writes at most: about 10 ms. */
const CHUNK = 500;

/**
 * Keeps the catalogue on disk: what was announced within a second, last values and pulses every half minute
 * and at the end. Works in chunks and lets the event loop run between them.
 */
export class CatalogueKeeper {
  readonly #catalogue: Catalogue;
  readonly #repository: CatalogueRepository;
  readonly #hosts = new Set<HostEntry>();
  readonly #records = new Map<string, RecordDescription>();
  #busy: Promise<void> = Promise.resolve();

  constructor(catalogue: Catalogue, repository: CatalogueRepository) {
    this.#catalogue = catalogue;
    this.#repository = repository;
  }

  /** Notes what a batch that has just been applied to the catalogue changed. */
  note(batch: AnnouncementBatch): void {
    for (const said of batch.announcements) {
      if (said.kind === 'record') {
        const { cluster, host, metric } = said.description;
        this.#records.set(`${cluster}\0${host}\0${metric}`, said.description);
      } else if (said.kind === 'host' || said.kind === 'fact') {
        const entry = this.#catalogue.hostAt(batch.worker, said.hostRow);
        if (entry) this.#hosts.add(entry);
      }
    }
  }

  /** Writes what was noted. */
  keepNoted(): Promise<void> {
    return this.#queue(async () => {
      const hosts = [...this.#hosts];
      const records = [...this.#records.values()];
      this.#hosts.clear();
      this.#records.clear();
      await inChunks(hosts, (chunk) => this.#repository.saveHosts(chunk.map((h) => this.#kept(h))));
      await inChunks(records, (chunk) => this.#repository.saveRecords(chunk));
    });
  }

  /** Writes every host's pulse and every record's newest samples. */
  keepValues(): Promise<void> {
    return this.#queue(async () => {
      const hosts = [...this.#catalogue.hosts()];
      await inChunks(hosts, (chunk) => this.#repository.saveHosts(chunk.map((h) => this.#kept(h))));
      const records = hosts.flatMap((h) => [...h.records.values()]);
      await inChunks(records, (chunk) => this.#repository.saveSamples(chunk.map((r) => this.#sampled(r))));
    });
  }

  /** One write after the other. */
  #queue(work: () => Promise<void>): Promise<void> {
    this.#busy = this.#busy.then(work);
    return this.#busy;
  }

  #kept(host: HostEntry): KeptHost {
    const { cluster, name, address, agent } = host;
    const { lastSeenMs, intervalMs, gapMs } = this.#catalogue.pulse(host);
    return { cluster, name, address, agent, lastSeenMs, intervalMs, gapMs, facts: [...host.facts] };
  }

  #sampled(record: RecordEntry): { description: RecordDescription; samples: RestoredSample[] } {
    const samples = record.series.flatMap((series) => {
      const s: LiveSample = { rawHi: 0, rawLo: 0, value: 0, sampleMs: 0, arrivalMs: 0 };
      if (!this.#catalogue.read(series, s)) return [];
      return [{ hi: s.rawHi, lo: s.rawLo, value: s.value, sampleMs: s.sampleMs, arrivalMs: s.arrivalMs }];
    });
    return { description: record.description, samples };
  }
}

async function inChunks<T>(items: readonly T[], write: (chunk: readonly T[]) => void): Promise<void> {
  for (let at = 0; at < items.length; at += CHUNK) {
    write(items.slice(at, at + CHUNK));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
