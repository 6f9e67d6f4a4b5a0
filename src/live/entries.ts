import type { RecordDescription } from '../model/record.ts';
import type { RecordWords, SharedWords } from './record-words.ts';

/** A series as a reader knows it: its name, and where its newest sample is. */
export interface SeriesEntry {
  readonly metric: string;
  readonly source: number;
  readonly row: number;
  readonly generation: number;
  readonly record: RecordEntry;
}

export interface RecordEntry {
  /** Made when it is asked for; `words` are there. */
  readonly description: RecordDescription;
  readonly words: RecordWords;
  readonly worker: number;
  /** The worker's own number for the record, and the first of its rows. */
  readonly record: number;
  readonly row: number;
  readonly generation: number;
  readonly host: HostEntry;
  readonly series: readonly SeriesEntry[];
}

export interface HostEntry {
  readonly cluster: string;
  readonly name: string;
  readonly worker: number;
  readonly hostRow: number;
  readonly generation: number;
  address: string;
  agent: string;
  /** Several machines send as this host: which, and since when, in words. */
  conflict: string | undefined;
  readonly facts: Map<string, string>;
  /** By the record's name. */
  readonly records: Map<string, RecordEntry>;
}

/** Where a record's samples are. */
interface Place {
  readonly worker: number;
  readonly record: number;
  readonly row: number;
  readonly generation: number;
}

/** Every reading thread has one for each record of the fleet: what it shares with others is not in it. */
export class KnownRecord implements RecordEntry {
  readonly shared: SharedWords;
  readonly host: HostEntry;
  readonly worker: number;
  readonly record: number;
  readonly row: number;
  readonly generation: number;
  /** Most records have one source, and an array of one takes 56 bytes. */
  readonly #series: KnownSeries | readonly KnownSeries[];

  constructor(shared: SharedWords, host: HostEntry, { worker, record, row, generation }: Place) {
    this.shared = shared;
    this.host = host;
    this.worker = worker;
    this.record = record;
    this.row = row;
    this.generation = generation;
    const several = shared.names.length !== 1;
    this.#series = several
      ? shared.names.map((_, source) => new KnownSeries(this, source))
      : new KnownSeries(this, 0);
  }

  get series(): readonly SeriesEntry[] {
    return this.#series instanceof KnownSeries ? [this.#series] : this.#series;
  }

  get words(): RecordWords {
    return this.shared.said;
  }

  get description(): RecordDescription {
    const { cluster, name } = this.host;
    return { cluster, host: name, ...this.shared.said };
  }
}

class KnownSeries implements SeriesEntry {
  readonly record: KnownRecord;
  readonly source: number;

  constructor(record: KnownRecord, source: number) {
    this.record = record;
    this.source = source;
  }

  get metric(): string {
    return this.record.shared.names[this.source] ?? '';
  }

  get row(): number {
    return this.record.row + this.source;
  }

  get generation(): number {
    return this.record.generation;
  }
}
