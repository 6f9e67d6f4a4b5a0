import { KIND } from '../model/kind.ts';
import { counterStep, pairAt, rateBetween } from '../model/rate.ts';
import type { RawWords } from '../model/rate.ts';
import type { RecordBatch } from '../store/store.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Staging } from './staging.ts';

/** Columns for the store from the points in flight of `records`. */
export function buildBatch(
  records: readonly number[],
  staging: Staging,
  describe: (record: number) => RecordDescription,
): RecordBatch {
  const descriptions = records.map(describe);
  const starts = new Uint32Array(records.length + 1);
  const wordStarts = new Uint32Array(records.length + 1);
  for (let i = 0; i < records.length; i += 1) {
    const points = staging.inFlight(records[i] as number);
    starts[i + 1] = (starts[i] as number) + points;
    wordStarts[i + 1] =
      (wordStarts[i] as number) + points * 2 * (descriptions[i] as RecordDescription).sources.length;
  }
  const timesS = new Uint32Array(starts[records.length] as number);
  const words = new Uint32Array(wordStarts[records.length] as number);
  const gaps = new Uint8Array(timesS.length);
  for (let i = 0; i < records.length; i += 1) {
    const record = records[i] as number;
    const from = staging.stored(record);
    const n = staging.inFlight(record);
    staging.copy(record, from, n, timesS, starts[i] as number, words, wordStarts[i] as number);
    markGaps(record, descriptions[i] as RecordDescription, staging, gaps.subarray(starts[i], starts[i + 1]));
  }
  return { records: descriptions, starts, wordStarts, timesS, words, gaps };
}

/**
 * Marks the points in flight that a counter's reset separates from the point before (a stored one included).
 */
function markGaps(record: number, description: RecordDescription, staging: Staging, gaps: Uint8Array): void {
  if (!description.sources.some((s) => s.kind === KIND.counter)) return;
  const tail = resetsOf(staging.tail(record), description);
  const from = staging.stored(record);
  gaps.set(tail.subarray(from, from + gaps.length));
}

/** 1 for every point that a counter's reset separates from the one before it. */
export function resetsOf(
  points: { timesS: Uint32Array; words: Uint32Array },
  description: RecordDescription,
): Uint8Array {
  const n = points.timesS.length;
  const sources = description.sources;
  const gaps = new Uint8Array(n);
  const old: RawWords = { hi: 0, lo: 0 };
  const now: RawWords = { hi: 0, lo: 0 };
  for (let p = 1; p < n; p += 1) {
    for (let s = 0; s < sources.length; s += 1) {
      const source = sources[s];
      if (source?.kind !== KIND.counter) continue;
      pairAt(points.words, (p - 1) * sources.length + s, old);
      pairAt(points.words, p * sources.length + s, now);
      const step = counterStep(old.hi, old.lo, now.hi, now.lo);
      if (step === 'forward') continue;
      const seconds = (points.timesS[p] as number) - (points.timesS[p - 1] as number);
      if (step === 'reset' || Number.isNaN(rateBetween(source, old, now, seconds))) gaps[p] = 1;
    }
  }
  return gaps;
}
