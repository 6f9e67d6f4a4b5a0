import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

// Vitest compiles what it loads; only plain Node shows that every import of the server survives type stripping.
test('the server loads under plain Node and says its version', { timeout: 30_000 }, async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { stdout, stderr } = await run(join(ROOT, 'script', 'muster'), ['--version'], {
    cwd: tmpdir(),
    timeout: 25_000,
  });
  expect(stdout).toContain(version);
  expect(stderr).toBe('');
});
