import { grown } from './columns.ts';
import { SeriesBudget } from './senders/series-budget.ts';
import { Shapes } from './shapes.ts';
import type { KeyTable } from './key-table.ts';
import { StringPool } from './string-pool.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { Shape } from './shapes.ts';
import type { Source } from './senders/source.ts';

/** What a record number stands for. A fact has a description (its metadata) but no series. */
export const RECORD_STATE = { free: 0, series: 1, fact: 2 } as const;

/**
 * The records of one worker by number: columns for what the hot path touches, objects for what it does not.
 * Identity bytes find a number through `keys`; several spellings of one name may share a record.
 */
export class RecordTable {
  readonly keys: KeyTable;
  readonly budget: SeriesBudget;
  readonly descriptions: RecordDescription[] = [];
  /** What the hot path needs of a description, so that it touches none; and its shape's number. */
  intervalS = new Float64Array(1024);
  /** 1: gmond says that it never changes. */
  constant = new Uint8Array(1024);
  /** Who brought it into being; undefined: an earlier run had it. */
  readonly sender: (Source | undefined)[] = [];
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
  /** Second of the newest metadata, or of a fact's newest word, since the epoch; 0: none in this run. */
  heardS = new Uint32Array(1024);
  /** 1 once points of it were scheduled in this run. */
  flushed = new Uint8Array(1024);
  #shape = new Uint32Array(1024);
  readonly #shapes = new Shapes();
  readonly #pool = new StringPool();
  #count = 0;
  readonly #free: number[] = [];

  constructor(keys: KeyTable, budget = new SeriesBudget(Infinity)) {
    this.keys = keys;
    this.budget = budget;
  }

  /** Numbers given out so far; some may be free. */
  get count(): number {
    return this.#count;
  }

  get inUse(): number {
    return this.#count - this.#free.length;
  }

  add(description: RecordDescription, host: number, state: 1 | 2, sender?: Source): number {
    const record = this.#free.pop() ?? this.#count++;
    this.#reserve(record + 1);
    this.#describe(record, description);
    this.host[record] = host;
    this.state[record] = state;
    this.metadataHash[record] = 0;
    this.describedS[record] = 0;
    this.heardS[record] = 0;
    this.flushed[record] = 0;
    this.sender[record] = sender;
    this.budget.take(description.sources.length, sender);
    return record;
  }

  /** The record is to be understood differently from here on; it has as many sources as before. */
  redescribe(record: number, description: RecordDescription): void {
    const before = this.#shape[record] as number;
    this.#describe(record, description);
    this.#shapes.leave(before);
  }

  /** The data sources of a record that is in use. */
  shapeOf(record: number): Shape {
    return this.#shapes.at(this.#shape[record] as number);
  }

  #describe(record: number, description: RecordDescription): void {
    const shape = this.#shapes.take(description.sources);
    const { sources } = this.#shapes.at(shape);
    this.descriptions[record] = this.#pooled(description, sources);
    this.#shape[record] = shape;
    this.sources[record] = sources.length;
    this.intervalS[record] = description.intervalS;
    this.constant[record] = description.slope === 'zero' ? 1 : 0;
  }

  /** The same, its words shared with other records. */
  #pooled(said: RecordDescription, sources: readonly DataSource[]): RecordDescription {
    const pool = this.#pool;
    return {
      ...said,
      metric: pool.of(said.metric),
      sources,
      units: pool.of(said.units),
      title: pool.of(said.title),
      group: pool.of(said.group),
      description: pool.of(said.description),
    };
  }

  /** Forgets a record's identities: its next sample makes another one. Its number stays taken until `release`. */
  forgetKeys(record: number): void {
    this.keys.remove(record);
  }

  /** Frees a record's number, its identities forgotten if they are not yet. */
  release(record: number): void {
    if (this.state[record] === RECORD_STATE.free) return;
    this.keys.remove(record);
    this.state[record] = RECORD_STATE.free;
    this.#shapes.leave(this.#shape[record] as number);
    this.budget.giveBack(this.sources[record] as number, this.sender[record]);
    this.sender[record] = undefined;
    this.#free.push(record);
  }

  #reserve(n: number): void {
    this.host = grown(this.host, n);
    this.row = grown(this.row, n);
    this.state = grown(this.state, n);
    this.sources = grown(this.sources, n);
    this.generation = grown(this.generation, n);
    this.intervalS = grown(this.intervalS, n);
    this.constant = grown(this.constant, n);
    this.#shape = grown(this.#shape, n);
    this.metadataHash = grown(this.metadataHash, n);
    this.describedS = grown(this.describedS, n);
    this.heardS = grown(this.heardS, n);
    this.flushed = grown(this.flushed, n);
  }
}
