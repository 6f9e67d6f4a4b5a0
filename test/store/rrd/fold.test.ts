import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { ownPath } from '../../../src/store/rrd/path.ts';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { batchOf, describe, source } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';
import type { RecordDescription } from '../../../src/model/record.ts';
import type { FoldedPart, FoldRequest, Store, StoredRows } from '../../../src/store/store.ts';
import type { PointRow } from '../batch.ts';

const T = 1_700_000_400;
const patient = new AbortController().signal;
const HURRY = { signal: patient, hurry: true };
const FUNCTIONS = ['sum', 'min', 'max', 'count'] as const;

function open(dir: string): Store {
  return createRrdStore({ dir, workers: 2, rrdDirs: new Map(), now: () => 0 });
}

async function fold(store: Store, request: FoldRequest) {
  const folded = await store.fold?.(request, patient);
  if (!folded) throw new Error('the store does not fold');
  return folded;
}

/** What the parts of a group come to. */
function whole(parts: readonly FoldedPart[], request: FoldRequest, group: number) {
  const mine = parts.filter((part) => part.group === group);
  const rows = Array.from({ length: request.rows }, (_, row) => row);
  const known = (column: 'totals' | 'lows' | 'highs') =>
    rows.map((row) => mine.map((part) => part[column]?.[row] ?? NaN).filter((value) => !Number.isNaN(value)));
  return {
    totals: known('totals').map((values) => combine(values, request.of)),
    counts: rows.map((row) => mine.reduce((sum, part) => sum + (part.counts[row] ?? 0), 0)),
    lows: known('lows').map((values) => combine(values, 'min')),
    highs: known('highs').map((values) => combine(values, 'max')),
  };
}

function combine(values: readonly number[], of: FoldRequest['of']): number {
  if (values.length === 0) return NaN;
  if (of === 'min') return Math.min(...values);
  if (of === 'max') return Math.max(...values);
  return values.reduce((a, b) => a + b, 0);
}

/** The same from columns, in so many words. */
function reference(answers: readonly StoredRows[], request: FoldRequest, group: number) {
  const members = request.series.filter((one) => one.group === group);
  const rows = Array.from({ length: request.rows }, (_, row) =>
    members.map(({ record, source: s }) => {
      const at = (columns: readonly Float64Array[] | undefined) => columns?.[s]?.[row] ?? NaN;
      const answer = answers[record];
      return { value: at(answer?.columns), low: at(answer?.lows), high: at(answer?.highs) };
    }),
  );
  const known = rows.map((all) => all.filter(({ value }) => !Number.isNaN(value)));
  const counts = known.map((all) => all.length);
  const totals =
    request.of === 'count'
      ? counts
      : known.map((all) =>
          combine(
            all.map(({ value }) => value),
            request.of,
          ),
        );
  return {
    totals,
    counts,
    lows: known.map((all) =>
      combine(
        all.map(({ low }) => low),
        'min',
      ),
    ),
    highs: known.map((all) =>
      combine(
        all.map(({ high }) => high),
        'max',
      ),
    ),
  };
}

function expectClose(got: readonly number[], wanted: readonly number[]): void {
  expect(got).toHaveLength(wanted.length);
  for (const [row, value] of wanted.entries()) {
    const other = got[row] ?? NaN;
    if (Number.isNaN(value)) expect(other).toBeNaN();
    else expect(Math.abs(other - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
  }
}

interface Life {
  readonly intervalS: number;
  readonly bornStep: number;
  readonly steps: number;
  readonly offsetS: number;
  readonly unknownEvery: number;
  readonly scale: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  intervalS: fc.constantFrom(10, 15, 20),
  bornStep: fc.nat(60),
  steps: fc.integer({ min: 0, max: 150 }),
  offsetS: fc.nat(9),
  unknownEvery: fc.integer({ min: 2, max: 9 }),
  scale: fc.double({ min: -1000, max: 1000, noNaN: true }),
});

function lived(lives: readonly Life[]): [RecordDescription, PointRow[]][] {
  const two = [source('g', KIND.gauge), source('d', KIND.derive)];
  return lives.map(({ intervalS, bornStep, steps, offsetS, unknownEvery, scale }, i) => [
    describe({ host: `h${i}`, metric: 'test/two', protocol: 'collectd', sources: two, intervalS }),
    Array.from({ length: steps }, (_, step) => [
      T + (bornStep + step) * intervalS + offsetS,
      [step % unknownEvery === 1 ? NaN : scale * Math.sin(step), Math.round(step * scale)],
    ]),
  ]);
}

test(
  'folded rows are the columns folded, whatever is unknown, late or missing',
  { timeout: 60_000 },
  async () => {
    const widths = fc.constantFrom(20, 30, 120, 180, 300, 1200);
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 8 }),
        widths,
        fc.nat(1500),
        async (lives, stepS, lateS) => {
          await using dir = await temporaryDirectory();
          await using store = open(dir.path);
          const records = lived(lives);
          await store.put(batchOf(records.filter(([, points]) => points.length > 0)), HURRY);
          const startS = Math.floor((T + lateS) / stepS) * stepS;
          const rows = Math.ceil(2400 / stepS);
          const descriptions = records.map(([description]) => description);
          const series = descriptions.flatMap((_, record) =>
            [0, 1].map((s) => ({ record, source: s, group: (record + s) % 3 })),
          );
          const range = { fromS: startS, toS: startS + rows * stepS, points: rows + 1, band: true };
          for (const of of FUNCTIONS) {
            const asked = { records: descriptions, series, startS, stepS, rows, of, band: true };
            // oxlint-disable-next-line no-await-in-loop -- one after the other
            const { parts, left } = await fold(store, asked);
            const inParts = { ...asked, series: series.filter(({ record }) => !left.includes(record)) };
            // oxlint-disable-next-line no-await-in-loop -- one after the other
            const answers = await store.query({ records: descriptions, ...range }, patient);
            for (const group of [0, 1, 2]) {
              const got = whole(parts, inParts, group);
              const wanted = reference(answers, inParts, group);
              expectClose(
                got.totals,
                of === 'count' && got.counts.every((n) => n === 0) ? got.totals : wanted.totals,
              );
              expectClose(got.counts, wanted.counts);
              expectClose(got.lows, wanted.lows);
              expectClose(got.highs, wanted.highs);
            }
            const misfits = descriptions.flatMap(({ intervalS }, i) => (stepS % intervalS === 0 ? [] : [i]));
            for (const index of left) expect(misfits).toContain(index);
          }
        },
      ),
      { numRuns: 12 },
    );
  },
);

const ramp = (value: number): PointRow[] => Array.from({ length: 61 }, (_, i) => [T + 10 * i, value]);

function sumOf(records: readonly RecordDescription[]): FoldRequest {
  const series = records.map((_, record) => ({ record, source: 0, group: 0 }));
  return { records, series, startS: T, stepS: 100, rows: 6, of: 'sum', band: false };
}

test('a file that is gone, replaced or created since is seen', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const records = [1, 2, 3].map((n) => describe({ host: `h${n}` }));
  const [first, second, third] = records as [RecordDescription, RecordDescription, RecordDescription];
  await store.put(
    batchOf([
      [first, ramp(1)],
      [second, ramp(2)],
    ]),
    HURRY,
  );
  const totals = async () => {
    const { parts, left } = await fold(store, sumOf(records));
    expect(left).toEqual([]);
    return whole(parts, sumOf(records), 0).totals;
  };
  expect(await totals()).toEqual(Array(6).fill(3));
  await rm(join(dir.path, ownPath(second)));
  expect(await totals()).toEqual(Array(6).fill(1));
  await store.put(batchOf([[third, ramp(4)]]), HURRY);
  expect(await totals()).toEqual(Array(6).fill(5));
  const path = ownPath(first);
  await rm(join(dir.path, path));
  const other = ['DS:other:GAUGE:80:U:U', 'RRA:AVERAGE:0.5:2:100'];
  await rrdtool(dir.path, 'create', path, '--step', '10', '--start', String(T - 10), ...other);
  await rrdtool(dir.path, 'update', path, ...ramp(8).map(([timeS, value]) => `${timeS}:${String(value)}`));
  expect(await totals()).toEqual(Array(6).fill(12));
  const [rows] = await store.query({ records: [first], fromS: T, toS: T + 600, points: 7 }, patient);
  expect([rows?.stepS, ...(rows?.columns[0] ?? [])]).toEqual([100, ...Array(6).fill(8)]);
});

test.for([
  { name: 'rows that its archives do not divide into', given: { stepS: 25 } },
  { name: 'a time it does not reach back to', given: { startS: T - 86_400 * 900 } },
])('a record is left to columns: $name', async ({ given }) => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  await store.put(batchOf([[describe(), ramp(1)]]), HURRY);
  expect(await fold(store, { ...sumOf([describe()]), ...given })).toEqual({ parts: [], left: [0] });
});

test('an infinite value in a foreign file leaves its neighbours to columns', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  const records = [describe({ host: 'h1' }), describe({ host: 'h2' })];
  await store.put(batchOf(records.map((record) => [record, ramp(1)])), HURRY);
  await rrdtool(dir.path, 'update', ownPath(records[0] as RecordDescription), `${T + 610}:inf`);
  const longer = { ...sumOf(records), stepS: 10, rows: 61 };
  expect((await fold(store, longer)).left).toEqual([0, 1]);
});

test('an aborted fold rejects', async () => {
  await using dir = await temporaryDirectory();
  await using store = open(dir.path);
  await expect(store.fold?.(sumOf([describe()]), AbortSignal.abort())).rejects.toThrow();
});
