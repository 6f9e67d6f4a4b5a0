import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// Vitest compiles what it loads; only plain Node shows that the server survives type stripping.

const ROOT = join(import.meta.dirname, '..', '..');
const LIMIT = { cwd: tmpdir(), timeout: 25_000 };
const run = promisify(execFile);

test('script/muster says its version from anywhere', { timeout: 30_000 }, async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { stdout, stderr } = await run(join(ROOT, 'script', 'muster'), ['--version'], LIMIT);
  expect(stdout).toContain(version);
  expect(stderr).toBe('');
});

test('the whole server loads, and loading it does nothing', { timeout: 30_000 }, async () => {
  const app = pathToFileURL(join(ROOT, 'src', 'app.ts')).href;
  const load = `await import(${JSON.stringify(app)});`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', load];
  const { stdout, stderr } = await run(join(ROOT, 'node_modules', '.bin', 'node'), flags, LIMIT);
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
});
