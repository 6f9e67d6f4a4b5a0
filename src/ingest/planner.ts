import { FLUSH_RECORDS_MAX } from '../limits.ts';
import { counterStep, rateBetween } from '../model/rate.ts';
import { KIND } from '../model/kind.ts';
import { grown } from './columns.ts';
import { DueWheel } from './due-wheel.ts';
import type { Books } from './books.ts';
import type { RawWords } from '../model/rate.ts';
import type { RecordBatch, RecordOutcome, Store } from '../store/store.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Staging } from './staging.ts';

const BATCHES_IN_FLIGHT = 4;
const POINTS_PER_BATCH = 100_000;
const PRESSURE_SHARE = 0.8;
const WHEEL_SLOTS = 4096;

export interface PlannerOptions {
  readonly staging: Staging;
  readonly store: Store;
  readonly books: Books;
  readonly describe: (record: number) => RecordDescription;
  readonly maxAgeS: number;
  readonly jitterS: number;
  readonly maxPoints: number;
  readonly now: () => number;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  readonly onRefusal: (description: RecordDescription, reason: string, detail: string) => void;
}

/**
 * Decides when a record's points go to the store: when its oldest has waited max_age (less a random part of
 * `jitter`, so that writes spread evenly), sooner when the cache fills. A record is in the wheel, or ready,
 * or in flight, or idle.
 */
export class Planner {
  readonly #o: PlannerOptions;
  readonly #wheel: DueWheel;
  #ready: number[] = [];
  #readyAt = 0;
  #inFlight = 0;
  /** How far the wheel runs ahead of the clock because the cache is nearly full, seconds. */
  #aheadS = 0;
  #hurry = false;
  /** Second since when a record has had waiting points; 0: it has none. */
  #sinceS = new Uint32Array(1024);
  readonly #abort = new AbortController();
  #settled: (() => void) | undefined;

  constructor(options: PlannerOptions) {
    this.#o = options;
    this.#wheel = new DueWheel(WHEEL_SLOTS, this.#nowS());
  }

  /**
   * An idle record has its first waiting point. A record never flushed before is spread over the whole
   * max_age.
   */
  schedule(record: number, first: boolean): void {
    const { maxAgeS, jitterS, random } = this.#o;
    this.#sinceS = grown(this.#sinceS, record + 1);
    this.#sinceS[record] = this.#nowS();
    const early = first ? random() * maxAgeS : random() * Math.min(jitterS, maxAgeS);
    this.#wheel.put(record, Math.max(1, Math.round(this.#nowS() + maxAgeS - early)));
  }

  /** Takes a record out for good (its group left); the caller drops its points. */
  forget(record: number): void {
    this.#wheel.remove(record);
    this.#sinceS[record] = 0;
  }

  /** Moves due records to the store; to be called a few times a second. */
  tick(): void {
    const { staging, maxPoints } = this.#o;
    if (staging.points > maxPoints * PRESSURE_SHARE)
      this.#aheadS = Math.min(this.#aheadS + 1, this.#o.maxAgeS);
    else this.#aheadS = 0;
    this.#wheel.advance(this.#nowS() + this.#aheadS, (record) => this.#ready.push(record));
    this.#start();
  }

  /** Seconds the longest waiting record has had points that are not in the store; 0 when none has. */
  oldestWaitS(): number {
    let oldest = 0xffffffff;
    for (const since of this.#sinceS) if (since > 0 && since < oldest) oldest = since;
    return oldest === 0xffffffff ? 0 : Math.max(0, this.#nowS() - oldest);
  }

  /**
   * Sends `records` (all that may have points) to the store now; resolves when none is ready or in flight.
   */
  async drain(records: Iterable<number>, deadlineMs: number): Promise<void> {
    this.#hurry = true;
    const pending = new Set<number>();
    for (const record of records) pending.add(record);
    while (this.#o.now() < deadlineMs) {
      for (const record of pending) {
        if (this.#o.staging.inFlight(record) > 0) continue;
        if (this.#o.staging.waiting(record) === 0) pending.delete(record);
        else if (this.#wheel.dueS(record) > 0) {
          this.#wheel.remove(record);
          this.#ready.push(record);
        }
      }
      if (pending.size === 0) break;
      this.#start();
      await this.#nextSettlement();
    }
    this.#hurry = false;
  }

  /** Gives up on what is under way. */
  stop(): void {
    this.#abort.abort();
  }

  #nowS(): number {
    return Math.floor(this.#o.now() / 1000);
  }

  #nextSettlement(): Promise<void> {
    if (this.#inFlight === 0) return new Promise((resolve) => setTimeout(resolve, 50));
    return new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  #start(): void {
    while (this.#inFlight < BATCHES_IN_FLIGHT && this.#readyAt < this.#ready.length) {
      const records = this.#takeReady();
      if (records.length === 0) continue;
      this.#inFlight += 1;
      void this.#flush(records);
    }
    if (this.#readyAt === this.#ready.length) {
      this.#ready = [];
      this.#readyAt = 0;
    }
  }

  /** The next records for one batch, their points marked as in flight. The running second is left to fill. */
  #takeReady(): number[] {
    const { staging } = this.#o;
    const throughS = this.#hurry ? 0xffffffff : this.#nowS() - 1;
    const records: number[] = [];
    let points = 0;
    while (
      records.length < FLUSH_RECORDS_MAX &&
      points < POINTS_PER_BATCH &&
      this.#readyAt < this.#ready.length
    ) {
      const record = this.#ready[this.#readyAt] as number;
      this.#readyAt += 1;
      const taken = staging.take(record, throughS);
      if (taken > 0) {
        records.push(record);
        points += taken;
      } else if (staging.waiting(record) > 0) this.#wheel.put(record, this.#nowS() + 2);
    }
    return records;
  }

  async #flush(records: readonly number[]): Promise<void> {
    const { store, staging, describe, books } = this.#o;
    const batch = buildBatch(records, staging, describe);
    const outcomes = await store.put(batch, { signal: this.#abort.signal, hurry: this.#hurry });
    let storedPoints = 0;
    for (let i = 0; i < records.length; i += 1) {
      storedPoints += this.#settle(records[i] as number, batch, i, outcomes[i] as RecordOutcome);
    }
    books.pointsWritten += storedPoints;
    this.#inFlight -= 1;
    this.#start();
    this.#settled?.();
  }

  /** Books one record's outcome and returns the points stored. */
  #settle(record: number, batch: RecordBatch, i: number, outcome: RecordOutcome): number {
    const { staging, books, random, onRefusal } = this.#o;
    const first = batch.starts[i] as number;
    const end = batch.starts[i + 1] as number;
    const description = batch.records[i] as RecordDescription;
    const sources = description.sources.length;
    if (!outcome.ok && outcome.retryable) {
      staging.giveBack(record);
      books.storeErrors.add(1, outcome.reason);
      const pauseS = outcome.reason === 'creating' ? 1 + random() * 3 : 5 + random() * 10;
      this.#wheel.put(record, Math.round(this.#nowS() + pauseS));
      return 0;
    }
    staging.settle(record);
    this.#sinceS[record] = 0;
    if (staging.waiting(record) > 0) this.schedule(record, false);
    if (!outcome.ok) {
      books.storeErrors.add(1, outcome.reason);
      books.lose(outcome.reason, (end - first) * sources);
      onRefusal(description, outcome.reason, outcome.detail);
      return 0;
    }
    let late = 0;
    while (first + late < end && (batch.timesS[first + late] as number) <= outcome.lateThroughS) late += 1;
    const points = end - first - late;
    books.lose('late', late * sources);
    books.stored += points * sources;
    if (points > 0) books.writes += 1;
    return points;
  }
}

/** Columns for the store from the points in flight of `records`. */
function buildBatch(
  records: readonly number[],
  staging: Staging,
  describe: (record: number) => RecordDescription,
): RecordBatch {
  const descriptions = records.map(describe);
  const starts = new Uint32Array(records.length + 1);
  const wordStarts = new Uint32Array(records.length + 1);
  for (let i = 0; i < records.length; i += 1) {
    const points = staging.inFlight(records[i] as number);
    starts[i + 1] = (starts[i] as number) + points;
    wordStarts[i + 1] =
      (wordStarts[i] as number) + points * 2 * (descriptions[i] as RecordDescription).sources.length;
  }
  const timesS = new Uint32Array(starts[records.length] as number);
  const words = new Uint32Array(wordStarts[records.length] as number);
  const gaps = new Uint8Array(timesS.length);
  for (let i = 0; i < records.length; i += 1) {
    const record = records[i] as number;
    const from = staging.anchored(record) ? 1 : 0;
    const n = staging.inFlight(record);
    staging.copy(record, from, n, timesS, starts[i] as number, words, wordStarts[i] as number);
    markGaps(record, descriptions[i] as RecordDescription, staging, gaps.subarray(starts[i], starts[i + 1]));
  }
  return { records: descriptions, starts, wordStarts, timesS, words, gaps };
}

/**
 * Marks the points in flight that a counter's reset separates from the point before (the anchor included).
 */
function markGaps(record: number, description: RecordDescription, staging: Staging, gaps: Uint8Array): void {
  if (!description.sources.some((s) => s.kind === KIND.counter)) return;
  const tail = resetsOf(staging.tail(record), description);
  const from = staging.anchored(record) ? 1 : 0;
  gaps.set(tail.subarray(from, from + gaps.length));
}

/** 1 for every point that a counter's reset separates from the one before it. */
export function resetsOf(
  points: { timesS: Uint32Array; words: Uint32Array },
  description: RecordDescription,
): Uint8Array {
  const n = points.timesS.length;
  const sources = description.sources;
  const gaps = new Uint8Array(n);
  const old: RawWords = { hi: 0, lo: 0 };
  const now: RawWords = { hi: 0, lo: 0 };
  for (let p = 1; p < n; p += 1) {
    for (let s = 0; s < sources.length; s += 1) {
      const source = sources[s];
      if (source?.kind !== KIND.counter) continue;
      wordsAt(points.words, (p - 1) * sources.length + s, old);
      wordsAt(points.words, p * sources.length + s, now);
      const step = counterStep(old.hi, old.lo, now.hi, now.lo);
      if (step === 'forward') continue;
      const seconds = (points.timesS[p] as number) - (points.timesS[p - 1] as number);
      if (step === 'reset' || Number.isNaN(rateBetween(source, old, now, seconds))) gaps[p] = 1;
    }
  }
  return gaps;
}

function wordsAt(words: Uint32Array, pair: number, out: RawWords): void {
  out.hi = words[pair * 2] as number;
  out.lo = words[pair * 2 + 1] as number;
}
