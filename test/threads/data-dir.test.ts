import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StartError } from '../../src/ops/start-error.ts';
import { takeDataDir } from '../../src/threads/data-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-data-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a first start leaves the format, and holds the directory', () => {
  const data = join(dir, 'new');
  const lock = takeDataDir(data);
  expect(JSON.parse(readFileSync(join(data, 'format'), 'utf8'))).toMatchObject({ format: 1 });
  expect(() => takeDataDir(data)).toThrow('another Muster');
  lock.release();
  takeDataDir(data).release();
});

test('what a newer Muster wrote is left as it is: not even a lock is made', () => {
  writeFileSync(join(dir, 'format'), '{"format":2,"muster":"3.0.0"}');
  expect(() => takeDataDir(dir)).toThrow(StartError);
  expect(readdirSync(dir)).toEqual(['format']);
});

test('a fault after the lock lets it go', () => {
  writeFileSync(join(dir, 'catalogue.db'), 'not looked at here');
  writeFileSync(join(dir, 'format'), '{}');
  expect(() => takeDataDir(dir)).toThrow('has no number');
  rmSync(join(dir, 'format'));
  takeDataDir(dir).release();
  expect(existsSync(join(dir, 'muster.pid'))).toBe(false);
});
