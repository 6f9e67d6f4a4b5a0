import { createMemoryStore } from '../store/memory.ts';
import { createRrdStore } from '../store/rrd/rrd-store.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Store } from '../store/store.ts';

/** The configured store, for one thread: adapters hold processes and handles, which cannot cross threads. */
export function openStore(
  store: MusterConfig['store'],
  options: {
    readonly rrdDirs: ReadonlyMap<string, string>;
    readonly workers: number;
    readonly onCount: (what: string, detail: string) => void;
  },
): Store {
  switch (store.type) {
    case 'memory':
      return createMemoryStore();
    case 'rrd':
      return createRrdStore({
        dir: store.dir,
        workers: options.workers,
        rrdDirs: options.rrdDirs,
        now: Date.now,
        onCount: options.onCount,
      });
  }
}
