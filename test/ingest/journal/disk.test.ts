import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faultOf, machineDisk } from '../../../src/ingest/journal/disk.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-disk-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a file is opened with its length', async () => {
  writeFileSync(join(dir, 'segment'), 'bytes');
  const file = await machineDisk.open(join(dir, 'segment'), 'read');
  expect(file.bytes).toBe(5);
  await file.close();
});

test.for<{ name: string; make: (path: string) => void; fault: string }>([
  { name: 'a named pipe', make: (path) => void spawnSync('mkfifo', [path]), fault: 'no plain file' },
  { name: 'a directory', make: (path) => mkdirSync(path), fault: 'no plain file' },
  { name: 'a link', make: (path) => symlinkSync('/etc/passwd', path), fault: 'it is a link (ELOOP)' },
])('$name in the place of a file is refused, and keeps nobody waiting', async ({ make, fault }) => {
  const path = join(dir, 'segment');
  make(path);
  const outcome = await machineDisk.open(path, 'read').catch(faultOf);
  expect(outcome).toContain(fault);
});
