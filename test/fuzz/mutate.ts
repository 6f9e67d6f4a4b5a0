/** Bytes of the longest input. */
export const INPUT_BYTES_MAX = 65_507;

/** Signs and words on which text is split, and numbers that are none. */
const WORDS = '|:|@|#|,|;|=|.|"|\\|\t|\r|\n|\0|-|+| |nan|inf|1e999|-0|0x10|..|/|{host}|é|__proto__'
  .split('|')
  .concat('|', '|c', '|ms', '|g', '|s', '|@0.1', '|#host:')
  .map((word) => Buffer.from(word));

/** Lengths and numbers at which something overflows. */
const NUMBERS = [0, 1, 3, 4, 5, 6, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff];

export type Pick = (bound: number) => number;

/** A stream of integers below a bound, of its own for each seed and number (mulberry32). */
export function dice(seed: number, index: number): Pick {
  let state = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b);
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** An input in the making: `bytes` up to `length`. */
export class Mutation {
  readonly bytes = Buffer.alloc(INPUT_BYTES_MAX);
  length = 0;
  readonly #seeds: readonly Uint8Array[];

  constructor(seeds: readonly Uint8Array[]) {
    if (seeds.length === 0) throw new Error('nothing to mutate');
    this.#seeds = seeds;
  }

  /** The next input: a seed with up to five edits, now and then two seeds behind one another, or noise. */
  make(pick: Pick): void {
    if (pick(16) === 0) return this.#noise(pick);
    this.length = 0;
    this.#append(this.#seed(pick));
    if (pick(8) === 0) this.#append(this.#seed(pick));
    for (let edits = pick(6); edits > 0; edits -= 1) this.#edit(pick);
  }

  #seed(pick: Pick): Uint8Array {
    return this.#seeds[pick(this.#seeds.length)] ?? new Uint8Array(0);
  }

  #append(more: Uint8Array): void {
    const room = INPUT_BYTES_MAX - this.length;
    this.bytes.set(more.subarray(0, room), this.length);
    this.length += Math.min(more.length, room);
  }

  #noise(pick: Pick): void {
    this.length = pick(200);
    for (let i = 0; i < this.length; i += 1) this.bytes[i] = pick(4) === 0 ? pick(256) : 0;
  }

  #edit(pick: Pick): void {
    const at = pick(this.length + 1);
    switch (pick(8)) {
      case 0:
        return this.#put(at, [pick(256)]);
      case 1:
        return this.#put(at, [(this.bytes[at] ?? 0) ^ (1 << pick(8))]);
      case 2:
        this.length = at;
        return;
      case 3:
        this.bytes.copyWithin(at, pick(this.length + 1), this.length);
        return;
      case 4:
        return this.#number(at, pick);
      case 5:
        return this.#insert(at, WORDS[pick(WORDS.length)] ?? []);
      case 6:
        return this.#remove(at, 1 + pick(8));
      default:
        return this.#repeat(at, pick);
    }
  }

  #put(at: number, bytes: ArrayLike<number>): void {
    if (at + bytes.length <= this.length) this.bytes.set(bytes, at);
  }

  /** Of one, two, four or eight bytes. */
  #number(at: number, pick: Pick): void {
    const width = 1 << pick(4);
    const number = NUMBERS[pick(NUMBERS.length)] ?? 0;
    for (let i = 0; i < width && at + i < this.length; i += 1) {
      const shift = (width - 1 - i) * 8;
      this.bytes[at + i] = shift < 32 ? (number >>> shift) & 0xff : 0;
    }
  }

  #insert(at: number, more: ArrayLike<number>): void {
    const length = Math.min(INPUT_BYTES_MAX, this.length + more.length);
    this.bytes.copyWithin(at + more.length, at, this.length);
    this.length = length;
    this.#put(at, more);
  }

  #remove(at: number, count: number): void {
    const end = Math.min(this.length, at + count);
    this.bytes.copyWithin(at, end, this.length);
    this.length -= end - at;
  }

  /** A stretch of it again, some times. */
  #repeat(at: number, pick: Pick): void {
    const piece = Uint8Array.from(this.bytes.subarray(at, Math.min(this.length, at + 1 + pick(64))));
    for (let times = pick(20); times > 0; times -= 1) this.#insert(at, piece);
  }
}
