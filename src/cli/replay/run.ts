import { Worker } from 'node:worker_threads';
import type { FromReplay, ReplaySetup } from '../../backtest/replay-setup.ts';

export type ReplayDone = Extract<FromReplay, { readonly kind: 'done' }>;

export type ReplayOutcome = ReplayDone | Extract<FromReplay, { readonly kind: 'failed' }>;

/** Runs a replay on a thread of its own, so that what it says comes while it works. */
export function runReplay(
  setup: ReplaySetup,
  progress: (what: 'reading' | 'judging', share: number) => void,
): Promise<ReplayOutcome> {
  const { promise, resolve } = Promise.withResolvers<ReplayOutcome>();
  const worker = new Worker(new URL('../../threads/replay.ts', import.meta.url), { workerData: setup });
  worker.on('message', (message: FromReplay) => {
    if (message.kind === 'progress') progress(message.what, message.share);
    else resolve(message);
  });
  worker.on('error', (error) => resolve({ kind: 'failed', message: messageOf(error) }));
  worker.on('exit', (code) => resolve({ kind: 'failed', message: `the replay ended with code ${code}` }));
  return promise.finally(() => void worker.terminate());
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
