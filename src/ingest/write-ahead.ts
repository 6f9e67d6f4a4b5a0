import { SEGMENT_ROWS } from '../live/columns.ts';
import type { Books } from './books.ts';
import type { Journal } from './journal/port.ts';
import type { LiveWriter } from '../live/writer.ts';
import type { Planner } from './planner.ts';
import type { RecordTable } from './record-table.ts';
import type { Replay } from './replay.ts';
import type { Staging } from './staging.ts';

/** Part of the cache above which, without a journal, clusters are held to their share. */
const NEARLY_FULL = 0.8;
/** Part of the cache that what is read back may fill: the rest is for what is in the air meanwhile. */
const REPLAY_SHARE = 0.75;
/** Points read between two turns of the sockets: some four milliseconds. */
const REPLAY_POINTS = 4096;
/** Points in memory that are read in one go when the reader has caught up. */
const CATCH_UP_POINTS = 20_000;
const FULL_PAUSE_MS = 50;

export interface WriteAheadOptions {
  readonly books: Books;
  readonly journal: Journal;
  readonly live: LiveWriter;
  readonly maxPoints: number;
  readonly planner: Pick<Planner, 'schedule' | 'press'>;
  readonly records: RecordTable;
  readonly sleep: (ms: number) => Promise<void>;
  readonly staging: Staging;
  /** Where points that are read back from the journal go. */
  readonly sink: Replay;
  /** The wall clock, ms since the epoch. */
  readonly nowMs: () => number;
}

/**
 * The way of an accepted point into the cache. Mostly it is staged and appended to the journal. While the
 * journal is ahead of the staging — after a start, and when the cache is full because the store does not keep
 * up — points are appended only, and read back in their order as there is room, until all have been read.
 */
export class WriteAhead {
  readonly #o: WriteAheadOptions;
  /** The journal has points that the staging has not. */
  #behind: boolean;
  #behindSinceMs: number;
  /** What earlier runs left has not been read whole. */
  #replaying: boolean;
  #stopped = false;
  #reading: Promise<void> | undefined;

  constructor(options: WriteAheadOptions) {
    this.#o = options;
    this.#behind = options.journal.lasting;
    this.#behindSinceMs = options.nowMs();
    this.#replaying = options.journal.lasting;
  }

  get behind(): boolean {
    return this.#behind;
  }

  /** Age of the oldest point that has not been read back, seconds: that of the last one that has. */
  behindS(): number {
    if (!this.#behind) return 0;
    const sinceMs = this.#o.sink.readToMs === 0 ? this.#behindSinceMs : this.#o.sink.readToMs;
    return Math.max(0, Math.round((this.#o.nowMs() - sinceMs) / 1000));
  }

  get replaying(): boolean {
    return this.#replaying;
  }

  /** Keeps one point, booked as it ends: pending, coalesced, late or refused. `offsetMs`: -512 … 511. */
  take(record: number, group: string, timeS: number, offsetMs: number, words: Uint32Array): void {
    const { books, journal, records } = this.#o;
    const sources = records.sources[record] as number;
    if (this.#behind || this.#isFull(record)) {
      if (!journal.lasting) return books.rejectValues(group, 'cache_full', sources);
      if (!this.#behind) this.#fallBehind();
      if (!journal.append(record, timeS, offsetMs, words, false)) {
        books.rejectValues(group, 'cache_full', sources);
      }
      return;
    }
    switch (this.#o.staging.insert(record, timeS, words)) {
      case 'new':
        this.#schedule(record);
        journal.append(record, timeS, offsetMs, words, true);
        return;
      case 'coalesced':
        books.coalesced += sources;
        // With nothing to store the record would never let go of it.
        if (this.#o.staging.unstored(record) > 0) journal.append(record, timeS, offsetMs, words, true);
        return;
      case 'late':
        return books.lose('late', sources);
      case 'full':
        return books.rejectValues(group, 'cache_full', sources);
    }
  }

  /** The store has taken, or refused for good, the points that were in flight. */
  settled(record: number): void {
    const { journal, staging } = this.#o;
    if (!journal.lasting) return;
    const last = staging.lastStored(record);
    if (!last) return;
    journal.settle(record, last);
    this.#appendWaiting(record);
  }

  /** Reads back what the journal has and the staging has not; once the groups are known. */
  async readBack(): Promise<void> {
    if (this.#behind) this.#reading ??= this.#readAll();
    await this.#reading;
  }

  /** Reads no further; resolves when nothing is being read. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reading;
  }

  #isFull(record: number): boolean {
    const { staging, maxPoints, journal } = this.#o;
    const { points } = staging;
    if (points >= maxPoints) return true;
    // Nothing holds what is refused: a cluster that has more than its share makes room for the others.
    return !journal.lasting && points > maxPoints * NEARLY_FULL && staging.overShare(record, maxPoints);
  }

  #fallBehind(): void {
    this.#behind = true;
    this.#behindSinceMs = this.#o.nowMs();
    this.#o.sink.readToMs = 0;
    this.#o.journal.fallBehind();
    void this.readBack();
  }

  #schedule(record: number): void {
    const { staging, planner, records } = this.#o;
    if (staging.waiting(record) !== 1 || staging.inFlight(record) !== 0) return;
    planner.schedule(record, records.flushed[record] === 0 ? 'first' : 'next');
    records.flushed[record] = 1;
  }

  /**
   * Points that came during the flight stand in segments that may go now: they are appended again. The
   * newest keeps its place within its second, for the live columns of a next run.
   */
  #appendWaiting(record: number): void {
    const { staging, journal, records, live } = this.#o;
    const waiting = staging.waiting(record);
    if (waiting === 0) return;
    const sources = records.sources[record] as number;
    const times = new Uint32Array(waiting);
    const words = new Uint32Array(waiting * 2 * sources);
    staging.copy(record, staging.stored(record), waiting, times, 0, words, 0);
    const row = records.row[record] as number;
    const newestMs = live.segment(row).sampleMs[row % SEGMENT_ROWS] as number;
    for (let p = 0; p < waiting; p += 1) {
      const timeS = times[p] as number;
      const offsetMs = newestMs - timeS * 1000;
      const known = Math.abs(offsetMs) <= 500 ? offsetMs : 0;
      journal.append(record, timeS, known, words.subarray(p * 2 * sources), true);
    }
  }

  async #readAll(): Promise<void> {
    const { journal, staging, planner, maxPoints, sink, sleep } = this.#o;
    while (!this.#stopped) {
      const room = Math.ceil(maxPoints * REPLAY_SHARE) - staging.points;
      if (room <= 0) {
        planner.press();
        await sleep(FULL_PAUSE_MS);
        continue;
      }
      const outcome = await journal.read(Math.min(room, REPLAY_POINTS), sink);
      if (outcome === 'end' && journal.catchUp(CATCH_UP_POINTS, sink)) break;
      // The sockets' turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#reading = undefined;
    if (this.#stopped) return;
    this.#behind = false;
    this.#replaying = false;
  }
}
