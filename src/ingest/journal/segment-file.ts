import { JOURNAL_CHUNK_BYTES } from '../../limits.ts';
import { emptyFrameHead, FRAME_HEAD_BYTES, nextMagic, readFrameHead } from './format.ts';
import type { DiskFile } from './disk.ts';

/**
 * What stands at a place of a segment. `cut`: a frame whose body goes beyond the end. `bad`: no frame.
 * `end`: nothing.
 */
export type Look = 'frame' | 'cut' | 'bad' | 'end';

/**
 * A segment as it is read: a window on the file, which follows the reading. All methods reject with what the
 * operating system says; places are bytes from the file's start, a multiple of four.
 */
export class SegmentFile {
  readonly #file: DiskFile;
  readonly #salt: number;
  readonly #step: number;
  readonly bytes: Buffer;
  /** The same memory. */
  readonly words: Uint32Array;
  /** The head of the frame that `look` found. */
  readonly head = emptyFrameHead();
  #at = 0;
  #length = 0;
  /** Counts the times that the window was filled. */
  loads = 0;

  /** `step`: bytes read at a time unless a frame is longer. */
  constructor(file: DiskFile, salt: number, step: number) {
    this.#file = file;
    this.#salt = salt;
    this.#step = step;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(step, JOURNAL_CHUNK_BYTES));
    this.words = new Uint32Array(this.bytes.buffer);
  }

  /** Bytes of the frame that `look` found. */
  get frameBytes(): number {
    return FRAME_HEAD_BYTES + this.head.bytes;
  }

  /** Where in the window a place of the file is. */
  offsetOf(at: number): number {
    return at - this.#at;
  }

  has(at: number, bytes: number): boolean {
    return at >= this.#at && at + bytes <= this.#at + this.#length;
  }

  /** What stands at `at`, the segment being `limit` long. */
  async look(at: number, limit: number): Promise<Look> {
    if (at >= limit) return 'end';
    if (at + FRAME_HEAD_BYTES > limit) return 'bad';
    if (!this.has(at, FRAME_HEAD_BYTES) && !(await this.#fill(at, FRAME_HEAD_BYTES, limit))) return 'bad';
    if (!readFrameHead(this.bytes, this.offsetOf(at), this.#salt, this.head)) return 'bad';
    return at + this.frameBytes > limit ? 'cut' : 'frame';
  }

  /** Brings the frame that `look` found into the window. False: the file is shorter than it should be. */
  async load(at: number, limit: number): Promise<boolean> {
    return this.has(at, this.frameBytes) || this.#fill(at, this.frameBytes, limit);
  }

  /** The first place from `at` on where a frame begins; `limit` where none does. */
  async find(at: number, limit: number): Promise<number> {
    for (let place = at; place + FRAME_HEAD_BYTES <= limit;) {
      if (!this.has(place, FRAME_HEAD_BYTES) && !(await this.#fill(place, FRAME_HEAD_BYTES, limit))) break;
      const found = this.#frameFrom(this.offsetOf(place));
      if (found >= 0) return this.#at + found;
      // The first place at which the window has no whole head any more.
      place = this.#at + 4 * Math.ceil((this.#length - FRAME_HEAD_BYTES + 1) / 4);
    }
    return limit;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The first offset in the window from `from` on at which a frame's head stands; -1: at none. */
  #frameFrom(from: number): number {
    const window = this.bytes.subarray(0, this.#length);
    let at = nextMagic(window, from);
    while (at >= 0 && !readFrameHead(window, at, this.#salt, this.head)) at = nextMagic(window, at + 4);
    return at;
  }

  /** Fills the window from `at` on, with at least `bytes` if the file has them. */
  async #fill(at: number, bytes: number, limit: number): Promise<boolean> {
    const wanted = Math.min(limit - at, Math.max(bytes, this.#step));
    this.#at = at;
    this.#length = 0;
    this.loads += 1;
    while (this.#length < bytes) {
      const read = await this.#file.read(this.bytes.subarray(this.#length, wanted), at + this.#length);
      if (read === 0) return false;
      this.#length += read;
    }
    return true;
  }
}
