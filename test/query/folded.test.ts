import fc from 'fast-check';
import { describe as suite, expect, test } from 'vitest';
import { AGGREGATES } from '../../src/contract/api.ts';
import { KIND } from '../../src/model/kind.ts';
import { readHistory } from '../../src/query/history.ts';
import { createRrdStore } from '../../src/store/rrd/rrd-store.ts';
import { batchOf, describe, source } from '../store/batch.ts';
import { temporaryDirectory } from '../store/rrd/directory.ts';
import { tailOf } from './tails.ts';
import type { HistoryAnswer, HistoryRequest } from '../../src/query/history.ts';
import type { Tail, TailSource } from '../../src/model/tail.ts';
import type { RecordDescription } from '../../src/model/record.ts';
import type { Folded, FoldRequest, Store } from '../../src/store/store.ts';
import type { PointRow } from '../store/batch.ts';

const T = 1_700_000_400;
const SPAN_S = 2400;
const live = new AbortController().signal;

/** One record: its points, how many the store has, and whether the worker remembers the last of those. */
interface Life {
  readonly intervalS: number;
  readonly offsetS: number;
  readonly from: number;
  readonly until: number;
  readonly waiting: number;
  readonly anchors: number;
  readonly unknownEvery: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  intervalS: fc.constantFrom(10, 10, 10, 20),
  offsetS: fc.nat(9),
  from: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.double({ min: 0, max: 1, noNaN: true })),
  until: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  waiting: fc.nat(25),
  anchors: fc.nat(2),
  unknownEvery: fc.integer({ min: 3, max: 40 }),
});

function pointsOf({ intervalS, offsetS, from, until, unknownEvery }: Life, seed: number): PointRow[] {
  const steps = Math.floor(SPAN_S / intervalS);
  return Array.from({ length: steps }, (_, step): PointRow => {
    const gauge = step % unknownEvery === 1 ? NaN : seed + (step % 13);
    return [T + step * intervalS + offsetS, [gauge, step * (seed + 3)]];
  }).filter((_, step) => step >= from * steps && step <= until * steps);
}

/**
 * Read from an archive of minutes, a row is the average of its minutes; after the seam, of its samples. They
 * differ where part of a minute is unknown.
 */
function whole(one: Life): Life {
  return { ...one, unknownEvery: 1_000_000, from: one.from < 0.7 ? one.from : 0 };
}

/** Many records in an RRD store, with what still waits. */
async function settle(store: Store, lives: readonly Life[]) {
  const sources = [source('g', KIND.gauge), source('c', KIND.derive)];
  const descriptions: RecordDescription[] = [];
  const tails: Tail[] = [];
  const rows: [RecordDescription, PointRow[]][] = [];
  for (const [i, one] of lives.entries()) {
    const record = describe({
      host: `h${i}`,
      metric: 'test/two',
      protocol: 'collectd',
      sources,
      intervalS: one.intervalS,
    });
    const points = pointsOf(one, i);
    const isOver = one.until < 1;
    const stored = isOver ? points.length : Math.max(0, points.length - one.waiting);
    const anchors = Math.min(stored, one.anchors);
    descriptions.push(record);
    if (stored > 0) rows.push([record, points.slice(0, stored)]);
    tails.push(tailOf(record, points.slice(stored - anchors), anchors));
  }
  await store.put(batchOf(rows), { signal: live, hurry: true });
  const waiting: TailSource = {
    tails: (of) => Promise.resolve(of.map(({ record }) => tails[record] as Tail)),
  };
  return { descriptions, tails: waiting };
}

function requestFor(
  descriptions: readonly RecordDescription[],
  more: Partial<HistoryRequest>,
): HistoryRequest {
  return {
    records: descriptions.map((description, record) => ({
      description,
      worker: 0,
      record,
      row: record,
      generation: 1,
    })),
    series: descriptions.flatMap((_, record) => [0, 1].map((s) => ({ record, source: s }))),
    fromS: T,
    toS: T + SPAN_S,
    points: 100,
    ...more,
  };
}

function withoutFold(store: Store): Store {
  return {
    name: store.name,
    put: (batch, options) => store.put(batch, options),
    query: (request, signal) => store.query(request, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Rounding apart: rrdtool prints eleven digits. */
function expectSame(got: HistoryAnswer, wanted: HistoryAnswer): void {
  expect(got.times).toEqual(wanted.times);
  expect(got.columns).toHaveLength(wanted.columns.length);
  for (const [c, column] of wanted.columns.entries()) {
    for (const what of ['values', 'lows', 'highs'] as const) {
      const list = got.columns[c]?.[what];
      expect(list === undefined).toBe(column[what] === undefined);
      for (const [row, value] of (column[what] ?? []).entries()) {
        const other = list?.[row] ?? NaN;
        if (Number.isNaN(value)) expect(other).toBeNaN();
        else expect(Math.abs(other - value)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(value)));
      }
    }
  }
}

suite('what the store folds', () => {
  test('is what its columns come to, wherever their points still wait', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 20, maxLength: 60 }),
        fc.constantFrom(30, 50, 100, 240),
        fc.constantFrom(1, 2, 50),
        async (lives, points, groups) => {
          await using dir = await temporaryDirectory();
          await using store = createRrdStore({ dir: dir.path, workers: 2, rrdDirs: new Map(), now: () => 0 });
          const { descriptions, tails } = await settle(store, points < 50 ? lives.map(whole) : lives);
          const series = descriptions.flatMap((_, record) => [0, 1].map((s) => ({ record, source: s })));
          const groupOf = Uint32Array.from(series, ({ record }) => record % groups);
          for (const aggregate of AGGREGATES) {
            const request = requestFor(descriptions, {
              points,
              aggregate,
              groups: groupOf,
              band: points > 60,
            });
            // oxlint-disable-next-line no-await-in-loop -- one after the other
            const wanted = await readHistory(request, { store: withoutFold(store), tails }, live);
            // oxlint-disable-next-line no-await-in-loop -- one after the other
            expectSame(await readHistory(request, { store, tails }, live), wanted);
          }
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  });

  const steady = { intervalS: 10, offsetS: 0, from: 0, until: 1, waiting: 20, anchors: 2, unknownEvery: 999 };

  test.for([
    { aggregate: 'avg', of: 'sum' },
    { aggregate: 'sum', of: 'sum' },
    { aggregate: 'min', of: 'min' },
    { aggregate: 'max', of: 'max' },
    { aggregate: 'count', of: 'count' },
    { aggregate: 'p95', of: undefined },
  ] as const)('$aggregate is asked of it up to what waits', async ({ aggregate, of }) => {
    await using dir = await temporaryDirectory();
    await using store = createRrdStore({ dir: dir.path, workers: 1, rrdDirs: new Map(), now: () => 0 });
    const { descriptions, tails } = await settle(
      store,
      Array.from({ length: 20 }, () => steady),
    );
    const asked: FoldRequest[] = [];
    const fold = (request: FoldRequest, signal: AbortSignal): Promise<Folded> => {
      asked.push(request);
      return store.fold?.(request, signal) ?? Promise.reject(new Error('the store does not fold'));
    };
    const spied = { ...withoutFold(store), fold };
    await readHistory(requestFor(descriptions, { aggregate }), { store: spied, tails }, live);
    expect(asked.map((one) => one.of)).toEqual(of === undefined ? [] : [of]);
    for (const { startS, stepS, rows, records } of asked) {
      expect(startS + rows * stepS).toBeLessThanOrEqual(T + SPAN_S - 21 * 10);
      expect(records.length).toBe(4); // The first sixteen tell the grid.
    }
  });

  test('an aborted read sends no more commands', async () => {
    const controller = new AbortController();
    let queries = 0;
    const store: Store = {
      name: 'fake',
      put: () => Promise.reject(new Error('nothing is put here')),
      query: (request, signal) => {
        queries += 1;
        if (queries === 2) controller.abort(new Error('no longer wanted'));
        signal.throwIfAborted();
        return Promise.resolve(request.records.map(() => ({ startS: 0, stepS: 10, columns: [] })));
      },
      fold: () => Promise.resolve({ parts: [], left: [] }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const records = Array.from({ length: 1000 }, (_, i) => describe({ host: `h${i}` }));
    const tails = {
      tails: (of: readonly unknown[]) => Promise.resolve(of.map(() => tailOf(describe(), [], 0))),
    };
    const request = requestFor(records, { aggregate: 'avg' });
    await expect(readHistory(request, { store, tails }, controller.signal)).rejects.toThrow(
      'no longer wanted',
    );
    expect(queries).toBeLessThanOrEqual(3);
  });
});
