import { CREATES_PER_SECOND, FLUSH_RECORDS_MAX } from '../limits.ts';
import { grown } from './columns.ts';
import { buildBatch } from './batch.ts';
import { DueWheel } from './due-wheel.ts';
import { FairQueue } from './senders/fair-queue.ts';
import type { Books } from './books.ts';
import type { RecordBatch, RecordOutcome, Store } from '../store/store.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Staging } from './staging.ts';

const BATCHES_IN_FLIGHT = 4;
const POINTS_PER_BATCH = 100_000;
const PRESSURE_SHARE = 0.8;
const WHEEL_SLOTS = 4096;
const DRAIN_PAUSE_MS = 250;
/** Replayed points wait so long, and up to as long again, for those behind them. */
const REPLAY_PATIENCE_S = 2;
/** A store that takes nothing is asked so often at least. */
/** Points so far ahead of the clock do not wait for their second: somebody's clock is wrong. */
const FUTURE_S = 120;
const STORE_REST_MAX_MS = 8000;
/** When a record's points are offered again that the store did not take. */
const RETRY_S = { least: 5, most: 15 } as const;
/** So many records refused, and none taken, are the store's fault and not theirs. */
const REFUSED_WHOLE_MIN = 8;

export interface PlannerOptions {
  readonly staging: Staging;
  readonly store: Store;
  readonly books: Books;
  readonly describe: (record: number) => RecordDescription;
  /** Who brought a record into being; undefined: an earlier run had it. */
  readonly senderOf: (record: number) => object | undefined;
  readonly maxAgeS: number;
  readonly jitterS: number;
  readonly maxPoints: number;
  /** The wall clock, ms since the epoch: what samples are stamped with. */
  readonly nowMs: () => number;
  /** A clock that is never set, ms: what waiting is measured with. */
  readonly ticksMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** 0 ≤ n < 1. */
  readonly random: () => number;
  /** The points in flight are stored, or refused for good; the newest of them stands in front now. */
  readonly settled: (record: number) => void;
  /** A forgotten record's last points have settled: its number may be given again. */
  readonly released: (record: number) => void;
  readonly onRefusal: (description: RecordDescription, reason: string, detail: string) => void;
}

/** What became of a flush that somebody asked for. */
export interface Flushed {
  /** That had points. */
  readonly records: number;
  /** That have settled, and that still wait. */
  readonly points: number;
  readonly left: number;
}

/** Which waiting point of a record it is. `replayed`: from the journal, it has waited already. */
export type Occasion = 'first' | 'next' | 'replayed';

/**
 * Decides when a record's points go to the store: when its oldest has waited max_age (less a random part of
 * `jitter`, so that writes spread evenly), sooner when the cache fills. A record is in the wheel, or ready,
 * or in flight, or waits for its file, or is idle. Files are made in the order of the senders' turns: one who
 * invents names delays nobody else's.
 */
export class Planner {
  readonly #o: PlannerOptions;
  readonly #wheel: DueWheel;
  #ready: number[] = [];
  #readyAt = 0;
  /** Batches at the store, and those whose points have not settled, which they do when readers see them. */
  #inFlight = 0;
  #unsettled = 0;
  /** The store as a whole takes nothing: until then it is left alone, after that asked with one batch. */
  #restUntilMs = 0;
  #refusals = 0;
  /** Records that wait for their file, by who brought them; those whose turn it is; files a turn may make. */
  readonly #files = new FairQueue<object | undefined>();
  readonly #inTurn = new Set<number>();
  #turns = 0;
  #turnsMs: number;
  /** How far the wheel runs ahead of the clock because the cache is nearly full, seconds. */
  #aheadS = 0;
  #tickS: number;
  /** Drains under way. */
  #hurrying = 0;
  #stopped = false;
  /** Something was settled since the last look. */
  #moved = false;
  /** Forgotten records with points in flight. */
  readonly #dying = new Set<number>();
  /** Second since when a record has had waiting points; 0: it has none. */
  #sinceS = new Uint32Array(1024);
  /** Newest second that an earlier run may have stored without having noted it, by record. */
  #replayedS = new Uint32Array(1024);
  #held = false;
  /** Whose points somebody waits for: those of the running second go as well. */
  #asked: ReadonlySet<number> = new Set();
  readonly #abort = new AbortController();
  #settlement = Promise.withResolvers<void>();

  constructor(options: PlannerOptions) {
    this.#o = options;
    this.#wheel = new DueWheel(WHEEL_SLOTS, this.#nowS());
    this.#tickS = this.#nowS();
    this.#turnsMs = options.ticksMs();
  }

  /**
   * An idle record has its first waiting point. One never flushed before is spread over the whole max_age; a
   * replayed one is due when the points that follow it have been read.
   */
  schedule(record: number, occasion: Occasion): void {
    this.#sinceS = grown(this.#sinceS, record + 1);
    this.#sinceS[record] = this.#nowS();
    this.#wheel.put(record, Math.max(1, Math.round(this.#nowS() + this.#patienceS(occasion))));
  }

  #patienceS(occasion: Occasion): number {
    const { maxAgeS, jitterS, random } = this.#o;
    switch (occasion) {
      case 'first':
        return maxAgeS - random() * maxAgeS;
      case 'next':
        return maxAgeS - random() * Math.min(jitterS, maxAgeS);
      case 'replayed':
        return Math.min(maxAgeS, REPLAY_PATIENCE_S + random() * REPLAY_PATIENCE_S);
    }
  }

  /** A point of an earlier run comes again: that the store has it already is no fault of it. */
  replayed(record: number, timeS: number): void {
    this.#replayedS = grown(this.#replayedS, record + 1);
    if (timeS > (this.#replayedS[record] as number)) this.#replayedS[record] = timeS;
  }

  /** Room is wanted: what waits is due now, where the store takes points. */
  press(): void {
    if (this.#restUntilMs === 0) this.#aheadS = this.#o.maxAgeS;
  }

  /** Sends nothing more to the store until `release`, and resolves when nothing is under way. */
  async hold(): Promise<void> {
    this.#held = true;
    while (this.#held && this.#unsettled > 0) await this.#settlement.promise;
  }

  release(): void {
    this.#held = false;
    this.#tellSettled();
    this.#start();
  }

  /** Held, and nothing is under way. */
  get resting(): boolean {
    return this.#held && this.#unsettled === 0;
  }

  /**
   * Sends what these records have now to the store, for others who read it, for at most `withinMs`; one at a
   * time. A value that comes in a second that was flushed is `coalesced`, and the one flushed stays.
   */
  async flush(records: Iterable<number>, withinMs: number): Promise<Flushed> {
    const { staging } = this.#o;
    const unwritten = (record: number) => staging.waiting(record) + staging.inFlight(record);
    const asked = new Set([...records].filter((record) => unwritten(record) > 0));
    const sum = () => [...asked].reduce((total, record) => total + unwritten(record), 0);
    const [count, points] = [asked.size, sum()];
    this.#asked = asked;
    await this.#empty(asked, withinMs);
    this.#asked = new Set();
    const left = Math.min(points, sum());
    return { records: count, points: points - left, left };
  }

  /**
   * Takes a record out for good (its group left). True: none of its points is in flight, its number may be
   * given again at once; else `released` is called when they have settled.
   */
  forget(record: number): boolean {
    this.#wheel.remove(record);
    this.#sinceS[record] = 0;
    this.#files.delete(record);
    this.#inTurn.delete(record);
    if (record < this.#replayedS.length) this.#replayedS[record] = 0;
    if (this.#o.staging.inFlight(record) === 0) return true;
    this.#dying.add(record);
    return false;
  }

  /** What the record has waiting is due now, but for what comes by itself: a file's turn, a second try. */
  hasten(record: number): void {
    const isWanted = this.#hurrying > 0 || this.#asked.has(record);
    const dueS = this.#wheel.dueS(record);
    if (this.#files.has(record)) {
      if (!isWanted) return;
      this.#files.delete(record);
    } else if (dueS === 0 || (!isWanted && dueS <= this.#nowS() + RETRY_S.most)) return;
    else this.#wheel.remove(record);
    this.#ready.push(record);
  }

  /** Moves due records to the store; to be called a few times a second. */
  tick(): void {
    this.#wheel.advance(this.#nowS() + this.#lead(), (record) => this.#ready.push(record));
    this.#takeTurns();
    this.#start();
  }

  /** Seconds the longest waiting record has had points that are not in the store; 0 when none has. */
  oldestWaitS(): number {
    let oldest = 0xffffffff;
    for (const since of this.#sinceS) if (since > 0 && since < oldest) oldest = since;
    return oldest === 0xffffffff ? 0 : Math.max(0, this.#nowS() - oldest);
  }

  /**
   * Sends what `records` have to the store now, for at most `withinMs`. While nothing goes it asks again four
   * times a second, not faster.
   */
  async drain(records: Iterable<number>, withinMs: number): Promise<void> {
    this.#hurrying += 1;
    await this.#empty(new Set(records), withinMs);
    this.#hurrying -= 1;
  }

  /** Takes the records out of `pending` that have nothing left. */
  async #empty(pending: Set<number>, withinMs: number): Promise<void> {
    const endMs = this.#o.ticksMs() + withinMs;
    while (this.#o.ticksMs() < endMs) {
      this.#hasten(pending);
      if (pending.size === 0) break;
      this.#start();
      await Promise.race([this.#settlement.promise, this.#o.sleep(Math.min(DRAIN_PAUSE_MS, withinMs))]);
      if (!this.#moved) await this.#o.sleep(Math.min(DRAIN_PAUSE_MS, withinMs));
      this.#moved = false;
    }
  }

  /** Breaks off what is under way and waits for its answers, at most `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    const endMs = this.#o.ticksMs() + withinMs;
    this.#stopped = true;
    this.#abort.abort();
    while (this.#unsettled > 0 && this.#o.ticksMs() < endMs) {
      await Promise.race([this.#settlement.promise, this.#o.sleep(DRAIN_PAUSE_MS)]);
    }
  }

  #nowS(): number {
    return Math.floor(this.#o.ticksMs() / 1000);
  }

  /**
   * Seconds the wheel runs ahead of the clock: more with every tick while the cache is nearly full, then less
   * by the time that passes, so that what was put meanwhile does not come due all at once.
   */
  #lead(): number {
    const { staging, maxPoints, maxAgeS } = this.#o;
    const nowS = this.#nowS();
    const passedS = nowS - this.#tickS;
    this.#tickS = nowS;
    const full = staging.points > maxPoints * PRESSURE_SHARE;
    this.#aheadS = full ? Math.min(this.#aheadS + 1, maxAgeS) : Math.max(0, this.#aheadS - passedS);
    return this.#aheadS;
  }

  /** Makes those ready whose turn it is to have their file made. */
  #takeTurns(): void {
    const nowMs = this.#o.ticksMs();
    const earned = ((nowMs - this.#turnsMs) * CREATES_PER_SECOND) / 1000;
    this.#turns = Math.min(CREATES_PER_SECOND, this.#turns + earned);
    this.#turnsMs = nowMs;
    for (; this.#turns >= 1; this.#turns -= 1) {
      const record = this.#files.take();
      if (record === undefined) return;
      this.#inTurn.add(record);
      this.#ready.push(record);
    }
  }

  /** Whether it has to queue for its file: others do, and it is new to the store. */
  #mustQueue(record: number): boolean {
    if (this.#files.size === 0 || this.#hurrying > 0) return false;
    if (this.#inTurn.has(record) || this.#asked.has(record)) return false;
    const { senderOf, staging } = this.#o;
    return senderOf(record) !== undefined && !staging.lastStored(record);
  }

  /** Makes those ready that wait for their second, and drops from the set those that have nothing left. */
  #hasten(pending: Set<number>): void {
    const { staging } = this.#o;
    for (const record of pending) {
      if (staging.inFlight(record) > 0) continue;
      if (staging.waiting(record) === 0) pending.delete(record);
      else this.hasten(record);
    }
  }

  #tellSettled(): void {
    this.#settlement.resolve();
    this.#settlement = Promise.withResolvers();
  }

  #start(): void {
    while (
      !this.#stopped &&
      !this.#held &&
      this.#inFlight < this.#batchesAllowed() &&
      this.#readyAt < this.#ready.length
    ) {
      const records = this.#takeReady();
      if (records.length === 0) continue;
      this.#inFlight += 1;
      this.#unsettled += 1;
      void this.#flush(records);
    }
    if (this.#readyAt === this.#ready.length) {
      this.#ready = [];
      this.#readyAt = 0;
    }
  }

  #isLeaving(): boolean {
    return this.#stopped || this.#hurrying > 0;
  }

  #batchesAllowed(): number {
    if (this.#refusals === 0 || this.#hurrying > 0) return BATCHES_IN_FLIGHT;
    return this.#o.ticksMs() < this.#restUntilMs ? 0 : 1;
  }

  /** A store that refused everything is given a growing rest: copying batches in vain costs as much. */
  #judge(outcomes: readonly RecordOutcome[]): void {
    if (!refusedWhole(outcomes)) {
      this.#refusals = 0;
      this.#restUntilMs = 0;
      return;
    }
    this.#refusals += 1;
    const restMs = Math.min(STORE_REST_MAX_MS, 500 * 2 ** Math.min(10, this.#refusals));
    this.#restUntilMs = this.#o.ticksMs() + restMs * (0.5 + this.#o.random() / 2);
  }

  /** The next records for one batch, their points marked as in flight. The running second is left to fill. */
  #takeReady(): number[] {
    const { staging, nowMs } = this.#o;
    const fullS = this.#hurrying > 0 ? 0xffffffff : Math.floor(nowMs() / 1000) - 1;
    const records: number[] = [];
    let points = 0;
    while (
      records.length < FLUSH_RECORDS_MAX &&
      points < POINTS_PER_BATCH &&
      this.#readyAt < this.#ready.length
    ) {
      const record = this.#ready[this.#readyAt] as number;
      this.#readyAt += 1;
      // A number given again may stand here twice: puts of one record are never concurrent.
      if (staging.inFlight(record) > 0) continue;
      if (this.#mustQueue(record)) {
        this.#files.add(this.#o.senderOf(record), record);
        continue;
      }
      const taken = staging.take(record, this.#isWhole(record, fullS) ? 0xffffffff : fullS);
      if (taken > 0) {
        records.push(record);
        points += taken;
      } else if (staging.waiting(record) > 0) this.#wheel.put(record, this.#nowS() + 2);
    }
    return records;
  }

  /** All of a record's points go: somebody waits for them, or their time is not about to come. */
  #isWhole(record: number, fullS: number): boolean {
    return this.#asked.has(record) || this.#o.staging.oldestS(record) > fullS + FUTURE_S;
  }

  async #flush(records: readonly number[]): Promise<void> {
    const { store, staging, describe, books, sleep } = this.#o;
    const batch = buildBatch(records, staging, describe);
    const outcomes = await store.put(batch, { signal: this.#abort.signal, hurry: this.#hurrying > 0 });
    this.#inFlight -= 1;
    this.#judge(outcomes);
    this.#start();
    const { visibleAfterMs = 0 } = store;
    // Until then readers have the points from here.
    if (visibleAfterMs > 0 && !this.#isLeaving() && outcomes.some(({ ok }) => ok))
      await sleep(visibleAfterMs);
    let storedPoints = 0;
    for (let i = 0; i < records.length; i += 1) {
      storedPoints += this.#settle(records[i] as number, batch, i, outcomes[i] as RecordOutcome);
    }
    books.pointsWritten += storedPoints;
    if (storedPoints > 0) books.storeFault = '';
    this.#unsettled -= 1;
    this.#tellSettled();
  }

  /** Books one record's outcome and returns the points stored. */
  #settle(record: number, batch: RecordBatch, i: number, outcome: RecordOutcome): number {
    const { staging } = this.#o;
    this.#inTurn.delete(record);
    if (!outcome.ok) this.#fault(batch.records[i] as RecordDescription, outcome);
    if (!outcome.ok && outcome.retryable) {
      staging.giveBack(record);
      if (this.#dying.has(record)) this.#release(record, 'group_removed');
      else this.#again(record, outcome.reason);
      return 0;
    }
    this.#moved = true;
    staging.settle(record);
    this.#sinceS[record] = 0;
    const stored = this.#book(record, batch, i, outcome);
    if (this.#dying.has(record)) this.#release(record, 'group_removed');
    else {
      this.#o.settled(record);
      if (staging.waiting(record) > 0) this.schedule(record, 'next');
    }
    return stored;
  }

  #book(record: number, batch: RecordBatch, i: number, outcome: RecordOutcome): number {
    const { books } = this.#o;
    const first = batch.starts[i] as number;
    const end = batch.starts[i + 1] as number;
    const sources = (batch.records[i] as RecordDescription).sources.length;
    if (!outcome.ok) {
      books.lose(outcome.reason, (end - first) * sources);
      return 0;
    }
    const replayedS = this.#replayedS[record] ?? 0;
    let late = 0;
    for (let p = first; p < end && (batch.timesS[p] as number) <= outcome.lateThroughS; p += 1) {
      if ((batch.timesS[p] as number) > replayedS) late += 1;
    }
    const points = end - first - late;
    books.lose('late', late * sources);
    const quarantined = outcome.quarantined?.values ?? 0;
    books.lose('quarantined', quarantined);
    books.stored += points * sources - quarantined;
    if (points > 0) books.writes += 1;
    return points;
  }

  /** Counted and, unless it is only waiting for its file, told. */
  #fault(record: RecordDescription, outcome: RecordOutcome & { ok: false }): void {
    const { books, onRefusal } = this.#o;
    books.storeErrors.add(1, outcome.reason);
    if (outcome.reason === 'creating' || outcome.reason === 'aborted') return;
    books.storeFault = outcome.reason;
    onRefusal(record, outcome.reason, outcome.detail);
  }

  #again(record: number, reason: string): void {
    if (reason === 'creating') return this.#files.add(this.#o.senderOf(record), record);
    const { least, most } = RETRY_S;
    this.#wheel.put(record, Math.round(this.#nowS() + least + this.#o.random() * (most - least)));
  }

  #release(record: number, reason: string): void {
    this.#dying.delete(record);
    this.#o.books.lose(reason, this.#o.staging.drop(record));
    this.#o.released(record);
  }
}

/** Nothing was taken, and that is no matter of single records. */
function refusedWhole(outcomes: readonly RecordOutcome[]): boolean {
  let refused = 0;
  for (const outcome of outcomes) {
    if (outcome.ok || !outcome.retryable) return false;
    if (outcome.reason === 'creating' || outcome.reason === 'aborted') return false;
    if (outcome.reason === 'store_down' || outcome.reason === 'store_full') refused += REFUSED_WHOLE_MIN;
    else refused += 1;
  }
  return refused >= REFUSED_WHOLE_MIN;
}
