import { expect } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { batchOf, describe, source } from './batch.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Store, StoredRows } from '../../src/store/store.ts';
import type { PointRow } from './batch.ts';

const T = 1_700_000_000 - (1_700_000_000 % 86_400);
const TWO_32 = 2 ** 32;

/** Always the same numbers, 0 ≤ n < 1. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

interface Story {
  readonly record: RecordDescription;
  readonly points: readonly PointRow[];
  /** A sample is a good part of a row, and the last of a row tells of the next one, too. */
  readonly rough?: true;
}

/** What agents do. A mean of samples on boundaries of the step is one weighted by time. */
function stories(): Story[] {
  const times = Array.from({ length: 1440 }, (_, i) => T + 10 * (i + 1));
  const metric = (name: string, kind: RecordDescription['sources'][number]): RecordDescription =>
    describe({ protocol: 'collectd', metric: `${name}/${kind.name}`, sources: [kind] });
  const roll = dice(7);
  let count = 0;
  const steady = times.map((timeS): PointRow => [timeS, (count += Math.floor(1000 * roll()))]);
  const restarted = steady.map(([timeS, value], i): PointRow => [
    timeS,
    i < 700 ? value : Number(value) - Number(steady[700]?.[1]),
  ]);
  const wrapping = steady.map(([timeS, value]): PointRow => [
    timeS,
    (TWO_32 - 300_000 + Number(value)) % TWO_32,
  ]);
  const silent = <T extends PointRow>(points: readonly T[]) => points.filter((_, i) => i < 400 || i >= 520);
  const gauge = times.map((timeS): PointRow => [timeS, Math.round(1000 * roll()) / 8]);
  const broken = gauge.map(([timeS, value], i): PointRow => [timeS, i % 333 === 0 ? 1e9 : value]);
  const seldom = gauge.filter((_, i) => i % 6 === 0);
  return [
    { record: metric('gauge', source('value', KIND.gauge)), points: gauge },
    { record: metric('bounded', source('value', KIND.gauge, { min: 0, max: 1000 })), points: broken },
    { record: metric('silent', source('value', KIND.gauge)), points: silent(gauge) },
    { record: metric('seldom', source('value', KIND.gauge)), points: seldom, rough: true },
    { record: metric('counter', source('value', KIND.counter)), points: steady },
    { record: metric('restarted', source('value', KIND.counter)), points: restarted },
    { record: metric('wrapping', source('value', KIND.counter)), points: wrapping },
    { record: metric('silent counter', source('value', KIND.counter)), points: silent(steady) },
    { record: metric('derive', source('value', KIND.derive, { min: 0 })), points: restarted },
    { record: metric('signed', source('value', KIND.derive)), points: restarted },
    { record: metric('absolute', source('value', KIND.absolute)), points: gauge },
  ];
}

const patient = new AbortController().signal;
const HURRY = { signal: patient, hurry: true };

/** Fails where a store answers otherwise than the one in memory, which has every sample. */
export async function compareWithMemory(store: Store): Promise<void> {
  await using memory = createMemoryStore();
  const told = stories();
  const records = told.map(({ record }) => record);
  const batch = batchOf(told.map(({ record, points }) => [record, points]));
  for (const to of [memory, store]) await to.put(batch, HURRY);
  for (const points of [2000, 300, 50, 7]) {
    for (const [fromS, toS] of [
      [T, T + 14_400],
      [T + 3000, T + 9000],
    ] as const) {
      for (const band of [false, true]) {
        const request = { records, fromS, toS, points, band };
        const [wanted, got] = await Promise.all([memory, store].map((of) => of.query(request, patient)));
        for (const [i, { record, rough }] of told.entries()) {
          const label = `${record.metric}, ${points} points from ${fromS - T}${band ? ', band' : ''}`;
          alike(label, got?.[i], wanted?.[i], rough ? asKnown : rounded);
        }
      }
    }
  }
}

function alike(
  label: string,
  got: StoredRows | undefined,
  wanted: StoredRows | undefined,
  as: (value: number) => number,
): void {
  expect([label, got?.startS, got?.stepS]).toEqual([label, wanted?.startS, wanted?.stepS]);
  for (const part of ['columns', 'lows', 'highs'] as const) {
    const [ours, theirs] = [got, wanted].map((rows) => [...(rows?.[part]?.[0] ?? [])].map(as));
    expect({ label, part, rows: ours }).toEqual({ label, part, rows: theirs });
  }
}

/** To nine digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

function asKnown(value: number): number {
  return Number.isNaN(value) ? 0 : 1;
}
