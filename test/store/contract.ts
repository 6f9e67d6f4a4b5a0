import { afterEach, beforeEach, describe as group, expect, test } from 'vitest';
import { KIND } from '../../src/model/kind.ts';
import { batchOf, describe, source, valueAt } from './batch.ts';
import { renameContract } from './rename-contract.ts';
import type { Store } from '../../src/store/store.ts';
import type { PointRow } from './batch.ts';

/** What a store's suite needs of an adapter. */
export interface Harness {
  /** Opens the store; opened again, it is another object on the same data. */
  open(): Store;
  close(): Promise<void>;
}

const T = 1_700_000_000;
const HURRY = { signal: new AbortController().signal, hurry: true };

/** What a store may be unable to do, with the reason. */
export interface Inabilities {
  /** Keep a point that was late, or put again, from taking the place of the one there. */
  readonly refuseLate?: string;
  /** Hold that a value was unknown. */
  readonly holdUnknown?: string;
  /** Know that a record had other data sources before. */
  readonly knowSources?: string;
  /** Hold integers beyond 2^53, and those beyond 2^63. */
  readonly holdLongIntegers?: string;
  readonly holdUnsigned?: string;
  /** Hold a very large and a very small value of one series. */
  readonly holdEverySize?: string;
}

type Make = () => Promise<Harness>;

/** Every store keeps this, its inabilities apart; `lasting`: its data outlive the object. */
export function storeContract(name: string, make: Make, lasting: boolean, cannot: Inabilities = {}): void {
  group(`store contract: ${name}`, () => {
    let harness: Harness;
    let store: Store;
    beforeEach(async () => {
      harness = await make();
      store = harness.open();
    });
    afterEach(async () => {
      await store[Symbol.asyncDispose]();
      await harness.close();
    });

    const query = async (record: ReturnType<typeof describe>, fromS: number, toS: number, points = 1000) => {
      const [rows] = await store.query({ records: [record], fromS, toS, points }, HURRY.signal);
      if (!rows) throw new Error('no answer');
      return rows;
    };

    test.for([
      { name: 'of usual size', large: 1e6, small: 0.001, unable: undefined },
      { name: 'of every size', large: 1e300, small: 1e-9, unable: cannot.holdEverySize },
    ])(
      'a gauge on step boundaries is read back exactly: $name',
      async ({ large, small, unable }, { skip }) => {
        skip(unable !== undefined, unable);
        const record = describe();
        const values = [0, 1.5, -2.25, large, 12345.678, small, 7, 8];
        const points = values.map((value, i): PointRow => [T + 10 * i, value]);
        expect(await store.put(batchOf([[record, points]]), HURRY)).toEqual([{ ok: true, lateThroughS: 0 }]);
        const rows = await query(record, T, T + 70);
        expect(rows.stepS).toBe(10);
        expect(values.slice(1).map((_, i) => valueAt(rows, T + 10 * (i + 1)))).toEqual(values.slice(1));
      },
    );

    test.for([
      { name: 'on a boundary of its step', firstS: T, intervalS: 10 },
      { name: 'just after one', firstS: T + 1, intervalS: 10 },
      { name: 'just before one', firstS: T + 9, intervalS: 10 },
      { name: 'anywhere in 15 s', firstS: T + 7, intervalS: 15 },
      { name: 'every second', firstS: T + 7, intervalS: 1 },
      { name: 'every five minutes', firstS: T + 123, intervalS: 300 },
    ])('a gauge that came once, $name, is in history', async ({ firstS, intervalS }) => {
      const record = describe({ intervalS });
      await store.put(batchOf([[record, [[firstS, 42]]]]), HURRY);
      const rows = await query(record, firstS - 4 * intervalS, firstS + intervalS);
      expect(rows.stepS).toBe(intervalS);
      expect([...(rows.columns[0] ?? [])].filter((value) => !Number.isNaN(value))).toEqual([42]);
      expect(valueAt(rows, firstS - (firstS % intervalS))).toBe(42);
    });

    test('a counter that came once has no rate, an absolute counts since the row before', async () => {
      const record = describe({
        protocol: 'collectd',
        metric: 'test/first',
        sources: [source('c', KIND.counter), source('d', KIND.derive), source('a', KIND.absolute)],
      });
      await store.put(batchOf([[record, [[T + 5, [900, 900, 30]]]]]), HURRY);
      const rows = await query(record, T - 30, T + 10);
      expect([0, 1, 2].map((s) => valueAt(rows, T, s))).toEqual([Number.NaN, Number.NaN, 2]);
    });

    test('late points are refused, newer ones of the same put are taken', async ({ skip }) => {
      skip(cannot.refuseLate !== undefined, cannot.refuseLate);
      const record = describe();
      await store.put(
        batchOf([
          [
            record,
            [
              [T, 1],
              [T + 10, 1],
              [T + 20, 1],
            ],
          ],
        ]),
        HURRY,
      );
      const second = batchOf([
        [
          record,
          [
            [T + 5, 9],
            [T + 20, 9],
            [T + 30, 3],
          ],
        ],
      ]);
      expect(await store.put(second, HURRY)).toEqual([{ ok: true, lateThroughS: T + 20 }]);
      const rows = await query(record, T, T + 30);
      expect([10, 20, 30].map((s) => valueAt(rows, T + s))).toEqual([1, 1, 3]);
    });

    test('a put of nothing but late points is taken and changes nothing', async ({ skip }) => {
      skip(cannot.refuseLate !== undefined, cannot.refuseLate);
      const record = describe();
      await store.put(
        batchOf([
          [
            record,
            [
              [T, 1],
              [T + 10, 1],
            ],
          ],
        ]),
        HURRY,
      );
      expect(await store.put(batchOf([[record, [[T + 4, 9]]]]), HURRY)).toEqual([
        { ok: true, lateThroughS: T + 10 },
      ]);
      expect(valueAt(await query(record, T, T + 10), T + 10)).toBe(1);
    });

    test('several data sources of every kind go together, as rates', async () => {
      const record = describe({
        protocol: 'collectd',
        metric: 'test-0/all_kinds',
        sources: [
          source('g', KIND.gauge),
          source('c', KIND.counter),
          source('d', KIND.derive),
          source('a', KIND.absolute),
        ],
      });
      const points = [0, 1, 2, 3].map((i): PointRow => [T + 10 * i, [i, 100 * i, -50 * i, 20]]);
      await store.put(batchOf([[record, points]]), HURRY);
      const rows = await query(record, T, T + 30);
      expect([0, 1, 2, 3].map((s) => valueAt(rows, T + 20, s))).toEqual([2, 10, -5, 2]);
      expect([0, 1, 2, 3].map((s) => valueAt(rows, T + 30, s))).toEqual([3, 10, -5, 2]);
    });

    test.for([
      {
        name: 'counter near 2^64',
        kind: KIND.counter,
        start: 18_446_744_073_709_551_000n,
        rate: 3n,
        unsigned: true,
      },
      { name: 'counter over 2^53', kind: KIND.counter, start: 9_007_199_254_740_993n, rate: 1n },
      { name: 'derive near its lower end', kind: KIND.derive, start: -9_223_372_036_854_775_000n, rate: 7n },
    ])('64 bits are exact: $name', async ({ kind, start, rate, unsigned }, { skip }) => {
      skip(cannot.holdLongIntegers !== undefined, cannot.holdLongIntegers);
      skip(unsigned === true && cannot.holdUnsigned !== undefined, cannot.holdUnsigned);
      const record = describe({ sources: [source('value', kind)] });
      const points = [0n, 1n, 2n].map((i): PointRow => [T + 10 * Number(i), start + 10n * rate * i]);
      await store.put(batchOf([[record, points]]), HURRY);
      const rows = await query(record, T, T + 20);
      expect(valueAt(rows, T + 10)).toBe(Number(rate));
      expect(valueAt(rows, T + 20)).toBe(Number(rate));
    });

    test('a counter that wraps at 2^32 has no spike', async () => {
      const record = describe({ sources: [source('value', KIND.counter)] });
      const points: PointRow[] = [
        [T, 4_294_967_200],
        [T + 10, 4_294_967_290],
        [T + 20, 84],
        [T + 30, 174],
      ];
      await store.put(batchOf([[record, points]]), HURRY);
      const rows = await query(record, T, T + 30);
      // rrdtool adds 2^32 - 1, not 2^32.
      for (const s of [10, 20, 30]) expect(Math.abs(valueAt(rows, T + s) - 9)).toBeLessThanOrEqual(0.1001);
    });

    test.for([
      { name: 'within one put', split: 4 },
      { name: 'between two puts', split: 2 },
    ])('a counter reset is a gap, never a spike: $name', async ({ split }) => {
      const record = describe({ sources: [source('value', KIND.counter)] });
      const points: PointRow[] = [
        [T, 5000],
        [T + 10, 6000],
        [T + 20, 40, 'reset'],
        [T + 30, 140],
      ];
      await store.put(batchOf([[record, points.slice(0, split)]]), HURRY);
      await store.put(batchOf([[record, points.slice(split)]]), HURRY);
      const rows = await query(record, T, T + 30);
      expect([10, 20, 30].map((s) => valueAt(rows, T + s))).toEqual([100, Number.NaN, 10]);
    });

    test('a reset of one source leaves the gauge beside it whole', async () => {
      const record = describe({
        protocol: 'collectd',
        metric: 'mysql/qcache',
        sources: [source('hits', KIND.counter), source('free', KIND.gauge)],
      });
      const points: PointRow[] = [
        [T, [500, 1]],
        [T + 10, [600, 2]],
        [T + 20, [5, 3], 'reset'],
        [T + 30, [15, 4]],
      ];
      await store.put(batchOf([[record, points]]), HURRY);
      const rows = await query(record, T, T + 30);
      expect([10, 20, 30].map((s) => valueAt(rows, T + s, 1))).toEqual([2, 3, 4]);
      expect([10, 20, 30].map((s) => valueAt(rows, T + s, 0))).toEqual([10, Number.NaN, 1]);
    });

    test.for([
      { name: 'NaN', value: Number.NaN },
      { name: 'infinity', value: Number.POSITIVE_INFINITY },
      { name: 'minus infinity', value: Number.NEGATIVE_INFINITY },
    ])('$name is unknown and harms no neighbour', async ({ value }, { skip }) => {
      skip(cannot.holdUnknown !== undefined, cannot.holdUnknown);
      const record = describe();
      await store.put(
        batchOf([
          [
            record,
            [
              [T, 1],
              [T + 10, 1],
              [T + 20, value],
              [T + 30, 2],
            ],
          ],
        ]),
        HURRY,
      );
      const rows = await query(record, T, T + 30);
      expect([10, 20, 30].map((s) => valueAt(rows, T + s))).toEqual([1, Number.NaN, 2]);
    });

    test('silence beyond the heartbeat is unknown', async () => {
      const record = describe();
      await store.put(
        batchOf([
          [
            record,
            [
              [T, 1],
              [T + 10, 1],
              [T + 200, 2],
              [T + 210, 2],
            ],
          ],
        ]),
        HURRY,
      );
      const rows = await query(record, T, T + 210);
      expect(valueAt(rows, T + 10)).toBe(1);
      expect(valueAt(rows, T + 100)).toBeNaN();
      expect(valueAt(rows, T + 210)).toBe(2);
    });

    test('a value outside its bounds is unknown', async () => {
      const record = describe({ sources: [source('value', KIND.gauge, { min: 0, max: 100 })] });
      await store.put(
        batchOf([
          [
            record,
            [
              [T, 50],
              [T + 10, 50],
              [T + 20, 101],
              [T + 30, -1],
              [T + 40, 100],
            ],
          ],
        ]),
        HURRY,
      );
      const rows = await query(record, T, T + 40);
      expect([10, 20, 30, 40].map((s) => valueAt(rows, T + s))).toEqual([50, Number.NaN, Number.NaN, 100]);
    });

    test('a batch of 1200 records answers each in its place', async () => {
      const records = Array.from({ length: 1200 }, (_, i) =>
        describe({ host: `h${i % 40}`, metric: `m${i}`, intervalS: 3600 }),
      );
      const outcomes = await store.put(
        batchOf(
          records.map((r, i) => [
            r,
            [
              [T, i],
              [T + 4000, i],
              [T + 8000, i],
            ],
          ]),
        ),
        HURRY,
      );
      expect(outcomes).toEqual(records.map(() => ({ ok: true, lateThroughS: 0 })));
      const answers = await store.query({ records, fromS: T, toS: T + 8000, points: 100 }, HURRY.signal);
      expect(answers.map((rows) => rows.columns[0]?.at(-1))).toEqual(records.map((_, i) => i));
    });

    test('names cannot meet, however hostile', async () => {
      const names = [
        '..',
        '.',
        '../../escape',
        '/etc/x',
        'a b',
        'a%20b',
        "it's",
        'a"b',
        'a\nlast x',
        '-rf',
        'ü',
        '~',
        '',
        'x'.repeat(255),
        `${'x'.repeat(254)}y`,
        'ä'.repeat(120),
      ];
      const records = names.flatMap((name) => [
        describe({ host: name }),
        describe({ metric: name }),
        describe({ cluster: name }),
      ]);
      const outcomes = await store.put(
        batchOf(
          records.map((r, i) => [
            r,
            [
              [T, i],
              [T + 10, i],
            ],
          ]),
        ),
        HURRY,
      );
      expect(outcomes.filter((outcome) => !outcome.ok)).toEqual([]);
      const answers = await store.query({ records, fromS: T, toS: T + 10, points: 10 }, HURRY.signal);
      expect(answers.map((rows) => valueAt(rows, T + 10))).toEqual(records.map((_, i) => i));
    });

    test('a wide query is consolidated by the average', async () => {
      const record = describe();
      const points = Array.from({ length: 121 }, (_, i): PointRow => [
        T - (T % 1200) + 10 * i,
        i % 2 === 0 ? 4 : 2,
      ]);
      await store.put(batchOf([[record, points]]), HURRY);
      const fromS = T - (T % 1200);
      const rows = await query(record, fromS, fromS + 1200, 12);
      const values = [...(rows.columns[0] ?? [])].filter((value) => !Number.isNaN(value));
      expect(values.length).toBeLessThanOrEqual(12);
      expect(values.length).toBeGreaterThanOrEqual(6);
      for (const value of values.slice(0, -1)) expect(value).toBeCloseTo(3, 0);
    });

    test('what was never stored has no rows, one column a source', async () => {
      const rows = await query(
        describe({ sources: [source('a', KIND.gauge), source('b', KIND.gauge)] }),
        T,
        T + 10,
      );
      expect(rows.columns.map((column) => column.length)).toEqual([0, 0]);
    });

    test('another number of data sources is refused for good', async ({ skip }) => {
      skip(cannot.knowSources !== undefined, cannot.knowSources);
      await store.put(batchOf([[describe(), [[T, 1]]]]), HURRY);
      const changed = describe({ sources: [source('a', KIND.gauge), source('b', KIND.gauge)] });
      const [outcome] = await store.put(batchOf([[changed, [[T + 10, [1, 2]]]]]), HURRY);
      expect(outcome).toMatchObject({ ok: false, retryable: false, reason: 'store_refused' });
    });

    test('an aborted put answers aborted, an aborted query rejects', async () => {
      const signal = AbortSignal.abort();
      const record = describe();
      const [outcome] = await store.put(batchOf([[record, [[T, 1]]]]), { signal, hurry: true });
      expect(outcome).toMatchObject({ ok: false, retryable: true, reason: 'aborted' });
      await expect(
        store.query({ records: [record], fromS: T, toS: T + 10, points: 10 }, signal),
      ).rejects.toThrow();
    });

    test('dispose waits for what is under way', async () => {
      const record = describe();
      const put = store.put(
        batchOf([
          [
            record,
            [
              [T, 1],
              [T + 10, 1],
            ],
          ],
        ]),
        HURRY,
      );
      const [outcomes] = await Promise.all([put, store[Symbol.asyncDispose]()]);
      expect(outcomes).toEqual([{ ok: true, lateThroughS: 0 }]);
    });

    test.for([
      { name: 'a row a sample', points: 1000 },
      { name: 'samples put together', points: 200 },
      { name: 'consolidated', points: 40 },
      { name: 'consolidated and put together', points: 12 },
    ])('a band has the lowest and highest of each row: $name', async ({ points }) => {
      const record = describe();
      const startS = T - (T % 3600);
      const samples = Array.from({ length: 361 }, (_, i): PointRow => [startS + 10 * i, (i * 5) % 7]);
      await store.put(batchOf([[record, samples]]), HURRY);
      const request = { records: [record], fromS: startS, toS: startS + 3600, points, band: true };
      const [rows] = await store.query(request, HURRY.signal);
      const known = [...(rows?.columns[0]?.keys() ?? [])].filter((row) => row > 0);
      expect(known.length).toBeGreaterThan(5);
      for (const row of known) {
        const endS = (rows?.startS ?? 0) + (row + 1) * (rows?.stepS ?? 0);
        const within = samples.filter(([timeS]) => timeS > endS - (rows?.stepS ?? 0) && timeS <= endS);
        const values = within.map(([, value]) => Number(value));
        expect([rows?.lows?.[0]?.[row], rows?.highs?.[0]?.[row]]).toEqual([
          Math.min(...values),
          Math.max(...values),
        ]);
      }
    });

    test('a band is there when asked for only, and unknown where the average is', async () => {
      const record = describe();
      const samples = [0, 10, 20, 200, 210].map((s): PointRow => [T + s, s]);
      await store.put(batchOf([[record, samples]]), HURRY);
      const request = { records: [record], fromS: T, toS: T + 210, points: 1000 };
      const [without] = await store.query(request, HURRY.signal);
      expect(without?.lows).toBeUndefined();
      const [rows] = await store.query({ ...request, band: true }, HURRY.signal);
      const gap = (T + 100 - (rows?.startS ?? 0)) / 10;
      for (const columns of [rows?.columns, rows?.lows, rows?.highs]) expect(columns?.[0]?.[gap]).toBeNaN();
    });

    renameContract(() => ({ store, query }));

    test.runIf(lasting)('a new object on the same data goes on where the old one ended', async () => {
      const record = describe();
      await store.put(
        batchOf([
          [
            record,
            [
              [T, 1],
              [T + 10, 1],
            ],
          ],
        ]),
        HURRY,
      );
      await store[Symbol.asyncDispose]();
      store = harness.open();
      const again = batchOf([
        [
          record,
          [
            [T + 10, 9],
            [T + 20, 2],
          ],
        ],
      ]);
      const refuses = cannot.refuseLate === undefined;
      expect(await store.put(again, HURRY)).toEqual([{ ok: true, lateThroughS: refuses ? T + 10 : 0 }]);
      const rows = await query(record, T, T + 20);
      expect([10, 20].map((s) => valueAt(rows, T + s))).toEqual([refuses ? 1 : 9, 2]);
    });
  });
}
