import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRrdStore } from '../../../src/store/rrd/rrd-store.ts';
import { batchOf, describe } from '../batch.ts';
import { rrdtool, temporaryDirectory } from './directory.ts';
import type { PointRow } from '../batch.ts';

const T = 1_700_000_000;
const ROUNDS_MAX = 40;
const HURRY = { signal: new AbortController().signal, hurry: true };

/** rrdtool, with its process id left in a file. */
async function traced(dir: string, before: string): Promise<string> {
  const path = join(dir, 'rrdtool.sh');
  await writeFile(
    path,
    `#!/bin/sh\necho $$ > ${JSON.stringify(join(dir, 'pid'))}\n${before}\nexec rrdtool -\n`,
  );
  await chmod(path, 0o755);
  return path;
}

async function signal(dir: string, name: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  const pid = Number(await readFile(join(dir, 'pid'), 'utf8').catch(() => '0'));
  try {
    if (pid > 0) process.kill(pid, name);
  } catch {
    // It ended before the signal came, which is a death all the same.
  }
}

const KILLS = 2;

test.for([
  { name: 'killed', how: 'SIGKILL' },
  { name: 'stopped', how: 'SIGSTOP' },
] as const)(
  'rrdtool $name in the middle of a put: what is put again is stored once, none is late',
  async ({ how }) => {
    await using tools = await temporaryDirectory();
    await using dir = await temporaryDirectory();
    const restarts: string[] = [];
    let nowMs = 0;
    await using store = createRrdStore({
      dir: dir.path,
      workers: 1,
      rrdDirs: new Map(),
      now: () => nowMs,
      program: await traced(tools.path, ''),
      answerWithinMs: 150,
      onCount: (what, detail) => restarts.push(`${what}: ${detail}`),
    });
    const records = Array.from({ length: 300 }, (_, i) => describe({ metric: `m${i}` }));
    const points = Array.from({ length: 30 }, (_, i): PointRow => [T + 10 * i, i]);
    await store.put(batchOf(records.map((record) => [record, [[T - 10, 0]]])), HURRY);
    let waiting = records;
    for (let round = 0; waiting.length > 0 && round < ROUNDS_MAX; round += 1) {
      nowMs += 60_000;
      const put = store.put(batchOf(waiting.map((record) => [record, points])), HURRY);
      if (round < KILLS) {
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        await signal(tools.path, how);
      }
      const outcomes = await put;
      for (const outcome of outcomes) {
        if (outcome.ok) expect(outcome.lateThroughS).toBe(T - 10);
        else expect(outcome).toMatchObject({ retryable: true, reason: 'store_down' });
      }
      waiting = waiting.filter((_, i) => outcomes[i]?.ok === false);
    }
    expect(waiting).toEqual([]);
    expect(restarts.length).toBeGreaterThan(0);
    let torn = 0;
    for (const record of records.filter((_, i) => i % 20 === 0)) {
      const fetched = await rrdtool(
        dir.path,
        'fetch',
        `web/web-1/${record.metric}.rrd`,
        'AVERAGE',
        '-s',
        `${T}`,
        '-e',
        `${T + 280}`,
      );
      const values = fetched
        .trim()
        .split('\n')
        .slice(2, 30)
        .map((line) => Number(line.split(' ')[1]));
      const stored = points.slice(1, 29).map(([, value]) => value);
      if (!values.slice(0, 28).every((value, i) => value === stored[i])) torn += 1;
    }
    // Of the file that rrdtool was writing when it was killed the rows may be one off: it moves on in them
    // before it notes the time.
    expect(torn).toBeLessThanOrEqual(KILLS);
  },
);

test('a store whose rrdtool is gone is down, and back when it returns', async () => {
  await using tools = await temporaryDirectory();
  await using dir = await temporaryDirectory();
  const program = await traced(tools.path, '');
  let nowMs = 0;
  await using store = createRrdStore({
    dir: dir.path,
    workers: 1,
    rrdDirs: new Map(),
    now: () => nowMs,
    program,
  });
  await rm(program);
  const batch = batchOf([[describe(), [[T, 1]]]]);
  expect(await store.put(batch, HURRY)).toMatchObject([{ ok: false, retryable: true, reason: 'store_down' }]);
  const request = { records: [describe()], fromS: T, toS: T + 10, points: 9 };
  await expect(store.query(request, HURRY.signal)).rejects.toThrow('the RRD store is down');
  await traced(tools.path, '');
  nowMs = 60_000;
  expect(await store.put(batch, HURRY)).toEqual([{ ok: true, lateThroughS: 0 }]);
});
