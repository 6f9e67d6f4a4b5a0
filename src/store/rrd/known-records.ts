import { RRD_FILES_KNOWN_MAX } from '../../limits.ts';
import type { RecordDescription } from '../../model/record.ts';

/** What is known of a record's file while nothing went wrong with it. */
export interface KnownFile {
  readonly path: string;
  /** File, and template where it is needed, as they stand in an update command. */
  readonly target: string;
  /** The data sources' names in the file, in the record's order. */
  readonly names: readonly string[];
  /** Second of the newest point in the file. */
  lastS: number;
  /** Seconds without a value after which the file takes it for unknown; its shortest. */
  heartbeatS: number;
  /** The description the file was last compared with. */
  described: RecordDescription;
}

/** One record as the store remembers it. */
export interface KnownRecord {
  /** `unsure`: an answer was lost or an update refused, so the file has to be asked before the next one. */
  state: 'unsure' | 'missing' | KnownFile;
  /**
   * The store's last answer covers points through this second; undefined before the first. After a failed
   * put the file may be ahead of it: those points are this process's own, so a caller that puts them again
   * is not told that they are late.
   */
  settledS: number | undefined;
  /** A put before then, in milliseconds of the store's clock, waits: the world has just refused one. */
  restUntilMs: number;
}

/**
 * Records by host and name. With too many, one of the host known longest is forgotten: that costs a question,
 * never a point.
 */
export class KnownRecords {
  readonly #hosts = new Map<string, Map<string, KnownRecord>>();
  readonly #max: number;
  #size = 0;

  constructor(max = RRD_FILES_KNOWN_MAX) {
    this.#max = max;
  }

  of({ cluster, host, metric }: RecordDescription): KnownRecord {
    const key = `${cluster}\0${host}`;
    const known = this.#hosts.get(key)?.get(metric);
    if (known) return known;
    if (this.#size >= this.#max) this.#forgetOne();
    const fresh: KnownRecord = { state: 'unsure', settledS: undefined, restUntilMs: 0 };
    const records = this.#hosts.get(key);
    if (records) records.set(metric, fresh);
    else this.#hosts.set(key, new Map([[metric, fresh]]));
    this.#size += 1;
    return fresh;
  }

  /** Its files are elsewhere now. */
  forgetHost(cluster: string, host: string): void {
    const key = `${cluster}\0${host}`;
    this.#size -= this.#hosts.get(key)?.size ?? 0;
    this.#hosts.delete(key);
  }

  #forgetOne(): void {
    for (const [key, records] of this.#hosts) {
      for (const oldest of records.keys()) {
        records.delete(oldest);
        this.#size -= 1;
        break;
      }
      if (records.size === 0) this.#hosts.delete(key);
      return;
    }
  }
}
