import { DATAGRAM_BYTES_MAX } from '../limits.ts';
import { RingShare } from './senders/ring-share.ts';
import type { Recognised } from '../wire/recognise.ts';

/** A datagram in the ring: buffer[start, end), where it came in, from whom, when (epoch ms). */
export interface RingEntry {
  start: number;
  end: number;
  listener: number;
  address: string;
  arrivalMs: number;
  /** What it is, where that need not be recognised. */
  readonly protocol?: Recognised;
}

/** `share`: its sender has as much of the ring as is left for all others. */
export type RingOutcome = 'taken' | 'share' | 'full';

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
  readonly #cells: Uint16Array;
  readonly #share: RingShare;
  #head = 0;
  #tail = 0;
  #write = 0;

  /** `seed`: a secret word. */
  constructor(bytes: number, slots: number, seed = 0) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * DATAGRAM_BYTES_MAX));
    this.#slots = slots;
    this.#starts = new Uint32Array(slots);
    this.#ends = new Uint32Array(slots);
    this.#listeners = new Uint16Array(slots);
    this.#arrivals = new Float64Array(slots);
    this.#addresses = Array.from<string>({ length: slots }).fill('');
    this.#cells = new Uint16Array(slots);
    this.#share = new RingShare(this.buffer.length, seed);
  }

  get length(): number {
    return this.#head - this.#tail;
  }

  /** Copies a datagram of at least one byte in; one that is not taken is the caller's to count. */
  push(listener: number, datagram: Uint8Array, address: string, arrivalMs: number): RingOutcome {
    const length = datagram.length;
    const cell = this.#share.cellOf(listener, address);
    if (!this.#share.admits(cell, this.#costOf(length))) return 'share';
    const start = this.#placeFor(length);
    if (start < 0 || this.length === this.#slots) return 'full';
    this.buffer.set(datagram, start);
    const slot = this.#head % this.#slots;
    this.#starts[slot] = start;
    this.#ends[slot] = start + length;
    this.#listeners[slot] = listener;
    this.#arrivals[slot] = arrivalMs;
    this.#addresses[slot] = address;
    this.#cells[slot] = cell;
    this.#share.take(cell, this.#costOf(length));
    this.#head += 1;
    this.#write = start + length;
    return 'taken';
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
    const slot = this.#tail % this.#slots;
    const length = (this.#ends[slot] as number) - (this.#starts[slot] as number);
    this.#share.giveBack(this.#cells[slot] as number, this.#costOf(length));
    this.#tail += 1;
    if (this.#tail === this.#head) this.#write = 0;
  }

  /** What a datagram takes of the ring: its bytes, or a slot's share of them. */
  #costOf(length: number): number {
    return Math.max(length, this.buffer.length / this.#slots);
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
