import { Buffer, isUtf8 } from 'node:buffer';
import { lengthToNul } from './bytes.ts';

/** Characters a number in text may have: the longest exact double written out is shorter. */
const NUMBER_CHARS_MAX = 400;
/**
 * Integers up to here are exact doubles, as are powers of ten up to 10^22: one division then rounds
 * correctly.
 */
const EXACT_DIGITS_MAX = 15;
const POWERS = Array.from({ length: 23 }, (_, n) => 10 ** n);

/**
 * The digits behind the point only where there is one: else 400 digits with a letter behind them could be
 * parted in as many ways, each of which is tried (260 µs, and a datagram has room for 160 of them).
 */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const SPECIAL = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/**
 * Bytes up to the first NUL as text: UTF-8 where they are valid UTF-8, else Latin-1, so that every name
 * reads as something.
 */
export function decodeName(buffer: Uint8Array, at: number, length: number): string {
  // Where an absent name stands is left over from another datagram: it may lie behind the end of this one.
  if (length === 0) return '';
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset + at, lengthToNul(buffer, at, length));
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
}

/**
 * The number a gmetric string spells: decimal with sign, fraction and exponent, blanks around it, or nan
 * and inf in any case. Undefined for everything else (`abc`, `1x`, empty), never for NaN.
 */
export function parseNumber(buffer: Uint8Array, at: number, length: number): number | undefined {
  const plain = parsePlain(buffer, at, length);
  if (plain !== undefined) return plain;
  if (length === 0 || length > NUMBER_CHARS_MAX) return undefined;
  const text = Buffer.from(buffer.buffer, buffer.byteOffset + at, length)
    .toString('latin1')
    .trim();
  if (NUMBER.test(text)) return Number(text);
  const special = SPECIAL.exec(text);
  if (special === null) return undefined;
  if (special[2] !== undefined) return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/**
 * The common form, `-12.5`, without making a string. Undefined: not of that form, or too long to be exact
 * this way.
 */
function parsePlain(buffer: Uint8Array, at: number, length: number): number | undefined {
  const negative = buffer[at] === 0x2d;
  const first = negative ? 1 : 0;
  let mantissa = 0;
  let digits = 0;
  let point = -1;
  for (let i = first; i < length; i += 1) {
    const byte = buffer[at + i] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + byte - 0x30;
      digits += 1;
      if (digits > EXACT_DIGITS_MAX) return undefined;
    } else if (byte === 0x2e && point === -1) point = i;
    else return undefined;
  }
  if (digits === 0) return undefined;
  const magnitude = point === -1 ? mantissa : mantissa / (POWERS[length - 1 - point] ?? 1);
  return negative ? -magnitude : magnitude;
}
