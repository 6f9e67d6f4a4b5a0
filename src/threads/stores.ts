import { join } from 'node:path';
import { createInfluxReader } from '../store/line/influx-reader.ts';
import { createLineStore } from '../store/line/line-store.ts';
import { createPromReader } from '../store/line/prom-reader.ts';
import { createMemoryStore } from '../store/memory.ts';
import { createRrdStore } from '../store/rrd/rrd-store.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { RecordDescription } from '../model/record.ts';
import type { SetAside } from '../model/set-aside.ts';
import type { Store } from '../store/store.ts';

/** The configured store, for one thread: adapters hold processes and handles, which cannot cross threads. */
export function openStore(
  store: MusterConfig['store'],
  options: {
    readonly rrdDirs: ReadonlyMap<string, string>;
    readonly workers: number;
    /** Lines that a database refuses for good are kept below it. */
    readonly dataDir: string;
    readonly onCount: (what: string, detail: string) => void;
    /** A damaged file was moved aside; only who writes meets one. */
    readonly onSetAside?: (aside: SetAside) => void;
    /** Points of these wait; only who writes asks. */
    readonly isHeld?: (record: RecordDescription) => boolean;
  },
): Store {
  const held = options.isHeld === undefined ? {} : { isHeld: options.isHeld };
  switch (store.type) {
    case 'memory':
      return createMemoryStore(held);
    case 'rrd':
      return createRrdStore({
        dir: store.dir,
        workers: options.workers,
        rrdDirs: options.rrdDirs,
        archives: store.archives,
        now: Date.now,
        onCount: options.onCount,
        ...held,
        ...(options.onSetAside === undefined ? {} : { onSetAside: options.onSetAside }),
      });
    case 'influxdb':
      return createLineStore({ config: store, reader: createInfluxReader(store), ...lineOptions(options) });
    case 'victoriametrics':
      return createLineStore({ config: store, reader: createPromReader(store), ...lineOptions(options) });
  }
}

function lineOptions({ dataDir, onCount }: Parameters<typeof openStore>[1]) {
  return { quarantineDir: join(dataDir, 'quarantine'), now: Date.now, onCount };
}
