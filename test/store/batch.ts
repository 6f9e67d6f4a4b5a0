import { KIND } from '../../src/model/kind.ts';
import { integerWordsOf, wordsOf } from '../../src/model/rate.ts';
import type { Kind } from '../../src/model/kind.ts';
import type { DataSource, RecordDescription } from '../../src/model/record.ts';
import type { RecordBatch, StoredRows } from '../../src/store/store.ts';

export type Value = number | bigint;
/** [second, value or values, 'reset' before it]. */
export type PointRow = readonly [number, Value | readonly Value[], 'reset'?];

export function source(name: string, kind: Kind, bounds: Partial<DataSource> = {}): DataSource {
  return { name, kind, min: null, max: null, ...bounds };
}

export function describe(given: Partial<RecordDescription> = {}): RecordDescription {
  return {
    cluster: 'web',
    host: 'web-1',
    metric: 'load_one',
    protocol: 'ganglia',
    sources: [source('value', KIND.gauge)],
    intervalS: 10,
    tmaxS: 0,
    dmaxS: 0,
    slope: 'both',
    units: '',
    title: '',
    group: '',
    description: '',
    provisional: false,
    ...given,
  };
}

export function batchOf(rows: readonly (readonly [RecordDescription, readonly PointRow[]])[]): RecordBatch {
  const starts = [0];
  const wordStarts: number[] = [];
  const times: number[] = [];
  const gaps: number[] = [];
  const words: number[] = [];
  for (const [record, points] of rows) {
    wordStarts.push(words.length);
    for (const [timeS, given, reset] of points) {
      times.push(timeS);
      gaps.push(reset ? 1 : 0);
      const list: readonly Value[] = typeof given === 'object' ? given : [given];
      record.sources.forEach(({ kind }, s) => words.push(...wordsFor(kind, list[s] ?? 0)));
    }
    starts.push(times.length);
  }
  return {
    records: rows.map(([record]) => record),
    starts: Uint32Array.from(starts),
    wordStarts: Uint32Array.from(wordStarts),
    timesS: Uint32Array.from(times),
    words: Uint32Array.from(words),
    gaps: Uint8Array.from(gaps),
  };
}

function wordsFor(kind: Kind, value: Value): [number, number] {
  if (typeof value === 'bigint') {
    const bits = BigInt.asUintN(64, value);
    return [Number(bits >> 32n), Number(bits & 0xffffffffn)];
  }
  const out = { hi: 0, lo: 0 };
  if (kind === KIND.gauge) wordsOf(value, out);
  else integerWordsOf(value, kind, out);
  return [out.hi, out.lo];
}

/** The value of the row that ends at `timeS`; NaN where there is none. */
export function valueAt(rows: StoredRows, timeS: number, source = 0): number {
  const row = (timeS - rows.startS) / rows.stepS - 1;
  return rows.columns[source]?.[row] ?? Number.NaN;
}
