import { checkDataFormat, bringForward } from '../ops/data-format.ts';
import { lockDataDir } from '../ops/lock.ts';
import { StartError } from '../ops/start-error.ts';
import { readVersion } from '../ops/version.ts';
import { SCHEMAS } from '../state/schemas.ts';
import type { DataDirLock } from '../ops/lock.ts';

/**
 * Holds data_dir for this process, in the newest format. A StartError where that cannot be; what a newer
 * Muster wrote is left as it is, the lock's files included.
 */
export function takeDataDir(dataDir: string): DataDirLock & { ok: true } {
  const known = { muster: readVersion(), schemas: SCHEMAS };
  checkDataFormat(dataDir, known);
  const lock = lockDataDir(dataDir);
  if (!lock.ok) throw new StartError(lock.message, lock.cure);
  try {
    // Another one may have run in between.
    checkDataFormat(dataDir, known);
    bringForward(dataDir, known);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}
