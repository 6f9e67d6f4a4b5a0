import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../ops/lock.ts';
import { StartError } from '../ops/start-error.ts';
import { rrdtoolVersion } from '../store/rrd/version.ts';
import type { Logger } from '../ops/log.ts';
import type { MusterConfig } from '../contract/config.ts';

/** Throws a StartError when the store cannot be written for a reason that the operator can mend. */
export async function checkStore({ store, dataDir }: MusterConfig, log: Logger): Promise<void> {
  if (store.type !== 'rrd') return;
  const found = await rrdtoolVersion();
  if (!found.ok) throw new StartError('rrdtool was not found, and the store is rrd', found.cure);
  try {
    makeDirectory(store.dir, 0o750);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `store.rrd.dir cannot be used: ${why}`;
    // A server that ran before receives while its disk is away; what comes waits in the journal.
    if (existsSync(join(dataDir, 'catalogue.db'))) return log.error(message);
    throw new StartError(message, 'give Muster a directory it may write to');
  }
}
