import { Engine } from '../../src/ingest/engine.ts';
import { openJournal } from '../../src/ingest/journal/journal.ts';
import { recordKey } from '../../src/model/record.ts';
import { doubleOf } from '../../src/model/rate.ts';
import { RULES, START_MS } from './harness.ts';
import { collectd } from './messages.ts';
import { CrashDisk, turn } from './crash-disk.ts';
import type { Journal } from '../../src/ingest/journal/port.ts';
import type { RecordBatch, RecordOutcome, Store } from '../../src/store/store.ts';

/** A store of files: it takes only what is newer than what it has, at some moment, and answers later. */
export class RrdLike implements Store {
  readonly name = 'rrd-like';
  /** By record and second, the value of its first source. */
  readonly stored = new Map<string, Map<number, number>>();
  down = false;
  deaf = false;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  async put(batch: RecordBatch, { signal }: { signal: AbortSignal }): Promise<readonly RecordOutcome[]> {
    if (this.deaf) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const outcomes: RecordOutcome[] = [];
    for (let i = 0; i < batch.records.length; i += 1) {
      if (this.#random() < 0.1) await turn();
      outcomes.push(this.#putOne(batch, i));
    }
    for (let n = Math.floor(this.#random() * 40); n > 0; n -= 1) await turn();
    return outcomes;
  }

  #putOne(batch: RecordBatch, i: number): RecordOutcome {
    const reason = 'store_down';
    if (this.down || this.deaf) return { ok: false, retryable: true, reason, detail: '' };
    const record = batch.records[i] as RecordBatch['records'][number];
    const key = recordKey(record);
    const points = this.stored.get(key) ?? new Map<number, number>();
    this.stored.set(key, points);
    const lateThroughS = Math.max(0, ...points.keys());
    for (let p = batch.starts[i] as number; p < (batch.starts[i + 1] as number); p += 1) {
      const timeS = batch.timesS[p] as number;
      const at =
        (batch.wordStarts[i] as number) + (p - (batch.starts[i] as number)) * 2 * record.sources.length;
      const value = doubleOf(batch.words[at] as number, batch.words[at + 1] as number);
      if (timeS > lateThroughS) points.set(timeS, value);
    }
    return { ok: true, lateThroughS };
  }

  query(): never {
    throw new Error('not asked in these tests');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

const GROUP = { ...RULES, maxSeriesPerHost: 1e6, pastMs: 1e9, futureMs: 1e9 };

export interface SceneOptions {
  readonly random: () => number;
  readonly maxPoints: number;
  readonly maxBytes: number;
}

interface Accepted {
  readonly value: number;
  readonly atMs: number;
}

/** An engine with a real journal, killed and started again; and what must be in its store at the end. */
export class CrashScene {
  readonly #o: SceneOptions;
  readonly store: RrdLike;
  disk: CrashDisk;
  nowMs = START_MS;
  engine!: Engine;
  journal!: Journal;
  /** By record and second: what was taken, oldest first. */
  readonly accepted = new Map<string, Map<number, Accepted[]>>();
  readonly reports: string[] = [];
  /** Values that were late as they came. */
  refusedValues = 0;
  #timers: { atMs: number; resolve: () => void }[] = [];
  #value = 0;
  runs = 0;

  constructor(options: SceneOptions) {
    this.#o = options;
    this.store = new RrdLike(options.random);
    this.disk = new CrashDisk(options.random);
  }

  async start(): Promise<void> {
    this.runs += 1;
    this.#timers = [];
    const ticksMs = () => this.nowMs;
    const nowMs = ticksMs;
    const journal = await openJournal({
      directory: '/j',
      maxBytes: this.#o.maxBytes,
      syncMs: 1000,
      worker: 0,
      records: { describe: (r) => engine.describe(r), settled: (r) => engine.lastStored(r) },
      nowMs,
      ticksMs,
      onLost: (values, reason, earlier) => engine.loseJournaled(values, reason, earlier),
      onReport: (level, message) => this.reports.push(`${level} ${message}`),
      disk: this.disk,
    });
    const { random, maxPoints } = this.#o;
    const engine: Engine = new Engine({
      store: this.store,
      journal,
      types: new Map(),
      cache: { maxAgeMs: 20_000, jitterMs: 5000, maxPoints },
      reverse: () => Promise.reject(new Error('NXDOMAIN')),
      nowMs,
      ticksMs,
      sleep: (ms) => new Promise((resolve) => this.#timers.push({ atMs: this.nowMs + ms, resolve })),
      random,
      onRefusal: () => undefined,
    });
    this.engine = engine;
    this.journal = journal;
    engine.setGroup(GROUP);
    void engine.readBack();
  }

  /** The group leaves, and comes again. */
  async regroup(): Promise<void> {
    const gone = this.engine.removeGroup(GROUP.name, 1000);
    // Longer than it takes at most.
    await this.pass(3000);
    await gone;
    this.engine.setGroup(GROUP);
    void this.engine.readBack();
  }

  /** Time passes, in the steps in which a worker does its work. */
  async pass(ms: number): Promise<void> {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 50;
      this.journal.commit();
      if (this.nowMs % 200 === 0) this.engine.tick();
      const due = this.#timers.filter(({ atMs }) => atMs <= this.nowMs);
      this.#timers = this.#timers.filter(({ atMs }) => atMs > this.nowMs);
      for (const { resolve } of due) resolve();
      for (let n = 0; n < 12; n += 1) await turn();
    }
  }

  /** A value of a plugin; `sources` of them. True: it was taken. */
  send(name: string, timeS: number, sources: number): boolean {
    const value = (this.#value += 1);
    const { books } = this.engine;
    const { lost } = books;
    const before = books.rejected + lost;
    const values = Array.from({ length: sources }, () => value);
    const kinds = values.map(() => 1 as const);
    const one = collectd({ plugin: name, timeS, values, kinds });
    const entry = { start: 0, end: one.length, listener: 0, address: '10.0.0.1', arrivalMs: this.nowMs };
    this.engine.accept(one, entry);
    this.engine.takeAnnouncements(Infinity);
    this.refusedValues += books.lost - lost;
    if (books.rejected + books.lost > before) return false;
    const key = `web\0web-01\0${name}/gauge`;
    const seconds = this.accepted.get(key) ?? new Map<number, Accepted[]>();
    this.accepted.set(key, seconds);
    seconds.set(timeS, [...(seconds.get(timeS) ?? []), { value, atMs: this.nowMs }]);
    return true;
  }

  /** The process, or the machine, ends here and now; what it had not written is not expected any more. */
  async crash(how: 'kill' | 'power'): Promise<void> {
    const { uncommittedMs, unsyncedMs } = this.journal.figures();
    const sinceMs = this.nowMs - (how === 'kill' ? uncommittedMs : unsyncedMs);
    this.disk = this.disk.crash(how);
    for (const seconds of this.accepted.values()) {
      for (const [timeS, values] of seconds) {
        const sure = values.filter(({ atMs }) => atMs < sinceMs);
        if (sure.length === 0) seconds.delete(timeS);
      }
    }
    // What is under way in the store may come to its end; nobody hears of it.
    for (let n = 0; n < 100; n += 1) await turn();
    await this.start();
  }

  /** received − everything else: 0 when the books balance. */
  get imbalance(): number {
    const { received, stored, pending, coalesced, rejected, lost } = this.engine.stats();
    return received - (stored + pending + coalesced + rejected + lost);
  }

  get lost(): [string[], number][] {
    return this.engine.books.valuesLost.entries();
  }

  /** Lets the store come back and waits until nothing is left; false: it did not come to that. */
  async settle(withinMs = 600_000): Promise<boolean> {
    this.store.down = false;
    this.store.deaf = false;
    this.engine.release();
    for (const endMs = this.nowMs + withinMs; this.nowMs < endMs;) {
      await this.pass(1000);
      const { pending, journal } = this.engine.stats();
      if (pending === 0 && !journal.replaying) return true;
    }
    return false;
  }

  /** What was taken and is not in the store, or is there as something else. */
  missing(): string[] {
    const faults: string[] = [];
    for (const [key, seconds] of this.accepted) {
      for (const [timeS, values] of seconds) {
        const stored = this.store.stored.get(key)?.get(timeS);
        if (stored === undefined) faults.push(`${key.replaceAll('\0', '/')}@${timeS}`);
        else if (!values.some(({ value }) => value === stored)) faults.push(`${key}@${timeS} is ${stored}`);
      }
    }
    return faults;
  }
}
