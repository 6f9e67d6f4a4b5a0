import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_HEAD_BYTES, SEGMENT_HEAD_BYTES } from '../../../src/ingest/journal/format.ts';
import { described, Run, START_S, wordsOf } from './harness.ts';
import { MemoryDisk } from './memory-disk.ts';

/** A journal of four commits: its one segment's bytes, and how long it was after each. */
async function written(): Promise<{ path: string; bytes: Buffer; ends: number[] }> {
  const run = await Run.open();
  await run.readAll();
  const path = () => run.disk.segments()[0] ?? '';
  const ends: number[] = [];
  for (let commit = 0; commit < 4; commit += 1) {
    run.append('a', START_S + commit);
    run.append('b2', START_S + commit);
    if (commit === 1) {
      // A number that stands for another record from here on.
      run.journal.forget(0);
      run.descriptions[0] = described('c');
    }
    if (commit === 2) run.append('c', START_S + commit);
    await run.commit();
    ends.push(run.disk.files.get(path())?.length ?? 0);
  }
  return { path: path(), bytes: run.disk.files.get(path()) ?? Buffer.alloc(0), ends };
}

function diskWith(files: Readonly<Record<string, Buffer>>): MemoryDisk {
  const disk = new MemoryDisk();
  for (const [path, bytes] of Object.entries(files)) disk.files.set(path, Buffer.from(bytes));
  return disk;
}

function expectRight(run: Run): void {
  for (const { metric, timeS, words } of run.read) {
    expect([...wordsOf(timeS, metric === 'b2' ? 2 : 1)]).toEqual(words);
    expect(metric === 'c' ? timeS >= START_S + 2 : true).toBe(true);
  }
}

test('a write that was cut short at any byte is cut away silently, what was before it stays', async () => {
  const { path, bytes, ends } = await written();
  const every = (ends[2] ?? 0) - 37;
  for (let length = 0; length <= bytes.length; length += length < every ? 37 : 1) {
    const run = await Run.open({ disk: diskWith({ [path]: bytes.subarray(0, length) }) });
    await run.readAll();
    const whole = ends.filter((end) => end <= length).length;
    expect(run.times.filter((t) => t.startsWith('b2'))).toEqual(
      Array.from({ length: whole }, (_, i) => `b2@${START_S + i}`),
    );
    expectRight(run);
    expect(run.lost).toEqual([]);
    expect(run.reports.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(run.journal.figures().setAside).toEqual([]);
  }
});

test('flipped bits never end it and never give a wrong value', async () => {
  const { path, bytes } = await written();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: bytes.length * 8 - 1 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (bits, followed) => {
        const flipped = Buffer.from(bytes);
        for (const bit of bits) flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const later = path.replace('18000', '19000');
        const disk = diskWith({ [path]: flipped, ...(followed ? { [later]: bytes } : {}) });
        const run = await Run.open({ disk });
        const { earlierValues } = run.journal.figures();
        await run.readAll();
        expectRight(run);
        const readValues = run.read.reduce((sum, { words }) => sum + words.length / 2, 0);
        expect(readValues + run.lostValues).toBe(earlierValues);
        if (followed) expect(run.times.filter((t) => t === `b2@${START_S + 3}`).length).toBeGreaterThan(0);
        expect(disk.openFiles).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});

test('damage in the middle costs its frame, counted; once read, the segment is set aside', async () => {
  const { path, bytes, ends } = await written();
  const flipped = Buffer.from(bytes);
  const at = (ends[2] ?? 0) - 4;
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  const run = await Run.open({ disk: diskWith({ [path]: flipped }) });
  await run.readAll();
  expect(run.lost).toEqual([{ values: 4, reason: 'journal_damaged', earlier: true }]);
  expect(run.times).toContain(`b2@${START_S + 3}`);
  await run.commit();
  const moved = path.replace('/j/', '/j/damaged/');
  expect([...run.disk.files.keys()]).toEqual([moved]);
  expect(run.journal.figures().setAside).toEqual([moved]);
  expect(run.reports).toContainEqual(
    expect.objectContaining({ level: 'error', fields: expect.objectContaining({ path: moved }) }),
  );
});

test.for([
  { name: 'of another kind', head: Buffer.alloc(64, 'x') },
  { name: 'with a head of zeros', head: Buffer.alloc(64) },
  { name: 'of a few bytes, before others', head: Buffer.alloc(3) },
])('a segment $name is set aside at once, and the rest is read', async ({ head }) => {
  const { path, bytes } = await written();
  const bad = '/j/0000000000000001-0.journal';
  const run = await Run.open({ disk: diskWith({ [bad]: head, [path]: bytes }) });
  await run.readAll();
  expect(run.times).toContain(`b2@${START_S + 3}`);
  expect(run.journal.figures().setAside).toEqual(['/j/damaged/0000000000000001-0.journal']);
});

test('a segment that may not be read is set aside, and the rest is read', async () => {
  const { path, bytes } = await written();
  const bad = '/j/0000000000000001-0.journal';
  const disk = diskWith({ [bad]: bytes, [path]: bytes });
  disk.fault = (operation, of) => (operation === 'open' && of === bad ? 'EACCES' : undefined);
  const run = await Run.open({ disk });
  await run.readAll();
  expect(run.times).toContain(`b2@${START_S + 3}`);
  expect(run.journal.figures().setAside).toHaveLength(1);
});

test('a name beyond every clock is no segment: those that are begun later are found again', async () => {
  const disk = diskWith({ '/j/9999999999999999-0.journal': Buffer.alloc(0) });
  const run = await Run.open({ disk });
  await run.readAll();
  run.append('a', START_S);
  await run.commit();
  const second = await Run.open({ disk });
  await second.readAll();
  expect(second.times).toEqual([`a@${START_S}`]);
});

test('a newer format is refused before anything is touched', async () => {
  const { path, bytes } = await written();
  const { crc32 } = await import('node:zlib');
  const newer = Buffer.from(bytes);
  newer.writeUInt32LE(2, 8);
  newer.writeUInt32LE(crc32(newer.subarray(0, 28)), 28);
  const later = path.replace('18000', '19000');
  const disk = diskWith({
    '/j/0000000000000001-0.journal': Buffer.alloc(64, 'x'),
    [path]: bytes,
    [later]: newer,
  });
  const before = [...disk.files.keys()];
  await expect(Run.open({ disk })).rejects.toMatchObject({
    name: 'JournalVersionError',
    message: expect.stringContaining('format 2'),
    cure: expect.stringContaining('later'),
  });
  expect([...disk.files.keys()]).toEqual(before);
});

test('of the damaged segments only the newest are kept', async () => {
  const files: Record<string, Buffer> = {};
  for (let i = 10; i < 40; i += 1) files[`/j/00000000000000${i}-0.journal`] = Buffer.alloc(64, 'x');
  const run = await Run.open({ disk: diskWith(files) });
  const kept = [...run.disk.files.keys()].toSorted();
  expect(kept).toHaveLength(16);
  expect(kept[0]).toBe('/j/damaged/0000000000000024-0.journal');
  expect(run.journal.figures().setAside.toSorted()).toEqual(kept);
});

test('a lost frame of redefinitions gives no number to the record that had it before', async () => {
  const run = await Run.open();
  await run.readAll();
  run.append('a', START_S);
  run.append('b2', START_S);
  await run.commit();
  const path = run.disk.segments()[0] ?? '';
  const at = run.disk.files.get(path)?.length ?? 0;
  run.journal.forget(0);
  run.descriptions[0] = described('c');
  run.append('c', START_S + 1);
  await run.commit();
  run.append('c', START_S + 2);
  await run.commit();
  const bytes = run.disk.files.get(path) ?? Buffer.alloc(0);
  bytes[at + FRAME_HEAD_BYTES + 12] = 0;
  expect(at).toBeGreaterThan(SEGMENT_HEAD_BYTES);
  const second = await Run.open({ disk: run.disk });
  await second.readAll();
  expect(second.times).toEqual([`a@${START_S}`, `b2@${START_S}`]);
  expect(second.lost).toEqual([
    { values: 1, reason: 'journal_damaged', earlier: true },
    { values: 1, reason: 'journal_damaged', earlier: true },
  ]);
});
