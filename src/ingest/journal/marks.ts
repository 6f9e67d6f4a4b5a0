import { MARK, RECORD_BITS, RECORD_MASK } from './format.ts';

/** What marks say, one after the other. */
export interface MarkSink {
  /** The record that a number stands for, as JSON in bytes[from … to - 1]; its sources, 0: not readable. */
  define(number: number, bytes: Buffer, from: number, to: number): number;
  /** How many sources the record of a number has; 0: it is not defined. */
  sources(number: number): number;
  /** The newest stored point of a number's record: its words are words[at] …. */
  settle(number: number, timeS: number, words: Uint32Array, at: number): void;
}

/**
 * Reads a frame's marks from words[from] to words[to - 1], `bytes` being the same memory. False: they make no
 * sense; those before have been told.
 */
export function readMarks(
  words: Uint32Array,
  bytes: Buffer,
  from: number,
  to: number,
  sink: MarkSink,
): boolean {
  let at = from;
  while (at + 2 <= to) {
    const first = words[at] as number;
    const second = words[at + 1] as number;
    const number = first & RECORD_MASK;
    at += 2;
    if (first >>> RECORD_BITS === MARK.define) {
      const end = at + Math.ceil(second / 4);
      if (end > to || sink.define(number, bytes, 4 * at, 4 * at + second) === 0) return false;
      at = end;
    } else if (first >>> RECORD_BITS === MARK.settle) {
      const size = 2 * sink.sources(number);
      if (size === 0 || at + size > to) return false;
      sink.settle(number, second, words, at);
      at += size;
    } else return false;
  }
  return at === to;
}

/** Descriptions by their JSON: the same one comes again in every segment, and parsing is the dear part. */
export class Descriptions<T> {
  readonly #known = new Map<string, T>();
  readonly #max: number;
  readonly #make: (json: string) => T | undefined;

  /** `make` answers undefined for what is not readable. */
  constructor(max: number, make: (json: string) => T | undefined) {
    this.#max = max;
    this.#make = make;
  }

  clear(): void {
    this.#known.clear();
  }

  of(bytes: Buffer, from: number, to: number): T | undefined {
    const key = bytes.toString('latin1', from, to);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#make(bytes.toString('utf8', from, to));
    if (made === undefined) return undefined;
    if (this.#known.size >= this.#max) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }
}
