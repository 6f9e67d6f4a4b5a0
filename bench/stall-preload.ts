import { isMainThread } from 'node:worker_threads';

/** Loaded into a server: SIGUSR2 keeps its main thread from doing anything for MUSTER_BENCH_STALL_MS. */

const stallMs = Number(process.env['MUSTER_BENCH_STALL_MS'] ?? 0);

function stall(): void {
  const endMs = performance.now() + stallMs;
  while (performance.now() < endMs);
}

if (isMainThread) process.on('SIGUSR2', stall);
