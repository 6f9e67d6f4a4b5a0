import { grown } from '../columns.ts';

/** One file of the journal. Bytes count from its start. */
export interface Segment {
  /** 1, 2, 3 … in the order in which they were begun; no number is left out. */
  readonly seq: number;
  readonly path: string;
  readonly salt: number;
  readonly id: number;
  /** It was begun by an earlier run. */
  readonly earlier: boolean;
  /** Bytes whose place is given out, written or not. */
  planned: number;
  /** Bytes that the operating system has. */
  written: number;
  /** Values in it that only the journal has and that have not been read. */
  unread: number;
  /** Nothing more is planned in it. */
  ended: boolean;
  /** Records with staged points that need it. */
  pins: number;
  /** Why it is to be set aside rather than removed; empty while it is sound. */
  damage: string;
  /** It was let go; whoever still reads it stops. */
  gone: boolean;
}

/**
 * Which segments there are, which records need them, and which may go. They go from the oldest on only: a
 * point must not outlast the mark, written after it, that says it is stored.
 */
export class Segments {
  readonly #list: Segment[] = [];
  #firstSeq = 1;
  /** Segments before this one have been let go, and may still be there. */
  #heldFrom = 1;
  /** Of each record, the oldest segment with a staged point of it that is not stored; 0: none. */
  #pinOf = new Uint32Array(1024);
  /** Bytes of all of them. */
  bytes = 0;

  get all(): readonly Segment[] {
    return this.#list;
  }

  get oldest(): Segment | undefined {
    return this.#list[0];
  }

  get newest(): Segment | undefined {
    return this.#list.at(-1);
  }

  /** Of the oldest that has not been let go. */
  get oldestSeq(): number {
    return this.#heldFrom;
  }

  get nextSeq(): number {
    return this.#firstSeq + this.#list.length;
  }

  /** Undefined: not begun yet, or let go. */
  get(seq: number): Segment | undefined {
    return this.#list[seq - this.#firstSeq];
  }

  add(segment: Omit<Segment, 'seq' | 'pins' | 'damage' | 'gone'>): Segment {
    const added: Segment = { ...segment, seq: this.nextSeq, pins: 0, damage: '', gone: false };
    this.#list.push(added);
    this.bytes += added.planned;
    return added;
  }

  /** Gives out the next `bytes` of a segment; where they start. */
  plan(segment: Segment, bytes: number): number {
    const at = segment.planned;
    segment.planned += bytes;
    this.bytes += bytes;
    return at;
  }

  /** Nothing more will be written to it than has been. */
  cut(segment: Segment): void {
    this.bytes -= segment.planned - segment.written;
    segment.planned = segment.written;
    // A file that was never made cannot be set aside.
    if (segment.written === 0) segment.damage = '';
  }

  /** The record needs the segment, unless it needs an older one already. */
  pin(record: number, segment: Segment): void {
    if (record >= this.#pinOf.length) this.#pinOf = grown(this.#pinOf, record + 1);
    if (this.isPinned(record) && (this.#pinOf[record] as number) <= segment.seq) return;
    this.unpin(record);
    this.#pinOf[record] = segment.seq;
    segment.pins += 1;
  }

  /** A pin to a segment that had to go holds nothing any more. */
  isPinned(record: number): boolean {
    return record < this.#pinOf.length && (this.#pinOf[record] as number) >= this.#heldFrom;
  }

  unpin(record: number): void {
    if (!this.isPinned(record)) return;
    const segment = this.get(this.#pinOf[record] as number);
    if (segment) segment.pins -= 1;
    this.#pinOf[record] = 0;
  }

  /** Nobody is to read or need the oldest any more. */
  letGo(): void {
    const segment = this.#list[0];
    if (!segment || segment.gone) return;
    segment.gone = true;
    this.#heldFrom = segment.seq + 1;
  }

  /** The oldest, which was let go, is no longer on disk. */
  drop(): void {
    const segment = this.#list.shift();
    if (!segment) return;
    this.#firstSeq += 1;
    this.bytes -= segment.planned;
  }
}
