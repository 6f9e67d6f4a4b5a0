import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RESTORE_MARK } from '../data-format.ts';

/** Where the data of one configuration is. */
export interface DataPlaces {
  readonly dataDir: string;
  /** store.rrd.dir; null: the store is no RRD store. */
  readonly rrdDir: string | null;
  /** Adopted trees, each once, with their groups. */
  readonly adopted: readonly { readonly dir: string; readonly groups: readonly string[] }[];
}

/** The names of what a running server and a restore have in data_dir for themselves. */
const OWN = new Set(['lock', 'lock-journal', 'muster.pid', 'control.sock', RESTORE_MARK]);
const STAGE_PREFIX = 'restoring-';
const ASIDE_PREFIX = 'before-restore-';

/** What a restore copies into before it moves it up, and where it puts what was there. */
export function restoreNames(stamp: string): { readonly stage: string; readonly aside: string } {
  return { stage: `${STAGE_PREFIX}${stamp}`, aside: `${ASIDE_PREFIX}${stamp}` };
}

export function isStage(name: string): boolean {
  return name.startsWith(STAGE_PREFIX);
}

/** Does this entry of data_dir stay where it is, out of backups and under restores? */
export function staysBehind(name: string): boolean {
  return OWN.has(name) || isStage(name) || name.startsWith(ASIDE_PREFIX);
}

/** UTC, sortable, and a file name everywhere: 20261121T130851Z. */
export function stampOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
}

/** The same with links resolved, to see what lies in what. A tree that is not there is left out. */
export function realPlaces({ dataDir, rrdDir, adopted }: DataPlaces): DataPlaces {
  const data = realpathSync(dataDir);
  const rrd = rrdDir !== null && existsSync(rrdDir) ? realpathSync(rrdDir) : null;
  const groupsOf = new Map<string, string[]>();
  for (const { dir, groups } of adopted) {
    if (!existsSync(dir)) continue;
    const real = realpathSync(dir);
    if (real === rrd || real === data) continue;
    groupsOf.set(real, [...(groupsOf.get(real) ?? []), ...groups]);
  }
  return {
    dataDir: data,
    rrdDir: rrd === data ? null : rrd,
    adopted: [...groupsOf].map(([dir, groups]) => ({ dir, groups })),
  };
}

/** A path with links resolved, as far as it is there. */
export function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

/** Is `path` the directory or below it? Both absolute, without links. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(join(directory, '/'));
}
