import { mkdir, readdir, readFile, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe as group, expect, test } from 'vitest';
import { RRD_SET_ASIDE_PER_MINUTE } from '../../../src/limits.ts';
import { cureElsewhere, isDamaged } from '../../../src/store/rrd/damage.ts';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { batchOf, describe } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';
import type { PointRow } from '../batch.ts';
import type { SetAside } from '../../../src/model/set-aside.ts';
import type { RecordOutcome, Store } from '../../../src/store/store.ts';

const T = 1_700_000_000;
const HURRY = { signal: new AbortController().signal, hurry: true };
const FILE = 'web/web-1/load_one.rrd';
/** Where rrdtool 1.7 keeps what, in a file of one data source (64 bit, little endian). */
const AT = { version: 4, float: 16, sources: 24, archives: 32, type: 148, cf: 248, pdpPerRow: 280 } as const;

async function stage() {
  const dir = await temporaryDirectory();
  const told: SetAside[] = [];
  const clock = { ms: T * 1000 };
  const open = () =>
    createRrdStore({
      dir: dir.path,
      workers: 1,
      rrdDirs: new Map(),
      now: () => clock.ms,
      pause: () => Promise.resolve(),
      onSetAside: (aside) => void told.push(aside),
    });
  const path = join(dir.path, FILE);
  const overwrite = async (at: number, bytes: Uint8Array) => {
    const whole = await readFile(path);
    whole.set(bytes, at);
    await writeFile(path, whole);
  };
  return { dir, told, clock, open, path, overwrite, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

type Stage = Awaited<ReturnType<typeof stage>>;

async function lastUpdate(dir: string): Promise<string> {
  return (await rrdtool(dir, 'lastupdate', FILE)).trim().split('\n').at(-1) ?? '';
}

/** Puts two points again and again until the answer is final. */
async function putUntilSettled(given: Stage, store: Store, fromS: number): Promise<RecordOutcome> {
  const points: PointRow[] = [
    [fromS, 1],
    [fromS + 10, 2],
  ];
  for (let turn = 0; turn < 10; turn += 1) {
    const [outcome] = await store.put(batchOf([[describe(), points]]), HURRY);
    if (outcome?.ok || outcome?.retryable === false) return outcome;
    given.clock.ms += 10_000; // A process that dies without an answer is not started again at once.
  }
  throw new Error('never settled');
}

const DAMAGES: { name: string; spoil: (given: Stage) => Promise<unknown> }[] = [
  { name: 'empty', spoil: ({ path }) => writeFile(path, '') },
  { name: 'one byte', spoil: ({ path }) => truncate(path, 1) },
  { name: 'cut off in the head', spoil: ({ path }) => truncate(path, 100) },
  { name: 'cut off in the data sources', spoil: ({ path }) => truncate(path, 200) },
  { name: 'cut off in the archives', spoil: ({ path }) => truncate(path, 400) },
  { name: 'cut off in the rows', spoil: ({ path }) => truncate(path, 50_000) },
  { name: 'a text', spoil: ({ path }) => writeFile(path, 'hello\n'.repeat(30_000)) },
  { name: 'zeros', spoil: ({ path }) => writeFile(path, Buffer.alloc(180_000)) },
  { name: 'a page of zeros at its start', spoil: ({ overwrite }) => overwrite(0, Buffer.alloc(4096)) },
  { name: 'too many data sources', spoil: ({ overwrite }) => overwrite(AT.sources, Buffer.alloc(8, 0xff)) },
  { name: 'no type of a data source', spoil: ({ overwrite }) => overwrite(AT.type, Buffer.from('XXXXX')) },
  { name: 'no function of an archive', spoil: ({ overwrite }) => overwrite(AT.cf, Buffer.from('XXXXXXX')) },
  {
    name: 'an archive on which `update` crashes and `info` does not',
    spoil: ({ overwrite }) => overwrite(AT.pdpPerRow, Buffer.alloc(8)),
  },
  {
    name: 'archives on which `info` crashes',
    spoil: ({ overwrite }) => overwrite(AT.archives, Buffer.alloc(8, 0xff)),
  },
];

group('a damaged file is set aside, and its points go into a new one', () => {
  test.for(DAMAGES)('$name', async ({ spoil }) => {
    await using given = await stage();
    {
      await using store = given.open();
      await putUntilSettled(given, store, T);
    }
    await spoil(given);
    const damaged = await readFile(given.path);
    await using store = given.open();
    expect(await putUntilSettled(given, store, T + 100)).toEqual({ ok: true, lateThroughS: 0 });
    expect(await lastUpdate(given.dir.path)).toBe(`${T + 110}: 2`);
    const moved = given.told[0]?.moved ?? '';
    expect(given.told).toMatchObject([{ path: given.path }]);
    expect(moved).toMatch(/load_one\.rrd\.damaged-20231114T22\d{7}Z$/);
    expect(given.told[0]?.what).toMatch(/^an RRD file was damaged \(.+\); a new one begins$/);
    expect(given.told[0]?.what).not.toContain('web-1');
    // What `update` wrote before it crashed is all that may be different.
    expect((await readFile(moved)).subarray(0, AT.cf).equals(damaged.subarray(0, AT.cf))).toBe(true);
  });

  test('one that is spoilt while the store knows it', async () => {
    await using given = await stage();
    await using store = given.open();
    await putUntilSettled(given, store, T);
    await truncate(given.path, 1000);
    expect(await putUntilSettled(given, store, T + 100)).toMatchObject({ ok: true });
    expect(await lastUpdate(given.dir.path)).toBe(`${T + 110}: 2`);
    expect(given.told).toHaveLength(1);
  });
});

group('a file that is not damaged stays where it is', () => {
  test.for<{ name: string; spoil: (given: Stage) => Promise<unknown>; detail: RegExp }>([
    {
      name: 'of a newer rrdtool',
      spoil: ({ overwrite }) => overwrite(AT.version, Buffer.from('0009')),
      detail: /can't handle RRD file version 0009.*: `rrdtool dump` it/,
    },
    {
      name: 'of another architecture',
      spoil: ({ overwrite }) => overwrite(AT.float, Buffer.alloc(8, 1)),
      detail: /created on another architecture.*: `rrdtool dump` it/,
    },
    {
      name: 'a link to a damaged one',
      spoil: async ({ path }) => {
        await rename(path, `${path}.elsewhere`);
        await truncate(`${path}.elsewhere`, 100);
        await symlink(`${path}.elsewhere`, path);
      },
      detail: /it is no plain file$/,
    },
    {
      name: 'a directory',
      spoil: async ({ path }) => {
        await rename(path, `${path}.elsewhere`);
        await mkdir(path);
      },
      detail: /./,
    },
  ])('$name', async ({ spoil, detail }) => {
    await using given = await stage();
    {
      await using store = given.open();
      await putUntilSettled(given, store, T);
    }
    await spoil(given);
    await using store = given.open();
    const outcome = await putUntilSettled(given, store, T + 100);
    expect(outcome).toMatchObject({ ok: false, reason: 'store_refused' });
    if (!outcome.ok) expect(outcome.detail).toMatch(detail);
    expect(given.told).toEqual([]);
  });
});

test('with many of them the others wait, say so, and have their turn a minute later', async () => {
  await using given = await stage();
  await using store = given.open();
  const records = Array.from({ length: RRD_SET_ASIDE_PER_MINUTE + 2 }, (_, i) =>
    describe({ metric: `m${i}` }),
  );
  await mkdir(join(given.dir.path, 'web/web-1'), { recursive: true });
  for (const { metric } of records) await writeFile(join(given.dir.path, `web/web-1/${metric}.rrd`), '');
  const put = () => store.put(batchOf(records.map((record) => [record, [[T, 1]]])), HURRY);
  const refused = (await put()).filter((outcome) => !outcome.ok);
  expect(refused).toHaveLength(2);
  expect(refused[0]).toMatchObject({ retryable: true, reason: 'store_refused' });
  expect(refused[0]).toMatchObject({
    detail: expect.stringMatching(/this one waits\. Is its disk failing\?$/) as string,
  });
  given.clock.ms += 60_000;
  expect((await put()).every((outcome) => outcome.ok)).toBe(true);
  expect(given.told).toHaveLength(records.length);
  const names = await readdir(join(given.dir.path, 'web/web-1'));
  expect(names).toHaveLength(2 * records.length);
});

test.for([
  { text: "opening '/rrd/a.rrd': Permission denied", damaged: false },
  { text: "mmaping file '/rrd/a.rrd': Cannot allocate memory", damaged: false },
  { text: "opening '/rrd/a.rrd': Input/output error", damaged: false },
  { text: "opening '/rrd/a.rrd': No such file or directory", damaged: false },
  { text: 'rrdtool ended 3 times on this file: mend it or move it aside', damaged: false },
  { text: '/rrd/a.rrd: expected 2 data source readings (got 1) from 1700000000', damaged: false },
  { text: "mmaping file '/rrd/a.rrd': Invalid argument", damaged: true },
  { text: 'rrdtool crashed 3 times on this file: mend it or move it aside', damaged: true },
])('$text: damaged $damaged', ({ text, damaged }) => {
  expect(isDamaged(text)).toBe(damaged);
  expect(cureElsewhere(text)).toBe('');
});
