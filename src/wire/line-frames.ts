import { Buffer } from 'node:buffer';

const NEWLINE = 0x0a;

/** Bytes start…end of a buffer, good during the call: whole lines, or the beginning of too long a one. */
export type TakeLines = (buffer: Uint8Array, start: number, end: number) => void;

/** Whole lines out of a stream that is cut anywhere. What a line may not be longer than is all it keeps. */
export class LineFrames {
  /** The beginning of the line in hand. */
  #rest: Buffer | undefined;
  #length = 0;
  /** The line in hand is too long: its end is waited for. */
  #skips = false;
  readonly #maxBytes: number;

  /** `maxBytes`: of a line, its line break aside. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a line that has no end yet. */
  get unended(): number {
    return this.#length;
  }

  push(chunk: Buffer, take: TakeLines): void {
    let from = 0;
    if (this.#length > 0 || this.#skips) {
      const end = chunk.indexOf(NEWLINE);
      from = this.#goOn(chunk.subarray(0, end < 0 ? chunk.length : end + 1), end >= 0, take);
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last >= from) {
      take(chunk, from, last + 1);
      from = last + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from), take);
  }

  /** More of the line in hand. Answers how much of the chunk that was. */
  #goOn(part: Buffer, isEnd: boolean, take: TakeLines): number {
    if (!this.#skips) this.#keep(part, take);
    if (!isEnd) return part.length;
    if (!this.#skips) take(this.#rest ?? part, 0, this.#length);
    this.#skips = false;
    this.#forget();
    return part.length;
  }

  #keep(part: Buffer, take: TakeLines): void {
    this.#rest ??= Buffer.allocUnsafeSlow(this.#maxBytes + 1);
    this.#length += part.copy(this.#rest, this.#length);
    if (this.#length <= this.#maxBytes) return;
    // Read as it is, it is refused for its length.
    take(this.#rest, 0, this.#length);
    this.#skips = true;
    this.#length = 0;
  }

  /** Most connections send whole lines most of the time: those keep no memory. */
  #forget(): void {
    this.#rest = undefined;
    this.#length = 0;
  }
}
