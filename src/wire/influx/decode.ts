import {
  INFLUX_FIELDS_MAX,
  INFLUX_HEAD_BYTES_MAX,
  INFLUX_LINE_BYTES_MAX,
  INFLUX_TAGS_MAX,
  NAME_BYTES_MAX,
} from '../../limits.ts';
import { parseNumber } from '../text.ts';
import { FIELD } from './line.ts';
import type { FieldKind, InfluxFault, InfluxLine, InfluxSink } from './line.ts';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const HASH = 0x23;
const COMMA = 0x2c;
const MINUS = 0x2d;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** Digits of a time in ns until the year 33658. */
const TIME_DIGITS_MAX = 21;

/**
 * Lines of bytes `start`…`end`, at most `max` of them; where the next one begins. A line ends at a line break
 * that is not inside a quoted string. Of a faulty line only what stands up to its first line break is lost,
 * so that one missing quote does not cost everything behind it.
 */
export function decodeInflux(
  buffer: Uint8Array,
  { start, end, max = Infinity }: { readonly start: number; readonly end: number; readonly max?: number },
  line: InfluxLine,
  sink: InfluxSink,
): number {
  const reader = new LineReader(buffer, end, line);
  let at = start;
  for (let n = 0; n < max && at < end; n += 1) {
    line.number += 1;
    const first = skipBlanks(buffer, at, end);
    const byte = first < end ? buffer[first] : NEWLINE;
    if (byte === NEWLINE || byte === HASH || (byte === RETURN && breakAt(buffer, first, end) <= first + 1)) {
      at = breakAt(buffer, first, end) + 1;
      continue;
    }
    const fault = reader.read(first);
    if (fault === undefined) {
      sink.line(line);
      at = reader.at + 1;
      line.number += reader.breaks;
    } else {
      sink.refused(fault, Math.min(reader.at, end), line);
      at = breakAt(buffer, first, end) + 1;
    }
  }
  return Math.min(at, end);
}

/** A cursor over one line: each step returns the fault, or leaves the cursor where the next one begins. */
class LineReader {
  at = 0;
  /** Line breaks inside the line's strings. */
  breaks = 0;
  readonly #buffer: Uint8Array;
  readonly #bufferEnd: number;
  readonly #line: InfluxLine;
  /** Where the line ends at the latest. */
  #end = 0;

  constructor(buffer: Uint8Array, end: number, line: InfluxLine) {
    this.#buffer = buffer;
    this.#bufferEnd = end;
    this.#line = line;
    line.buffer = buffer;
  }

  /** Reads the line that begins at `start`; afterwards `at` is its line break or its fault. */
  read(start: number): InfluxFault | undefined {
    const line = this.#line;
    this.at = start;
    this.breaks = 0;
    this.#end = Math.min(this.#bufferEnd, start + INFLUX_LINE_BYTES_MAX);
    line.at = start;
    const fault = this.#measurement() ?? this.#tags() ?? this.#fields() ?? this.#time();
    const isCut = this.at >= this.#end && this.#end < this.#bufferEnd;
    return isCut && this.#buffer[this.#end] !== NEWLINE ? 'line-too-long' : fault;
  }

  #measurement(): InfluxFault | undefined {
    const line = this.#line;
    this.#skipName(false);
    line.measurementLength = this.at - line.at;
    return line.measurementLength === 0 ? 'no-measurement' : undefined;
  }

  #tags(): InfluxFault | undefined {
    const line = this.#line;
    line.hostLength = 0;
    for (let tags = 0; this.#peek() === COMMA; tags += 1) {
      if (tags === INFLUX_TAGS_MAX) return 'too-many-tags';
      this.at += 1;
      const keyAt = this.at;
      this.#skipName(true);
      const keyLength = this.at - keyAt;
      if (keyLength === 0 || this.#peek() !== EQUALS) return 'bad-tag';
      this.at += 1;
      const valueAt = this.at;
      this.#skipName(true);
      if (this.at === valueAt || this.#peek() === EQUALS) return 'bad-tag';
      if (isHost(this.#buffer, keyAt, keyLength)) {
        line.hostAt = valueAt;
        line.hostLength = this.at - valueAt;
      }
    }
    line.headLength = this.at - line.at;
    if (line.headLength > INFLUX_HEAD_BYTES_MAX) return 'name-too-long';
    return this.#peek() === SPACE ? undefined : 'no-fields';
  }

  #fields(): InfluxFault | undefined {
    const line = this.#line;
    line.fieldCount = 0;
    this.#skipSpaces();
    if (this.#isAtBreak) return 'no-fields';
    for (;;) {
      if (line.fieldCount === INFLUX_FIELDS_MAX) return 'too-many-fields';
      const fault = this.#field(line.fieldCount);
      if (fault !== undefined) return fault;
      line.fieldCount += 1;
      if (this.#peek() !== COMMA) return undefined;
      this.at += 1;
    }
  }

  #field(index: number): InfluxFault | undefined {
    const line = this.#line;
    const keyAt = this.at;
    this.#skipName(true);
    const keyLength = this.at - keyAt;
    if (keyLength === 0 || this.#peek() !== EQUALS) return 'bad-field';
    if (keyLength > NAME_BYTES_MAX) return 'name-too-long';
    line.keyAt[index] = keyAt;
    line.keyLength[index] = keyLength;
    this.at += 1;
    return this.#peek() === QUOTE ? this.#string(index) : this.#scalar(index);
  }

  /** `\"` and `\\` are escapes; everything else up to the closing quote is the text, line breaks too. */
  #string(index: number): InfluxFault | undefined {
    const buffer = this.#buffer;
    const opening = this.at;
    for (let at = opening + 1; at < this.#end; at += 1) {
      const byte = buffer[at];
      if (byte === NEWLINE) this.breaks += 1;
      else if (byte === BACKSLASH && (buffer[at + 1] === QUOTE || buffer[at + 1] === BACKSLASH)) at += 1;
      else if (byte === QUOTE) {
        this.#line.kinds[index] = FIELD.string;
        this.#line.textAt[index] = opening + 1;
        this.#line.textLength[index] = at - opening - 1;
        this.at = at + 1;
        if (this.#isAtValueEnd) return undefined;
        if (this.breaks === 0) return 'bad-field';
        // The quote that closes it is more likely the next line's.
        this.at = opening;
        return 'unended-string';
      }
    }
    this.at = this.#end < this.#bufferEnd ? this.#end : opening;
    return 'unended-string';
  }

  #scalar(index: number): InfluxFault | undefined {
    const valueAt = this.at;
    while (!this.#isAtValueEnd) this.at += 1;
    const length = this.at - valueAt;
    const line = this.#line;
    const kind = scalarKind(this.#buffer, valueAt, length);
    const number = kind === undefined ? undefined : scalarNumber(this.#buffer, valueAt, length, kind);
    if (kind === undefined || number === undefined) {
      this.at = valueAt;
      return 'bad-number';
    }
    line.kinds[index] = kind;
    line.numbers[index] = number;
    return undefined;
  }

  #time(): InfluxFault | undefined {
    const line = this.#line;
    line.time = Number.NaN;
    this.#skipSpaces();
    if (this.#isAtBreak) return this.#toBreak();
    const start = this.at;
    if (this.#peek() === MINUS) this.at += 1;
    const digitsAt = this.at;
    let time = 0;
    for (; isDigit(this.#peek()); this.at += 1) time = time * 10 + this.#peek() - 0x30;
    const digits = this.at - digitsAt;
    this.#skipSpaces();
    if (digits === 0 || digits > TIME_DIGITS_MAX || !this.#isAtBreak) {
      this.at = start;
      return 'bad-time';
    }
    line.time = digitsAt > start ? -time : time;
    return this.#toBreak();
  }

  #toBreak(): undefined {
    if (this.#peek() === RETURN) this.at += 1;
    return undefined;
  }

  /**
   * To the end of a name: an unescaped comma or space, `=` too where a key may end. A backslash makes these
   * part of the name, and is itself otherwise (so it cannot escape another).
   */
  #skipName(equals: boolean): void {
    const buffer = this.#buffer;
    let at = this.at;
    for (; at < this.#end; at += 1) {
      const byte = buffer[at] as number;
      if (byte === NEWLINE) break;
      if (byte !== COMMA && byte !== SPACE && !(equals && byte === EQUALS)) continue;
      if (at === this.at || buffer[at - 1] !== BACKSLASH) break;
    }
    this.at = at;
  }

  #skipSpaces(): void {
    while (this.#peek() === SPACE) this.at += 1;
  }

  /** A line break where the line ends. */
  #peek(): number {
    return this.at < this.#end ? (this.#buffer[this.at] as number) : NEWLINE;
  }

  get #isAtBreak(): boolean {
    const byte = this.#peek();
    if (byte === NEWLINE) return true;
    return byte === RETURN && (this.at + 1 >= this.#end || this.#buffer[this.at + 1] === NEWLINE);
  }

  get #isAtValueEnd(): boolean {
    const byte = this.#peek();
    return byte === COMMA || byte === SPACE || this.#isAtBreak;
  }
}

/** What the last character says a bare value is. */
function scalarKind(buffer: Uint8Array, at: number, length: number): FieldKind | undefined {
  if (length === 0) return undefined;
  const last = buffer[at + length - 1] as number;
  const first = buffer[at] as number;
  if (isDigit(first) || first === MINUS || first === 0x2b || first === 0x2e) {
    if (last === 0x69) return FIELD.integer;
    if (last === 0x75) return FIELD.unsigned;
    return isDigit(last) || last === 0x2e ? FIELD.float : undefined;
  }
  return FIELD.boolean;
}

const TRUE = new Set(['t', 'T', 'true', 'True', 'TRUE']);
const FALSE = new Set(['f', 'F', 'false', 'False', 'FALSE']);
const BOOLEAN_BYTES_MAX = 5;
const INTEGER_MAX = 2 ** 63;
const UNSIGNED_MAX = 2 ** 64;

/** Integers as the nearest double. Undefined: it is none of that kind. */
function scalarNumber(buffer: Uint8Array, at: number, length: number, kind: FieldKind): number | undefined {
  switch (kind) {
    case FIELD.float: {
      const number = parseNumber(buffer, at, length);
      return Number.isFinite(number) ? number : undefined;
    }
    case FIELD.integer:
    case FIELD.unsigned: {
      const signed = kind === FIELD.integer;
      const digitsAt = signed && buffer[at] === MINUS ? at + 1 : at;
      if (!areDigits(buffer, digitsAt, at + length - 1)) return undefined;
      const number = parseNumber(buffer, at, length - 1);
      const max = signed ? INTEGER_MAX : UNSIGNED_MAX;
      return number !== undefined && Math.abs(number) <= max ? number : undefined;
    }
    case FIELD.boolean: {
      if (length > BOOLEAN_BYTES_MAX) return undefined;
      const text = String.fromCharCode(...buffer.subarray(at, at + length));
      if (TRUE.has(text)) return 1;
      return FALSE.has(text) ? 0 : undefined;
    }
    case FIELD.string:
      return undefined;
  }
}

function areDigits(buffer: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return false;
  for (let i = at; i < end; i += 1) if (!isDigit(buffer[i] as number)) return false;
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHost(buffer: Uint8Array, at: number, length: number): boolean {
  return (
    length === 4 &&
    buffer[at] === 0x68 &&
    buffer[at + 1] === 0x6f &&
    buffer[at + 2] === 0x73 &&
    buffer[at + 3] === 0x74
  );
}

function skipBlanks(buffer: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && (buffer[i] === SPACE || buffer[i] === TAB)) i += 1;
  return i;
}

/** The next line break, or the end. */
function breakAt(buffer: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && buffer[i] !== NEWLINE) i += 1;
  return i;
}
