import { KIND } from './kind.ts';
import type { Kind } from './kind.ts';

const TWO_32 = 4294967296;
const WRAP_SHARE = 0.9;

/**
 * Raw values travel as two unsigned 32-bit words, high and low: an IEEE double for a gauge, a u64 for counter
 * and absolute, an i64 for derive. Words instead of BigInt, because a BigInt costs an allocation a sample.
 */
export interface RawWords {
  hi: number;
  lo: number;
}

/** Raw value number `pair` of a column of words, high before low; into `out` where a loop brings one along. */
export function pairAt(words: Uint32Array, pair: number, out: RawWords = { hi: 0, lo: 0 }): RawWords {
  out.hi = words[2 * pair] ?? 0;
  out.lo = words[2 * pair + 1] ?? 0;
  return out;
}

const scratchF64 = new Float64Array(1);
const scratchU32 = new Uint32Array(scratchF64.buffer);
const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LO = LITTLE ? 0 : 1;
const HI = LITTLE ? 1 : 0;

/** The double whose bits are the two words. */
export function doubleOf(hi: number, lo: number): number {
  scratchU32[HI] = hi;
  scratchU32[LO] = lo;
  return scratchF64[0] ?? Number.NaN;
}

/** Pairs of words, high before low, in the order in which the machine has the halves of a double. */
export function setHalves(halves: Uint32Array, words: Uint32Array, doubles: number): void {
  for (let d = 0; d < 2 * doubles; d += 2) {
    halves[d + HI] = words[d] as number;
    halves[d + LO] = words[d + 1] as number;
  }
}

/** Writes the bits of a double into `out`. */
export function wordsOf(value: number, out: RawWords): void {
  scratchF64[0] = value;
  out.hi = scratchU32[HI] ?? 0;
  out.lo = scratchU32[LO] ?? 0;
}

/**
 * An unsigned (counter, absolute) or signed (derive) integer, floored, into words; saturates at the type's
 * ends.
 */
export function integerWordsOf(value: number, kind: Kind, out: RawWords): void {
  const whole = Math.floor(value);
  if (kind === KIND.derive) {
    const clamped = Math.max(-0x8000000000000000, Math.min(0x7ffffffffffffc00, whole));
    out.hi = Math.floor(clamped / TWO_32) >>> 0;
    out.lo = (clamped - Math.floor(clamped / TWO_32) * TWO_32) >>> 0;
    return;
  }
  const clamped = Math.max(0, Math.min(0xfffffffffffff800, whole));
  out.hi = Math.floor(clamped / TWO_32) >>> 0;
  out.lo = (clamped % TWO_32) >>> 0;
}

/** The raw value as a double: exact for gauges, nearest for integers over 2^53. */
export function rawNumber(kind: Kind, hi: number, lo: number): number {
  if (kind === KIND.gauge) return doubleOf(hi, lo);
  return (kind === KIND.derive ? hi | 0 : hi) * TWO_32 + lo;
}

/** The raw value in decimal, exact to the last digit (rrdtool and the old tools take it as text). */
export function rawText(kind: Kind, hi: number, lo: number): string {
  if (kind === KIND.gauge) {
    const value = doubleOf(hi, lo);
    return Number.isNaN(value) ? 'U' : String(value);
  }
  const signedHi = kind === KIND.derive ? hi | 0 : hi;
  if (signedHi >= -0x200000 && signedHi < 0x200000) return String(signedHi * TWO_32 + lo);
  return ((BigInt(signedHi) << 32n) + BigInt(lo)).toString();
}

/** What a drop of a counter means. */
export type Step = 'forward' | 'wrap' | 'reset';

/**
 * A counter that drops is a wrap only if the old value was above 90 % of 2^32 or 2^64, else the sender
 * restarted. The caller still has to hold the wrapped rate against the type's maximum.
 */
export function counterStep(oldHi: number, oldLo: number, hi: number, lo: number): Step {
  if (hi > oldHi || (hi === oldHi && lo >= oldLo)) return 'forward';
  if (oldHi === 0) return oldLo > WRAP_SHARE * TWO_32 ? 'wrap' : 'reset';
  return oldHi > WRAP_SHARE * TWO_32 ? 'wrap' : 'reset';
}

/**
 * Rate per second between two raw values `seconds` apart; a gauge is its own value. NaN where it is not
 * known: a reset, no time between, or a rate (or a gauge) outside [min, max] (null: unbounded).
 */
export function rateBetween(
  source: { kind: Kind; min: number | null; max: number | null },
  old: RawWords,
  now: RawWords,
  seconds: number,
): number {
  const value = unboundedRate(source.kind, old.hi, old.lo, now.hi, now.lo, seconds);
  if (source.min !== null && value < source.min) return Number.NaN;
  if (source.max !== null && value > source.max) return Number.NaN;
  return value;
}

/**
 * The same without bounds. Words one by one: objects that hold them cost the hot path 15 ns a value.
 */
export function unboundedRate(
  kind: Kind,
  oldHi: number,
  oldLo: number,
  hi: number,
  lo: number,
  seconds: number,
): number {
  if (kind === KIND.gauge) return doubleOf(hi, lo);
  if (!(seconds > 0)) return Number.NaN;
  switch (kind) {
    case KIND.absolute:
      return (hi * TWO_32 + lo) / seconds;
    case KIND.derive:
      return signedDifference(oldHi, oldLo, hi, lo) / seconds;
    case KIND.counter:
      return counted(oldHi, oldLo, hi, lo) / seconds;
  }
}

/** How far a counter went; NaN after a reset. */
function counted(oldHi: number, oldLo: number, hi: number, lo: number): number {
  const step = counterStep(oldHi, oldLo, hi, lo);
  if (step === 'reset') return Number.NaN;
  if (step === 'wrap' && oldHi === 0) return lo - oldLo + TWO_32;
  return unsignedDifference(oldHi, oldLo, hi, lo);
}

/**
 * (now − old) modulo 2^64, as a double. The words are subtracted, so nothing is rounded before the last step.
 */
function unsignedDifference(oldHi: number, oldLo: number, hi: number, lo: number): number {
  const borrow = lo < oldLo ? 1 : 0;
  return ((hi - oldHi - borrow) >>> 0) * TWO_32 + ((lo - oldLo) >>> 0);
}

/** (now − old) modulo 2^64 as a signed integer. */
function signedDifference(oldHi: number, oldLo: number, hi: number, lo: number): number {
  const borrow = lo < oldLo ? 1 : 0;
  return ((hi - oldHi - borrow) | 0) * TWO_32 + ((lo - oldLo) >>> 0);
}
