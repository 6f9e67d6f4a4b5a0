import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { RunnerHandle } from '../../src/threads/runner-handle.ts';
import { groupIsAlive } from '../../src/runner/process-group.ts';
import type { JudgeToRunner, RunnerToJudge } from '../../src/threads/messages.ts';
import type { MusterConfig } from '../../src/contract/config.ts';

const CLOSED: MusterConfig['passive'] = { nsca: null, commandFile: null };

/** A runner thread, and the judge's end of it. */
async function start() {
  const { port1, port2 } = new MessageChannel();
  const told: string[] = [];
  const runner = new RunnerHandle(
    { judge: port2, plugins: { atOnce: 2 } },
    { log: ({ message }) => told.push(message), failed: ({ message }) => told.push(message) },
  );
  const run = (command: readonly string[], service: string) => {
    const due = { cluster: 'c', host: 'h', service, run: 1, command, timeoutMs: 60_000, startMs: Date.now() };
    port1.postMessage({ kind: 'run', runs: [due] } satisfies JudgeToRunner);
  };
  const heard = async () => ((await once(port1, 'message')) as [RunnerToJudge])[0];
  return { runner, run, heard, told };
}

test('runs what the judge says, and tells it what became of that', async () => {
  const { runner, run, heard, told } = await start();
  await runner.started;
  run(['/bin/echo', 'OK'], 'echo');
  expect(await heard()).toMatchObject({
    kind: 'ran',
    outcomes: [{ service: 'echo', run: 1, end: 'exited', code: 0, output: 'OK\n' }],
  });
  expect(await runner.use({ passive: CLOSED, plugins: { atOnce: 1 } })).toEqual([]);
  await runner.stop();
  expect(told).toEqual([]);
});

test('leaves no process when it stops', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-runner-'));
  const file = join(directory, 'pid');
  const { runner, run } = await start();
  run(['/bin/sh', '-c', `trap "" TERM; echo $$ >${file}; sleep 7777`], 'sleeps');
  const pid = () => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  await expect.poll(pid, { timeout: 5000 }).toBeGreaterThan(0);
  expect(groupIsAlive(pid())).toBe(true);
  await runner.stop();
  await expect.poll(() => groupIsAlive(pid())).toBe(false);
  rmSync(directory, { recursive: true });
});

test('its doors are shut until they are to be open, and one that cannot be is a fault of the start', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-runner-'));
  const commandFile = join(directory, 'nagios.cmd');
  const { runner } = await start();
  await runner.started;
  expect(existsSync(commandFile)).toBe(false);
  await runner.open({ passive: { nsca: null, commandFile }, plugins: { atOnce: 2 } });
  expect(existsSync(commandFile)).toBe(true);
  const passive = { nsca: null, commandFile: '/nowhere/at/all/nagios.cmd' };
  await expect(runner.open({ passive, plugins: { atOnce: 2 } })).rejects.toThrow(passive.commandFile);
  await runner.stop();
  rmSync(directory, { recursive: true });
});

/** Node ends what a thread has opened when that ends, by its number: which may be another thread's by then. */
test('leaves alone what others have opened where it had closed something', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'muster-runner-'));
  const pipe = (name: string) => ({ nsca: null, commandFile: join(directory, name) });
  const threads = () => readdirSync('/proc/self/task').length;
  const before = threads();
  const { runner } = await start();
  await runner.open({ passive: pipe('one'), plugins: { atOnce: 1 } });
  const wishes = { passive: pipe('two'), plugins: { atOnce: 1 } };
  expect(await runner.use(wishes)).toEqual([]);
  // The lowest numbers that are free, and so that of the pipe which is closed.
  const files = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'));
  await runner.stop();
  await expect.poll(threads).toBeLessThanOrEqual(before);
  for (const file of files) expect(fstatSync(file).isCharacterDevice()).toBe(true);
  for (const file of files) closeSync(file);
  rmSync(directory, { recursive: true });
});
