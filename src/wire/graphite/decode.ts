import { GRAPHITE_PATH_BYTES_MAX, LINE_BYTES_MAX } from '../../limits.ts';
import { parseNumber } from '../text.ts';

/**
 * One line of Graphite's plaintext protocol as offsets into its buffer, so that decoding allocates nothing.
 * The object is reused from line to line: whoever keeps something copies it.
 */
export interface GraphiteLine {
  buffer: Uint8Array;
  /** The name with its tags, 1…GRAPHITE_PATH_BYTES_MAX bytes, without blanks and control characters. */
  pathAt: number;
  pathLength: number;
  /** Of those, up to the first `;`: the rest are tags. */
  nameLength: number;
  /** NaN: the sender has none at that time. */
  value: number;
  /** Seconds since the epoch, fractions included; NaN: the time of its arrival. */
  timeS: number;
}

export type GraphiteFault = 'bad-line' | 'bad-number' | 'bad-time' | 'line-too-long' | 'name-too-long';

/** What the decoder meets on its way; the line is only good during the call. */
export interface GraphiteSink {
  line(line: GraphiteLine): void;
  /** A line that was skipped while decoding goes on. */
  skipped(fault: GraphiteFault): void;
}

export function emptyGraphiteLine(): GraphiteLine {
  return { buffer: new Uint8Array(0), pathAt: 0, pathLength: 0, nameLength: 0, value: 0, timeS: 0 };
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const DELETE = 0x7f;
const SEMICOLON = 0x3b;
const DOT = 0x2e;
/** What carbon reads as "now". */
const NOW = -1;

/** All lines of bytes `start`…`end`, the last one with or without its line break; empty ones are nothing. */
export function decodeGraphite(
  buffer: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  line: GraphiteLine,
  sink: GraphiteSink,
): void {
  for (let at = start; at < end;) {
    const stop = lineEnd(buffer, at, end);
    const first = skipBlanks(buffer, at, stop);
    if (first < stop) {
      const fault = decodeLine(buffer, first, stop, line);
      if (fault === undefined) sink.line(line);
      else sink.skipped(fault);
    }
    at = stop + 1;
  }
}

/** `path value [time]` with blanks between and around them, as carbon splits it. */
function decodeLine(
  buffer: Uint8Array,
  start: number,
  end: number,
  line: GraphiteLine,
): GraphiteFault | undefined {
  if (end - start > LINE_BYTES_MAX) return 'line-too-long';
  const pathEnd = wordEnd(buffer, start, end);
  const valueAt = skipBlanks(buffer, pathEnd, end);
  const valueEnd = wordEnd(buffer, valueAt, end);
  const timeAt = skipBlanks(buffer, valueEnd, end);
  const timeEnd = wordEnd(buffer, timeAt, end);
  if (valueAt === valueEnd || skipBlanks(buffer, timeEnd, end) < end) return 'bad-line';
  line.buffer = buffer;
  line.pathAt = start;
  line.pathLength = pathEnd - start;
  if (line.pathLength > GRAPHITE_PATH_BYTES_MAX) return 'name-too-long';
  line.nameLength = nameLength(buffer, start, pathEnd);
  if (line.nameLength < 1) return 'bad-line';
  const value = parseNumber(buffer, valueAt, valueEnd - valueAt);
  if (value === undefined || Math.abs(value) === Infinity) return 'bad-number';
  line.value = value;
  if (timeAt === timeEnd) line.timeS = Number.NaN;
  else {
    const time = parseNumber(buffer, timeAt, timeEnd - timeAt);
    if (time === undefined || !Number.isFinite(time)) return 'bad-time';
    line.timeS = time === NOW ? Number.NaN : time;
  }
  return undefined;
}

/** Bytes before the first `;`; 0 where the name is empty or nothing but dots, or holds a control character. */
function nameLength(buffer: Uint8Array, start: number, end: number): number {
  let length = -1;
  let named = false;
  for (let at = start; at < end; at += 1) {
    const byte = buffer[at] as number;
    if (byte < SPACE || byte === DELETE) return 0;
    if (length >= 0) continue;
    if (byte === SEMICOLON) length = at - start;
    else if (byte !== DOT) named = true;
  }
  if (!named) return 0;
  return length < 0 ? end - start : length;
}

/** Not `indexOf`: the buffer may be a ring of megabytes that goes on behind `end`. */
function lineEnd(buffer: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && buffer[i] !== NEWLINE) i += 1;
  return i;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= 0x09 && byte <= 0x0d);
}

function skipBlanks(buffer: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && isBlank(buffer[i] as number)) i += 1;
  return i;
}

function wordEnd(buffer: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && !isBlank(buffer[i] as number)) i += 1;
  return i;
}
