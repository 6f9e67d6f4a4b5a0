import { Buffer } from 'node:buffer';
import {
  HEADER_BYTES,
  NUMBER_PART_BYTES,
  PART,
  PART_MESSAGE_BYTES_MAX,
  PART_NAME_BYTES_MAX,
} from './part.ts';

/** Bytes of a datagram unless said otherwise: collectd's own MaxPacketSize, which fits an Ethernet frame. */
export const PACKET_BYTES = 1452;
/** Bytes of a datagram at least, so that the longest value list of one data source always fits. */
const PACKET_BYTES_MIN = 1024;
const TWO_30 = 2 ** 30;
const TWO_32 = 2 ** 32;
const NAN_BYTES = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
const GAUGE = 1;

/** One value list as a sender has it. Names are cut to collectd's 127 bytes, and at their first NUL. */
export interface OutgoingValues {
  readonly host: string;
  /** Seconds since the epoch, up to 2^34. */
  readonly timeS: number;
  readonly intervalS: number;
  readonly plugin: string;
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
  /** One a value: 0 counter, 1 gauge, 2 derive, 3 absolute. */
  readonly kinds: readonly number[];
  /** A number for an integer kind is cut to its whole part and must be finite. */
  readonly values: readonly (number | bigint)[];
}

export interface OutgoingNotification {
  readonly host: string;
  readonly timeS: number;
  readonly plugin: string;
  readonly pluginInstance: string;
  readonly type: string;
  readonly typeInstance: string;
  /** 1 failure, 2 warning, 4 okay. */
  readonly severity: number;
  /** Cut to collectd's 255 bytes. */
  readonly message: string;
}

/**
 * Value lists as datagrams of at most `bytesMax` bytes (1024…65507), in order. A part that did not change
 * since the value list before it in the same datagram is left out, as collectd does. A single value list
 * that does not fit a datagram of its own (155 data sources and more at 1452 bytes) is left out.
 */
export function encodeCollectd(
  lists: readonly OutgoingValues[],
  bytesMax: number = PACKET_BYTES,
): Uint8Array[] {
  const datagrams: Uint8Array[] = [];
  let packet = new CollectdPacket(bytesMax);
  for (const list of lists) {
    if (packet.add(list)) continue;
    if (packet.length > 0) datagrams.push(packet.bytes());
    packet = new CollectdPacket(bytesMax);
    packet.add(list);
  }
  if (packet.length > 0) datagrams.push(packet.bytes());
  return datagrams;
}

/** A notification as the datagram of its own that collectd gives it; empty names are left out. */
export function encodeNotification(notification: OutgoingNotification): Uint8Array {
  const packet = new CollectdPacket(PACKET_BYTES_MIN * 2);
  packet.notify(notification);
  return packet.bytes();
}

/** One datagram in the making. */
export class CollectdPacket {
  readonly #buffer: Buffer;
  #length = 0;
  /** What the datagram's state is after the parts so far. A key is missing until its part was written. */
  #names = new Map<number, string>();
  #numbers = new Map<number, bigint>();

  constructor(bytesMax: number = PACKET_BYTES) {
    this.#buffer = Buffer.alloc(Math.max(PACKET_BYTES_MIN, bytesMax));
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of what has been written. */
  bytes(): Uint8Array {
    return Uint8Array.from(this.#buffer.subarray(0, this.#length));
  }

  /** Appends one value list; false, and nothing written, when it does not fit. */
  add(list: OutgoingValues): boolean {
    const names: [number, string][] = [
      [PART.plugin, list.plugin],
      [PART.pluginInstance, list.pluginInstance],
      [PART.type, list.type],
      [PART.typeInstance, list.typeInstance],
    ];
    const before = { length: this.#length, names: new Map(this.#names), numbers: new Map(this.#numbers) };
    const fits =
      this.#name(PART.host, list.host) &&
      this.#number(PART.timeHr, cdtime(list.timeS)) &&
      this.#number(PART.intervalHr, cdtime(list.intervalS)) &&
      names.every(([part, text]) => this.#name(part, text)) &&
      this.#values(list.kinds, list.values);
    if (!fits) {
      this.#length = before.length;
      this.#names = before.names;
      this.#numbers = before.numbers;
    }
    return fits;
  }

  /** Appends a notification; false when it does not fit, and then the packet is of no more use. */
  notify(notification: OutgoingNotification): boolean {
    const names: [number, string][] = [
      [PART.host, notification.host],
      [PART.plugin, notification.plugin],
      [PART.pluginInstance, notification.pluginInstance],
      [PART.type, notification.type],
      [PART.typeInstance, notification.typeInstance],
    ];
    return (
      this.#number(PART.timeHr, cdtime(notification.timeS)) &&
      this.#number(PART.severity, BigInt(notification.severity)) &&
      names.every(([part, text]) => this.#name(part, text)) &&
      this.#string(PART.message, cut(notification.message, PART_MESSAGE_BYTES_MAX))
    );
  }

  /** Absent and empty are the same to a receiver, so an empty name is only written to clear one. */
  #name(part: number, text: string): boolean {
    if ((this.#names.get(part) ?? '') === text) return true;
    this.#names.set(part, text);
    return this.#string(part, cut(text, PART_NAME_BYTES_MAX));
  }

  #string(part: number, text: Buffer): boolean {
    const length = HEADER_BYTES + text.length + 1;
    if (!this.#header(part, length)) return false;
    text.copy(this.#buffer, this.#length + HEADER_BYTES);
    this.#buffer[this.#length + length - 1] = 0;
    this.#length += length;
    return true;
  }

  #number(part: number, value: bigint): boolean {
    if (this.#numbers.get(part) === value) return true;
    this.#numbers.set(part, value);
    if (!this.#header(part, NUMBER_PART_BYTES)) return false;
    this.#buffer.writeBigUInt64BE(BigInt.asUintN(64, value), this.#length + HEADER_BYTES);
    this.#length += NUMBER_PART_BYTES;
    return true;
  }

  #values(kinds: readonly number[], values: readonly (number | bigint)[]): boolean {
    const length = HEADER_BYTES + 2 + kinds.length * 9;
    if (!this.#header(PART.values, length)) return false;
    this.#buffer.writeUInt16BE(kinds.length, this.#length + HEADER_BYTES);
    const kindsAt = this.#length + HEADER_BYTES + 2;
    for (const [i, kind] of kinds.entries()) {
      this.#buffer[kindsAt + i] = kind;
      this.#value(kind, values[i] ?? Number.NaN, kindsAt + kinds.length + i * 8);
    }
    this.#length += length;
    return true;
  }

  #value(kind: number, value: number | bigint, at: number): void {
    if (kind !== GAUGE) {
      const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(value));
      this.#buffer.writeBigUInt64BE(BigInt.asUintN(64, whole), at);
    } else if (Number.isNaN(Number(value))) this.#buffer.set(NAN_BYTES, at);
    else this.#buffer.writeDoubleLE(Number(value), at);
  }

  #header(part: number, length: number): boolean {
    if (this.#length + length > this.#buffer.length || length > 0xffff) return false;
    this.#buffer.writeUInt16BE(part, this.#length);
    this.#buffer.writeUInt16BE(length, this.#length + 2);
    return true;
  }
}

/** Seconds in 2^-30 s, from the double's own bits: no digit of it is lost. */
function cdtime(seconds: number): bigint {
  const quarters = Math.floor(seconds / 4);
  const rest = Math.round((seconds - quarters * 4) * TWO_30);
  return BigInt(quarters) * BigInt(TWO_32) + BigInt(rest);
}

/** UTF-8 up to the first NUL and at most `bytesMax` bytes, never ending inside a character. */
function cut(text: string, bytesMax: number): Buffer {
  const nul = text.indexOf('\0');
  const bytes = Buffer.from(nul === -1 ? text : text.slice(0, nul), 'utf8');
  if (bytes.length <= bytesMax) return bytes;
  let end = bytesMax;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
