import { decodeNscaPacket, hasNscaCrc, NSCA_OLD_PACKET_BYTES, NSCA_PACKET_BYTES } from './packet.ts';
import type { Crc32, NscaFault, NscaPacket, NscaPacketBytes } from './packet.ts';
import type { NscaCipher } from './cipher.ts';

export interface NscaSink {
  packet(packet: NscaPacket): void;
  /** One packet could not be read; the next one may be. */
  refused(fault: NscaFault | 'bad-length'): void;
}

export interface NscaStreamOptions {
  readonly cipher: NscaCipher;
  readonly crc32: Crc32;
  readonly sink: NscaSink;
}

/**
 * The packets of one connection, whose bytes are cut anywhere. All have one size, which nobody tells: it is
 * that of the first one whose checksum is right. So a packet that is no good costs none of the others, and
 * the 720 bytes of an old client are taken as soon as they are there. Keeps one packet, whatever comes.
 */
export class NscaStream {
  readonly #o: NscaStreamOptions;
  readonly #bytes = new Uint8Array(NSCA_PACKET_BYTES);
  #length = 0;
  /** Undefined: no packet was whole yet. */
  #size: NscaPacketBytes | undefined;

  constructor(options: NscaStreamOptions) {
    this.#o = options;
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#o.cipher.stream(chunk);
    for (let at = 0; at < bytes.length;) {
      const stop = this.#stop();
      const taken = bytes.subarray(at, at + stop - this.#length);
      this.#bytes.set(taken, this.#length);
      this.#length += taken.length;
      at += taken.length;
      if (this.#length === stop) this.#look();
    }
  }

  /** The connection has ended: what is left is no packet. */
  end(): void {
    const left = this.#length;
    this.#length = 0;
    if (left === 0) return;
    if (this.#size === undefined && left % NSCA_OLD_PACKET_BYTES === 0) this.#refuse(left);
    else this.#o.sink.refused('bad-length');
  }

  /** How many bytes there have to be until there is something to look at. */
  #stop(): number {
    if (this.#size !== undefined) return this.#size;
    const whole = Math.floor(this.#length / NSCA_OLD_PACKET_BYTES) + 1;
    return Math.min(whole * NSCA_OLD_PACKET_BYTES, NSCA_PACKET_BYTES);
  }

  #look(): void {
    const length = this.#length;
    if (this.#size !== undefined || length === NSCA_PACKET_BYTES) {
      this.#length = 0;
      return this.#take(this.#bytes.subarray(0, length), length as NscaPacketBytes);
    }
    // A copy: it may be the middle of a larger packet.
    const old = this.#bytes.slice(length - NSCA_OLD_PACKET_BYTES, length);
    if (!this.#isWhole(old)) return;
    this.#length = 0;
    this.#refuse(length - NSCA_OLD_PACKET_BYTES);
    this.#size = NSCA_OLD_PACKET_BYTES;
    this.#read(old);
  }

  #take(packet: Uint8Array, size: NscaPacketBytes): void {
    if (!this.#isWhole(packet)) return this.#o.sink.refused('bad-crc');
    this.#size = size;
    this.#read(packet);
  }

  #isWhole(packet: Uint8Array): boolean {
    this.#o.cipher.packet(packet);
    return hasNscaCrc(packet, this.#o.crc32);
  }

  #read(packet: Uint8Array): void {
    const read = decodeNscaPacket(packet);
    if (typeof read === 'string') this.#o.sink.refused(read);
    else this.#o.sink.packet(read);
  }

  /** So many bytes were packets of an old client that were no good. */
  #refuse(bytes: number): void {
    for (let at = 0; at < bytes; at += NSCA_OLD_PACKET_BYTES) this.#o.sink.refused('bad-crc');
  }
}
