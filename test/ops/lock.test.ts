import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative as relativePath } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDataDir, makeDirectory } from '../../src/ops/lock.ts';

const MODULE = new URL('../../src/ops/lock.ts', import.meta.url).href;
/** Locks its argument, prints the outcome as a line of JSON, and stays until its stdin ends. */
const HOLDER = `
  import { lockDataDir } from ${JSON.stringify(MODULE)};
  const outcome = lockDataDir(process.argv[1]);
  console.log(JSON.stringify({ ok: outcome.ok, pid: outcome.pid, message: outcome.message }));
  process.stdin.on('data', () => { gc(); setTimeout(() => { gc(); console.log('collected'); }, 10); });
  process.stdin.on('end', () => process.exit(0));
`;

interface Answer {
  ok: boolean;
  pid?: number | null;
  message?: string;
}

let root: string;
let children: ChildProcess[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'muster-lock-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

async function holder(directory: string): Promise<{ child: ChildProcess; answer: Answer }> {
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', HOLDER, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const answer: Answer = JSON.parse(String(line));
  return { child, answer };
}

test('the second of two processes is refused with the pid of the first', async () => {
  const directory = join(root, 'deep/data');
  const first = await holder(directory);
  expect(first.answer).toEqual({ ok: true });
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(directory, 'muster.pid'), 'utf8')).toMatch(
    new RegExp(`^${first.child.pid} \\d+\n$`),
  );

  const second = lockDataDir(directory);
  expect(second).toMatchObject({ ok: false, pid: first.child.pid });
  expect(!second.ok && second.message).toContain(`pid ${first.child.pid}`);
});

test('a holder that was killed leaves nothing behind that holds', async () => {
  const { child } = await holder(root);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(existsSync(join(root, 'muster.pid'))).toBe(true);
  const taken = lockDataDir(root);
  expect(taken.ok).toBe(true);
  if (taken.ok) taken.release();
});

test('of many that start at once over a dead pid, one wins and the others name it', async () => {
  writeFileSync(join(root, 'muster.pid'), '999999999 1\n');
  const holders = await Promise.all(Array.from({ length: 5 }, () => holder(root)));
  const winners = holders.filter(({ answer }) => answer.ok);
  expect(winners).toHaveLength(1);
  const pids = holders.filter(({ answer }) => !answer.ok).map(({ answer }) => answer.pid);
  expect(new Set(pids)).toEqual(new Set([winners[0]?.child.pid]));
});

test('it stays held when the outcome is collected', async () => {
  const { child } = await holder(root);
  // Nothing there refers to the outcome any more; the answer to the line comes after the collection.
  child.stdin?.write('collect\n');
  if (child.stdout === null) throw new Error('no stdout');
  await once(createInterface({ input: child.stdout }), 'line');
  expect(lockDataDir(root)).toMatchObject({ ok: false, pid: child.pid });
});

test('released, it can be taken again; releasing twice harms nobody', () => {
  const first = lockDataDir(root);
  expect(first.ok).toBe(true);
  expect(lockDataDir(root)).toMatchObject({ ok: false, pid: process.pid });
  if (first.ok) first.release();
  const second = lockDataDir(root);
  if (first.ok) first.release();
  expect(second.ok).toBe(true);
  expect(lockDataDir(root).ok).toBe(false);
  if (second.ok) second.release();
});

test.for([
  { name: 'a file stands where the directory should', prepare: (path: string) => writeFileSync(path, '') },
  {
    name: 'a directory stands where the lock should',
    prepare: (path: string) => mkdirSync(join(path, 'lock'), { recursive: true }),
  },
])('$name: what cannot be written, and the cure', ({ prepare }) => {
  const directory = join(root, 'data');
  prepare(directory);
  const outcome = lockDataDir(directory);
  expect(outcome).toMatchObject({ ok: false, pid: null, cure: expect.stringContaining('data_dir') });
  expect(!outcome.ok && outcome.message).toContain(`data_dir ${directory} cannot be written`);
});

test.for([
  { name: 'below a directory in which nothing can be made', directory: '/proc/nope' },
  { name: 'deeper', directory: '/proc/nope/deep/data' },
])('$name: refused, and at once', ({ directory }) => {
  // In a process of its own: a call that never returns cannot be timed out in this one.
  const child = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', HOLDER, directory], {
    input: '',
    timeout: 10_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  expect(child.signal).toBeNull();
  expect(JSON.parse(child.stdout)).toMatchObject({
    ok: false,
    message: expect.stringContaining(`data_dir ${directory} cannot be written: ENOENT`),
  });
});

describe('makeDirectory', () => {
  test('what is missing gets the mode, what is there keeps its own', () => {
    mkdirSync(join(root, 'there'), { mode: 0o755 });
    makeDirectory(join(root, 'there/a/b'), 0o700);
    makeDirectory(join(root, 'there/a/b'), 0o750);
    const modes = ['there', 'there/a', 'there/a/b'].map((name) => statSync(join(root, name)).mode & 0o777);
    expect(modes).toEqual([0o755, 0o700, 0o700]);
  });

  test('a relative path is below the working directory', () => {
    const relative = join(relativePath(process.cwd(), root), 'new');
    makeDirectory(relative, 0o700);
    expect(existsSync(join(root, 'new'))).toBe(true);
  });

  test('a link that leads nowhere is said, not followed for ever', () => {
    symlinkSync(join(root, 'nowhere'), join(root, 'link'));
    expect(() => makeDirectory(join(root, 'link'), 0o700)).toThrow('EEXIST');
    expect(() => makeDirectory(join(root, 'link/a'), 0o700)).toThrow('EEXIST');
  });
});
