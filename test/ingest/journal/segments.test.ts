import { expect, test } from 'vitest';
import { Run, START_MS, START_S } from './harness.ts';
import { MemoryDisk } from './memory-disk.ts';

const MIB = 1024 * 1024;
const directory = '/j/';
const name = (id: number, worker = 0) => `${directory}${String(id).padStart(16, '0')}-${worker}.journal`;

/** Appends points of 60 sources until a segment of 1 MiB is full; the next append begins another. */
async function fill(run: Run, metric: string, fromS: number, staged = true): Promise<number> {
  const before = run.disk.segments().length;
  let timeS = fromS;
  for (let commits = 0; commits < 1000 && run.disk.segments().length === before; commits += 1) {
    for (let i = 0; i < 100; i += 1) run.append(metric, (timeS += 1), staged);
    await run.commit();
  }
  return timeS;
}

test('segments go from the oldest on, once no record needs them', async () => {
  const run = await Run.open({ maxBytes: 64 * MIB });
  await run.readAll();
  run.append('a', START_S);
  await run.commit();
  await fill(run, 'b60', START_S);
  const timeS = await fill(run, 'c60', START_S);
  const [first, second] = run.disk.segments();
  expect(run.disk.segments()).toHaveLength(3);
  run.settle('c60', timeS);
  await run.commit();
  // `a` and `b60` hold the first, and it the second.
  expect(run.disk.removed).toEqual([]);
  run.settle('a', START_S);
  await run.commit();
  expect(run.disk.removed).toEqual([]);
  run.journal.forget(run.record('b60'));
  await run.sync();
  expect(run.disk.removed).toEqual([first, second]);
  expect(run.journal.figures().segments).toBe(1);
  expect(run.journal.figures().bytes).toBe(run.disk.bytes);
});

test('a point that is read and kept holds the segment it came from', async () => {
  const first = await Run.open();
  await first.readAll();
  first.append('a', START_S);
  await first.commit();
  const second = await Run.open({ disk: first.disk });
  second.onPoint = (record) => second.journal.keep(record);
  await second.readAll();
  await second.commit();
  expect(second.disk.removed).toEqual([]);
  second.settle('a', START_S);
  await second.sync();
  expect(second.disk.removed).toHaveLength(1);
});

test.for([
  { name: 'written', hang: (disk: MemoryDisk, until: Promise<void>) => void (disk.hung = until) },
  { name: 'forced to disk', hang: (disk: MemoryDisk, until: Promise<void>) => void (disk.hungSync = until) },
])('points appended again are $name before the segment goes that they were in', async ({ hang }) => {
  const run = await Run.open({ maxBytes: 64 * MIB, syncMs: 0 });
  await run.readAll();
  run.append('a', START_S);
  run.append('a', START_S + 1);
  await run.commit();
  await fill(run, 'b60', START_S);
  run.journal.forget(run.record('b60'));
  await run.sync();
  expect(run.disk.removed).toEqual([]);
  const { promise, resolve } = Promise.withResolvers<void>();
  hang(run.disk, promise);
  run.settle('a', START_S);
  run.append('a', START_S + 1);
  for (let i = 0; i < 100; i += 1) await run.commit();
  expect(run.disk.removed).toEqual([]);
  resolve();
  await run.sync();
  expect(run.disk.removed).toHaveLength(1);
});

test('a journal that nobody needs leaves nothing at its close, one that is needed all', async () => {
  const run = await Run.open();
  await run.readAll();
  run.append('a', START_S);
  run.append('b', START_S);
  run.settle('a', START_S);
  await run.journal.close();
  expect(run.disk.segments()).toHaveLength(1);
  const next = await Run.open({ disk: run.disk });
  await next.readAll();
  expect(next.times).toEqual([`b@${START_S}`]);
  await next.journal.close();
  expect(run.disk.segments()).toEqual([]);
  expect(run.disk.openFiles).toBe(0);
});

test('beyond its bound the oldest points go first, and each value is read or lost', async () => {
  const run = await Run.open({ maxBytes: 4 * MIB });
  await run.readAll();
  run.journal.fallBehind();
  let appended = 0;
  for (let commit = 0; commit < 400; commit += 1) {
    for (let i = 0; i < 100; i += 1) if (run.append('a60', START_S + 100 * commit + i, false)) appended += 60;
    await run.commit();
    expect(run.journal.figures().bytes).toBeLessThan(5.2 * MIB);
    if (commit === 150) await run.journal.read(1000, run.sink);
  }
  expect(run.lost.every(({ reason, earlier }) => reason === 'journal_full' && !earlier)).toBe(true);
  expect(run.lostValues).toBeGreaterThan(0);
  const warnings = run.reports.filter(({ level }) => level === 'warn');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.fields.hoursHeld).toBeGreaterThan(0);
  await run.readAll();
  const read = run.read.length * 60;
  expect(read + run.lostValues).toBe(appended);
  expect(run.journal.figures().unreadValues).toBe(0);
  expect(run.times.at(-1)).toBe(`a60@${START_S + 39_999}`);
});

test('of an earlier run only what was not stored and not read is lost', async () => {
  const first = await Run.open({ maxBytes: 64 * MIB });
  await first.readAll();
  first.append('kept', START_S);
  await first.commit();
  await fill(first, 'a60', START_S);
  first.append('a60', START_S + 500_000);
  first.settle('a60', START_S + 100);
  await first.commit();
  const disk = first.disk;
  const second = await Run.open({ disk, maxBytes: 1 * MIB });
  const { earlierValues } = second.journal.figures();
  await second.journal.read(11, second.sink);
  await second.commit();
  await second.commit();
  await second.readAll();
  const read = second.read.reduce((sum, { words }) => sum + words.length / 2, 0);
  expect(second.lost).toEqual([{ values: expect.any(Number), reason: 'journal_full', earlier: true }]);
  expect(read + second.lostValues).toBe(earlierValues - 60 * 100);
});

test('names go up even when the clock goes back, and a second worker has its own', async () => {
  const disk = new MemoryDisk();
  const run = await Run.open({ disk, maxBytes: 64 * MIB });
  await run.readAll();
  await fill(run, 'a60', START_S);
  run.nowMs = START_MS - 3_600_000;
  await fill(run, 'a60', START_S + 50_000);
  const next = await Run.open({ disk, nowMs: START_MS - 7_200_000, worker: 3 });
  next.append('a60', START_S + 90_000, false);
  await next.commit();
  expect(disk.segments()).toEqual([name(START_MS), name(START_MS + 1), name(START_MS + 2, 3)]);
});

test('points of a record that is not wanted any more are counted', async () => {
  const first = await Run.open();
  await first.readAll();
  first.append('b2', START_S);
  first.append('a', START_S);
  first.append('b2', START_S + 1);
  await first.commit();
  const second = await Run.open({ disk: first.disk });
  second.unwanted.add('b2');
  await second.readAll();
  expect(second.lost).toEqual([{ values: 4, reason: 'group_removed', earlier: true }]);
  expect(second.times).toEqual([`a@${START_S}`]);
});
