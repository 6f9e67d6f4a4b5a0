import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from '../test/e2e/server.ts';
import { fileSource } from '../src/reconciler/file.ts';
import { ListWatch } from '../src/reconciler/list-watch.ts';
import { RosterBook } from '../src/threads/roster-book.ts';
import { Report, table } from './report.ts';

/**
 * A list of instances read from a file and held against the real roster with its fleet.db: for the first
 * time, with one scaled in and one out, and unchanged. How much CPU it takes, and how long the main thread
 * stands still for it at most.
 */

const GROUPS = Array.from({ length: 20 }, (_, i) => {
  return { name: `web-${i}`, hostName: 'packet', binding: false } as const;
});

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

function listOf(count: number, from: number): string {
  const items = Array.from({ length: count }, (_, i) => {
    const n = from + i;
    return {
      group: `web-${n % 20}`,
      instance_id: `i-0${(2 ** 40 + n).toString(16)}`,
      host: `ip-10-${n >> 16}-${(n >> 8) & 255}-${n & 255}`,
      state: 'running',
      addresses: [`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`],
      region: 'eu-central-1',
      zone: 'eu-central-1a',
      tags: { Name: `web ${n}`, role: 'front', env: 'prod', team: 'a', 'aws:autoscaling:groupName': 'web' },
    };
  });
  return JSON.stringify(items);
}

/** The longest time in which nobody else had a turn, and CPU, while `work` runs; ms. */
async function measured(work: () => Promise<unknown>): Promise<{ longestMs: number; cpuMs: number }> {
  const watched = { isOver: false };
  let longestMs = 0;
  const watch = (async () => {
    for (let lastMs = performance.now(); !watched.isOver;) {
      await pause();
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
    }
  })();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  watched.isOver = true;
  await watch;
  return { longestMs, cpuMs: (user + system) / 1000 };
}

const report = new Report('lists');
const rows: string[][] = [];
for (const count of [2000, 20_000, 100_000]) {
  using folder = scratch();
  using roster = new RosterBook({
    file: join(folder.dir, 'fleet.db'),
    groups: () => GROUPS,
    heardMs: () => 0,
    histories: { rename: () => Promise.resolve(undefined) },
    tell: () => undefined,
    audit: { note: () => undefined },
    nowMs: Date.now,
    log: { warn: () => undefined, error: () => undefined },
  });
  const watch = new ListWatch({ roster, nowMs: Date.now, ticksMs: () => performance.now(), pause });
  const file = join(folder.dir, 'list.json');
  const rules = { list: 'cloud', shrinkMax: 0.3, speaksFor: () => true };
  const options = { source: fileSource(file), rules, timeoutMs: 60_000 };
  const write = (from: number) => {
    writeFileSync(`${file}.next`, listOf(count, from));
    renameSync(`${file}.next`, file);
  };
  const { signal } = new AbortController();
  for (const [name, from] of [
    ['first', 0],
    ['one in, one out', 1],
    ['unchanged', undefined],
  ] as const) {
    if (from !== undefined) write(from);
    const { longestMs, cpuMs } = await measured(() => watch.read(options, signal));
    if (watch.state.instances !== count) throw new Error(`${watch.state.fault} ${watch.state.instances}`);
    rows.push([`${count} instances, ${name}`, longestMs.toFixed(0), cpuMs.toFixed(0)]);
  }
}
report.print(table(['one reading', 'longest stall, ms', 'CPU, ms'], rows));
report.close();
