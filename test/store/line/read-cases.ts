import { KIND } from '../../../src/model/kind.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { batchOf, describe, source } from '../batch.ts';
import type { SeriesRequest, StoredRows } from '../../../src/store/store.ts';
import type { PointRow } from '../batch.ts';

const T = 1_700_000_100 - (1_700_000_100 % 600);

const octets = describe({
  protocol: 'collectd',
  metric: 'interface-eth0/if_octets',
  group: 'interface',
  sources: [source('rx', KIND.derive, { min: 0 }), source('tx', KIND.counter)],
});
const records = [
  describe({ host: 'web-1.example.net' }),
  describe({ host: 'a|b.c/d\'"\\x y,=ü' }),
  octets,
  describe({ host: 'never stored' }),
];

/** Ten minutes: a gauge; a gauge that was silent; counters that were restarted on the way, and then wrapped. */
export const stored = batchOf([
  [records[0] ?? octets, each((i) => i / 4)],
  [records[1] ?? octets, each((i) => -i).filter((_, i) => i < 10 || i > 40)],
  [octets, each((i) => [i < 30 ? 5000 + 100 * i : 70 * i, (2 ** 32 - 2000 + 77 * i) % 2 ** 32])],
]);

function each(valueOf: (i: number) => PointRow[1]): PointRow[] {
  return Array.from({ length: 60 }, (_, i) => [T + 10 * (i + 1), valueOf(i)]);
}

/** What is asked of the databases whose answers are in test/vectors/reads. */
export const cases: readonly { name: string; request: SeriesRequest; samplesMax: number }[] = [
  { name: 'all samples', request: { records, fromS: T, toS: T + 600, points: 100 }, samplesMax: 1000 },
  {
    name: 'rows summed up',
    request: { records, fromS: T, toS: T + 600, points: 11, band: true },
    samplesMax: 0,
  },
];

/** What a store that has every sample answers. */
export async function expected(request: SeriesRequest): Promise<unknown[]> {
  const signal = new AbortController().signal;
  await using memory = createMemoryStore();
  await memory.put(stored, { signal, hurry: true });
  return plain(await memory.query(request, signal));
}

/** Rows as plain arrays, to nine digits; where a record is not known only that there are none. */
export function plain(answers: readonly StoredRows[]): unknown[] {
  const lists = (columns: readonly Float64Array[] | undefined) =>
    columns?.map((column) => Array.from(column, (value) => Number(value.toPrecision(9))));
  return answers.map(({ startS, stepS, columns, lows, highs }) =>
    columns[0]?.length === 0
      ? []
      : { startS, stepS, columns: lists(columns), lows: lists(lows), highs: lists(highs) },
  );
}
