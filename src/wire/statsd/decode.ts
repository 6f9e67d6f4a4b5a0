import { STATSD_LINE_BYTES_MAX, STATSD_NAME_BYTES_MAX } from '../../limits.ts';
import { parseNumber } from '../text.ts';
import type { StatsdFault, StatsdSample, StatsdSink, StatsdType } from './sample.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const HASH = 0x23;
const PLUS = 0x2b;
const MINUS = 0x2d;
const COLON = 0x3a;
const AT = 0x40;
const BAR = 0x7c;
const DELETE = 0x7f;

/**
 * Reads one datagram of statsd, bytes `start`…`end` of `buffer`, a line after the other:
 *
 *     name:value|type[|@rate][|#tags]         Etsy, Datadog
 *     name:value:value|type…                  Datadog 1.1: values of one kind
 *     name:value|type:value|type…             Etsy, Telegraf: values of several kinds
 *
 * A line with a fault costs itself alone, and what of it came before the fault counts. Fields of a kind that
 * is not known are skipped, among them Datadog's `c:` (container) and `T` (time of the value). Empty lines
 * are nothing.
 *
 * Sources: statsd 0.10, docs/metric_types.md; Datadog, datagram format 1.0 to 1.3; Telegraf 1.30,
 * inputs.statsd.
 */
export function decodeStatsd(
  buffer: Uint8Array,
  start: number,
  end: number,
  sample: StatsdSample,
  sink: StatsdSink,
): void {
  sample.buffer = buffer;
  for (let at = start; at < end;) {
    const stop = find(buffer, NEWLINE, at, end);
    let first = at;
    let last = stop;
    while (first < last && isBlank(buffer[first] as number)) first += 1;
    while (last > first && isBlank(buffer[last - 1] as number)) last -= 1;
    if (first < last) {
      const fault = decodeLine(buffer, first, last, sample, sink);
      if (fault !== undefined) sink.fault(fault);
    }
    at = stop + 1;
  }
}

function decodeLine(
  buffer: Uint8Array,
  at: number,
  end: number,
  sample: StatsdSample,
  sink: StatsdSink,
): StatsdFault | undefined {
  if (end - at > STATSD_LINE_BYTES_MAX) return 'line-too-long';
  if (startsWith(buffer, at, end, '_e{')) return 'event';
  if (startsWith(buffer, at, end, '_sc|')) return 'service-check';
  const colon = find(buffer, COLON, at, end);
  if (colon === end || find(buffer, BAR, at, colon) < colon) return 'no-value';
  if (colon === at) return 'no-name';
  sample.nameAt = at;
  sample.nameLength = colon - at;
  findTags(buffer, colon, end, sample);
  if (sample.nameLength + sample.tagsLength > STATSD_NAME_BYTES_MAX) return 'name-too-long';
  if (!isPlain(buffer, at, colon)) return 'bad-name';
  if (!isPlain(buffer, sample.tagsAt, sample.tagsAt + sample.tagsLength)) return 'bad-name';
  return decodeValues(buffer, colon + 1, end, sample, sink);
}

/** Datadog's tags stand behind the values and belong to all of them. */
function findTags(buffer: Uint8Array, from: number, end: number, sample: StatsdSample): void {
  sample.tagsAt = end;
  sample.tagsLength = 0;
  for (let at = from; at + 1 < end; at += 1) {
    if (buffer[at] !== BAR || buffer[at + 1] !== HASH) continue;
    sample.tagsAt = at + 2;
    sample.tagsLength = find(buffer, BAR, at + 2, end) - sample.tagsAt;
    return;
  }
}

/** `values|type[|field…]`, and behind a further colon the same again. */
function decodeValues(
  buffer: Uint8Array,
  from: number,
  end: number,
  sample: StatsdSample,
  sink: StatsdSink,
): StatsdFault | undefined {
  for (let at = from; ;) {
    const bar = find(buffer, BAR, at, end);
    if (bar === end) return 'no-type';
    let next = findEither(buffer, bar + 1, end);
    const type = typeOf(buffer, bar + 1, next);
    if (type === undefined) return next === bar + 1 ? 'no-type' : 'unknown-type';
    sample.type = type;
    sample.rate = 1;
    while (next < end && buffer[next] === BAR) {
      const field = next + 1;
      const isRate = buffer[field] === AT;
      next = isRate ? findEither(buffer, field, end) : find(buffer, BAR, field, end);
      if (isRate && !readRate(buffer, field + 1, next, sample)) return 'bad-rate';
    }
    if (!giveValues(buffer, at, bar, sample, sink)) return 'bad-value';
    if (next === end) return undefined;
    at = next + 1;
  }
}

function typeOf(buffer: Uint8Array, at: number, stop: number): StatsdType | undefined {
  let end = stop;
  while (end > at && isBlank(buffer[end - 1] as number)) end -= 1;
  if (end - at === 1) return typeOfLetter(buffer[at] as number);
  return end - at === 2 && buffer[at] === 0x6d && buffer[at + 1] === 0x73 ? 'timer' : undefined;
}

function typeOfLetter(letter: number): StatsdType | undefined {
  switch (letter) {
    case 0x63:
      return 'counter';
    case 0x64:
      return 'distribution';
    case 0x67:
      return 'gauge';
    case 0x68:
      return 'histogram';
    case 0x73:
      return 'set';
    default:
      return undefined;
  }
}

function readRate(buffer: Uint8Array, at: number, end: number, sample: StatsdSample): boolean {
  const rate = parseNumber(buffer, at, end - at);
  if (rate === undefined || !(rate > 0 && rate <= 1)) return false;
  sample.rate = rate;
  return true;
}

/** Gives every value to the sink up to the first that is none; false: there is one. */
function giveValues(
  buffer: Uint8Array,
  from: number,
  end: number,
  sample: StatsdSample,
  sink: StatsdSink,
): boolean {
  // A set's member may have colons in it, as Datadog has it.
  if (sample.type === 'set') return giveMember(from, end, sample, sink);
  for (let at = from; ;) {
    const stop = find(buffer, COLON, at, end);
    const sign = buffer[at];
    // The usual way of numbers knows no plus.
    const digits = sign === PLUS && isDigit(buffer[at + 1]) ? at + 1 : at;
    const value = parseNumber(buffer, digits, stop - digits);
    if (value === undefined || !Number.isFinite(value)) return false;
    if (value < 0 && sample.type === 'timer') return false;
    sample.value = value;
    sample.isStep = sample.type === 'gauge' && (sign === PLUS || sign === MINUS);
    sink.sample(sample);
    if (stop === end) return true;
    at = stop + 1;
  }
}

function giveMember(from: number, end: number, sample: StatsdSample, sink: StatsdSink): boolean {
  if (from === end) return false;
  sample.value = 0;
  sample.isStep = false;
  sample.memberAt = from;
  sample.memberLength = end - from;
  sink.sample(sample);
  return true;
}

/** Where the byte stands first; `end` where it does not. */
function find(buffer: Uint8Array, byte: number, from: number, end: number): number {
  let at = from;
  while (at < end && buffer[at] !== byte) at += 1;
  return at;
}

/** Where a colon or a bar stands first; `end` where none does. */
function findEither(buffer: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && buffer[at] !== BAR && buffer[at] !== COLON) at += 1;
  return at;
}

function startsWith(buffer: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let i = 0; i < text.length; i += 1) if (buffer[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** No control characters. */
function isPlain(buffer: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) {
    const byte = buffer[at] as number;
    if (byte < SPACE || byte === DELETE) return false;
  }
  return true;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Space, tab, carriage return. */
function isBlank(byte: number): boolean {
  return byte === SPACE || byte === 0x09 || byte === 0x0d;
}
