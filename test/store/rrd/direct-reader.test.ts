import { copyFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KIND } from '../../../src/model/kind.ts';
import { createDirectReader } from '../../../src/store/rrd/direct-reader.ts';
import { ownPath } from '../../../src/store/rrd/path.ts';
import { rounded } from '../../../src/store/rrd/file-rows.ts';
import { describe, source } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';
import type { SeriesRequest, Store, StoredRows } from '../../../src/store/store.ts';

const T = 1_700_000_400;
const patient = new AbortController().signal;

/** Answers for rrdtool, and says what it was asked. */
function otherwise() {
  const asked: SeriesRequest[] = [];
  const store: Pick<Store, 'query'> = {
    query: (request) => {
      asked.push(request);
      const rows = request.records.map(() => ({ startS: 7, stepS: 1, columns: [] }));
      return Promise.resolve(rows);
    },
  };
  return { asked, store };
}

async function place() {
  const dir = await temporaryDirectory();
  const { asked, store } = otherwise();
  const roots = { dir: dir.path, rrdDirs: new Map<string, string>() };
  const reader = createDirectReader({ roots, otherwise: store });
  return { dir: dir.path, asked, reader, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

const two = describe({ sources: [source('tx', KIND.gauge), source('rx', KIND.gauge)] });
const PATH = ownPath(two);

async function create(dir: string, ...archives: readonly string[]): Promise<void> {
  await mkdir(dirname(join(dir, PATH)), { recursive: true });
  const sources = ['DS:rx:GAUGE:25:U:U', 'DS:tx:GAUGE:25:U:U'];
  await rrdtool(dir, 'create', PATH, '--start', String(T), '--step', '10', ...sources, ...archives);
}

/** rrdtool's own rows of an archive, by their ends. */
async function fetched(dir: string, stepS: number, { fromS, toS }: { fromS: number; toS: number }) {
  const span = ['-s', String(fromS), '-e', String(toS), '-r', String(stepS)];
  const text = await rrdtool(dir, 'fetch', PATH, 'AVERAGE', ...span, '-a');
  const lines = [...text.matchAll(/^(\d+): (\S+) (\S+)$/gm)];
  // As the record has them: tx, then rx.
  return new Map(lines.map(([, endS, rx, tx]) => [Number(endS), [Number(tx), Number(rx)]]));
}

function byEnd({ startS, stepS, columns }: StoredRows) {
  const rows = columns[0]?.length ?? 0;
  return Array.from({ length: rows }, (_, r) => {
    return [startS + (r + 1) * stepS, columns.map((column) => column[r] ?? NaN)] as const;
  });
}

const updates = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 33 }), fc.constantFrom('U', '1', '2.25', '-9.1', '1e9', '0', '7e-9')),
  { minLength: 1, maxLength: 60 },
);

test('rows are those of `rrdtool fetch`, wherever the ring begins', async () => {
  await using here = await place();
  const { dir, reader, asked } = here;
  const archives = [
    'RRA:AVERAGE:0.5:1:17',
    'RRA:MAX:0.5:1:40',
    'RRA:AVERAGE:0.5:3:40',
    'RRA:AVERAGE:0.5:1:9',
  ];
  const span = fc.tuple(fc.integer({ min: -30, max: 90 }), fc.integer({ min: 1, max: 100 }));
  await fc.assert(
    fc.asyncProperty(updates, span, async (points, [from, length]) => {
      await create(dir, ...archives);
      let timeS = T;
      const words = points.map(([gapS, value]) => `${(timeS += gapS)}:${value}:${value === 'U' ? 3 : value}`);
      await rrdtool(dir, 'update', PATH, ...words);
      const fromS = T + from * 10 + 3;
      const toS = fromS + length * 10;
      const [rows] = await reader.query({ records: [two], fromS, toS, points: toS - fromS }, patient);
      if (rows === undefined) throw new Error('no answer');
      const truth = await fetched(dir, rows.stepS, { fromS: rows.startS, toS: toS + rows.stepS });
      for (const [endS, values] of byEnd(rows)) {
        const known = truth.get(endS) ?? [NaN, NaN];
        for (const [i, value] of values.entries()) {
          const other = known[i] ?? NaN;
          // `fetch` prints eleven digits.
          if (Number.isNaN(other)) expect(value).toBeNaN();
          else expect(Math.abs(value - other)).toBeLessThanOrEqual(Math.abs(other) * 1e-10);
        }
      }
    }),
    { numRuns: 30, endOnFailure: true },
  );
  expect(asked).toEqual([]);
}, 60_000);

test('after the last update rows are unknown; the one that is not finished is not there', async () => {
  await using here = await place();
  await create(here.dir, 'RRA:AVERAGE:0.5:1:100');
  await rrdtool(here.dir, 'update', PATH, `${T + 10}:1:2`, `${T + 25}:1:2`);
  const read = async (toS: number) => {
    const [rows] = await here.reader.query({ records: [two], fromS: T, toS, points: 1000 }, patient);
    return rows?.columns.map((column) => [...column]);
  };
  expect(await read(T + 20)).toEqual([
    [2, 2],
    [1, 1],
  ]);
  expect(await read(T + 30)).toEqual([
    [2, 2],
    [1, 1],
  ]);
  expect(await read(T + 50)).toEqual([
    [2, 2, NaN, NaN, NaN],
    [1, 1, NaN, NaN, NaN],
  ]);
});

const LEFT: Record<string, (path: string) => Promise<void>> = {
  'a file of something else': (path) => writeFile(path, 'x'.repeat(5000)),
  'an empty one': (path) => writeFile(path, ''),
  'one that ends before its rows': (path) => truncate(path, 1500),
  'a directory': async (path) => {
    await rm(path);
    await mkdir(path);
  },
};

test.each(Object.entries(LEFT))('%s is left to rrdtool, and no other', async (_, spoil) => {
  await using here = await place();
  await create(here.dir, 'RRA:AVERAGE:0.5:1:100');
  await rrdtool(here.dir, 'update', PATH, `${T + 10}:1:2`);
  const other = { ...two, host: 'web-2' };
  await mkdir(dirname(join(here.dir, ownPath(other))), { recursive: true });
  await copyFile(join(here.dir, PATH), join(here.dir, ownPath(other)));
  await spoil(join(here.dir, PATH));
  const gone = { ...two, host: 'web-3' };
  const request = { records: [gone, two, other], fromS: T, toS: T + 20, points: 20 };
  const answers = await here.reader.query(request, patient);
  expect(answers.map(({ startS, columns }) => [startS, columns.map(([first]) => first)])).toEqual([
    [0, [undefined, undefined]],
    [7, []],
    [T, [2, 1]],
  ]);
  expect(here.asked.map(({ records }) => records)).toEqual([[two]]);
});

test('rows that are to be put together, bands, and other data sources are left to rrdtool', async () => {
  await using here = await place();
  await create(here.dir, 'RRA:AVERAGE:0.5:1:100');
  await rrdtool(here.dir, 'update', PATH, `${T + 1000}:1:2`);
  const request = { records: [two], fromS: T + 100, toS: T + 900, points: 5 };
  await here.reader.query(request, patient);
  await here.reader.query({ ...request, points: 1000, band: true }, patient);
  await here.reader.query({ ...request, points: 1000, records: [describe()] }, patient);
  expect(here.asked).toHaveLength(3);
  await expect(here.reader.query(request, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});

test('a file that is being written shows rows in their places only', async () => {
  await using here = await place();
  await create(here.dir, 'RRA:AVERAGE:0.5:1:12');
  const writer = spawn('rrdtool', ['-', here.dir], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(writer, 'exit');
  // Each row says when it ends.
  const lines = Array.from({ length: 20_000 }, (_, i) => {
    const endS = T + 10 * (i + 1);
    return `update ${PATH} ${endS}:${endS}:${endS}\n`;
  });
  writer.stdin.end(lines.join(''));
  const request = { records: [two], fromS: T, toS: T + 300_000, points: 300_000 };
  let [reads, seen] = [0, 0];
  while (writer.exitCode === null) {
    // oxlint-disable-next-line no-await-in-loop -- again and again, while it is written
    const [rows] = await here.reader.query(request, patient);
    const known = rows && rows.startS > 7 ? byEnd(rows).filter(([, [value]]) => !Number.isNaN(value)) : [];
    for (const [endS, values] of known) expect(values).toEqual([endS, endS]);
    reads += 1;
    seen += known.length;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await setImmediate();
  }
  await ended;
  expect(reads).toBeGreaterThan(10);
  expect(seen).toBeGreaterThan(10);
}, 30_000);

test('a value is rounded to what was sent', () => {
  const high = (value: number) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return view.getUint32(0);
  };
  const of = (value: number) => rounded(value, high(value));
  expect(of(0.1 + 0.2)).toBe(0.3);
  expect(of(9.100000000000001)).toBe(9.1);
  expect(of(Number.POSITIVE_INFINITY)).toBeNaN();
  expect(of(Number.NaN)).toBeNaN();
  for (const exact of [0, 1e-300, 1e300, -4, 2 ** 40, 123_456_789_012]) expect(of(exact)).toBe(exact);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Math.abs(of(value) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-12);
    }),
  );
});
