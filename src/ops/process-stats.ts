import { readdirSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import type { ProcessStats } from '../contract/stats.ts';

/** The process's own figures now, also when it has no descriptor left. */
export function processStats(startedMs: number): ProcessStats {
  const cpu = process.cpuUsage();
  return {
    startedMs,
    cpuS: (cpu.user + cpu.system) / 1e6,
    residentBytes: residentBytes(),
    heapBytes: getHeapStatistics().used_heap_size,
    openFiles: openFiles(),
  };
}

/** Where it cannot be read, what it was at most. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}
