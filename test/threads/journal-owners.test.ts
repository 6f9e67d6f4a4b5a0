import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StartError } from '../../src/ops/start-error.ts';
import { described, Run, START_MS, START_S, wordsOf } from '../ingest/journal/harness.ts';
import { JournalOwners } from '../../src/threads/journal-owners.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'muster-owners-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a group goes to the worker that had it, whatever groups there are beside it now', () => {
  new JournalOwners(directory, 4).keep(
    new Map([
      ['web', 3],
      ['mysql', 0],
    ]),
  );
  const next = new JournalOwners(directory, 4);
  expect(['web', 'mysql', 'new'].map((group) => next.ownerOf(group))).toEqual([3, 0, undefined]);
});

test('a group that does not run for a while keeps its place', () => {
  const owners = new JournalOwners(directory, 2);
  owners.keep(new Map([['web', 1]]));
  owners.keep(new Map([['mysql', 0]]));
  expect(new JournalOwners(directory, 2).ownerOf('web')).toBe(1);
});

test('with fewer workers, whole journals and their groups go to those that are left', () => {
  new JournalOwners(directory, 4).keep(
    new Map([
      ['web', 3],
      ['mysql', 1],
    ]),
  );
  for (const worker of ['1', '3']) {
    mkdirSync(join(directory, worker), { recursive: true });
    writeFileSync(join(directory, worker, `000${worker}-${worker}.journal`), '');
  }
  const owners = new JournalOwners(directory, 2);
  expect(readdirSync(join(directory, '1'))).toEqual(['0001-1.journal', '0003-3.journal']);
  expect(existsSync(join(directory, '3'))).toBe(false);
  expect(['web', 'mysql'].map((group) => owners.ownerOf(group))).toEqual([1, 1]);
});

test.for([
  { name: 'the journal', at: '.' },
  { name: "a worker's journal", at: '0' },
])('a file in the place of $name is told, with what to do', ({ at }) => {
  const place = join(directory, 'journal', at);
  mkdirSync(join(place, '..'), { recursive: true });
  writeFileSync(place, '');
  expect(() => new JournalOwners(join(directory, 'journal'), 1)).toThrow(StartError);
});

test('owners that cannot be written down are told, and are not taken for kept', () => {
  const owners = new JournalOwners(directory, 2);
  mkdirSync(join(directory, 'owners.json'));
  expect(owners.keep(new Map([['web', 1]]))).toMatch(/owners\.json cannot be written: /u);
  rmSync(join(directory, 'owners.json'), { recursive: true });
  expect(owners.keep(new Map([['web', 1]]))).toBeUndefined();
  expect(new JournalOwners(directory, 2).ownerOf('web')).toBe(1);
});

test('a file whose name is a number is no journal of a worker that is gone', () => {
  writeFileSync(join(directory, '7'), '');
  expect(new JournalOwners(directory, 2).ownerOf('7')).toBeUndefined();
  expect(readdirSync(directory).toSorted()).toEqual(['0', '1', '7']);
});

test.for([
  { name: 'no JSON', text: '{' },
  { name: 'no list', text: '{"web":1}' },
  { name: 'no numbers', text: '[["web","1"],["mysql",-1],[7,1]]' },
])('a file of owners that holds $name is as none', ({ text }) => {
  writeFileSync(join(directory, 'owners.json'), text);
  const owners = new JournalOwners(directory, 2);
  expect(['web', 'mysql', '7'].map((group) => owners.ownerOf(group))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

/** A worker's journal with a point of each group. */
async function leave(worker: number, ...groups: string[]): Promise<void> {
  const run = await Run.open({ worker, nowMs: START_MS + worker });
  for (const cluster of groups) {
    const record = run.descriptions.push(described(cluster, { cluster })) - 1;
    run.journal.append(record, START_S, 0, wordsOf(START_S, 1), true);
  }
  await run.commit();
  mkdirSync(join(directory, String(worker)), { recursive: true });
  for (const [path, bytes] of run.disk.files) {
    writeFileSync(join(directory, String(worker), basename(path)), bytes);
  }
}

test.for([
  { name: 'missing', text: undefined },
  { name: 'damaged', text: '[["web",' },
])('where the file of owners is $name, the journals tell whose points they have', async ({ text }) => {
  await leave(0, 'mysql', 'moved');
  await leave(1, 'web', 'moved', 'größe');
  writeFileSync(join(directory, '0', '0001800000000001-0.journal'), 'no segment');
  if (text !== undefined) writeFileSync(join(directory, 'owners.json'), text);
  const groups = ['web', 'mysql', 'moved', 'größe', 'new'];
  const owners = new JournalOwners(directory, 2);
  expect(groups.map((group) => owners.ownerOf(group))).toEqual([1, 0, 1, 1, undefined]);
});

test('with fewer workers, and then more again, a group stays where its points have gone', () => {
  new JournalOwners(directory, 4).keep(new Map([['web', 3]]));
  const fewer = new JournalOwners(directory, 2);
  fewer.keep(new Map([['web', 1]]));
  expect(new JournalOwners(directory, 4).ownerOf('web')).toBe(1);
});
