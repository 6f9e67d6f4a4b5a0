import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '../../src/ops/process-stats.ts');

/** Takes every descriptor there is, then looks. */
const PROGRAM = `
  import { openSync } from 'node:fs';
  const { processStats } = await import(${JSON.stringify(MODULE)});
  try {
    for (;;) openSync('/dev/null');
  } catch {}
  console.log(JSON.stringify(processStats(1)));
`;

test('a process without a descriptor left has figures all the same', () => {
  const args = [
    '-c',
    'ulimit -n 60; exec "$@"',
    'sh',
    process.execPath,
    '--input-type=module',
    '-e',
    PROGRAM,
  ];
  const { stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { residentBytes, heapBytes, openFiles } = JSON.parse(stdout) as Record<string, number | null>;
  expect(residentBytes).toBeGreaterThan(1e6);
  expect(heapBytes).toBeGreaterThan(1e5);
  expect(openFiles).toBeNull();
});
