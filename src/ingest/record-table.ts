import { grown } from './columns.ts';
import type { KeyTable } from './key-table.ts';
import type { RecordDescription } from '../model/record.ts';

/** What a record number stands for. A fact has a description (its metadata) but no series. */
export const RECORD_STATE = { free: 0, series: 1, fact: 2 } as const;

/**
 * The records of one worker by number: columns for what the hot path touches, objects for what it does not.
 * Identity bytes find a number through `keys`; several spellings of one name may share a record.
 */
export class RecordTable {
  keys: KeyTable;
  readonly descriptions: RecordDescription[] = [];
  host = new Int32Array(1024);
  row = new Uint32Array(1024);
  state = new Uint8Array(1024);
  sources = new Uint8Array(1024);
  generation = new Uint32Array(1024);
  /** Hash of the newest metadata datagram, so that an unchanged one costs no comparison of strings. */
  metadataHash = new Uint32Array(1024);
  /**
   * Second of the last announcement: an agent that keeps changing its mind is announced at most once a
   * minute.
   */
  describedS = new Uint32Array(1024);
  /** 1 once points of it were scheduled in this run. */
  flushed = new Uint8Array(1024);
  #count = 0;
  readonly #free: number[] = [];

  constructor(keys: KeyTable) {
    this.keys = keys;
  }

  /** Numbers given out so far; some may be free. */
  get count(): number {
    return this.#count;
  }

  get inUse(): number {
    return this.#count - this.#free.length;
  }

  add(description: RecordDescription, host: number, state: 1 | 2): number {
    const record = this.#free.pop() ?? this.#count++;
    this.#reserve(record + 1);
    this.descriptions[record] = description;
    this.host[record] = host;
    this.state[record] = state;
    this.sources[record] = description.sources.length;
    this.metadataHash[record] = 0;
    this.describedS[record] = 0;
    this.flushed[record] = 0;
    return record;
  }

  /**
   * Forgets the identities of the records for which `gone` holds; their numbers stay taken until `release`.
   */
  forgetKeys(gone: (record: number) => boolean): void {
    this.keys = this.keys.without((record) => !gone(record));
  }

  /** Frees a number whose keys are forgotten. */
  release(record: number): void {
    if (this.state[record] === RECORD_STATE.free) return;
    this.state[record] = RECORD_STATE.free;
    this.#free.push(record);
  }

  #reserve(n: number): void {
    this.host = grown(this.host, n);
    this.row = grown(this.row, n);
    this.state = grown(this.state, n);
    this.sources = grown(this.sources, n);
    this.generation = grown(this.generation, n);
    this.metadataHash = grown(this.metadataHash, n);
    this.describedS = grown(this.describedS, n);
    this.flushed = grown(this.flushed, n);
  }
}
