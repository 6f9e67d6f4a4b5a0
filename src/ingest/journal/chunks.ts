import { JOURNAL_CHUNK_BYTES } from '../../limits.ts';

export const CHUNK_WORDS = JOURNAL_CHUNK_BYTES / 4;

/** A piece of memory that frames are put together in; given back when all of them are written. */
export interface Chunk {
  readonly words: Uint32Array;
  readonly bytes: Buffer;
  /** Frames in it that the operating system does not have, and one more while it is open for further ones. */
  users: number;
}

/** A bounded number of chunks, used over and over. */
export class ChunkPool {
  #max: number;
  readonly #free: Chunk[] = [];
  #inUse = 0;

  /** `max`: chunks at most. */
  constructor(max: number) {
    this.#max = max;
  }

  get bytesInUse(): number {
    return this.#inUse * JOURNAL_CHUNK_BYTES;
  }

  /** Raises the bound by so many chunks; lowers it by fewer than none. */
  lend(chunks: number): void {
    this.#max += chunks;
  }

  /** A chunk with one user, or undefined when all are in use. */
  take(): Chunk | undefined {
    if (this.#inUse >= this.#max) return undefined;
    this.#inUse += 1;
    const chunk = this.#free.pop() ?? newChunk();
    chunk.users = 1;
    return chunk;
  }

  /** One user less. */
  leave(chunk: Chunk): void {
    chunk.users -= 1;
    if (chunk.users > 0) return;
    this.#inUse -= 1;
    if (this.#free.length < KEPT_FREE) this.#free.push(chunk);
  }
}

/** What a healthy disk needs at a million points a second; a burst's memory goes back to the system. */
const KEPT_FREE = 6;

function newChunk(): Chunk {
  const memory = new ArrayBuffer(JOURNAL_CHUNK_BYTES);
  return { words: new Uint32Array(memory), bytes: Buffer.from(memory), users: 0 };
}
