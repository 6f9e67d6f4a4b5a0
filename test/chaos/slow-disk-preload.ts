import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Loaded into every thread of a server under test: its disk takes as long as the environment says, up to
 * MUSTER_CHAOS_WRITE_MS a write and MUSTER_CHAOS_SYNC_MS a sync, before it does anything. It is the files opened by
 * promises that are slow, and the journal's are.
 */

const writeMs = Number(process.env['MUSTER_CHAOS_WRITE_MS'] ?? 0);
const syncMs = Number(process.env['MUSTER_CHAOS_SYNC_MS'] ?? 0);

await using probe = await open('/dev/null');
const handle = Object.getPrototypeOf(probe) as typeof probe;
const { write, writev, sync, datasync } = handle;

async function slowly(atMostMs: number): Promise<void> {
  await delay(Math.random() * atMostMs);
}

Object.assign(handle, {
  async write(this: typeof probe, ...told: Parameters<typeof write>) {
    await slowly(writeMs);
    return write.apply(this, told);
  },
  async writev(this: typeof probe, ...told: Parameters<typeof writev>) {
    await slowly(writeMs);
    return writev.apply(this, told);
  },
  async sync(this: typeof probe) {
    await slowly(syncMs);
    return sync.apply(this);
  },
  async datasync(this: typeof probe) {
    await slowly(syncMs);
    return datasync.apply(this);
  },
});
