const SEGMENT_WORDS = 1 << 20;
const SEGMENT_SHIFT = 20;
const SEGMENT_MASK = SEGMENT_WORDS - 1;
/** 8 words: two points of a record with one data source, as it is kept when all is stored. */
const CLASS_MIN = 3;
const CLASS_MAX = 20; // A segment: 24 hours of a record with sixty sources, every 10 s.
/** Segments a slab may have: 4095 × 4 MiB, and every address fits an unsigned 32-bit word. */
const SEGMENTS_MAX = 4095;

/** Blocks of 2^k words for staged points, in segments that never move; freed blocks are reused by size. */
export class Slab {
  readonly segments: Uint32Array[] = [];
  readonly #free: number[][] = [];
  #top = 0;

  constructor() {
    for (let c = 0; c <= CLASS_MAX; c += 1) this.#free.push([]);
  }

  /** Address of a block of 2^size words, or undefined when the slab is at its bound. */
  allocate(size: number): number | undefined {
    const reused = this.#free[size]?.pop();
    if (reused !== undefined) return reused;
    const words = 1 << size;
    const used = this.#top & SEGMENT_MASK;
    if (used + words > SEGMENT_WORDS || this.#top >>> SEGMENT_SHIFT >= this.segments.length) {
      if (this.segments.length >= SEGMENTS_MAX) return undefined;
      this.segments.push(new Uint32Array(SEGMENT_WORDS));
      this.#top = (this.segments.length - 1) * SEGMENT_WORDS;
    }
    const at = this.#top;
    this.#top += words;
    return at;
  }

  release(at: number, size: number): void {
    this.#free[size]?.push(at);
  }

  segmentOf(at: number): Uint32Array {
    return this.segments[at >>> SEGMENT_SHIFT] as Uint32Array;
  }
}

/** Where an address lies within its segment. */
export function offsetOf(at: number): number {
  return at & SEGMENT_MASK;
}

/** Smallest block size (log2 of words) that holds `words`, or undefined when none does. */
export function sizeFor(words: number): number | undefined {
  const size = Math.max(CLASS_MIN, 32 - Math.clz32(words - 1));
  return size > CLASS_MAX ? undefined : size;
}
