import { EXTRAS_PER_METRIC_MAX, NAME_BYTES_MAX } from '../../limits.ts';
import { lengthToNul, u32 } from '../bytes.ts';
import { decodeName } from '../text.ts';
import { GMOND_ID, isGmondId } from './ids.ts';
import type { GmondFault, GmondMessage } from './message.ts';

/** Bytes of an XDR word: ids, lengths, bools, and everything up to 32 bits. */
const WORD = 4;
const SHORT = -1;

/** Reinterprets four or eight bytes; written and read within one call, so no state outlives it. */
const scratch = new DataView(new ArrayBuffer(8));

/** A message to hand to `decodeGmond`, again and again. */
export function emptyMessage(): GmondMessage {
  return {
    buffer: new Uint8Array(0),
    id: 0,
    hostAt: 0,
    hostLength: 0,
    nameAt: 0,
    nameLength: 0,
    spoof: false,
    value: Number.NaN,
    stringAt: 0,
    stringLength: 0,
    typeAt: 0,
    typeLength: 0,
    unitsAt: 0,
    unitsLength: 0,
    slope: 0,
    tmaxS: 0,
    dmaxS: 0,
    extraCount: 0,
    extrasAt: 0,
  };
}

/**
 * Reads one gmond or gmetric datagram, bytes `start`…`end` of `buffer`, into `message`. Bytes after the
 * message are accepted, as gmond does; a short one is refused, which gmond does not do. Strings end at
 * their first NUL. The printf format of a value is skipped: it comes from the network. After a fault the
 * message's content means nothing.
 *
 * Source: monitor-core 3.7.2, lib/gm_protocol.x. Where metric_id and the metadata differ in the name,
 * metric_id wins.
 */
export function decodeGmond(
  buffer: Uint8Array,
  start: number,
  end: number,
  message: GmondMessage,
): GmondFault | undefined {
  if (end - start < WORD) return 'truncated';
  const id = u32(buffer, start);
  if (!isGmondId(id)) return 'unknown-id';
  reset(message, buffer, id);

  const hostAt = start + WORD;
  const nameAt = afterString(buffer, hostAt, end);
  const spoofAt = nameAt === SHORT ? SHORT : afterString(buffer, nameAt, end);
  if (spoofAt === SHORT || end - spoofAt < WORD) return 'truncated';
  const hostLength = u32(buffer, hostAt);
  const nameLength = u32(buffer, nameAt);
  if (hostLength > NAME_BYTES_MAX || nameLength > NAME_BYTES_MAX) return 'string-too-long';
  message.hostAt = hostAt + WORD;
  message.hostLength = lengthToNul(buffer, hostAt + WORD, hostLength);
  message.nameAt = nameAt + WORD;
  message.nameLength = lengthToNul(buffer, nameAt + WORD, nameLength);
  message.spoof = u32(buffer, spoofAt) !== 0;

  const bodyAt = spoofAt + WORD;
  if (id === GMOND_ID.request) return undefined;
  if (id === GMOND_ID.metadata) return decodeMetadata(buffer, bodyAt, end, message);
  return decodeValue(buffer, bodyAt, end, message);
}

/**
 * Extra elements of a metadata message in the order sent; a key may repeat (GROUP does). Only after
 * `decodeGmond` has accepted the message, and while its buffer still holds it.
 */
export function gmondExtras(message: GmondMessage): { name: string; value: string }[] {
  const { buffer } = message;
  const extras: { name: string; value: string }[] = [];
  let at = message.extrasAt;
  for (let i = 0; i < message.extraCount; i += 1) {
    const nameLength = u32(buffer, at);
    const name = decodeName(buffer, at + WORD, nameLength);
    at += WORD + padded(nameLength);
    const valueLength = u32(buffer, at);
    extras.push({ name, value: decodeName(buffer, at + WORD, valueLength) });
    at += WORD + padded(valueLength);
  }
  return extras;
}

/** Whether the bytes are one whole message of ids 128…136, by its lengths alone. Cheaper than decoding it. */
export function isWholeGmond(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < WORD) return false;
  const id = u32(buffer, start);
  if (!isGmondId(id)) return false;
  let at = afterStrings(buffer, start + WORD, end, 2);
  if (at === SHORT || end - at < WORD) return false;
  at += WORD;
  if (id === GMOND_ID.request) return true;
  if (id !== GMOND_ID.metadata) {
    at = afterString(buffer, at, end);
    if (at === SHORT) return false;
    if (id === GMOND_ID.string) return afterString(buffer, at, end) !== SHORT;
    return end - at >= (id === GMOND_ID.double ? 2 * WORD : WORD);
  }
  at = afterStrings(buffer, at, end, 3);
  if (at === SHORT || end - at < 4 * WORD) return false;
  const extras = u32(buffer, at + 3 * WORD);
  return extras > EXTRAS_PER_METRIC_MAX || afterStrings(buffer, at + 4 * WORD, end, 2 * extras) !== SHORT;
}

function reset(message: GmondMessage, buffer: Uint8Array, id: number): void {
  message.buffer = buffer;
  message.id = id;
  message.value = Number.NaN;
  message.stringLength = 0;
  message.typeLength = 0;
  message.unitsLength = 0;
  message.slope = 0;
  message.tmaxS = 0;
  message.dmaxS = 0;
  message.extraCount = 0;
}

function decodeMetadata(
  buffer: Uint8Array,
  at: number,
  end: number,
  message: GmondMessage,
): GmondFault | undefined {
  const nameAt = afterString(buffer, at, end);
  const unitsAt = nameAt === SHORT ? SHORT : afterString(buffer, nameAt, end);
  const numbersAt = unitsAt === SHORT ? SHORT : afterString(buffer, unitsAt, end);
  if (numbersAt === SHORT || end - numbersAt < 4 * WORD) return 'truncated';
  message.typeAt = at + WORD;
  message.typeLength = lengthToNul(buffer, at + WORD, u32(buffer, at));
  message.unitsAt = unitsAt + WORD;
  message.unitsLength = lengthToNul(buffer, unitsAt + WORD, u32(buffer, unitsAt));
  message.slope = u32(buffer, numbersAt);
  message.tmaxS = u32(buffer, numbersAt + WORD);
  message.dmaxS = u32(buffer, numbersAt + 2 * WORD);
  const extraCount = u32(buffer, numbersAt + 3 * WORD);
  if (extraCount > EXTRAS_PER_METRIC_MAX) return 'extras-max';
  const extrasAt = numbersAt + 4 * WORD;
  if (afterStrings(buffer, extrasAt, end, 2 * extraCount) === SHORT) return 'truncated';
  message.extraCount = extraCount;
  message.extrasAt = extrasAt;
  return undefined;
}

function decodeValue(
  buffer: Uint8Array,
  at: number,
  end: number,
  message: GmondMessage,
): GmondFault | undefined {
  const valueAt = afterString(buffer, at, end);
  if (valueAt === SHORT || end - valueAt < WORD) return 'truncated';
  const word = u32(buffer, valueAt);
  switch (message.id) {
    case GMOND_ID.ushort:
      message.value = word & 0xffff;
      return undefined;
    case GMOND_ID.short:
      message.value = (word << 16) >> 16;
      return undefined;
    case GMOND_ID.int:
      message.value = word | 0;
      return undefined;
    case GMOND_ID.uint:
      message.value = word;
      return undefined;
    case GMOND_ID.float:
      scratch.setUint32(0, word);
      message.value = scratch.getFloat32(0);
      return undefined;
    case GMOND_ID.double:
      if (end - valueAt < 2 * WORD) return 'truncated';
      scratch.setUint32(0, word);
      scratch.setUint32(WORD, u32(buffer, valueAt + WORD));
      message.value = scratch.getFloat64(0);
      return undefined;
    default:
      if (afterString(buffer, valueAt, end) === SHORT) return 'truncated';
      message.stringAt = valueAt + WORD;
      message.stringLength = lengthToNul(buffer, valueAt + WORD, word);
      return undefined;
  }
}

/** Length with XDR's zero padding to a multiple of four. */
function padded(length: number): number {
  return Math.ceil(length / WORD) * WORD;
}

/** Where the string at `at` ends, its padding included; SHORT if it does not fit before `end`. */
function afterString(buffer: Uint8Array, at: number, end: number): number {
  if (end - at < WORD) return SHORT;
  const after = at + WORD + padded(u32(buffer, at));
  return after <= end ? after : SHORT;
}

function afterStrings(buffer: Uint8Array, at: number, end: number, count: number): number {
  let after = at;
  for (let i = 0; i < count && after !== SHORT; i += 1) after = afterString(buffer, after, end);
  return after;
}
