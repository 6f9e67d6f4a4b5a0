import { RECORDS_PER_WORKER_MAX } from '../limits.ts';
import { SEGMENT_ROWS } from '../live/columns.ts';
import { KIND } from '../model/kind.ts';
import { rateBetween, rawNumber } from '../model/rate.ts';
import { RECORD_STATE } from './record-table.ts';
import type { Announcement } from '../live/announcement.ts';
import type { Books } from './books.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Planner } from './planner.ts';
import type { RawWords } from '../model/rate.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { RecordTable } from './record-table.ts';
import type { Staging } from './staging.ts';

const ANNOUNCE_AGAIN_S = 60;

export interface SamplesOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly staging: Staging;
  readonly planner: Planner;
  readonly live: LiveWriter;
  readonly announce: (announcement: Announcement) => void;
  readonly maxPoints: number;
}

/**
 * Why a record could not be made or a value not be taken; the `reason` label of muster_values_rejected_total.
 */
export type RecordRefusal = 'type_mismatch' | 'limit_series_per_host' | 'limit_records';

/** Where both protocols meet: a record's sample goes to staging and to the live columns, and is booked. */
export class Samples {
  /** The sample's raw words, high and low a source; filled by the caller of `take`. */
  readonly words = new Uint32Array(2 * 64);
  readonly #o: SamplesOptions;
  readonly #old: RawWords = { hi: 0, lo: 0 };
  readonly #now: RawWords = { hi: 0, lo: 0 };

  constructor(options: SamplesOptions) {
    this.#o = options;
  }

  /**
   * Makes a record with series rows, or says why not. A name the host already has is the caller's to look up.
   */
  open(
    host: HostState,
    description: RecordDescription,
    maxSeriesPerHost: number,
  ): { record: number } | { refusal: RecordRefusal } {
    const { records, staging, live } = this.#o;
    const sources = description.sources.length;
    if (records.inUse >= RECORDS_PER_WORKER_MAX) return { refusal: 'limit_records' };
    if (host.series + sources > maxSeriesPerHost) return { refusal: 'limit_series_per_host' };
    const record = records.add(description, host.row, RECORD_STATE.series);
    const rows = live.openSeries(sources);
    records.row[record] = rows.row;
    records.generation[record] = rows.generation;
    staging.open(record, sources);
    host.series += sources;
    host.records.set(description.metric, record);
    this.announce(record, 0);
    return { record };
  }

  /** Tells the readers what a record is now. `nowS` 0: at once; else at most once a minute. */
  announce(record: number, nowS: number): void {
    const { records, announce } = this.#o;
    if (nowS > 0 && nowS - (records.describedS[record] as number) < ANNOUNCE_AGAIN_S) return;
    records.describedS[record] = nowS;
    announce({
      kind: 'record',
      record,
      hostRow: records.host[record] as number,
      row: records.row[record] as number,
      generation: records.generation[record] as number,
      description: records.descriptions[record] as RecordDescription,
    });
  }

  /**
   * Books and keeps one sample of a record (its words in `this.words`) and shows it live. Times: epoch ms.
   */
  take(record: number, group: string, timeS: number, sampleMs: number, arrivalMs: number): void {
    const { records, books } = this.#o;
    const sources = records.sources[record] as number;
    if (this.#stage(record, group, timeS, sources)) this.#show(record, sources, sampleMs, arrivalMs);
    else books.rejectValues(group, 'cache_full', sources);
  }

  /** Puts a sample back into the live columns as it was before a restart; it is not staged again. */
  restore(
    record: number,
    source: number,
    sample: RawWords & { value: number; sampleMs: number; arrivalMs: number },
  ): void {
    const row = (this.#o.records.row[record] as number) + source;
    this.#o.live.write(row, sample.hi, sample.lo, sample.value, sample.sampleMs, sample.arrivalMs);
  }

  /** The newest raw value of a record's source as a number, NaN where there is none. */
  newest(record: number, source: number): number {
    const row = (this.#o.records.row[record] as number) + source;
    const segment = this.#o.live.segment(row);
    const i = row % SEGMENT_ROWS;
    if (segment.arrivalMs[i] === 0) return Number.NaN;
    const kind = this.#o.records.descriptions[record]?.sources[source]?.kind ?? KIND.gauge;
    return rawNumber(kind, segment.rawHi[i] as number, segment.rawLo[i] as number);
  }

  /** False when the cache is full. */
  #stage(record: number, group: string, timeS: number, sources: number): boolean {
    const { staging, books, records, planner, maxPoints } = this.#o;
    if (staging.points >= maxPoints) return false;
    switch (staging.insert(record, timeS, this.words)) {
      case 'new':
        if (staging.waiting(record) === 1 && staging.inFlight(record) === 0) {
          planner.schedule(record, records.flushed[record] === 0);
          records.flushed[record] = 1;
        }
        return true;
      case 'coalesced':
        books.coalesced += sources;
        return true;
      case 'late':
        books.lose('late', sources);
        return true;
      case 'full':
        return false;
    }
  }

  /** A live row takes only a newer sample. */
  #show(record: number, sources: number, sampleMs: number, arrivalMs: number): void {
    const { records, live } = this.#o;
    const row = records.row[record] as number;
    const segment = live.segment(row);
    const first = row % SEGMENT_ROWS;
    const beforeMs = segment.sampleMs[first] as number;
    if (sampleMs <= beforeMs) return;
    const description = records.descriptions[record] as RecordDescription;
    const old = this.#old;
    const now = this.#now;
    for (let s = 0; s < sources; s += 1) {
      old.hi = segment.rawHi[first + s] as number;
      old.lo = segment.rawLo[first + s] as number;
      now.hi = this.words[2 * s] as number;
      now.lo = this.words[2 * s + 1] as number;
      const seconds = beforeMs === 0 ? firstGapS(description, s) : (sampleMs - beforeMs) / 1000;
      const value = rateBetween(description.sources[s] as DataSource, old, now, seconds);
      live.write(row + s, now.hi, now.lo, value, sampleMs, arrivalMs);
    }
  }
}

/**
 * Seconds a first sample stands for: an absolute counts since its interval began, others need a second
 * sample.
 */
function firstGapS(description: RecordDescription, source: number): number {
  return description.sources[source]?.kind === KIND.absolute ? description.intervalS : 0;
}
