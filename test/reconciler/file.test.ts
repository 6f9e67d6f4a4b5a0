import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileSource } from '../../src/reconciler/file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-list-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const { signal } = new AbortController();

test('a file is read when it has changed, also by one that takes its place, and through a link', async () => {
  const file = join(dir, 'list.json');
  writeFileSync(file, '[]');
  symlinkSync(file, join(dir, 'link'));
  const source = fileSource(join(dir, 'link'));
  expect(source.name).toBe(join(dir, 'link'));
  const first = await source.read(undefined, signal);
  expect(first).toMatchObject({ kind: 'text', text: '[]' });
  const mark = first.kind === 'text' ? first.mark : '';
  expect(await source.read(mark, signal)).toEqual({ kind: 'unchanged' });
  writeFileSync(join(dir, 'next'), '[1]');
  renameSync(join(dir, 'next'), file);
  expect(await source.read(mark, signal)).toMatchObject({ kind: 'text', text: '[1]' });
  expect(await source.read(undefined, signal)).toMatchObject({ kind: 'text', text: '[1]' });
});

test.for<{ name: string; make: (path: string) => void; fault: string }>([
  { name: 'nothing', make: () => undefined, fault: 'is not there' },
  { name: 'a directory', make: (path) => mkdirSync(path), fault: 'is not a file' },
  { name: 'a named pipe', make: (path) => void execFileSync('mkfifo', [path]), fault: 'is not a file' },
  { name: 'a link to itself', make: (path) => symlinkSync(path, path), fault: 'is a link that leads back' },
  { name: 'a long one', make: (path) => writeFileSync(path, ' '.repeat(101)), fault: 'is larger than 100 b' },
])('$name is an outage', async ({ make, fault }) => {
  const path = join(dir, 'list.json');
  make(path);
  const read = await fileSource(path, 100).read(undefined, signal);
  expect(read.kind === 'failed' ? read.fault : read.kind).toContain(fault);
});

test('bytes that are no text do not fail: what they spell is looked at item by item', async () => {
  const path = join(dir, 'list.json');
  writeFileSync(path, Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]));
  expect(await fileSource(path).read(undefined, signal)).toMatchObject({ kind: 'text', text: '["\ufffd"]' });
});

test('a reading that is aborted is one that failed', async () => {
  const path = join(dir, 'list.json');
  writeFileSync(path, '[]');
  expect(await fileSource(path).read(undefined, AbortSignal.abort())).toEqual({
    kind: 'failed',
    fault: 'was not read to its end',
  });
});
