import { BroadcastChannel } from 'node:worker_threads';
import { Sums } from '../ingest/sums/sums.ts';
import type { GridPart, SumsOptions } from '../ingest/sums/sums.ts';

/** The worker that adds up the grid. */
const GRID_WORKER = 0;

/** A worker's sums; the others tell the first one their parts of the grid, past the main thread. */
export function openSums(worker: number, options: Omit<SumsOptions, 'tell'>): Sums & Disposable {
  const channel = new BroadcastChannel('muster grid sums');
  channel.unref();
  const tell = (part: GridPart): void => {
    if (worker === GRID_WORKER) sums.addPart(part);
    else channel.postMessage(part);
  };
  const sums = new Sums({ ...options, tell });
  if (worker === GRID_WORKER) {
    channel.addEventListener('message', (event) =>
      sums.addPart((event as Event & { readonly data: GridPart }).data),
    );
  }
  return Object.assign(sums, { [Symbol.dispose]: () => channel.close() });
}
