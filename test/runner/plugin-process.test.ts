import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PLUGIN_OUTPUT_BYTES_MAX } from '../../src/limits.ts';
import { groupIsAlive } from '../../src/runner/process-group.ts';
import { startPlugin } from '../../src/runner/plugin-process.ts';
import type { ProcessEnd } from '../../src/runner/plugin-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'muster-plugins-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const sh = (script: string) => ['/bin/sh', '-c', script];

/** The pid of the group, which the script writes first, and how it ended. */
function pidOf({ output }: ProcessEnd): number {
  return Number(/^\d+/u.exec(output)?.[0]);
}

test.for([
  {
    name: 'an exit status and what was written',
    command: sh('echo "OK|a=1"; exit 2'),
    is: { end: 'exited', code: 2, output: 'OK|a=1\n', detail: '' },
  },
  {
    name: 'the first words of error',
    command: sh('echo "no route" >&2; echo more >&2; exit 3'),
    is: { end: 'exited', code: 3, output: '', detail: 'no route' },
  },
  {
    name: 'arguments are no shell’s',
    command: ['/bin/echo', '$HOME; id', '`id`', '*'],
    is: { end: 'exited', code: 0, output: '$HOME; id `id` *\n', detail: '' },
  },
  {
    name: 'nothing to read',
    command: sh('cat; echo end'),
    is: { end: 'exited', code: 0, output: 'end\n', detail: '' },
  },
  {
    name: 'ended by a signal of its own',
    command: sh('echo half; kill -SEGV $$'),
    is: { end: 'killed', code: -1, output: 'half\n', detail: 'SIGSEGV' },
  },
  {
    name: 'not found',
    command: ['/nowhere/check_x'],
    is: { end: 'not-started', code: -1, output: '', detail: '/nowhere/check_x was not found' },
  },
  {
    name: 'an argument with a NUL',
    command: ['/bin/echo', 'a\0b'],
    is: { end: 'not-started', code: -1, output: '', detail: 'an argument holds a NUL' },
  },
])('$name', async ({ command, is }) => {
  expect(await startPlugin(command, 5000).ended).toEqual(is);
});

test('what may not be run', async () => {
  const file = join(directory, 'plain');
  writeFileSync(file, 'text', { mode: 0o644 });
  const end = await startPlugin([file], 5000).ended;
  expect(end).toMatchObject({ end: 'not-started', detail: `${file} may not be run by this user` });
});

test('the environment holds no secret', async () => {
  process.env['MUSTER_SECRET'] = 'x';
  const { output } = await startPlugin(['/usr/bin/env'], 5000).ended;
  delete process.env['MUSTER_SECRET'];
  expect(output).not.toContain('MUSTER_SECRET');
  expect(output).toMatch(/^LC_ALL=C$/mu);
  expect(output).toMatch(/^PATH=/mu);
});

test.for([
  { name: 'one that hangs', script: 'echo $$; sleep 60' },
  { name: 'one that ignores SIGTERM', script: 'trap "" TERM; echo $$; while :; do sleep 60; done' },
  { name: 'one whose children ignore it', script: 'echo $$; (trap "" TERM; sleep 60) & wait' },
])('$name is cut off with its group', async ({ script }) => {
  const end = await startPlugin(sh(script), 200).ended;
  expect(end.end).toBe('timeout');
  await expect.poll(() => groupIsAlive(pidOf(end))).toBe(false);
});

test.for([
  { name: 'on standard output', script: 'echo $$; yes' },
  { name: 'on standard error', script: 'echo $$; yes >&2' },
  { name: 'ignoring SIGTERM and SIGPIPE', script: 'echo $$; trap "" TERM PIPE; while :; do yes; done' },
])('a flood $name is cut off', async ({ script }) => {
  const end = await startPlugin(sh(script), 20_000).ended;
  expect(end.end).toBe('flooded');
  expect(end.output.length).toBeLessThanOrEqual(PLUGIN_OUTPUT_BYTES_MAX);
  await expect.poll(() => groupIsAlive(pidOf(end))).toBe(false);
});

test.for([
  { name: 'that hold its pipe', script: 'echo $$ OK; sleep 60 & exit 0' },
  { name: 'that do not', script: 'echo $$ OK; sleep 60 >/dev/null 2>&1 & exit 0' },
])('children $name are not waited for', async ({ script }) => {
  const end = await startPlugin(sh(script), 30_000).ended;
  expect(end).toMatchObject({ end: 'left-children', code: 0, output: expect.stringContaining(' OK\n') });
  await expect.poll(() => groupIsAlive(pidOf(end))).toBe(false);
});

test('children that end a moment later are none', async () => {
  const end = await startPlugin(sh('sleep 0.1 & echo OK'), 30_000).ended;
  expect(end).toMatchObject({ end: 'exited', code: 0, output: 'OK\n' });
});

test('is ended when told to', async () => {
  const plugin = startPlugin(sh('trap "" TERM; sleep 60'), 30_000);
  plugin.kill();
  expect((await plugin.ended).end).toBe('killed');
  await plugin.gone;
});
