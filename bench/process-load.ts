import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readKernelDrops } from '../src/ops/kernel-drops.ts';
import { until } from '../test/e2e/server.ts';

/** Linux's USER_HZ, which proc_pid_stat(5) counts in; 100 on every architecture Node runs on. */
const TICKS_PER_S = 100;
const LOOK_MS = 500;
/** A process that takes less of a core than this has done its work and only ticks over. */
const IDLE_SHARE = 0.1;
const QUIET_WITHIN_MS = 20_000;

/** User and system time of all threads of a process so far, seconds. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything; utime and stime are the 12th and 13th after it.
  const after = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(after[11]) + Number(after[12])) / TICKS_PER_S;
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
  return (await readKernelDrops()).get(port) ?? 0;
}

/** Waits until somebody has bound a UDP port. */
export async function bound(port: number): Promise<void> {
  await until(`UDP port ${port}`, async () => (await readKernelDrops()).has(port) || undefined);
}
