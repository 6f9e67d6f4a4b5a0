import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DATABASES_SET_ASIDE_MAX } from '../limits.ts';
import { asideSuffix, asideTimeMs } from '../model/set-aside.ts';
import { DatabaseFault } from './database.ts';
import type { SetAside } from '../model/set-aside.ts';

/** A database with its log and the index of that: a new file beside an old log would be damaged again. */
const COMPANIONS = ['-wal', '-shm'] as const;

/** What setting a damaged database aside needs of its surroundings. */
export interface AsideOptions {
  readonly nowMs: number;
  readonly told: (aside: SetAside) => void;
  /** Of those set aside before, one too many went, by path. */
  readonly removed: (path: string) => void;
}

/**
 * Opens a database by `open`; a damaged one is set aside first, so that a fresh one is opened in its place.
 * Whatever else is wrong with the file (a newer schema, no permission, no room, another's lock) is thrown as
 * it is.
 */
export function openOrSetAside<T>(open: () => T, options: AsideOptions): T {
  try {
    return open();
  } catch (fault) {
    if (!(fault instanceof DatabaseFault) || fault.damage === undefined) throw fault;
    const moved = setAside(fault.file, options.nowMs);
    const opened = open();
    const name = basename(fault.file);
    const what = `${name} was damaged (${fault.damage.found}): ${fault.damage.holds} is forgotten, history stays`;
    options.told({ what, path: fault.file, moved });
    for (const path of surplus(fault.file)) {
      for (const end of ['', ...COMPANIONS]) rmSync(path + end, { force: true });
      options.removed(path);
    }
    return opened;
  }
}

/** The log goes first: whenever this is broken off, no old log lies beside a new file. */
function setAside(file: string, nowMs: number): string {
  let timeMs = nowMs;
  while (existsSync(file + asideSuffix(timeMs))) timeMs += 1;
  const moved = file + asideSuffix(timeMs);
  for (const end of COMPANIONS) if (existsSync(file + end)) renameSync(file + end, moved + end);
  renameSync(file, moved);
  return moved;
}

/** Those of a database that were set aside and are not among the newest, oldest first. */
function surplus(file: string): string[] {
  const start = `${basename(file)}.damaged-`;
  const names = readdirSync(dirname(file)).filter(
    (name) => name.startsWith(start) && name.endsWith('Z') && asideTimeMs(name) !== undefined,
  );
  const kept = DATABASES_SET_ASIDE_MAX;
  return names
    .toSorted()
    .slice(0, Math.max(0, names.length - kept))
    .map((name) => join(dirname(file), name));
}
