import type { RecordDescription } from '../../model/record.ts';

/** The newest point of a record that the store has. */
export interface SettledPoint {
  readonly timeS: number;
  /** High and low word a data source. */
  readonly words: Uint32Array;
}

/** What the journal asks of its owner while it writes: what it says of a record. */
export interface JournalRecords {
  describe(record: number): RecordDescription;
  /** The newest stored point that is known; undefined where nothing is. */
  settled(record: number): SettledPoint | undefined;
}

/** Where replayed points go. Called synchronously from `read`, in the order in which the points came. */
export interface ReplaySink {
  /**
   * The record that following points belong to, with the kinds in which they were written; the first of them
   * came at `arrivalMs`, epoch. The answer is the owner's number for it, or -1: its points are not wanted (they
   * are counted as lost, `group_removed`).
   */
  define(description: RecordDescription, arrivalMs: number): number;
  /** `sampleMs`, `arrivalMs`: epoch ms. The point's words are words[at] … words[at + 2 × sources - 1]. */
  point(replayed: {
    readonly record: number;
    readonly timeS: number;
    readonly sampleMs: number;
    readonly arrivalMs: number;
    readonly words: Uint32Array;
    readonly at: number;
    /** As the last `define` of the record said. */
    readonly description: RecordDescription;
    /** It came in an earlier run, which was ended before it was stored. */
    readonly earlier: boolean;
    /** It was staged, too, when it was appended: it may have been appended, and read, before. */
    readonly staged: boolean;
  }): void;
}

/** `more`: there is more on disk. `end`: everything that was appended has been read. */
export type ReadOutcome = 'more' | 'end';

export interface JournalFigures {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly segments: number;
  /** Bytes appended a second, over the last minutes; 0 before anything is known. */
  readonly bytesPerSecond: number;
  /** Values of this run that are in the journal only: `append` with staged = false, not read yet. */
  readonly unreadValues: number;
  /** Values of earlier runs that `read` has not come to. */
  readonly earlierValues: number;
  /** Milliseconds since the oldest append that the operating system does not have yet; 0: none. */
  readonly uncommittedMs: number;
  /** Milliseconds since the oldest append that is not forced to disk yet; 0: none. */
  readonly unsyncedMs: number;
  /** Why the journal cannot be written, in plain words; empty while it can. */
  readonly fault: string;
  /** Segments that were damaged and set aside, by where they are now. */
  readonly setAside: readonly string[];
}

/**
 * The write-ahead journal of one ingest worker. Appending is memory only; `commit` hands what was appended to
 * the operating system without blocking, all of it in one write. A fault of the disk is a figure and a
 * report, never an exception; appends go on in memory up to a bound.
 */
export interface Journal {
  /** False: it keeps nothing, whatever it answers. */
  readonly lasting: boolean;
  /**
   * Appends one point: 2 × sources words from words[0] on, sampled at timeS × 1000 + offsetMs (-512 … 511).
   * staged: the staging has it too, and its segment is kept until `settle`; otherwise the journal alone has
   * it, and `read` brings it. False: it could not be kept (the journal cannot be written and its memory is
   * full), nothing was counted.
   */
  append(record: number, timeS: number, offsetMs: number, words: Uint32Array, staged: boolean): boolean;
  /** A replayed point was staged: the segment it was read from is kept until `settle`. Within `point` only. */
  keep(record: number): void;
  /**
   * The record's staged points up to this one are stored: what they need of the journal is let go. Points
   * that still wait have to be appended again, by the caller, after this.
   */
  settle(record: number, point: SettledPoint): void;
  /** The record's staged points are stored nowhere and wanted no more. Its number may be given again. */
  forget(record: number): void;
  /** The record's description has changed: following points are written under the new one. */
  redefine(record: number): void;
  /** Reads on, at most about `maxPoints`, from disk; resolves when the sink has had them. Never rejects. */
  read(maxPoints: number, sink: ReplaySink): Promise<ReadOutcome>;
  /**
   * Reads the rest, synchronously, if it is in memory and no more than `maxPoints`. True: everything has been
   * read, and from now on appends may be staged.
   */
  catchUp(maxPoints: number, sink: ReplaySink): boolean;
  /** Appends from here on are to be read later: the owner stages no more for now. */
  fallBehind(): void;
  /**
   * What earlier runs knew of a record: its newest stored point, `none`, or undefined (never mentioned, or all
   * that they left has been read).
   */
  known(key: string): SettledPoint | 'none' | undefined;
  /** Hands over what was appended; to be called at least every 50 ms. */
  commit(): void;
  /** Everything appended is on disk (fsync), or the fault is known. */
  sync(): Promise<void>;
  figures(): JournalFigures;
  /** Writes and syncs the rest; a journal that nobody needs any more leaves no segments. */
  close(): Promise<void>;
}
