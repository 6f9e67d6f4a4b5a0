import fc from 'fast-check';
import { describe as suite, expect, test } from 'vitest';
import { HISTORY_RECORDS_AT_ONCE } from '../../src/limits.ts';
import { KIND } from '../../src/model/kind.ts';
import { readHistory } from '../../src/query/history.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { batchOf, describe, source } from '../store/batch.ts';
import { tailOf } from './tails.ts';
import type { Tail, TailSource } from '../../src/model/tail.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { SeriesRequest, Store, StoredRows } from '../../src/store/store.ts';
import type { PointRow } from '../store/batch.ts';
import type { HistoryRequest } from '../../src/query/history.ts';

const live = new AbortController().signal;

function tailsOf(...tails: Tail[]): TailSource {
  return { tails: () => Promise.resolve(tails) };
}

function requestOf(record: RecordDescription, given: Partial<HistoryRequest> = {}): HistoryRequest {
  return {
    records: [{ description: record, worker: 0, record: 7, row: 7, generation: 1 }],
    series: record.sources.map((_, s) => ({ record: 0, source: s })),
    fromS: 0,
    toS: 100,
    points: 1000,
    ...given,
  };
}

/**
 * The history when the first `stored` points are in the store and the others wait, behind up to two of
 * those.
 */
async function readSplit(
  record: RecordDescription,
  points: readonly PointRow[],
  stored: number,
  request: HistoryRequest,
) {
  await using store = createMemoryStore();
  await store.put(batchOf([[record, points.slice(0, stored)]]), { signal: live, hurry: false });
  const tail = tailOf(record, points.slice(Math.max(0, stored - 2)), Math.min(2, stored));
  return await readHistory(request, { store, tails: tailsOf(tail) }, live);
}

suite('a history has no seam', () => {
  const record = describe({ sources: [source('g', KIND.gauge), source('c', KIND.counter)] });
  const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(NaN));
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), value, fc.integer({ min: 0, max: 1e6 })), {
    minLength: 2,
    maxLength: 25,
  });

  function pointsOf(list: readonly (readonly [number, number, number])[], scale: number): PointRow[] {
    let timeS = 1_700_000_000;
    let count = 0;
    return list.map(([gap, gauge, more]) => {
      timeS += gap * scale;
      count += more;
      return [timeS, [gauge, count]];
    });
  }

  test('wherever the flush point is, step-aligned values are the same', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (list, split) => {
        const points = pointsOf(list, 10);
        const request = requestOf(record, { fromS: 1_700_000_000, toS: 1_700_002_000, points: 1000 });
        const whole = await readSplit(record, points, points.length, request);
        const parts = await readSplit(record, points, split % (points.length + 1), request);
        expect(parts.times).toEqual(whole.times);
        for (const [s, column] of whole.columns.entries())
          expectClose(parts.columns[s]?.values, column.values);
      }),
      { numRuns: 60 },
    );
  });

  test('the newest point is there before anything is stored', async () => {
    const answer = await readSplit(describe(), [[90, 4]], 0, requestOf(describe()));
    expect(answer.times.at(-2)).toBe(90);
    expect(answer.columns[0]?.values.at(-2)).toBe(4);
  });

  test('after a flush a rate is known as far as a gauge', async () => {
    const points = Array.from({ length: 8 }, (_, i): PointRow => [1_700_000_003 + 10 * i, [42, 70 * i]]);
    const request = requestOf(record, { fromS: 1_700_000_010, toS: 1_700_000_075 });
    const { columns } = await readSplit(record, points, points.length, request);
    expect(columns.map(({ values }) => [...values])).toEqual([Array(7).fill(42), Array(7).fill(7)]);
  });

  test('hosts that report less often than the grid has rows are in every sum and count', async () => {
    const descriptions = Array.from({ length: 10 }, (_, i) => describe({ host: `h${i}`, intervalS: 40 }));
    const finer = describe({ metric: 'finer' });
    const tails = descriptions.map((of, i) =>
      tailOf(
        of,
        [0, 40, 80].map((s): PointRow => [100 + s + 4 * i, 1000]),
        0,
      ),
    );
    const request = requestOf(finer, {
      records: [finer, ...descriptions].map((description, i) => ({
        description,
        worker: 0,
        record: i,
        row: i,
        generation: 1,
      })),
      series: descriptions.map((_, i) => ({ record: i + 1, source: 0 })),
      fromS: 140,
      toS: 220,
    });
    const sources = { store: createMemoryStore(), tails: tailsOf(tailOf(finer, [[210, 1]], 0), ...tails) };
    const sum = await readHistory({ ...request, aggregate: 'sum' }, sources, live);
    expect([...(sum.columns[0]?.values ?? [])]).toEqual(Array(8).fill(10_000));
    const count = await readHistory({ ...request, aggregate: 'count' }, sources, live);
    expect([...(count.columns[0]?.values ?? [])]).toEqual(Array(8).fill(10));
  });

  function expectClose(got: Float64Array | undefined, wanted: Float64Array): void {
    expect(got).toHaveLength(wanted.length);
    for (const [row, number] of wanted.entries()) {
      const other = got?.[row] ?? NaN;
      if (Number.isNaN(number)) expect(other).toBeNaN();
      else expect(Math.abs(other - number)).toBeLessThan(1e-9 * Math.max(1, Math.abs(number)));
    }
  }
});

/** A store that answers every request with what the test says, and notes the requests. */
function answering(answer: (request: SeriesRequest) => StoredRows): Store & { requests: SeriesRequest[] } {
  const requests: SeriesRequest[] = [];
  return {
    name: 'fake',
    requests,
    put: () => Promise.reject(new Error('nothing is put here')),
    query: (request) => {
      requests.push(request);
      return Promise.resolve(request.records.map(() => answer(request)));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

suite('readHistory', () => {
  test('a record last seen long ago is read at full resolution to its end', async () => {
    const store = answering(({ fromS, toS }) =>
      toS - fromS > 1000
        ? { startS: 0, stepS: 300, columns: [new Float64Array(4).fill(NaN)] }
        : { startS: 1200, stepS: 10, columns: [Float64Array.of(5)] },
    );
    const request = requestOf(describe(), { toS: 7200, points: 24 });
    const { columns } = await readHistory(request, { store, tails: tailsOf(empty) }, live);
    expect(store.requests.map(({ fromS, toS }) => [fromS, toS])).toEqual([
      [0, 7200],
      [900, 1500],
    ]);
    expect(columns[0]?.values[4]).toBe(5);
  });

  const empty = tailOf(describe(), [], 0);

  test('the unfinished consolidated row is read at full resolution', async () => {
    const store = answering(({ fromS, toS }) =>
      toS - fromS > 1000
        ? {
            startS: 0,
            stepS: 300,
            columns: [Float64Array.from({ length: 24 }, (_, r) => (r < 22 ? 1 : NaN))],
          }
        : { startS: 6600, stepS: 10, columns: [Float64Array.from({ length: 58 }, () => 5)] },
    );
    const request = requestOf(describe(), { toS: 7200, points: 24 });
    const { times, columns } = await readHistory(request, { store, tails: tailsOf(empty) }, live);
    expect(store.requests.map(({ fromS, toS }) => [fromS, toS])).toEqual([
      [0, 7200],
      [6600, 7200],
    ]);
    expect(times.slice(-3)).toEqual([6600, 6900, 7200]);
    expect([...(columns[0]?.values ?? [])].slice(-3)).toEqual([1, 5, 5]);
  });

  test('an aggregate gives one column', async () => {
    const store = answering(({ records }) => ({
      startS: 0,
      stepS: 10,
      columns: [Float64Array.of(records.length, 3)],
    }));
    const records = [1, 2].map((record) => ({
      description: describe({ host: `h${record}` }),
      worker: 0,
      record,
      row: 0,
      generation: 1,
    }));
    const request = requestOf(describe(), {
      records,
      series: [
        { record: 0, source: 0 },
        { record: 1, source: 0 },
      ],
      toS: 20,
      aggregate: 'sum',
    });
    const answer = await readHistory(request, { store, tails: tailsOf(empty, empty) }, live);
    expect(answer).toEqual({ times: [10, 20], columns: [{ values: Float64Array.of(4, 6) }] });
  });

  test('many series are folded part by part, the finest first, into their groups', async () => {
    const hosts = 3 * HISTORY_RECORDS_AT_ONCE;
    const slow = (record: number) => record % 3 === 0;
    const records = Array.from({ length: hosts }, (_, record) => ({
      description: describe({ host: `h${record}`, intervalS: slow(record) ? 60 : 10 }),
      worker: 0,
      record,
      row: 0,
      generation: 1,
    }));
    const store = answering(({ records: [first] }) => {
      const step = first?.intervalS ?? 10;
      return { startS: 0, stepS: step, columns: [new Float64Array(120 / step).fill(step)] };
    });
    const request = requestOf(describe(), {
      records,
      series: records.map((_, record) => ({ record, source: 0 })),
      groups: Uint32Array.from(records, (_, record) => (slow(record) ? 1 : 0)),
      toS: 120,
      points: 12,
      aggregate: 'count',
    });
    const tails = { tails: (of: readonly unknown[]) => Promise.resolve(of.map(() => empty)) };
    const { times, columns } = await readHistory(request, { store, tails }, live);
    expect(times).toHaveLength(12);
    expect(columns.map(({ values }) => [...values])).toEqual([
      Array(12).fill((2 * hosts) / 3),
      Array(12).fill(hosts / 3),
    ]);
    const sizes = store.requests.map((one) => one.records.length);
    // A few tell the grid.
    expect(sizes).toEqual([
      16,
      HISTORY_RECORDS_AT_ONCE,
      HISTORY_RECORDS_AT_ONCE,
      HISTORY_RECORDS_AT_ONCE - 16,
    ]);
  });

  test('a short read has its turn between the parts of a long one', async () => {
    const records = Array.from({ length: 5 * HISTORY_RECORDS_AT_ONCE }, (_, record) => ({
      description: describe({ host: `h${record}` }),
      worker: 0,
      record,
      row: 0,
      generation: 1,
    }));
    const series = records.map((_, record) => ({ record, source: 0 }));
    const store = answering(() => ({ startS: 0, stepS: 10, columns: [Float64Array.of(1)] }));
    const tails = { tails: (of: readonly unknown[]) => Promise.resolve(of.map(() => empty)) };
    const many = { records, series, aggregate: 'avg' as const };
    const long = readHistory(requestOf(describe(), many), { store, tails }, live);
    await readHistory(requestOf(describe()), { store, tails }, live);
    expect(store.requests.length).toBeLessThan(5);
    await long;
    expect(store.requests).toHaveLength(7);
  });

  test('an aborted fold reads no further', async () => {
    const controller = new AbortController();
    const records = Array.from({ length: 2 * HISTORY_RECORDS_AT_ONCE }, (_, record) => ({
      description: describe({ host: `h${record}` }),
      worker: 0,
      record,
      row: 0,
      generation: 1,
    }));
    const store = answering(() => {
      controller.abort(new Error('no longer wanted'));
      return { startS: 0, stepS: 10, columns: [Float64Array.of(1)] };
    });
    const series = records.map((_, record) => ({ record, source: 0 }));
    const request = requestOf(describe(), { records, series, aggregate: 'avg' });
    const tails = { tails: (of: readonly unknown[]) => Promise.resolve(of.map(() => empty)) };
    const reading = readHistory(request, { store, tails }, controller.signal);
    await expect(reading).rejects.toThrow('no longer wanted');
    expect(store.requests).toHaveLength(1);
  });

  test('a band comes from the store, and from points that wait each by itself', async () => {
    const record = describe();
    const store = answering(() => ({
      startS: 0,
      stepS: 20,
      columns: [Float64Array.of(5, 6)],
      lows: [Float64Array.of(1, NaN)],
      highs: [Float64Array.of(9, NaN)],
    }));
    const request = requestOf(record, { toS: 60, points: 3, band: true });
    const tail = tailOf(
      record,
      [
        [50, 7],
        [60, 9],
      ],
      0,
    );
    const { columns } = await readHistory(request, { store, tails: tailsOf(tail) }, live);
    expect(store.requests[0]).toMatchObject({ band: true });
    expect(
      columns.map(({ values, lows, highs }) => [values, lows, highs].map((c) => [...(c ?? [])])),
    ).toEqual([
      [
        [5, 6, 8],
        [1, NaN, 7],
        [9, NaN, 9],
      ],
    ]);
  });

  test('the tails are copied before the store is asked', async () => {
    const order: string[] = [];
    const tails: TailSource = { tails: () => Promise.resolve().then(() => (order.push('tails'), [empty])) };
    const store = answering(() => (order.push('store'), { startS: 0, stepS: 10, columns: [] }));
    await readHistory(requestOf(describe()), { store, tails }, live);
    expect(order).toEqual(['tails', 'store']);
  });

  test('aborted while the tails are awaited', async () => {
    const controller = new AbortController();
    const tails: TailSource = { tails: () => Promise.withResolvers<readonly Tail[]>().promise };
    const store = answering(() => ({ startS: 0, stepS: 10, columns: [] }));
    const reading = readHistory(requestOf(describe()), { store, tails }, controller.signal);
    controller.abort(new Error('no longer wanted'));
    await expect(reading).rejects.toThrow('no longer wanted');
    expect(store.requests).toEqual([]);
  });

  test('a store that is down rejects', async () => {
    const store = {
      ...answering(() => ({ startS: 0, stepS: 10, columns: [] })),
      query: () => Promise.reject(new Error('down')),
    };
    await expect(readHistory(requestOf(describe()), { store, tails: tailsOf(empty) }, live)).rejects.toThrow(
      'down',
    );
  });
});
