import { DATAGRAM_BYTES_MAX } from '../limits.ts';

/** A datagram in the ring: buffer[start, end), where it came in, from whom, when (epoch ms). */
export interface RingEntry {
  start: number;
  end: number;
  listener: number;
  address: string;
  arrivalMs: number;
}

/**
 * Datagrams between the sockets' handlers and the decoder of one worker: a handler copies and returns, the
 * pump drains in batches at its own pace. A datagram never wraps around the end, so a decoder sees it whole.
 */
export class Ring {
  readonly buffer: Buffer;
  readonly #slots: number;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #listeners: Uint16Array;
  readonly #arrivals: Float64Array;
  readonly #addresses: string[];
  #head = 0;
  #tail = 0;
  #write = 0;

  constructor(bytes: number, slots: number) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * DATAGRAM_BYTES_MAX));
    this.#slots = slots;
    this.#starts = new Uint32Array(slots);
    this.#ends = new Uint32Array(slots);
    this.#listeners = new Uint16Array(slots);
    this.#arrivals = new Float64Array(slots);
    this.#addresses = Array.from<string>({ length: slots }).fill('');
  }

  get length(): number {
    return this.#head - this.#tail;
  }

  /** Copies a datagram of at least one byte in. False: no room, the datagram is the caller's to count. */
  push(listener: number, datagram: Uint8Array, address: string, arrivalMs: number): boolean {
    const length = datagram.length;
    const start = this.#placeFor(length);
    if (start < 0 || this.length === this.#slots) return false;
    this.buffer.set(datagram, start);
    const slot = this.#head % this.#slots;
    this.#starts[slot] = start;
    this.#ends[slot] = start + length;
    this.#listeners[slot] = listener;
    this.#arrivals[slot] = arrivalMs;
    this.#addresses[slot] = address;
    this.#head += 1;
    this.#write = start + length;
    return true;
  }

  /** The oldest datagram into `out`; it stays in place until `drop`. */
  peek(out: RingEntry): boolean {
    if (this.#head === this.#tail) return false;
    const slot = this.#tail % this.#slots;
    out.start = this.#starts[slot] as number;
    out.end = this.#ends[slot] as number;
    out.listener = this.#listeners[slot] as number;
    out.arrivalMs = this.#arrivals[slot] as number;
    out.address = this.#addresses[slot] as string;
    return true;
  }

  drop(): void {
    this.#tail += 1;
    if (this.#tail === this.#head) this.#write = 0;
  }

  /**
   * Where `length` bytes fit without wrapping, or -1. The free room lies behind the newest and before the
   * oldest.
   */
  #placeFor(length: number): number {
    if (this.#head === this.#tail) return length <= this.buffer.length ? 0 : -1;
    const oldest = this.#starts[this.#tail % this.#slots] as number;
    if (this.#write > oldest) {
      if (this.#write + length <= this.buffer.length) return this.#write;
      return length < oldest ? 0 : -1;
    }
    return this.#write + length < oldest ? this.#write : -1;
  }
}
