import { lengthToNul, u16, u32 } from '../bytes.ts';
import {
  HEADER_BYTES,
  NUMBER_PART_BYTES,
  PART,
  PART_MESSAGE_BYTES_MAX,
  PART_NAME_BYTES_MAX,
} from './part.ts';
import type { CollectdFault, CollectdSink, ValueList } from './value-list.ts';

const TWO_30 = 2 ** 30;
const TWO_32 = 2 ** 32;
/** Seconds from here on do not fit 64 bits of 2^-30 s. */
const SECONDS_END = 2 ** 34;
const KIND_LAST = 3;
/** `u16 count` after the header; each value then takes a kind byte and 8 bytes. */
const VALUES_FIXED_BYTES = HEADER_BYTES + 2;
const BYTES_PER_VALUE = 9;

/**
 * One part that holds no others, whose header and length have been checked to lie within the datagram: into
 * `list`, and out to `sink` where it completes something.
 */
export function decodePart(
  type: number,
  at: number,
  length: number,
  list: ValueList,
  sink: CollectdSink,
): CollectdFault | undefined {
  switch (type) {
    case PART.host:
    case PART.plugin:
    case PART.pluginInstance:
    case PART.type:
    case PART.typeInstance:
      return decodeName(type, at, length, list);
    case PART.time:
    case PART.timeHr:
    case PART.interval:
    case PART.intervalHr:
    case PART.severity:
      return decodeNumber(type, at, length, list);
    case PART.values:
      return decodeValues(at, length, list, sink);
    case PART.message:
      return decodeMessage(at, length, list, sink);
    default:
      return undefined; // Unknown parts are skipped by their length.
  }
}

function stringFault(
  buffer: Uint8Array,
  at: number,
  length: number,
  bytesMax: number,
): CollectdFault | undefined {
  if (length > HEADER_BYTES + bytesMax + 1) return 'string-too-long';
  if (length === HEADER_BYTES || buffer[at + length - 1] !== 0) return 'string-unterminated';
  return undefined;
}

function decodeName(type: number, at: number, length: number, list: ValueList): CollectdFault | undefined {
  const fault = stringFault(list.buffer, at, length, PART_NAME_BYTES_MAX);
  if (fault !== undefined) return fault;
  const textAt = at + HEADER_BYTES;
  const textLength = lengthToNul(list.buffer, textAt, length - HEADER_BYTES);
  switch (type) {
    case PART.host:
      list.hostAt = textAt;
      list.hostLength = textLength;
      break;
    case PART.plugin:
      list.pluginAt = textAt;
      list.pluginLength = textLength;
      break;
    case PART.pluginInstance:
      list.pluginInstanceAt = textAt;
      list.pluginInstanceLength = textLength;
      break;
    case PART.type:
      list.typeAt = textAt;
      list.typeLength = textLength;
      break;
    default:
      list.typeInstanceAt = textAt;
      list.typeInstanceLength = textLength;
  }
  return undefined;
}

function decodeNumber(type: number, at: number, length: number, list: ValueList): CollectdFault | undefined {
  if (length !== NUMBER_PART_BYTES) return 'number-length';
  const hi = u32(list.buffer, at + HEADER_BYTES);
  const lo = u32(list.buffer, at + HEADER_BYTES + 4);
  switch (type) {
    case PART.timeHr:
      list.timeHi = hi;
      list.timeLo = lo;
      list.timeS = hi * 4 + lo / TWO_30;
      break;
    case PART.intervalHr:
      list.intervalS = hi * 4 + lo / TWO_30;
      break;
    case PART.time:
      setTimeSeconds(hi * TWO_32 + lo, list);
      break;
    case PART.interval:
      list.intervalS = hi * TWO_32 + lo;
      break;
    default:
      list.severity = hi * TWO_32 + lo;
  }
  return undefined;
}

/** A TIME part in whole seconds; one too large for 64 bits of 2^-30 s becomes the latest time there is. */
function setTimeSeconds(seconds: number, list: ValueList): void {
  const fits = seconds < SECONDS_END;
  list.timeHi = fits ? Math.floor(seconds / 4) : TWO_32 - 1;
  list.timeLo = fits ? (seconds % 4) * TWO_30 : TWO_32 - 1;
  list.timeS = list.timeHi * 4 + list.timeLo / TWO_30;
}

function decodeValues(
  at: number,
  length: number,
  list: ValueList,
  sink: CollectdSink,
): CollectdFault | undefined {
  if (length < VALUES_FIXED_BYTES) return 'values-length';
  const count = u16(list.buffer, at + HEADER_BYTES);
  if (length !== VALUES_FIXED_BYTES + count * BYTES_PER_VALUE) return 'values-length';
  const kindsAt = at + VALUES_FIXED_BYTES;
  for (let i = 0; i < count; i += 1) {
    if ((list.buffer[kindsAt + i] ?? 0) > KIND_LAST) return 'unknown-kind';
  }
  list.count = count;
  list.kindsAt = kindsAt;
  list.valuesAt = kindsAt + count;
  if (count === 0) sink.skipped('no-values');
  else if (list.hostLength === 0 || list.pluginLength === 0 || list.typeLength === 0 || isTimeless(list)) {
    sink.skipped('incomplete');
  } else sink.values(list);
  return undefined;
}

function decodeMessage(
  at: number,
  length: number,
  list: ValueList,
  sink: CollectdSink,
): CollectdFault | undefined {
  const fault = stringFault(list.buffer, at, length, PART_MESSAGE_BYTES_MAX);
  if (fault !== undefined) return fault;
  const textAt = at + HEADER_BYTES;
  const textLength = lengthToNul(list.buffer, textAt, length - HEADER_BYTES);
  const { severity } = list;
  if (severity !== 1 && severity !== 2 && severity !== 4) sink.skipped('bad-severity');
  else if (isTimeless(list)) sink.skipped('incomplete');
  else if (textLength === 0) sink.skipped('empty-message');
  else sink.notification(list, textAt, textLength);
  return undefined;
}

function isTimeless(list: ValueList): boolean {
  return list.timeHi === 0 && list.timeLo === 0;
}
