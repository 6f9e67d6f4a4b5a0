import { STATSD_LINE_BYTES_MAX } from '../limits.ts';
import { u16, u32 } from './bytes.ts';
import { HEADER_BYTES, NUMBER_PART_BYTES, PART } from './collectd/part.ts';
import { isWholeGmond } from './gmond/decode.ts';
import { isGmondId } from './gmond/ids.ts';
import { legacyId } from './gmond/legacy.ts';

/** What a datagram is. The faulty and legacy ones, and the unknown, are only counted. */
export type Recognised =
  | 'ganglia'
  | 'ganglia-legacy'
  | 'ganglia-faulty'
  | 'collectd'
  | 'statsd'
  | 'graphite'
  | 'unknown';

/** Bytes of the first line that have to be text; behind them only statsd's bar is looked for. */
const TEXT_BYTES_LOOKED_AT = 512;
const NEWLINE = 0x0a;
const COLON = 0x3a;
const BAR = 0x7c;
const SERVICE_CHECK = '_sc|';

/**
 * Tells the protocol of one datagram, bytes `start`…`end` of `buffer`, by its first bytes. The formats
 * barely meet: a gmond or collectd datagram starts with a byte below 3, text does not. Where gmond's id
 * could also be the header of a collectd HOST part (u32 128…132), a whole XDR message decides.
 */
export function recognise(buffer: Uint8Array, start: number, end: number): Recognised {
  if (end <= start) return 'unknown';
  if (isWholeGmond(buffer, start, end)) return 'ganglia';
  if (isPlausibleCollectd(buffer, start, end)) return 'collectd';
  if (legacyId(buffer, start, end)) return 'ganglia-legacy';
  const text = textProtocol(buffer, start, end);
  if (text !== undefined) return text;
  return end - start >= 4 && isGmondId(u32(buffer, start)) ? 'ganglia-faulty' : 'unknown';
}

/** A first part that is whole and well formed, followed by the end or the header of a known part. */
function isPlausibleCollectd(buffer: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_BYTES) return false;
  const length = u16(buffer, start + 2);
  if (length > end - start || !isPlausiblePart(buffer, start, length)) return false;
  const next = start + length;
  if (next === end) return true;
  if (end - next < HEADER_BYTES) return false;
  return isKnownPart(u16(buffer, next)) && u16(buffer, next + 2) >= HEADER_BYTES;
}

function isPlausiblePart(buffer: Uint8Array, at: number, length: number): boolean {
  switch (u16(buffer, at)) {
    case PART.host:
    case PART.plugin:
    case PART.pluginInstance:
    case PART.type:
    case PART.typeInstance:
    case PART.message:
      // A first byte of NUL is an empty string, or the high byte of an XDR length: a gmond message cut short.
      if (buffer[at + HEADER_BYTES] === 0) return length === HEADER_BYTES + 1;
      return length > HEADER_BYTES && buffer[at + length - 1] === 0;
    case PART.time:
    case PART.timeHr:
    case PART.interval:
    case PART.intervalHr:
    case PART.severity:
      return length === NUMBER_PART_BYTES;
    case PART.signature:
    case PART.encryption:
      return length > HEADER_BYTES;
    default:
      return false;
  }
}

function isKnownPart(type: number): boolean {
  return (
    type <= PART.intervalHr ||
    type === PART.message ||
    type === PART.severity ||
    type === PART.signature ||
    type === PART.encryption
  );
}

/**
 * By the first line that is not empty: printable, or tabs, or bytes of UTF-8; `:` and later `|` make it
 * statsd, as does the beginning of a service check.
 */
function textProtocol(buffer: Uint8Array, start: number, end: number): 'statsd' | 'graphite' | undefined {
  const stop = Math.min(end, start + TEXT_BYTES_LOOKED_AT);
  let at = start;
  while (at < stop && isLineBreak(buffer[at])) at += 1;
  let statsd = isServiceCheck(buffer, at, stop);
  let colon = false;
  for (; at < stop; at += 1) {
    const byte = buffer[at] ?? 0;
    if (byte === NEWLINE) break;
    if (!isText(byte)) return undefined;
    if (byte === COLON) colon = true;
    else if (byte === BAR && colon) statsd = true;
  }
  // Datadog's clients put as many values into a line as fit: its type stands far behind them.
  if (!statsd && colon && at === stop)
    statsd = hasBar(buffer, at, Math.min(end, start + STATSD_LINE_BYTES_MAX));
  return statsd ? 'statsd' : 'graphite';
}

/** Whether a bar stands in the line that goes on at `at`. */
function hasBar(buffer: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && buffer[at] !== BAR && buffer[at] !== NEWLINE) at += 1;
  return at < end && buffer[at] === BAR;
}

/** Datadog's `_sc|name|status` is the one line of statsd without a colon. */
function isServiceCheck(buffer: Uint8Array, at: number, end: number): boolean {
  if (end - at < SERVICE_CHECK.length) return false;
  for (let i = 0; i < SERVICE_CHECK.length; i += 1) {
    if (buffer[at + i] !== SERVICE_CHECK.charCodeAt(i)) return false;
  }
  return true;
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === 0x0d;
}

/** Printable ASCII, tab, line feed, carriage return, or part of a UTF-8 sequence. */
function isText(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || byte === 0x09 || byte === NEWLINE || byte === 0x0d;
}
