import { noJournal } from '../../src/ingest/journal/no-journal.ts';
import { recordKey } from '../../src/model/record.ts';
import type { Journal, ReadOutcome, ReplaySink, SettledPoint } from '../../src/ingest/journal/port.ts';
import type { RecordDescription } from '../../src/model/record.ts';

export interface Entry {
  readonly record: number;
  readonly description: RecordDescription;
  readonly timeS: number;
  readonly offsetMs: number;
  readonly words: Uint32Array;
  readonly staged: boolean;
  readonly earlier: boolean;
}

/** A journal in memory: what is appended, what is let go, and what an earlier run has left in it. */
export class FakeJournal implements Journal {
  readonly lasting = true;
  readonly entries: Entry[] = [];
  readonly settled: { record: number; timeS: number }[] = [];
  readonly kept: number[] = [];
  readonly knownPoints = new Map<string, SettledPoint | 'none'>();
  closed = false;
  /** Appends are not taken: the disk and the memory for it are full. */
  full = false;
  /** Where the reader is; entries before it are not read again. */
  #readAt = 0;
  #unclaimed: (values: number, earlier: boolean) => void = () => undefined;
  #describe: (record: number) => RecordDescription = () => {
    throw new Error('nobody to ask');
  };

  use(
    describe: (record: number) => RecordDescription,
    unclaimed: (values: number, earlier: boolean) => void,
  ): void {
    this.#describe = describe;
    this.#unclaimed = unclaimed;
  }

  /** What a run before this one appended and did not settle. */
  leave(description: RecordDescription, timeS: number, words: readonly number[], offsetMs = 0): void {
    this.entries.push({
      record: -1,
      description,
      timeS,
      offsetMs,
      words: Uint32Array.from(words),
      staged: true,
      earlier: true,
    });
  }

  append(record: number, timeS: number, offsetMs: number, words: Uint32Array, staged: boolean): boolean {
    if (this.full) return false;
    const description = this.#describe(record);
    const own = words.slice(0, 2 * description.sources.length);
    this.entries.push({ record, description, timeS, offsetMs, words: own, staged, earlier: false });
    if (staged) this.#readAt = this.entries.length;
    return true;
  }

  keep(record: number): void {
    this.kept.push(record);
  }

  settle(record: number, { timeS }: SettledPoint): void {
    this.settled.push({ record, timeS });
  }

  forget = () => undefined;
  redefine = () => undefined;
  fallBehind = () => undefined;
  commit = () => undefined;
  sync = () => Promise.resolve();

  async read(maxPoints: number, sink: ReplaySink): Promise<ReadOutcome> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let n = 0; n < maxPoints && this.#readAt < this.entries.length; n += 1) this.#next(sink);
    return this.#readAt < this.entries.length ? 'more' : 'end';
  }

  catchUp(_maxPoints: number, sink: ReplaySink): boolean {
    while (this.#readAt < this.entries.length) this.#next(sink);
    return true;
  }

  known(key: string): SettledPoint | 'none' | undefined {
    return this.knownPoints.get(key);
  }

  figures() {
    const unread = this.entries.slice(this.#readAt);
    const values = (earlier: boolean) =>
      unread.filter((e) => e.earlier === earlier).reduce((sum, e) => sum + e.description.sources.length, 0);
    return { ...noJournal.figures(), unreadValues: values(false), earlierValues: values(true) };
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #next(sink: ReplaySink): void {
    const entry = this.entries[this.#readAt] as Entry;
    this.#readAt += 1;
    const sampleMs = entry.timeS * 1000 + entry.offsetMs;
    const record = sink.define(entry.description, sampleMs);
    if (record < 0) return this.#unclaimed(entry.description.sources.length, entry.earlier);
    sink.point({ ...entry, record, at: 0, sampleMs, arrivalMs: sampleMs });
  }
}

export function keyOf(description: RecordDescription): string {
  return recordKey(description);
}
