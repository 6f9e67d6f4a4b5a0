import { codeOf, faultOf } from './disk.ts';
import { SEGMENT_HEAD_BYTES, segmentHead } from './format.ts';
import type { SealedFrame } from './appender.ts';
import type { ChunkPool } from './chunks.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { Report } from './report.ts';
import type { Segment } from './segments.ts';

export interface WriterOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly pool: ChunkPool;
  /** Milliseconds from a write to the sync that covers it; 0: at once. */
  readonly syncMs: number;
  readonly ticksMs: () => number;
  readonly report: Report;
  /** The segment's file takes no more, others may: nothing may be left of it in the queue. */
  readonly giveUp: (segment: Segment, fault: string) => void;
}

/** Bytes handed over in one write, about; more wait for the next one. */
const WRITE_BYTES = 8 * 1024 * 1024;
const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5000;
/** Tries, over some 15 seconds, after which a file that has taken something before is given up. */
const TRIES_MAX = 8;
/** Faults that another file would have as well. */
const EVERYWHERE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', '']);

/** A segment's file, while it is written. */
interface Open {
  readonly segment: Segment;
  readonly file: DiskFile;
  /** When the oldest append was made that is written and not synced; NaN: none. */
  unsyncedTicks: number;
  /** The same of what a sync under way covers. */
  syncingTicks: number;
}

/**
 * Sealed frames to the disk: one write at a time, each at the place its frames were given, so that a write
 * that failed or was cut short is simply made again. Nothing here waits: `turn` begins what is due, a few
 * times a second.
 */
export class Writer {
  readonly #o: WriterOptions;
  /** Sealed and not written, in order. */
  readonly queue: SealedFrame[] = [];
  /** The files that are written or not synced, oldest first. */
  readonly #open: Open[] = [];
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  /** A file was made since the directory was synced. */
  #made = false;
  #syncedTicks: number;
  #pauseMs = 0;
  #tries = 0;
  #notBeforeTicks = 0;
  #writeFault = '';
  #syncFault = '';

  constructor(options: WriterOptions) {
    this.#o = options;
    this.#syncedTicks = options.ticksMs();
  }

  get fault(): string {
    return this.#writeFault === '' ? this.#syncFault : this.#writeFault;
  }

  /** When the oldest append was made that is written and not synced; NaN: none. */
  get unsyncedTicks(): number {
    let oldest = Number.NaN;
    for (const { unsyncedTicks, syncingTicks } of this.#open) {
      oldest = earlier(oldest, earlier(unsyncedTicks, syncingTicks));
    }
    return oldest;
  }

  /** Begins a write and a sync if they are due. */
  turn(): void {
    const now = this.#o.ticksMs();
    if (!this.#writing && this.queue.length > 0 && now >= this.#notBeforeTicks) {
      this.#writing = this.#writeAll().finally(() => {
        this.#writing = undefined;
      });
    }
    if (now - this.#syncedTicks >= this.#o.syncMs && now >= this.#notBeforeTicks) this.#beginSync();
  }

  /** All that is sealed is written and synced, or the fault is known. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.queue.length > 0) {
      this.#notBeforeTicks = 0;
      this.turn();
      await this.#writing;
    }
    await this.#syncing;
    this.#beginSync();
    await this.#syncing;
  }

  /** Closes a segment's file, synced or not. */
  async release(segment: Segment): Promise<void> {
    await this.#syncing;
    await this.#closeFile(segment);
  }

  async close(): Promise<void> {
    await this.#syncing;
    for (const { segment } of this.#open.slice()) await this.#closeFile(segment);
  }

  async #closeFile(segment: Segment): Promise<void> {
    const at = this.#open.findIndex((open) => open.segment === segment);
    const [open] = at < 0 ? [] : this.#open.splice(at, 1);
    await open?.file.close().catch(() => undefined);
  }

  async #writeAll(): Promise<void> {
    while (this.queue.length > 0) {
      try {
        await this.#writeSome();
      } catch (error) {
        return this.#failed(error);
      }
      this.#succeeded();
      if (this.#o.syncMs === 0) this.#beginSync();
    }
  }

  /** The first frames of the queue, all of one segment. */
  async #writeSome(): Promise<void> {
    const segment = (this.queue[0] as SealedFrame).segment;
    const open = await this.#opened(segment);
    const buffers: Uint8Array[] = [];
    let bytes = 0;
    let count = 0;
    if (segment.written === 0) {
      buffers.push(segmentHead(segment.id, segment.salt));
      bytes = SEGMENT_HEAD_BYTES;
    }
    for (const frame of this.queue) {
      if (frame.segment !== segment || bytes > WRITE_BYTES) break;
      buffers.push(frame.chunk.bytes.subarray(frame.from, frame.from + frame.bytes));
      bytes += frame.bytes;
      count += 1;
    }
    const written = await open.file.write(buffers, segment.written);
    if (written !== bytes) throw new Error(`only ${written} of ${bytes} bytes were written`);
    segment.written += bytes;
    for (const frame of this.queue.splice(0, count)) {
      open.unsyncedTicks = earlier(open.unsyncedTicks, frame.sinceTicks);
      this.#o.pool.leave(frame.chunk);
    }
  }

  async #opened(segment: Segment): Promise<Open> {
    const known = this.#open.find((open) => open.segment === segment);
    if (known) return known;
    const { disk } = this.#o;
    const file = await disk.open(segment.path, 'new').catch((error: unknown) => {
      // A try before this one may have made it and failed then.
      if (codeOf(error) === 'EEXIST') return disk.open(segment.path, 'write');
      throw error;
    });
    const open = { segment, file, unsyncedTicks: Number.NaN, syncingTicks: Number.NaN };
    this.#open.push(open);
    this.#made = true;
    return open;
  }

  #failed(error: unknown): void {
    const { ticksMs, report, pool, giveUp } = this.#o;
    this.#pauseMs = Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, 2 * this.#pauseMs));
    this.#notBeforeTicks = ticksMs() + this.#pauseMs;
    const fault = faultOf(error);
    if (this.#writeFault === '') {
      report('error', 'the journal cannot be written: what comes in now waits in memory', {
        path: this.queue[0]?.segment.path ?? '',
        cause: fault,
        waitingBytes: pool.bytesInUse,
      });
    }
    this.#writeFault = fault;
    const segment = this.queue[0]?.segment;
    this.#tries += 1;
    if (this.#tries < TRIES_MAX || !segment || segment.written === 0 || EVERYWHERE.has(codeOf(error))) return;
    this.#tries = 0;
    giveUp(segment, fault);
  }

  #succeeded(): void {
    this.#pauseMs = 0;
    this.#tries = 0;
    if (this.#writeFault === '') return;
    this.#writeFault = '';
    this.#o.report('info', 'the journal is written again', {});
  }

  #beginSync(): void {
    if (
      this.#syncing ||
      !this.#open.some((open) => !Number.isNaN(open.unsyncedTicks) || this.#isDone(open))
    ) {
      return;
    }
    this.#syncing = this.#sync().finally(() => {
      this.#syncing = undefined;
    });
  }

  async #sync(): Promise<void> {
    const { ticksMs, directory, report } = this.#o;
    this.#syncedTicks = ticksMs();
    // First that the files are there at all, then what is in them.
    let fault = await this.#syncDirectory();
    for (const open of this.#open.slice()) {
      const since = open.unsyncedTicks;
      if (!Number.isNaN(since)) {
        open.unsyncedTicks = Number.NaN;
        open.syncingTicks = since;
        try {
          await open.file.sync();
        } catch (error) {
          open.unsyncedTicks = earlier(since, open.unsyncedTicks);
          fault = faultOf(error);
        }
        open.syncingTicks = Number.NaN;
      }
      if (this.#isDone(open) && Number.isNaN(open.unsyncedTicks)) await this.#closeFile(open.segment);
    }
    if (fault !== '' && this.#syncFault === '') {
      report('error', 'the journal cannot be forced to disk: a loss of power may cost values', {
        path: directory,
        cause: fault,
      });
    } else if (fault === '' && this.#syncFault !== '') {
      report('info', 'the journal is forced to disk again', {});
    }
    this.#syncFault = fault;
  }

  /** Why the directory could not be synced; empty: what was made in it outlasts a loss of power. */
  async #syncDirectory(): Promise<string> {
    if (!this.#made) return '';
    this.#made = false;
    try {
      await this.#o.disk.syncDirectory(this.#o.directory);
      return '';
    } catch (error) {
      this.#made = true;
      return faultOf(error);
    }
  }

  /** Nothing more will be written to it. */
  #isDone({ segment }: Open): boolean {
    return segment.ended && segment.written === segment.planned;
  }
}

/** The lesser of two times of which each may be NaN, which is none. */
export function earlier(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return b < a ? b : a;
}
