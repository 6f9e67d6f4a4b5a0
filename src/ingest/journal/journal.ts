import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  JOURNAL_CHUNK_BYTES,
  JOURNAL_MEMORY_BYTES,
  JOURNAL_SEGMENT_BYTES_MAX,
  JOURNAL_SEGMENT_BYTES_MIN,
} from '../../limits.ts';
import { Appender } from './appender.ts';
import { Aside } from './aside.ts';
import { ChunkPool } from './chunks.ts';
import { machineDisk } from './disk.ts';
import { FRAME, SEGMENT_HEAD_BYTES, segmentName } from './format.ts';
import { Known } from './known.ts';
import { takeUp } from './open.ts';
import { ByteRate } from './rate.ts';
import { Reader } from './reader.ts';
import { rescue } from './rescue.ts';
import { Retirement } from './retire.ts';
import { Segments } from './segments.ts';
import { earlier, Writer } from './writer.ts';
import type { Disk } from './disk.ts';
import type {
  Journal,
  JournalFigures,
  JournalRecords,
  ReadOutcome,
  ReplaySink,
  SettledPoint,
} from './port.ts';
import type { OnLost, Report } from './report.ts';
import type { Segment } from './segments.ts';

export interface JournalOptions {
  /** Absolute; made with mode 0700 where it is missing. Every segment in it is taken up, whoever began it. */
  readonly directory: string;
  readonly maxBytes: number;
  /** How often it is forced to disk; 0: at every commit. */
  readonly syncMs: number;
  /** Distinguishes the names of this worker's segments. */
  readonly worker: number;
  readonly records: JournalRecords;
  readonly nowMs: () => number;
  /** Monotonic. */
  readonly ticksMs: () => number;
  /** Values that only the journal had are lost. */
  readonly onLost: OnLost;
  readonly onReport: Report;
  readonly disk?: Disk;
  /** Bytes of appends that wait for the disk. */
  readonly memoryBytes?: number;
}

/**
 * Opens a worker's journal and learns what earlier runs knew. Rejects with a JournalVersionError, nothing
 * having been touched, where a newer version wrote it, and with what the operating system says where the
 * directory cannot be made or listed. `records` and `onLost` are not called before it resolves.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, onReport: report, disk = machineDisk } = options;
  const segments = new Segments();
  const known = new Known();
  const aside = new Aside(disk, directory, report);
  const newestId = await takeUp({ disk, directory, segments, known, aside, report });
  return new FileJournal(options, { segments, known, aside, disk, newestId });
}

interface TakenUp {
  readonly segments: Segments;
  readonly known: Known;
  readonly aside: Aside;
  readonly disk: Disk;
  readonly newestId: number;
}

/** The parts put together: appender → writer → segments ← reader. */
class FileJournal implements Journal {
  readonly lasting = true;
  readonly #o: JournalOptions;
  readonly #segments: Segments;
  readonly #known: Known;
  readonly #aside: Aside;
  readonly #appender: Appender;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #retirement: Retirement;
  readonly #rate: ByteRate;
  #newestId: number;
  #sealedBytes = 0;

  constructor(options: JournalOptions, { segments, known, aside, disk, newestId }: TakenUp) {
    const { directory, maxBytes, syncMs, records, nowMs, ticksMs, onLost, onReport: report } = options;
    this.#o = options;
    this.#segments = segments;
    this.#known = known;
    this.#aside = aside;
    this.#newestId = newestId;
    this.#rate = new ByteRate(ticksMs());
    const memoryBytes = options.memoryBytes ?? JOURNAL_MEMORY_BYTES;
    const pool = new ChunkPool(Math.floor(memoryBytes / JOURNAL_CHUNK_BYTES));
    const giveUp = (segment: Segment, fault: string) => rescue(segment, fault, rescuing);
    const writer = new Writer({ disk, directory, pool, syncMs, ticksMs, report, giveUp });
    const appender = new Appender({
      records,
      pool,
      segments,
      ...segmentLengths(maxBytes),
      nowMs,
      ticksMs,
      begin: () => this.#begin(),
      sealed: (frame) => {
        this.#sealedBytes += frame.bytes;
        writer.queue.push(frame);
      },
    });
    const { queue } = writer;
    const reader = new Reader({ disk, segments, appender, queue, known, onLost, report, pause });
    const rescuing = { appender, pool, queue, reader, segments, onLost, report };
    this.#writer = writer;
    this.#appender = appender;
    this.#reader = reader;
    const bytesPerSecond = () => this.#rate.perSecond;
    const parts = { disk, segments, writer, reader, aside, known, onLost, report };
    const unsyncedTicks = () => this.#unsyncedTicks;
    this.#retirement = new Retirement({ ...parts, maxBytes, ticksMs, unsyncedTicks, bytesPerSecond });
  }

  append(record: number, timeS: number, offsetMs: number, words: Uint32Array, staged: boolean): boolean {
    if (!staged) {
      this.#reader.fallBehind();
      return this.#appender.append(record, timeS, offsetMs, words, FRAME.waiting);
    }
    if (!this.#appender.append(record, timeS, offsetMs, words, FRAME.staged)) return false;
    if (!this.#segments.isPinned(record)) this.#segments.pin(record, this.#appender.segment as Segment);
    return true;
  }

  keep(record: number): void {
    const { reading } = this.#reader;
    if (reading) this.#segments.pin(record, reading);
  }

  settle(record: number, point: SettledPoint): void {
    // A mark for which there is no memory costs a replay of what is stored, nothing else.
    this.#appender.settle(record, point);
    this.#segments.unpin(record);
  }

  forget(record: number): void {
    this.#appender.redefine(record);
    this.#segments.unpin(record);
    this.#reader.forgetOwners();
  }

  redefine(record: number): void {
    this.#appender.redefine(record);
  }

  read(maxPoints: number, sink: ReplaySink): Promise<ReadOutcome> {
    return this.#reader.read(maxPoints, sink);
  }

  catchUp(maxPoints: number, sink: ReplaySink): boolean {
    return this.#reader.catchUp(maxPoints, sink);
  }

  fallBehind(): void {
    this.#reader.fallBehind();
  }

  known(key: string): SettledPoint | 'none' | undefined {
    return this.#known.get(key);
  }

  commit(): void {
    this.#appender.end();
    this.#rate.add(this.#sealedBytes, this.#o.ticksMs());
    this.#sealedBytes = 0;
    this.#writer.turn();
    this.#retirement.turn();
  }

  async sync(): Promise<void> {
    this.#appender.end();
    await this.#writer.flush();
  }

  figures(): JournalFigures {
    const { bytes, all } = this.#segments;
    let unreadValues = this.#appender.waitingValues;
    let earlierValues = 0;
    for (const segment of all) {
      if (segment.earlier) earlierValues += segment.unread;
      else unreadValues += segment.unread;
    }
    return {
      bytes,
      maxBytes: this.#o.maxBytes,
      segments: all.length,
      bytesPerSecond: this.#rate.perSecond,
      unreadValues,
      earlierValues,
      uncommittedMs: this.#since(this.#uncommittedTicks),
      unsyncedMs: this.#since(this.#unsyncedTicks),
      fault: this.#writer.fault,
      setAside: [...this.#aside.paths],
    };
  }

  async close(): Promise<void> {
    this.#appender.endSegment();
    await this.#writer.flush();
    this.#reader.close();
    await this.#retirement.finish();
    await this.#writer.close();
  }

  /** When the oldest append was made that the operating system does not have; NaN: none. */
  get #uncommittedTicks(): number {
    return this.#writer.queue[0]?.sinceTicks ?? this.#appender.sinceTicks;
  }

  get #unsyncedTicks(): number {
    return earlier(this.#uncommittedTicks, this.#writer.unsyncedTicks);
  }

  #since(ticks: number): number {
    return Number.isNaN(ticks) ? 0 : Math.max(0, this.#o.ticksMs() - ticks);
  }

  /** Names go up even if the clock goes back. */
  #begin(): Segment {
    const { directory, worker, nowMs } = this.#o;
    const id = Math.max(Math.floor(nowMs()), this.#newestId + 1);
    this.#newestId = id;
    const path = join(directory, segmentName(id, worker));
    const lengths = { planned: SEGMENT_HEAD_BYTES, written: 0, unread: 0 };
    return this.#segments.add({
      path,
      id,
      salt: randomInt(2 ** 32),
      earlier: false,
      ended: false,
      ...lengths,
    });
  }
}

function segmentLengths(maxBytes: number): { segmentBytes: number; segmentBytesMax: number } {
  const share = Math.max(JOURNAL_SEGMENT_BYTES_MIN, Math.floor(maxBytes / 64));
  const segmentBytes = Math.min(JOURNAL_SEGMENT_BYTES_MAX, share);
  return { segmentBytes, segmentBytesMax: Math.max(segmentBytes, Math.floor(maxBytes / 8)) };
}
