import { chmodSync, constants, existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';

/** All pages in one step: with several, each write of the server in between would start it anew. */
const PAGES_AT_ONCE = 2 ** 31 - 1;
const BUSY_MS = 5000;

/**
 * Copies a database as it is at one moment, whoever writes it meanwhile. One that cannot be read is copied as
 * it lies there; then the answer says so.
 */
export async function copyDatabase(from: string, to: string): Promise<string | undefined> {
  try {
    using source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_MS });
    await backup(source, to, { rate: PAGES_AT_ONCE });
    chmodSync(to, 0o600);
    return undefined;
  } catch (error) {
    await rm(to, { force: true });
    for (const suffix of ['', '-wal']) {
      if (existsSync(from + suffix)) await copyFile(from + suffix, to + suffix, constants.COPYFILE_FICLONE);
    }
    const why = error instanceof Error ? error.message : String(error);
    return `${from} cannot be read (${why}): it was copied as it is`;
  }
}
