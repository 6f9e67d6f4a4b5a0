import { grown } from '../columns.ts';
import {
  checksum,
  FRAME,
  FRAME_HEAD_BYTES,
  FRAME_HEAD_WORDS,
  isMarks,
  OFFSET_ZERO_MS,
  POINT_HEAD_WORDS,
  RECORD_BITS,
  RECORD_MASK,
} from './format.ts';
import { readMarks } from './marks.ts';
import type { FrameHead } from './format.ts';
import type { Known } from './known.ts';
import type { MarkSink } from './marks.ts';
import type { ReplaySink } from './port.ts';
import type { RecordDescription } from '../../model/record.ts';

/** What a read made of a frame, or of a part of it. */
export interface FrameOutcome {
  /** `more`: there was more in the frame than asked for. */
  kind: 'done' | 'more' | 'damaged';
  /** Points gone through. */
  points: number;
  /** Values that have been read, wanted or not; of a damaged frame, those before the damage. */
  values: number;
  /** Those of them that belong to a record the sink does not want. */
  unwanted: number;
}

/** The sink has not been asked for its number, and it does not want the record. */
const UNASKED = -2;
const UNWANTED = -1;

/** A point as the sink gets it; one object for all of them. */
class Replayed {
  record = 0;
  timeS = 0;
  sampleMs = 0.5;
  arrivalMs = 0.5;
  words: Uint32Array = new Uint32Array(0);
  at = 0;
  earlier = false;
  staged = false;
  description: RecordDescription;

  constructor(description: RecordDescription) {
    this.description = description;
  }
}

/**
 * The frames of one segment, in order, to a sink. The sink is told of a record before its first point that it
 * does not have in its store.
 */
export class FrameReader implements MarkSink {
  readonly #known: Known;
  readonly #outcome: FrameOutcome = { kind: 'done', points: 0, values: 0, unwanted: 0 };
  readonly #descriptions: (RecordDescription | undefined)[] = [];
  /** By number in the segment; 0: not defined. */
  #sources = new Uint8Array(1024);
  /** Up to this second the record's points of earlier runs are stored. */
  #settledS = new Float64Array(1024);
  #owner = new Int32Array(1024);
  /** Of those numbers some mean something else by now. */
  #isStale = false;
  #point: Replayed | undefined;
  #earlier = false;
  #generation = 0;
  /** Words of the frame's body that were read before. */
  #done = 0;

  constructor(known: Known) {
    this.#known = known;
  }

  /** Another segment, or another part of one, which begins after `generation` redefinitions. */
  begin(earlier: boolean, generation: number): void {
    this.#earlier = earlier;
    this.#generation = generation;
    this.#done = 0;
    this.#forgetAll();
  }

  /** The sink's numbers mean something else from here on: it is asked again. */
  forgetOwners(): void {
    this.#isStale = true;
  }

  /** Nothing is to be read for now: what served to understand it is let go. */
  end(): void {
    this.#forgetAll();
    this.#known.endReading();
  }

  /** Words read of the body of the frame that was read last, if there is more of it; else 0. */
  get done(): number {
    return this.#done;
  }

  set done(words: number) {
    this.#done = words;
  }

  /**
   * Reads the frame whose head is at byte `offset`, at most `budget` of its points and then, in the next
   * call, those that follow. `salt` undefined: the body is not checked. The outcome is reused.
   */
  read(
    frame: { readonly words: Uint32Array; readonly bytes: Buffer; readonly offset: number },
    head: FrameHead,
    options: { readonly salt: number | undefined; readonly budget: number; readonly sink: ReplaySink },
  ): FrameOutcome {
    const outcome = this.#outcome;
    outcome.points = 0;
    outcome.values = 0;
    outcome.unwanted = 0;
    outcome.kind = this.#isSound(frame.bytes, frame.offset, head, options.salt)
      ? this.#readBody(frame, head, options)
      : 'damaged';
    if (outcome.kind !== 'more') this.#done = 0;
    return outcome;
  }

  #readBody(
    frame: { readonly words: Uint32Array; readonly bytes: Buffer; readonly offset: number },
    head: FrameHead,
    options: { readonly budget: number; readonly sink: ReplaySink },
  ): FrameOutcome['kind'] {
    this.#meet(head);
    const { words, bytes, offset } = frame;
    const from = offset / 4 + FRAME_HEAD_WORDS;
    const to = from + head.bytes / 4;
    if (!isMarks(head.kind)) return this.#readPoints(words, from, to, head, options);
    this.#outcome.points = Math.ceil(head.bytes / DEFINITION_BYTES);
    return readMarks(words, bytes, from, to, this) ? 'done' : 'damaged';
  }

  define(number: number, bytes: Buffer, from: number, to: number): number {
    const known = this.#known.recordIn(bytes, from, to);
    if (!known) return 0;
    const { description, entry } = known;
    this.#sources = grown(this.#sources, number + 1);
    this.#settledS = grown(this.#settledS, number + 1);
    this.#owner = grown(this.#owner, number + 1);
    while (this.#descriptions.length <= number) this.#descriptions.push(undefined);
    this.#owner[number] = UNASKED;
    this.#descriptions[number] = description;
    this.#sources[number] = description.sources.length;
    this.#settledS[number] = this.#earlier ? entry.timeS : -1;
    return description.sources.length;
  }

  sources(number: number): number {
    return this.#sources[number] ?? 0;
  }

  settle(): void {
    // Known before the first frame is read.
  }

  #isSound(bytes: Buffer, offset: number, head: FrameHead, salt: number | undefined): boolean {
    if (salt === undefined) return true;
    const body = bytes.subarray(offset + FRAME_HEAD_BYTES, offset + FRAME_HEAD_BYTES + head.bytes);
    return checksum(body, salt) === head.bodyCrc;
  }

  /** Where a frame of redefinitions is missing, no number can be trusted any more. */
  #meet({ kind, generation }: FrameHead): void {
    const expected = kind === FRAME.redefinitions ? this.#generation + 1 : this.#generation;
    if (generation !== expected) this.#forgetAll();
    this.#generation = generation;
  }

  #forgetAll(): void {
    this.#sources.fill(0);
    this.#descriptions.length = 0;
  }

  #readPoints(
    words: Uint32Array,
    from: number,
    to: number,
    head: FrameHead,
    options: { readonly budget: number; readonly sink: ReplaySink },
  ): FrameOutcome['kind'] {
    const { budget, sink } = options;
    const outcome = this.#outcome;
    if (this.#isStale) this.#owner.fill(UNASKED);
    this.#isStale = false;
    let at = from + this.#done;
    while (at + POINT_HEAD_WORDS <= to) {
      if (outcome.points >= budget) {
        this.#done = at - from;
        return 'more';
      }
      const number = (words[at] as number) & RECORD_MASK;
      const sources = number < this.#sources.length ? (this.#sources[number] as number) : 0;
      const next = at + POINT_HEAD_WORDS + 2 * sources;
      if (sources === 0 || next > to) return 'damaged';
      outcome.points += 1;
      outcome.values += sources;
      if ((words[at + 1] as number) > (this.#settledS[number] as number)) {
        let owner = this.#owner[number] as number;
        if (owner === UNASKED) owner = this.#ask(number, head, sink);
        if (owner === UNWANTED) outcome.unwanted += sources;
        else this.#hand(owner, number, words, at, head, sink);
      }
      at = next;
    }
    return at === to ? 'done' : 'damaged';
  }

  #ask(number: number, { wallMs }: FrameHead, sink: ReplaySink): number {
    const description = this.#descriptions[number] as RecordDescription;
    const owner = Math.max(UNWANTED, sink.define(description, wallMs));
    this.#owner[number] = owner;
    return owner;
  }

  #hand(
    record: number,
    number: number,
    words: Uint32Array,
    at: number,
    head: FrameHead,
    sink: ReplaySink,
  ): void {
    const description = this.#descriptions[number] as RecordDescription;
    const point = (this.#point ??= new Replayed(description));
    const timeS = words[at + 1] as number;
    point.record = record;
    point.timeS = timeS;
    point.sampleMs = timeS * 1000 + ((words[at] as number) >>> RECORD_BITS) - OFFSET_ZERO_MS;
    point.arrivalMs = head.wallMs;
    point.words = words;
    point.at = at + POINT_HEAD_WORDS;
    point.description = description;
    point.earlier = this.#earlier;
    point.staged = head.kind === FRAME.staged;
    sink.point(point);
  }
}

/** A definition takes as long as this many bytes of one count as a point. */
const DEFINITION_BYTES = 64;
