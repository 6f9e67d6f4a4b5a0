import { lengthToNul } from '../bytes.ts';
import { decodeName } from '../text.ts';

/**
 * NSCA's packets, version 3; all numbers big-endian. Fields of text end with NUL, and what is behind that in
 * their room is random.
 *
 * Source: nsca 2.10, include/common.h, data_packet_struct and init_packet_struct; nsca 2.7 has 512 bytes of
 * output instead of 4096.
 */

export const NSCA_PACKET_BYTES = 4304;
export const NSCA_OLD_PACKET_BYTES = 720;
export const NSCA_IV_BYTES = 128;
export const NSCA_INIT_BYTES = 132;

export type NscaPacketBytes = typeof NSCA_PACKET_BYTES | typeof NSCA_OLD_PACKET_BYTES;

const VERSION = 3;
const CRC_AT = 4;
const TIME_AT = 8;
const CODE_AT = 12;
const HOST = { at: 14, length: 64 };
const SERVICE = { at: 78, length: 128 };
const OUTPUT_AT = 206;
/** Two bytes that make the structure even. */
const TAIL = 2;

export interface NscaPacket {
  /** What our init packet said, as its sender says it again; seconds since the epoch. */
  readonly timeS: number;
  /** As it came: -32768 … 32767. */
  readonly code: number;
  readonly host: string;
  /** Empty: the result is the host's own. */
  readonly service: string;
  readonly output: string;
}

/** `bad-crc`: damaged, or made plain with another method or password than it was made secret with. */
export type NscaFault = 'bad-crc' | 'bad-version' | 'unterminated';

/** CRC-32 (zlib's polynomial) of some bytes. */
export type Crc32 = (bytes: Uint8Array) => number;

/** What the server sends first: the seed of the cipher, and the time that packets repeat. */
export function encodeNscaInit(iv: Uint8Array, timeS: number): Uint8Array {
  const init = new Uint8Array(NSCA_INIT_BYTES);
  init.set(iv.subarray(0, NSCA_IV_BYTES));
  new DataView(init.buffer).setUint32(NSCA_IV_BYTES, timeS);
  return init;
}

/** Whether a plain packet is whole. Leaves its field of the checksum 0, which is how that is made. */
export function hasNscaCrc(packet: Uint8Array, crc32: Crc32): boolean {
  const view = viewOf(packet);
  const said = view.getUint32(CRC_AT);
  view.setUint32(CRC_AT, 0);
  return crc32(packet) === said;
}

/** Reads a plain packet whose checksum is right. */
export function decodeNscaPacket(packet: Uint8Array): NscaPacket | NscaFault {
  const view = viewOf(packet);
  if (view.getInt16(0) !== VERSION) return 'bad-version';
  const output = { at: OUTPUT_AT, length: packet.length - TAIL - OUTPUT_AT };
  if (![HOST, SERVICE, output].every((field) => hasEnd(packet, field))) return 'unterminated';
  return {
    timeS: view.getUint32(TIME_AT),
    code: view.getInt16(CODE_AT),
    host: decodeName(packet, HOST.at, HOST.length),
    service: decodeName(packet, SERVICE.at, SERVICE.length),
    output: decodeName(packet, output.at, output.length),
  };
}

function hasEnd(packet: Uint8Array, { at, length }: { readonly at: number; readonly length: number }) {
  return lengthToNul(packet, at, length) < length;
}

function viewOf(packet: Uint8Array): DataView {
  return new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
}
