import { readdirSync } from 'node:fs';
import type { ProcessStats } from '../contract/stats.ts';

/** The process's own figures now. */
export function processStats(startedMs: number): ProcessStats {
  const cpu = process.cpuUsage();
  const memory = process.memoryUsage();
  return {
    startedMs,
    cpuS: (cpu.user + cpu.system) / 1e6,
    residentBytes: memory.rss,
    heapBytes: memory.heapUsed,
    openFiles: openFiles(),
  };
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}
