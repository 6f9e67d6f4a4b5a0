import { ENVELOPE_DEPTH_MAX, ENVELOPES_PER_DATAGRAM_MAX } from '../../limits.ts';
import { u16 } from '../bytes.ts';
import { OPEN_DOOR } from './door.ts';
import { readEncryption, readSignature } from './envelope.ts';
import { HEADER_BYTES, PART } from './part.ts';
import { decodePart } from './plain-part.ts';
import type { CollectdDoor } from './door.ts';
import type { CollectdFault, CollectdSink, ValueList } from './value-list.ts';

/** A value list to hand to `decodeCollectd`, again and again. */
export function emptyValueList(): ValueList {
  return {
    buffer: new Uint8Array(0),
    hostAt: 0,
    hostLength: 0,
    pluginAt: 0,
    pluginLength: 0,
    pluginInstanceAt: 0,
    pluginInstanceLength: 0,
    typeAt: 0,
    typeLength: 0,
    typeInstanceAt: 0,
    typeInstanceLength: 0,
    timeHi: 0,
    timeLo: 0,
    timeS: 0,
    intervalS: 0,
    severity: 0,
    count: 0,
    kindsAt: 0,
    valuesAt: 0,
    user: '',
    depth: 0,
    envelopes: 0,
  };
}

/**
 * Reads one collectd datagram, bytes `start`…`end` of `buffer`, and hands every value list and notification
 * to `sink` as it completes. Fields carry over from part to part to the end of the datagram, never beyond it,
 * and neither into a signed or encrypted part nor out of one. What came before a fault has been emitted and
 * counts. Never throws (unless sink or door do); plain parts allocate nothing.
 *
 * Source: collectd 5.12, src/network.c, parse_packet; docs/PROTOCOLS.md lists where this differs and why.
 */
export function decodeCollectd(
  buffer: Uint8Array,
  start: number,
  end: number,
  list: ValueList,
  sink: CollectdSink,
  door: CollectdDoor = OPEN_DOOR,
): CollectdFault | undefined {
  reset(list, buffer);
  if (door.level === 'None') return decodeParts(start, end, list, sink, door);
  return decodeGuarded(start, end, list, sink, door);
}

/** Parts that count: all of a datagram at level None, or what an envelope held. */
function decodeParts(
  start: number,
  end: number,
  list: ValueList,
  sink: CollectdSink,
  door: CollectdDoor,
): CollectdFault | undefined {
  const { buffer } = list;
  let at = start;
  while (at < end) {
    // Read once: this is passed through for every part of every datagram.
    const type = u16(buffer, at);
    const length = u16(buffer, at + 2);
    if (length < HEADER_BYTES || length > end - at) return headerFault(buffer, at, end);
    if (type === PART.signature || type === PART.encryption) {
      const next = decodeEnvelope(type, at, end, list, sink, door);
      if (typeof next === 'string') return next;
      at = next;
    } else {
      const fault = decodePart(type, at, length, list, sink);
      if (fault !== undefined) return fault;
      at += length;
    }
  }
  return undefined;
}

/** A datagram at level Sign or Encrypt: what stands outside of an envelope of that level is passed over. */
function decodeGuarded(
  start: number,
  end: number,
  list: ValueList,
  sink: CollectdSink,
  door: CollectdDoor,
): CollectdFault | undefined {
  const { buffer } = list;
  let isTold = false;
  let at = start;
  while (at < end) {
    const broken = headerFault(buffer, at, end);
    if (broken !== undefined) return broken;
    const type = u16(buffer, at);
    if (type === PART.encryption || (type === PART.signature && door.level === 'Sign')) {
      const next = decodeEnvelope(type, at, end, list, sink, door);
      if (typeof next === 'string') return next;
      at = next;
    } else {
      if (!isTold) sink.skipped(door.level === 'Sign' ? 'unsigned' : 'unencrypted');
      isTold = true;
      at += u16(buffer, at + 2);
    }
  }
  return undefined;
}

function headerFault(buffer: Uint8Array, at: number, end: number): CollectdFault | undefined {
  if (end - at < HEADER_BYTES) return 'truncated';
  const length = u16(buffer, at + 2);
  if (length > end - at) return 'truncated';
  if (length >= HEADER_BYTES) return undefined;
  // Some senders pad to their packet size with zeros.
  return length === 0 && u16(buffer, at) === 0 ? 'truncated' : 'part-short';
}

/**
 * A signature or encryption part and what it holds; where to go on, or why the rest does not count. Both are
 * bounded in number and depth, so that no datagram costs many times its own size in hashing; whoever has no
 * key never gets beyond the first.
 */
function decodeEnvelope(
  type: typeof PART.signature | typeof PART.encryption,
  at: number,
  end: number,
  list: ValueList,
  sink: CollectdSink,
  door: CollectdDoor,
): number | CollectdFault {
  const { buffer } = list;
  const partEnd = at + u16(buffer, at + 2);
  if (list.depth === ENVELOPE_DEPTH_MAX || list.envelopes === ENVELOPES_PER_DATAGRAM_MAX) {
    return 'envelopes-max';
  }
  list.envelopes += 1;
  if (type === PART.encryption) {
    const envelope = readEncryption(buffer, at, partEnd - at);
    if (envelope === undefined) return 'encryption-length';
    const opened = door.open(envelope);
    if (typeof opened === 'string') return opened;
    decodeInside({ buffer: opened, start: 0, end: opened.length, user: envelope.user }, list, sink, door);
    return partEnd;
  }
  const envelope = readSignature(buffer, at, partEnd - at, end);
  if (envelope === undefined) return 'signature-length';
  const verdict = door.verify(envelope);
  // Not at level Sign: there, what nobody checked is worth nothing.
  if (verdict === 'unverified') return door.level === 'None' ? partEnd : 'no-auth-file';
  if (verdict !== 'verified') return verdict;
  decodeInside({ buffer, start: partEnd, end, user: envelope.user }, list, sink, door);
  return end;
}

/** What an envelope held, and whose it is. */
interface Inside {
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly user: string;
}

/** Reads with nothing known of what stands around the envelope. A fault in it is its own alone. */
function decodeInside(inside: Inside, outer: ValueList, sink: CollectdSink, door: CollectdDoor): void {
  const list = emptyValueList();
  list.buffer = inside.buffer;
  list.user = inside.user;
  list.depth = outer.depth + 1;
  list.envelopes = outer.envelopes;
  sink.sender(inside.user);
  const fault = decodeParts(inside.start, inside.end, list, sink, door);
  if (fault !== undefined) sink.skipped(fault);
  outer.envelopes = list.envelopes;
  sink.sender(outer.user);
}

function reset(list: ValueList, buffer: Uint8Array): void {
  list.buffer = buffer;
  list.hostLength = 0;
  list.pluginLength = 0;
  list.pluginInstanceLength = 0;
  list.typeLength = 0;
  list.typeInstanceLength = 0;
  list.timeHi = 0;
  list.timeLo = 0;
  list.timeS = 0;
  list.intervalS = 0;
  list.severity = 0;
  list.count = 0;
  list.envelopes = 0;
}
