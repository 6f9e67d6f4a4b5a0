import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../test/e2e/server.ts';

/** Linux's USER_HZ, which proc_pid_stat(5) counts in; 100 on every architecture Node runs on. */
const TICKS_PER_S = 100;
const LOOK_MS = 500;
/** A process that takes less of a core than this has done its work and only ticks over. */
const IDLE_SHARE = 0.1;
const QUIET_WITHIN_MS = 20_000;

/** User and system time of all threads of a process so far, seconds. */
export function cpuSeconds(pid: number): number {
  return cpuIn(`/proc/${pid}/stat`);
}

/** The same of each thread that runs now, by its id. */
export function cpuOfThreads(pid: number): Map<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`);
  return new Map(threads.map((thread) => [thread, cpuIn(`/proc/${pid}/task/${thread}/stat`)]));
}

function cpuIn(path: string): number {
  const text = readFileSync(path, 'utf8');
  // The name in parentheses may hold anything; utime and stime are the 12th and 13th after it.
  const after = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(after[11]) + Number(after[12])) / TICKS_PER_S;
}

/**
 * CPU of a process and those it has forked that still run, and of all that have ended below them; seconds.
 */
export interface TreeCpu {
  readonly ownS: number;
  readonly endedS: number;
}

export function treeCpu(pid: number): TreeCpu {
  const own = statTimes(pid);
  // Of its own kind: a plugin that just runs counts when it has ended.
  const forks = childrenOf(pid).filter((child) => nameOf(child) === nameOf(pid));
  return forks
    .map(treeCpu)
    .reduce((sum, one) => ({ ownS: sum.ownS + one.ownS, endedS: sum.endedS + one.endedS }), own);
}

function childrenOf(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.flatMap((task) => {
    const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  });
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

/** The 14th and 15th number after the name are the times of children that were waited for. */
function statTimes(pid: number): TreeCpu {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const after = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (at: number) => ((after[at] ?? 0) + (after[at + 1] ?? 0)) / TICKS_PER_S;
  return { ownS: seconds(11), endedS: seconds(13) };
}

/** Waits until a process has worked off what it was given. */
export async function quiet(pid: number): Promise<void> {
  let before = cpuSeconds(pid);
  const endMs = Date.now() + QUIET_WITHIN_MS;
  while (Date.now() < endMs) {
    await delay(LOOK_MS);
    const now = cpuSeconds(pid);
    if (now - before < (IDLE_SHARE * LOOK_MS) / 1000) return;
    before = now;
  }
  throw new Error(`process ${pid} is still busy after ${QUIET_WITHIN_MS} ms`);
}

/** Datagrams the kernel dropped at the socket of a UDP port so far. */
export async function kernelDrops(port: number): Promise<number> {
  return (await dropsByPort()).get(port) ?? 0;
}

/** Waits until somebody has bound a UDP port. */
export async function bound(port: number): Promise<void> {
  await until(`UDP port ${port}`, async () => (await dropsByPort()).has(port) || undefined);
}

/** Drops of all sockets of a port, whoever's they are. */
async function dropsByPort(): Promise<Map<number, number>> {
  const drops = new Map<number, number>();
  for (const file of ['/proc/net/udp', '/proc/net/udp6']) {
    for (const line of (await readFile(file, 'latin1')).split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/u);
      const port = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16);
      if (columns.length >= 13) drops.set(port, (drops.get(port) ?? 0) + Number(columns.at(-1)));
    }
  }
  return drops;
}
