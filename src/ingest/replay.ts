import { MovedHosts } from '../model/moved-hosts.ts';
import { RECORD_STATE } from './record-table.ts';
import { KIND } from '../model/kind.ts';
import { doubleOf, integerWordsOf } from '../model/rate.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import type { Books } from './books.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { Journal, ReplaySink } from './journal/port.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Planner } from './planner.ts';
import type { RawWords } from '../model/rate.ts';
import type { RecordDescription } from '../model/record.ts';
import type { RecordTable } from './record-table.ts';
import type { Samples } from './samples.ts';
import type { Staging } from './staging.ts';

interface ReplayOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly journal: Journal;
  readonly live: LiveWriter;
  readonly planner: Pick<Planner, 'schedule' | 'replayed'>;
  readonly records: RecordTable;
  readonly samples: Samples;
  readonly staging: Staging;
  /** Is the cluster one of this worker's? */
  readonly owns: (cluster: string) => boolean;
  /** Points of a record that were kept as gauges are a counter's. */
  readonly convert: (record: number, description: RecordDescription) => void;
}

const NONE_MOVED = new MovedHosts([]);

/** Points that are read back from the journal take the way of new ones, but for being appended again. */
export class Replay implements ReplaySink {
  /** When the newest point that was read had arrived, epoch ms; 0: none since it was last set so. */
  readToMs = 0;
  /** Points that came before their host's name was another's go with its history. */
  moved = NONE_MOVED;
  readonly #o: ReplayOptions;
  readonly #words = new Uint32Array(2 * 64);
  readonly #pair: RawWords = { hi: 0, lo: 0 };

  constructor(options: ReplayOptions) {
    this.#o = options;
  }

  define(written: RecordDescription, arrivalMs: number): number {
    const { owns, hosts, records, samples, convert } = this.#o;
    const { cluster } = written;
    if (!owns(cluster)) return -1;
    const name = this.moved.nameOf(cluster, written.host, arrivalMs);
    const description = name === written.host ? written : { ...written, host: name };
    const number = hosts.open(cluster, name, '', '');
    if (typeof number === 'string') return -1;
    const host = hosts.hosts[number] as HostState;
    const known = host.records.get(description.metric);
    if (known === undefined) {
      const opened = samples.open(host, description, Number.POSITIVE_INFINITY);
      return 'record' in opened ? opened.record : -1;
    }
    const now = records.descriptions[known] as RecordDescription;
    if (records.state[known] !== RECORD_STATE.series || !isSameShape(now, description)) return -1;
    if (now.provisional && !description.provisional) convert(known, description);
    return known;
  }

  point(replayed: Parameters<ReplaySink['point']>[0]): void {
    const { books, hosts, records, staging, planner, journal } = this.#o;
    const { record, timeS, description, earlier, staged } = replayed;
    const sources = records.sources[record] as number;
    this.#load(replayed);
    this.readToMs = replayed.arrivalMs;
    if (earlier) {
      books.takeOver(description.cluster, sources);
      planner.replayed(record, timeS);
      if (description.protocol !== 'plugin')
        hosts.wasHeard(records.host[record] as number, replayed.arrivalMs);
      this.#show(replayed, sources);
    }
    switch (staging.insert(record, timeS, this.#words)) {
      case 'new':
        if (staging.waiting(record) === 1 && staging.inFlight(record) === 0) {
          planner.schedule(record, 'replayed');
        }
        journal.keep(record);
        return;
      case 'coalesced':
        books.coalesced += sources;
        // With nothing to store the record would never let go of it.
        return staging.unstored(record) > 0 ? journal.keep(record) : undefined;
      case 'late':
        // What was staged came in time; a point that waited through a flush stands in the journal twice.
        if (earlier && staged) books.coalesced += sources;
        else books.lose('late', sources);
        return;
      case 'full':
        return books.lose('cache_full', sources);
    }
  }

  /** The point's words, in the kind that the record has now. */
  #load({ record, words, at, description }: Parameters<ReplaySink['point']>[0]): void {
    const { sources } = description;
    const now = this.#o.records.descriptions[record]?.sources ?? sources;
    for (let s = 0; s < sources.length; s += 1) {
      const hi = words[at + 2 * s] as number;
      const lo = words[at + 2 * s + 1] as number;
      const kind = now[s]?.kind ?? KIND.gauge;
      this.#pair.hi = hi;
      this.#pair.lo = lo;
      if (kind !== sources[s]?.kind) integerWordsOf(doubleOf(hi, lo), kind, this.#pair);
      this.#words[2 * s] = this.#pair.hi;
      this.#words[2 * s + 1] = this.#pair.lo;
    }
  }

  /** What an earlier run had shown last, and had no time to have kept. */
  #show({ record, sampleMs, arrivalMs }: Parameters<ReplaySink['point']>[0], sources: number): void {
    const { records, live, samples } = this.#o;
    const row = records.row[record] as number;
    if (sampleMs <= (live.segment(row).sampleMs[row % SEGMENT_ROWS] as number)) return;
    samples.words.set(this.#words.subarray(0, 2 * sources));
    samples.show(record, sources, sampleMs, arrivalMs);
  }
}

/** The same data sources; a kind that was provisional on either side may have become another. */
function isSameShape(now: RecordDescription, then: RecordDescription): boolean {
  if (now.protocol !== then.protocol || now.sources.length !== then.sources.length) return false;
  if (now.provisional || then.provisional) return true;
  return now.sources.every((source, s) => source.kind === then.sources[s]?.kind);
}
