import { expect, test } from 'vitest';
import { Run, START_S } from './harness.ts';

const MIB = 1024 * 1024;

/** Commits until the pauses between tries, 5 s at most, have passed. */
async function waitOut(run: Run): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    run.ticks += 5000;
    await run.commit();
  }
}

test.for([
  {
    name: 'the disk is full',
    begin: (run: Run) => (run.disk.capacity = run.disk.bytes + 50),
    end: (run: Run) => (run.disk.capacity = Number.POSITIVE_INFINITY),
    says: 'ENOSPC|bytes were written',
  },
  {
    name: 'writes fail',
    begin: (run: Run) => (run.disk.fault = (operation) => (operation === 'write' ? 'EIO' : undefined)),
    end: (run: Run) => (run.disk.fault = () => undefined),
    says: 'EIO',
    // Nor does another file take anything.
    told: ['error', 'error', 'info'],
  },
  {
    name: 'no file can be made',
    begin: (run: Run) => (run.disk.fault = (operation) => (operation === 'open' ? 'EROFS' : undefined)),
    end: (run: Run) => (run.disk.fault = () => undefined),
    says: 'EROFS',
    fresh: true,
  },
])('nothing is lost while $name, and it is told once', async ({ begin, end, says, fresh, told }) => {
  const run = await Run.open();
  await run.readAll();
  if (fresh !== true) {
    run.append('a', START_S);
    await run.commit();
  }
  begin(run);
  for (let i = 1; i <= 20; i += 1) {
    expect(run.append('a', START_S + i)).toBe(true);
    await run.commit();
    run.ticks += 3000;
  }
  expect(run.journal.figures().fault).toMatch(new RegExp(says));
  expect(run.journal.figures().uncommittedMs).toBeGreaterThan(10_000);
  end(run);
  await waitOut(run);
  expect(run.journal.figures()).toMatchObject({ fault: '', uncommittedMs: 0 });
  expect(run.reports.map(({ level }) => level)).toEqual(told ?? ['error', 'info']);
  const next = await Run.open({ disk: run.disk });
  await next.readAll();
  expect(next.times.slice(fresh === true ? 0 : 1)).toEqual(
    Array.from({ length: 20 }, (_, i) => `a@${START_S + 1 + i}`),
  );
  expect(next.lost).toEqual([]);
});

test('while a write hangs appends go on, up to a bound of memory, and are refused beyond', async () => {
  const run = await Run.open({ memoryBytes: 4 * MIB });
  await run.readAll();
  let release: () => void = () => undefined;
  run.disk.hung = new Promise((resolve) => {
    release = resolve;
  });
  let kept = 0;
  for (let i = 0; i < 20_000; i += 1) {
    if (run.append('a60', START_S + i)) kept += 1;
    if (i % 500 === 0) await run.commit();
  }
  expect(kept).toBeGreaterThan(3000);
  expect(kept).toBeLessThan(4 * (MIB / 488));
  expect(run.append('new', START_S)).toBe(false);
  release();
  run.disk.hung = undefined;
  await waitOut(run);
  expect(run.append('new', START_S)).toBe(true);
  await run.commit();
  const next = await Run.open({ disk: run.disk });
  await next.readAll();
  expect(next.times).toHaveLength(kept + 1);
});

test('what waits in memory for a disk that hangs can be read all the same', async () => {
  const run = await Run.open();
  await run.readAll();
  let release: () => void = () => undefined;
  run.disk.hung = new Promise((resolve) => {
    release = resolve;
  });
  run.journal.fallBehind();
  for (let i = 0; i < 10; i += 1) {
    run.append('a', START_S + i, false);
    await run.commit();
  }
  await run.readAll();
  expect(run.times).toHaveLength(10);
  release();
});

test.for([
  { name: 'every second', syncMs: 1000, syncs: 2 },
  { name: 'at each commit', syncMs: 0, syncs: 40 },
  { name: 'every minute', syncMs: 60_000, syncs: 0 },
])('it is forced to disk $name', async ({ syncMs, syncs }) => {
  const run = await Run.open({ syncMs });
  await run.readAll();
  for (let i = 0; i < 40; i += 1) {
    run.append('a', START_S + i);
    await run.commit();
  }
  expect(run.disk.syncs).toBe(syncs);
  run.append('a', START_S + 100);
  expect(run.journal.figures().uncommittedMs).toBe(0);
  run.ticks += 20;
  expect(run.journal.figures().uncommittedMs).toBe(20);
  await run.journal.sync();
  expect(run.journal.figures()).toMatchObject({ uncommittedMs: 0, unsyncedMs: 0 });
});

test('a sync that fails is told, and tried again', async () => {
  const run = await Run.open({ syncMs: 0 });
  await run.readAll();
  run.disk.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined);
  run.append('a', START_S);
  await run.commit();
  await run.commit();
  expect(run.journal.figures().fault).toMatch('EIO');
  expect(run.journal.figures().unsyncedMs).toBeGreaterThan(0);
  run.disk.fault = () => undefined;
  await run.commit();
  expect(run.journal.figures()).toMatchObject({ fault: '', unsyncedMs: 0 });
  expect(run.reports.map(({ level }) => level)).toEqual(['error', 'info']);
});

test('a segment that cannot be removed is left, and so are those after it', async () => {
  const run = await Run.open();
  await run.readAll();
  run.append('a', START_S);
  await run.commit();
  const next = await Run.open({ disk: run.disk });
  next.disk.fault = (operation) => (operation === 'remove' ? 'EROFS' : undefined);
  await next.readAll();
  await waitOut(next);
  expect(next.reports.filter(({ level }) => level === 'warn')).toHaveLength(1);
  next.disk.fault = () => undefined;
  await waitOut(next);
  expect(next.disk.segments()).toEqual([]);
});

test('a segment that cannot be read any more is set aside, and its values are lost', async () => {
  const run = await Run.open();
  await run.readAll();
  run.append('b2', START_S);
  await run.commit();
  const next = await Run.open({ disk: run.disk });
  next.append('a', START_S + 1, false);
  await next.commit();
  const [bad] = next.disk.segments();
  next.disk.fault = (operation, path) => (operation === 'read' && path === bad ? 'EIO' : undefined);
  await next.readAll();
  expect(next.lost).toEqual([{ values: 2, reason: 'journal_damaged', earlier: true }]);
  expect(next.times).toEqual([`a@${START_S + 1}`]);
  await next.sync();
  expect(next.journal.figures().setAside).toHaveLength(1);
});

/** One file takes no more; with `rolled` the next segment waits behind it. */
async function stuck({ staged, rolled }: { staged: boolean; rolled: boolean }): Promise<Run> {
  const run = await Run.open({ maxBytes: 64 * MIB });
  await run.readAll();
  if (!staged) run.journal.fallBehind();
  run.append('a', START_S, staged);
  await run.commit();
  const [bad] = run.disk.segments();
  run.disk.fault = (operation, path) => (operation === 'write' && path === bad ? 'EIO' : undefined);
  for (let i = 1; i <= 30; i += 1) {
    run.append('a', START_S + i, staged);
    run.append('b2', START_S + i, staged);
    for (let n = 0; n < (rolled ? 100 : 0); n += 1) run.append('c60', START_S + 100 * i + n, staged);
    await run.commit();
    run.ticks += 500;
    if (!staged && i === 3) await run.journal.read(11, run.sink);
  }
  return run;
}

test.for([
  { name: 'staged points', staged: true, rolled: false },
  { name: 'points that wait', staged: false, rolled: false },
  { name: 'more than a segment of them', staged: true, rolled: true },
  { name: 'more than a segment that waits', staged: false, rolled: true },
])('a file that takes no more is given up, and its $name go into another', async ({ staged, rolled }) => {
  const run = await stuck({ staged, rolled });
  await waitOut(run);
  expect(run.journal.figures()).toMatchObject({ fault: '', uncommittedMs: 0 });
  expect(run.reports.map(({ level }) => level)).toEqual(['error', 'error', 'info']);
  const wanted = ['a', 'b2'].flatMap((m) => Array.from({ length: 30 }, (_, i) => `${m}@${START_S + 1 + i}`));
  const others = Array.from({ length: rolled ? 3000 : 0 }, (_, i) => `c60@${START_S + 100 + i}`);
  if (!staged) {
    await run.readAll();
    expect(run.times.toSorted()).toEqual([`a@${START_S}`, ...wanted, ...others].toSorted());
    expect(run.journal.figures().unreadValues).toBe(0);
  }
  expect(run.lost).toEqual([]);
  expect(run.journal.figures().bytes).toBe(run.disk.bytes);
  const next = await Run.open({ disk: run.disk });
  await next.readAll();
  expect(next.lost).toEqual([]);
  expect(next.times.toSorted()).toEqual([`a@${START_S}`, ...wanted, ...others].toSorted());
});
