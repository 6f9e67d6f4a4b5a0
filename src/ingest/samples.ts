import { SEGMENT_ROWS } from '../live/columns.ts';
import { KIND } from '../model/kind.ts';
import { rawNumber, setHalves, unboundedRate } from '../model/rate.ts';
import { RECORD_STATE } from './record-table.ts';
import type { Announcement } from '../live/announcement.ts';
import type { Books } from './books.ts';
import type { BudgetRefusal } from './senders/series-budget.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Kind } from '../model/kind.ts';
import type { SeriesSegment } from '../live/columns.ts';
import type { Shape } from './shapes.ts';
import type { RecordDescription } from '../model/record.ts';
import type { RestoredSample } from '../model/restored.ts';
import type { RecordTable } from './record-table.ts';
import type { SettledPoint } from './journal/port.ts';
import type { Staging } from './staging.ts';

const ANNOUNCE_AGAIN_S = 60;

export interface SamplesOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly staging: Staging;
  readonly live: LiveWriter;
  readonly announce: (announcement: Announcement) => void;
  /** Keeps one point and books it. */
  readonly keep: (record: number, group: string, timeS: number, offsetMs: number, words: Uint32Array) => void;
}

/**
 * Why a record could not be made or a value not be taken; the `reason` label of muster_values_rejected_total.
 */
export type RecordRefusal = 'type_mismatch' | 'limit_series_per_host' | BudgetRefusal;

/** Where both protocols meet: a record's sample goes to staging and to the live columns, and is booked. */
export class Samples {
  /** The sample's raw words, high and low a source; filled by the caller of `take`. */
  readonly words = new Uint32Array(2 * 64);
  readonly #o: SamplesOptions;
  /** Records with a description to tell. */
  readonly #changed = new Set<number>();
  /** What is shown of them, and its halves: the words of a gauge are its value. */
  readonly #values = new Float64Array(64);
  readonly #halves = new Uint32Array(this.#values.buffer);

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
    const { records, staging, live, books } = this.#o;
    const sources = description.sources.length;
    const refusal = this.refusal(host, sources, maxSeriesPerHost);
    if (refusal) return { refusal };
    const record = records.add(description, host.row, RECORD_STATE.series, books.source);
    const rows = live.openSeries(sources);
    records.row[record] = rows.row;
    records.generation[record] = rows.generation;
    staging.open(record, sources, host.owner);
    host.series += sources;
    if (!books.source) host.unmet += 1;
    host.records.set((records.descriptions[record] as RecordDescription).metric, record);
    this.announce(record, 'new');
    return { record };
  }

  /**
   * The same before the name is looked at, which would cost more than all else where names are invented;
   * undefined, too, while the host may have a record of that name whose spelling is not known yet.
   */
  refusalUnread(host: HostState, series: number, maxSeriesPerHost: number): RecordRefusal | undefined {
    return host.unmet > 0 ? undefined : this.refusal(host, series, maxSeriesPerHost);
  }

  /** A packet names a record that the host has. */
  meet(host: HostState): void {
    if (host.unmet > 0) host.unmet -= 1;
  }

  /** Why a host may not have so many series, or facts, more of the sender in hand; undefined: it may. */
  refusal(host: HostState, series: number, maxSeriesPerHost: number): RecordRefusal | undefined {
    if (host.series + series > maxSeriesPerHost) return 'limit_series_per_host';
    return this.#o.records.budget.refusal(series, this.#o.books.source);
  }

  /**
   * Tells the readers what a record is now: at once when it is new, else by `tellChanges`, once a minute at
   * most.
   */
  announce(record: number, how: 'new' | 'changed'): void {
    if (how === 'changed') this.#changed.add(record);
    else {
      this.#changed.delete(record);
      this.#tell(record);
    }
  }

  /** Tells changed records that have not been told of for a minute. */
  tellChanges(nowS: number): void {
    const { records } = this.#o;
    for (const record of this.#changed) {
      if (nowS - (records.describedS[record] as number) < ANNOUNCE_AGAIN_S) continue;
      this.#changed.delete(record);
      if (records.state[record] !== RECORD_STATE.series) continue;
      records.describedS[record] = nowS;
      this.#tell(record);
    }
  }

  #tell(record: number): void {
    const { records, announce } = this.#o;
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
    const sources = this.#o.records.sources[record] as number;
    // Long before they are read as doubles, which would have to wait for them: 15 ns.
    setHalves(this.#halves, this.words, sources);
    this.keep(record, group, timeS, sampleMs);
    // Live whatever becomes of the point: a store that is full must not look like a fleet that is silent.
    this.#show(record, sources, sampleMs, arrivalMs);
  }

  /** Books and keeps one sample without showing it: what is shown keeps its age. */
  keep(record: number, group: string, timeS: number, sampleMs: number): void {
    this.#o.keep(record, group, timeS, sampleMs - timeS * 1000, this.words);
  }

  /**
   * Puts a record's newest sample back as it was before a restart: into the live columns, and in front of
   * what will be staged, so that a counter's reset meanwhile is seen. One sample a source, or nothing is
   * known. `stored`: what the journal knows to be in the store, where it mentions the record.
   */
  restore(record: number, last: readonly RestoredSample[], stored: SettledPoint | 'none' | undefined): void {
    const { records, staging } = this.#o;
    if (typeof stored === 'object') staging.seed(record, stored.timeS, stored.words);
    const first = last[0];
    if (!first || last.length !== records.sources[record]) return;
    last.forEach((sample, source) => {
      this.rewrite(record, source, sample);
      this.words[2 * source] = sample.hi;
      this.words[2 * source + 1] = sample.lo;
    });
    if (stored === undefined) staging.seed(record, Math.floor(first.sampleMs / 1000), this.words);
  }

  /** Makes a series of a record that was taken for a fact; its number stays. */
  adopt(record: number): void {
    const { records, live, staging, hosts } = this.#o;
    const rows = live.openSeries(1);
    records.state[record] = RECORD_STATE.series;
    records.row[record] = rows.row;
    records.generation[record] = rows.generation;
    staging.open(record, 1, hosts.hosts[records.host[record] as number]?.owner);
    this.announce(record, 'new');
  }

  /** Writes what is shown of a record's source. */
  rewrite(record: number, source: number, sample: RestoredSample): void {
    const row = (this.#o.records.row[record] as number) + source;
    this.#o.live.write(row, sample.hi, sample.lo, sample.value, sample.sampleMs, sample.arrivalMs);
  }

  /** When the newest sample shown of a record was taken, epoch ms; 0: there is none. */
  newestMs(record: number): number {
    const row = this.#o.records.row[record] as number;
    return this.#o.live.segment(row).sampleMs[row % SEGMENT_ROWS] as number;
  }

  /** The newest raw value of a record's source as a number, NaN where there is none. */
  newest(record: number, source: number): number {
    const row = (this.#o.records.row[record] as number) + source;
    const segment = this.#o.live.segment(row);
    const i = row % SEGMENT_ROWS;
    if (segment.arrivalMs[i] === 0) return Number.NaN;
    const kind = (this.#o.records.shapeOf(record).kinds[source] ?? KIND.gauge) as Kind;
    return rawNumber(kind, segment.rawHi[i] as number, segment.rawLo[i] as number);
  }

  /** Shows a sample, its words in `this.words`: a live row takes only a newer one. */
  show(record: number, sources: number, sampleMs: number, arrivalMs: number): void {
    setHalves(this.#halves, this.words, sources);
    this.#show(record, sources, sampleMs, arrivalMs);
  }

  #show(record: number, sources: number, sampleMs: number, arrivalMs: number): void {
    const { records, live } = this.#o;
    const row = records.row[record] as number;
    const segment = live.segment(row);
    const first = row % SEGMENT_ROWS;
    const beforeMs = segment.sampleMs[first] as number;
    if (sampleMs <= beforeMs && !(sampleMs === beforeMs && this.#isTimeless(record))) return;
    const shape = records.shapeOf(record);
    if (!shape.plain) {
      const seconds = beforeMs === 0 ? 0 : (sampleMs - beforeMs) / 1000;
      this.#rates(shape, segment, first, seconds, records.intervalS[record] as number);
    }
    live.writeRun(row, sources, this.words, this.#values, sampleMs, arrivalMs);
  }

  /**
   * Rates per second since the newest samples, `seconds` ago, within the bounds of the type; NaN outside.
   * 0: there is none. An absolute counts since its interval began, others need a second sample.
   */
  #rates(shape: Shape, segment: SeriesSegment, first: number, seconds: number, intervalS: number): void {
    const { kinds, min, max } = shape;
    const { words } = this;
    for (let s = 0; s < kinds.length; s += 1) {
      const kind = kinds[s] as Kind;
      const gapS = seconds === 0 && kind === KIND.absolute ? intervalS : seconds;
      const i = first + s;
      const value = unboundedRate(
        kind,
        segment.rawHi[i] as number,
        segment.rawLo[i] as number,
        words[2 * s] as number,
        words[2 * s + 1] as number,
        gapS,
      );
      const isInside = value >= (min[s] as number) && value <= (max[s] as number);
      this.#values[s] = isInside ? value : Number.NaN;
    }
  }

  /** Only collectd's times are a sample's own: of two others at one the later counts, here as in the store. */
  #isTimeless(record: number): boolean {
    const { protocol, sources } = this.#o.records.descriptions[record] as RecordDescription;
    return protocol !== 'collectd' && sources[0]?.kind === KIND.gauge;
  }
}
