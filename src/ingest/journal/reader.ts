import { codeOf, faultOf } from './disk.ts';
import { emptyFrameHead, FRAME, FRAME_HEAD_BYTES, readFrameHead, SEGMENT_HEAD_BYTES } from './format.ts';
import { FrameReader } from './frame-reader.ts';
import { SegmentFile } from './segment-file.ts';
import type { Appender, SealedFrame } from './appender.ts';
import type { Disk } from './disk.ts';
import type { FrameHead } from './format.ts';
import type { Known } from './known.ts';
import type { ReadOutcome, ReplaySink } from './port.ts';
import type { OnLost, Report } from './report.ts';
import type { Segment, Segments } from './segments.ts';

export interface ReaderOptions {
  readonly disk: Disk;
  readonly segments: Segments;
  readonly appender: Appender;
  /** Sealed frames that are not written, in order. */
  readonly queue: readonly SealedFrame[];
  readonly known: Known;
  readonly onLost: OnLost;
  readonly report: Report;
  readonly pause: (ms: number) => Promise<void>;
}

/** Bytes read from disk at a time. */
const STEP_BYTES = 2 * 1024 * 1024;
/** Faults that pass: the segment itself is not to blame. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EINTR', 'EBUSY']);
const PASSING_PAUSE_MS = 200;

/**
 * Reads what the journal has and the staging has not: segments of earlier runs whole, of this run the points
 * that waited. Its place is a segment and a byte in it; up to `written` that byte is on disk, from there on in
 * the queue. Caught up it has none.
 */
export class Reader {
  readonly #o: ReaderOptions;
  readonly #frames: FrameReader;
  #behind = true;
  #seq: number;
  #at = SEGMENT_HEAD_BYTES;
  #file: SegmentFile | undefined;
  readonly #head = emptyFrameHead();
  /** Values read of the frame that is read now. */
  #valuesRead = 0;
  /** The window whose frame was checked last. */
  #checked = 0;
  /** The segment that points are handed out from at this moment. */
  reading: Segment | undefined;

  constructor(options: ReaderOptions) {
    this.#o = options;
    this.#frames = new FrameReader(options.known);
    this.#seq = options.segments.oldestSeq;
    this.#frames.begin(options.segments.oldest?.earlier ?? false, 0);
  }

  get behind(): boolean {
    return this.#behind;
  }

  /** Has everything in the segment been read? */
  isPast(segment: Segment): boolean {
    return !this.#behind || segment.seq < this.#seq;
  }

  /** How far a segment has been read. */
  placeIn(segment: Segment): Place {
    if (this.isPast(segment)) return { at: segment.planned, done: 0 };
    if (segment.seq > this.#seq) return { at: SEGMENT_HEAD_BYTES, done: 0 };
    return { at: this.#at, done: this.#frames.done };
  }

  async read(maxPoints: number, sink: ReplaySink): Promise<ReadOutcome> {
    for (let budget = maxPoints; this.#behind && budget > 0;) {
      let segment = this.#current();
      if (segment && this.#at < segment.written) {
        const points = await this.#readDisk(segment, budget, sink);
        if (points === undefined) return 'more';
        budget -= points;
        continue;
      }
      this.#o.appender.end();
      segment = this.#current();
      if (!segment || this.#at >= segment.planned) return 'end';
      budget -= this.#readQueue(segment, budget, sink);
    }
    return this.#behind ? 'more' : 'end';
  }

  catchUp(maxPoints: number, sink: ReplaySink): boolean {
    if (!this.#behind) return true;
    this.#o.appender.end();
    let segment = this.#current();
    if (segment && !this.#isInMemory(segment, maxPoints)) return false;
    while (segment && this.#at < segment.planned) {
      this.#readQueue(segment, Number.POSITIVE_INFINITY, sink);
      segment = this.#current();
    }
    this.#behind = false;
    this.#frames.end();
    this.#close();
    return true;
  }

  /** What is appended from here on is to be read. */
  fallBehind(): void {
    if (this.#behind) return;
    const { appender, segments } = this.#o;
    appender.defineAgain();
    const { segment, generation } = appender;
    this.#behind = true;
    this.#moveTo(segment?.seq ?? segments.nextSeq, segment?.planned ?? SEGMENT_HEAD_BYTES);
    this.#frames.begin(false, segment ? generation : 0);
  }

  /** Numbers of the sink's may mean something else from here on. */
  forgetOwners(): void {
    this.#frames.forgetOwners();
  }

  close(): void {
    this.#close();
  }

  /** The segment that is read, once those that are read to their end are left behind. */
  #current(): Segment | undefined {
    const { segments } = this.#o;
    for (;;) {
      if (this.#seq < segments.oldestSeq) this.#enter(segments.oldestSeq);
      const segment = segments.get(this.#seq);
      if (!segment?.ended || this.#at < segment.planned) return segment;
      // What should have been in it, and was not found.
      this.#lose(segment, segment.unread);
      this.#enter(this.#seq + 1);
    }
  }

  #enter(seq: number): void {
    this.#moveTo(seq, SEGMENT_HEAD_BYTES);
    this.#frames.begin(this.#o.segments.get(seq)?.earlier ?? false, 0);
  }

  #moveTo(seq: number, at: number): void {
    this.#seq = seq;
    this.#goTo(at);
    this.#close();
  }

  #close(): void {
    const file = this.#file;
    this.#file = undefined;
    // Nothing was written through it: a fault at its closing means nothing.
    void file?.close().catch(() => undefined);
  }

  #isInMemory(segment: Segment, maxPoints: number): boolean {
    if (this.#at < segment.written) return false;
    let points = 0;
    for (const frame of this.#o.queue) if (frame.kind === FRAME.waiting) points += frame.points;
    return points <= maxPoints;
  }

  /** Points read from the queue; the frames stay there until they are written. */
  #readQueue(segment: Segment, budget: number, sink: ReplaySink): number {
    let points = 0;
    // By index: the sink may redefine a record, which seals frames.
    for (let i = 0; i < this.#o.queue.length && points < budget; i += 1) {
      const frame = this.#o.queue[i] as SealedFrame;
      if (frame.segment !== segment || frame.at !== this.#at) continue;
      if (frame.kind === FRAME.staged) {
        this.#goTo(frame.at + frame.bytes);
        continue;
      }
      const { words, bytes } = frame.chunk;
      const place = { words, bytes, offset: frame.from };
      readFrameHead(bytes, frame.from, segment.salt, this.#head);
      points += this.#apply(segment, place, this.#head, { salt: undefined, budget: budget - points, sink });
    }
    return points;
  }

  /** Points read from disk; undefined: not now. */
  async #readDisk(segment: Segment, budget: number, sink: ReplaySink): Promise<number | undefined> {
    const limit = segment.written;
    try {
      const file = await this.#opened(segment);
      const look = await file.look(this.#at, limit);
      if (segment.gone) return 0;
      if (look === 'bad') {
        const next = await file.find(this.#at + 4, limit);
        if (!segment.gone) this.#skipDamage(segment, next, undefined);
        return 0;
      }
      if (look !== 'frame') {
        this.#skipDamage(segment, limit, file.head);
        return 0;
      }
      if (!segment.earlier && file.head.kind === FRAME.staged) {
        this.#goTo(this.#at + file.frameBytes);
        return 1;
      }
      const whole = await file.load(this.#at, limit);
      if (segment.gone) return 0;
      if (whole) return this.#readWindow(segment, file, budget, sink);
      this.#skipDamage(segment, limit, file.head);
      return 0;
    } catch (error) {
      return this.#failed(segment, error);
    }
  }

  async #opened(segment: Segment): Promise<SegmentFile> {
    if (this.#file) return this.#file;
    const file = new SegmentFile(await this.#o.disk.open(segment.path, 'read'), segment.salt, STEP_BYTES);
    this.#file = file;
    this.#checked = 0;
    return file;
  }

  #readWindow(segment: Segment, file: SegmentFile, budget: number, sink: ReplaySink): number {
    const check = this.#frames.done === 0 || this.#checked !== file.loads;
    this.#checked = file.loads;
    const { words, bytes, head } = file;
    const offset = file.offsetOf(this.#at);
    const salt = check ? segment.salt : undefined;
    return this.#apply(segment, { words, bytes, offset }, head, { salt, budget, sink });
  }

  /** Reads one frame, or a part of it; points gone through. */
  #apply(segment: Segment, place: FramePlace, head: FrameHead, options: FrameOptions): number {
    const next = this.#at + FRAME_HEAD_BYTES + head.bytes;
    this.reading = segment;
    const outcome = this.#frames.read(place, head, options);
    this.reading = undefined;
    const { kind, points, values, unwanted } = outcome;
    this.#valuesRead += values;
    if (isCounted(segment, head)) segment.unread -= values;
    if (unwanted > 0) this.#o.onLost(unwanted, 'group_removed', segment.earlier);
    if (kind === 'more') return points;
    if (kind === 'damaged') this.#skipDamage(segment, next, head);
    else this.#goTo(next);
    return points;
  }

  #goTo(at: number): void {
    this.#at = at;
    this.#valuesRead = 0;
    this.#frames.done = 0;
  }

  /** Goes on behind damage; `head`: of the frame that was damaged, where that can be read. */
  #skipDamage(segment: Segment, next: number, head: FrameHead | undefined): void {
    if (segment.damage === '') segment.damage = `damaged at byte ${this.#at}`;
    if (head && isCounted(segment, head)) this.#lose(segment, head.values - this.#valuesRead);
    this.#goTo(next);
  }

  #lose(segment: Segment, values: number): void {
    if (values <= 0) return;
    segment.unread -= values;
    this.#o.onLost(values, 'journal_damaged', segment.earlier);
  }

  /** Undefined: to be tried again. */
  async #failed(segment: Segment, error: unknown): Promise<number | undefined> {
    if (segment.gone) return 0;
    const fault = faultOf(error);
    if (PASSING.has(codeOf(error))) {
      this.#o.report('warn', 'the journal cannot be read for now', { path: segment.path, cause: fault });
      await this.#o.pause(PASSING_PAUSE_MS);
      return undefined;
    }
    segment.damage = `it cannot be read: ${fault}`;
    let inMemory = 0;
    for (const frame of this.#o.queue) {
      if (frame.segment === segment && frame.kind === FRAME.waiting) inMemory += frame.values;
    }
    this.#lose(segment, segment.unread - inMemory);
    this.#goTo(segment.written);
    return 0;
  }
}

/** A byte at which a frame begins, and words of its body that have been read. */
export interface Place {
  readonly at: number;
  readonly done: number;
}

interface FramePlace {
  readonly words: Uint32Array;
  readonly bytes: Buffer;
  readonly offset: number;
}

interface FrameOptions {
  readonly salt: number | undefined;
  readonly budget: number;
  readonly sink: ReplaySink;
}

/** Are the frame's values among the segment's unread ones? */
function isCounted(segment: Segment, head: FrameHead): boolean {
  return segment.earlier || head.kind === FRAME.waiting;
}
