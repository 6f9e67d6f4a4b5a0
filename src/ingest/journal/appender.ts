import { DATA_SOURCES_MAX } from '../../limits.ts';
import { grown } from '../columns.ts';
import { CHUNK_WORDS } from './chunks.ts';
import { Definitions } from './definitions.ts';
import {
  checksum,
  emptyFrameHead,
  FRAME,
  FRAME_HEAD_BYTES,
  FRAME_HEAD_WORDS,
  MARK,
  OFFSET_ZERO_MS,
  POINT_HEAD_WORDS,
  RECORD_BITS,
  writeFrameHead,
} from './format.ts';
import type { Chunk, ChunkPool } from './chunks.ts';
import type { FrameKind } from './format.ts';
import type { JournalRecords, SettledPoint } from './port.ts';
import type { Segment, Segments } from './segments.ts';

/** A frame that is complete and has its place in a segment. */
export interface SealedFrame {
  readonly segment: Segment;
  /** Where it goes in the segment, and where it is in the chunk; bytes, its head included. */
  readonly at: number;
  readonly chunk: Chunk;
  readonly from: number;
  readonly bytes: number;
  readonly kind: FrameKind;
  readonly points: number;
  readonly values: number;
  /** When the first append in it was made; ticks. */
  readonly sinceTicks: number;
}

export interface AppenderOptions {
  readonly records: JournalRecords;
  readonly pool: ChunkPool;
  readonly segments: Segments;
  /** Bytes from which on a segment is followed by another; with many definitions it may be longer. */
  readonly segmentBytes: number;
  readonly segmentBytesMax: number;
  readonly nowMs: () => number;
  readonly ticksMs: () => number;
  /** Begins a segment. */
  readonly begin: () => Segment;
  readonly sealed: (frame: SealedFrame) => void;
}

const POINT_WORDS_MAX = POINT_HEAD_WORDS + 2 * DATA_SOURCES_MAX;
/** A frame of marks from which on another is begun: one is read in a go, and parsing takes 5 µs each. */
const MARKS_WORDS = 16 * 1024;
/** New chunks for marks and for points, once each, leave room for both. */
const PREPARE_TRIES = 4;
/** Not defined, and its number stood for something else before. */
const CHANGED = -1;

/**
 * Puts frames together in memory. Three are open at a time: of marks, of staged and of waiting points; `end`
 * seals them, marks first. A record is defined in the marks of the frames in which its first point of a
 * segment comes, and again when its number or its description has changed.
 */
export class Appender {
  readonly #o: AppenderOptions;
  readonly #marks = new OpenFrame();
  readonly #staged = new OpenFrame();
  readonly #waiting = new OpenFrame();
  readonly #head = emptyFrameHead();
  readonly #definitions = new Definitions();
  #segment: Segment | undefined;
  /** The number of the frames that are open. */
  #frame = 1;
  /** Records last used in these frames or later ones are defined. */
  #definedSince = 1;
  /** By record: the frames it was last used in; 0: never, or CHANGED. */
  #usedIn = new Float64Array(1024);
  #sources = new Uint8Array(1024);
  #redefines = false;
  /** Of the segment. */
  #marksBytes = 0;
  #generation = 0;
  #sinceTicks = Number.NaN;
  #wallMs = 0;

  constructor(options: AppenderOptions) {
    this.#o = options;
  }

  /** Where the next frame goes; undefined: into a segment that is not begun. */
  get segment(): Segment | undefined {
    return this.#segment;
  }

  get generation(): number {
    return this.#generation;
  }

  /** When the oldest append in the open frames was made; NaN: they are empty. */
  get sinceTicks(): number {
    return this.#sinceTicks;
  }

  /** Values in the open frame of waiting points. */
  get waitingValues(): number {
    return this.#waiting.values;
  }

  /** False: there is no memory for it. */
  append(
    record: number,
    timeS: number,
    offsetMs: number,
    words: Uint32Array,
    kind: typeof FRAME.staged | typeof FRAME.waiting,
  ): boolean {
    const frame = kind === FRAME.staged ? this.#staged : this.#waiting;
    if (this.#usedIn[record] !== this.#frame || frame.used + POINT_WORDS_MAX > CHUNK_WORDS) {
      if (!this.#prepare(record, frame)) return false;
    }
    const to = frame.words;
    const at = frame.used;
    const sources = this.#sources[record] as number;
    const size = 2 * sources;
    to[at] = record | ((offsetMs + OFFSET_ZERO_MS) << RECORD_BITS);
    to[at + 1] = timeS;
    for (let i = 0; i < size; i += 1) to[at + POINT_HEAD_WORDS + i] = words[i] as number;
    frame.used = at + POINT_HEAD_WORDS + size;
    frame.points += 1;
    frame.values += sources;
    return true;
  }

  /** Notes what the store has of the record. False: there is no memory for it. */
  settle(record: number, point: SettledPoint): boolean {
    if (!this.#prepare(record, undefined)) return false;
    const size = point.words.length;
    if (!this.#room(this.#marks, 2 + size)) return false;
    // The frames may have been ended for room, and the segment with them.
    if (!this.#prepare(record, undefined)) return false;
    this.#putSettled(record, point);
    return true;
  }

  /** The record's description is another from here on, or its number stands for another record. */
  redefine(record: number): void {
    const used = this.#usedIn[record];
    if (used === undefined || used === 0) return;
    // No point may be read under a definition that came after it.
    if (used === this.#frame) this.end();
    this.#usedIn[record] = CHANGED;
  }

  /** Do points that were appended have another meaning than those that come next? */
  isChanged(record: number): boolean {
    return this.#usedIn[record] === CHANGED;
  }

  /** Of the record as it was last defined. */
  sourcesOf(record: number): number {
    return this.#sources[record] ?? 0;
  }

  /** Defines every record again from here on, so that a reader may begin here. */
  defineAgain(): void {
    this.end();
    this.#definedSince = this.#frame;
  }

  /** Seals what is open. */
  end(): void {
    const segment = this.#segment;
    if (segment === undefined || Number.isNaN(this.#sinceTicks)) return;
    if (this.#redefines) this.#generation += 1;
    this.#seal(segment, this.#marks, this.#redefines ? FRAME.redefinitions : FRAME.marks);
    this.#seal(segment, this.#staged, FRAME.staged);
    segment.unread += this.#waiting.values;
    this.#seal(segment, this.#waiting, FRAME.waiting);
    this.#redefines = false;
    this.#sinceTicks = Number.NaN;
    this.#frame += 1;
    if (this.#isLong(segment)) this.endSegment();
  }

  /** Ends the segment, too: what follows goes into a new one. */
  endSegment(): void {
    this.end();
    if (this.#segment) this.#segment.ended = true;
    this.#segment = undefined;
  }

  /** Definitions are made again in every segment: it goes on until they are the lesser part of it. */
  #isLong({ planned }: Segment): boolean {
    const { segmentBytes, segmentBytesMax } = this.#o;
    return planned >= segmentBytes && (planned >= 2 * this.#marksBytes || planned >= segmentBytesMax);
  }

  /** Makes room for a point of the record, which is defined then. */
  #prepare(record: number, frame: OpenFrame | undefined): boolean {
    // Making room may end the segment, and then the record has to be defined in the next one.
    for (let tries = 0; tries < PREPARE_TRIES; tries += 1) {
      if (frame !== undefined && !this.#room(frame, POINT_WORDS_MAX)) return false;
      if (Number.isNaN(this.#sinceTicks)) this.#begin();
      const used = this.#usedIn[record];
      if (used !== undefined && used >= this.#definedSince) {
        this.#usedIn[record] = this.#frame;
        return true;
      }
      if (!this.#define(record)) return false;
    }
    return false;
  }

  #begin(): void {
    this.#sinceTicks = this.#o.ticksMs();
    this.#wallMs = this.#o.nowMs();
    if (this.#segment !== undefined) return;
    this.#segment = this.#o.begin();
    this.#definedSince = this.#frame;
    this.#generation = 0;
    this.#marksBytes = 0;
  }

  #define(record: number): boolean {
    const { records } = this.#o;
    const description = records.describe(record);
    const json = this.#definitions.json(description);
    const settled = records.settled(record);
    const bytes = Buffer.byteLength(json);
    const words = Math.ceil(bytes / 4);
    if (this.#marks.used - this.#marks.start >= MARKS_WORDS) this.end();
    if (!this.#room(this.#marks, 2 + words + 2 * POINT_WORDS_MAX)) return false;
    if (Number.isNaN(this.#sinceTicks)) this.#begin();
    if (record >= this.#usedIn.length) {
      this.#usedIn = grown(this.#usedIn, record + 1);
      this.#sources = grown(this.#sources, record + 1);
    }
    if (this.#usedIn[record] === CHANGED) this.#redefines = true;
    this.#usedIn[record] = this.#frame;
    this.#sources[record] = description.sources.length;
    const { words: to, bytes: into, used } = this.#marks;
    to[used] = record | (MARK.define << RECORD_BITS);
    to[used + 1] = bytes;
    to[used + 1 + words] = 0;
    into.write(json, 4 * (used + 2));
    this.#marks.used = used + 2 + words;
    if (settled) this.#putSettled(record, settled);
    return true;
  }

  #putSettled(record: number, point: SettledPoint): void {
    const marks = this.#marks;
    const size = 2 * (this.#sources[record] as number);
    marks.words[marks.used] = record | (MARK.settle << RECORD_BITS);
    marks.words[marks.used + 1] = point.timeS;
    for (let i = 0; i < size; i += 1) marks.words[marks.used + 2 + i] = point.words[i] ?? 0;
    marks.used += 2 + size;
  }

  /** Room for `words` more, in a new chunk if need be; then all open frames have been ended. */
  #room(frame: OpenFrame, words: number): boolean {
    if (frame.used + words <= CHUNK_WORDS) return true;
    if (words > CHUNK_WORDS - FRAME_HEAD_WORDS) return false;
    this.end();
    const chunk = this.#o.pool.take();
    if (!chunk) return false;
    if (frame.chunk) this.#o.pool.leave(frame.chunk);
    frame.open(chunk);
    return true;
  }

  #seal(segment: Segment, frame: OpenFrame, kind: FrameKind): void {
    const { chunk, start, used } = frame;
    if (!chunk || used === start + FRAME_HEAD_WORDS) return;
    const from = 4 * start;
    const bytes = 4 * (used - start);
    const { salt } = segment;
    const head = this.#head;
    head.kind = kind;
    head.bytes = bytes - FRAME_HEAD_BYTES;
    head.bodyCrc = checksum(chunk.bytes.subarray(from + FRAME_HEAD_BYTES, from + bytes), salt);
    head.wallMs = this.#wallMs;
    head.points = frame.points;
    head.values = frame.values;
    head.generation = this.#generation;
    writeFrameHead(chunk.bytes, from, head, salt);
    chunk.users += 1;
    if (frame === this.#marks) this.#marksBytes += bytes;
    const at = this.#o.segments.plan(segment, bytes);
    const { points, values } = frame;
    frame.next();
    this.#o.sealed({ segment, at, chunk, from, bytes, kind, points, values, sinceTicks: this.#sinceTicks });
  }
}

/** A frame that grows in a chunk, behind the frames before it. Places and sizes in words. */
class OpenFrame {
  chunk: Chunk | undefined;
  words: Uint32Array = new Uint32Array(0);
  bytes: Buffer = Buffer.alloc(0);
  start = CHUNK_WORDS - FRAME_HEAD_WORDS;
  /** One behind the last word. */
  used = CHUNK_WORDS;
  points = 0;
  values = 0;

  open(chunk: Chunk): void {
    this.chunk = chunk;
    this.words = chunk.words;
    this.bytes = chunk.bytes;
    this.used = 0;
    this.next();
  }

  /** The next frame begins where this one ends. */
  next(): void {
    this.start = this.used;
    this.used = this.start + FRAME_HEAD_WORDS;
    this.points = 0;
    this.values = 0;
  }
}
