import { KIND } from '../../model/kind.ts';
import { integerWordsOf, wordsOf } from '../../model/rate.ts';
import type { Kind } from '../../model/kind.ts';
import type { RawWords } from '../../model/rate.ts';
import type { Samples } from '../consolidate.ts';

/** Samples as databases give them, long integers as bigint; what is no number is left out. */
export function samplesOf(kind: Kind, timesS: readonly number[], values: readonly unknown[]): Samples {
  const kept: number[] = [];
  const words = new Uint32Array(2 * values.length);
  const out = { hi: 0, lo: 0 };
  for (const [i, value] of values.entries()) {
    if (!rawOf(kind, value, out)) continue;
    words[2 * kept.length] = out.hi;
    words[2 * kept.length + 1] = out.lo;
    kept.push(timesS[i] as number);
  }
  return { timesS: kept, words };
}

function rawOf(kind: Kind, value: unknown, out: RawWords): boolean {
  if (typeof value === 'bigint') {
    if (kind === KIND.gauge) {
      wordsOf(Number(value), out);
      return true;
    }
    const bits = BigInt.asUintN(64, value);
    out.hi = Number(bits >> 32n);
    out.lo = Number(bits & 0xffffffffn);
    return true;
  }
  if (typeof value !== 'number') return false;
  if (kind === KIND.gauge) wordsOf(value, out);
  else integerWordsOf(value, kind, out);
  return true;
}
