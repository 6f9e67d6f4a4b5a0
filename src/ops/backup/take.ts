import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyDatabase } from './copy-database.ts';
import { copyTree } from './copy-tree.ts';
import { isWithin, realPath, realPlaces, staysBehind } from './layout.ts';
import type { Copied } from './copy-tree.ts';
import type { DataPlaces } from './layout.ts';
import type { ManifestPart } from './manifest.ts';

const JOURNAL_DIR = 'journal';
const DATABASE = /\.db$/u;
const BESIDE_DATABASE = /\.db-(?:wal|shm|journal)$/u;

export interface Taken {
  readonly parts: readonly ManifestPart[];
  readonly warnings: readonly string[];
}

/**
 * Copies everything there is into `directory`, which is there: nothing of the store may change meanwhile.
 * First the databases, last the journal, which still grows: what a database says of a value, the journal has.
 * `copied` is told of every file, and breaks the copying off by throwing. Rejects with the system's fault.
 */
export async function takeBackup(
  places: DataPlaces,
  directory: string,
  copied: (bytes: number) => void,
): Promise<Taken> {
  const real = realPlaces(places);
  const trees = treesOf(real);
  const roots = [real.dataDir, ...trees.map(({ from }) => from)];
  const skipping = (own: string) => (path: string) => roots.some((root) => root !== own && root === path);
  const warnings: string[] = [];
  const data = join(directory, 'data');
  await mkdir(data, { mode: 0o700 });
  const sums = [await copyDatabases(real.dataDir, data, { copied, warnings })];
  const isRoot = skipping(real.dataDir);
  const skipData = (path: string) => isRoot(path) || skippedInData(path, real.dataDir);
  sums.push(await copyTree(real.dataDir, data, { copied, skip: skipData }));
  const parts: ManifestPart[] = [];
  for (const { kind, path, from, groups } of trees) {
    const { files, bytes, gone } = await copyTree(from, join(directory, path), {
      copied,
      skip: skipping(from),
    });
    if (gone > 0) warnings.push(`${gone} files of ${from} were deleted before they were copied`);
    parts.push({ kind, path, from, groups, files, bytes });
  }
  const journal = join(real.dataDir, JOURNAL_DIR);
  if (existsSync(journal)) sums.push(await copyTree(journal, join(data, JOURNAL_DIR), { copied }));
  const total = (key: keyof Copied) => sums.reduce((sum, one) => sum + one[key], 0);
  const own = { kind: 'data', path: 'data', from: real.dataDir, groups: [] } as const;
  return { parts: [{ ...own, files: total('files'), bytes: total('bytes') }, ...parts], warnings };
}

function treesOf({ rrdDir, adopted }: DataPlaces): Omit<ManifestPart, 'files' | 'bytes'>[] {
  return [
    ...(rrdDir === null ? [] : [{ kind: 'rrd', path: 'rrd', from: rrdDir, groups: [] } as const]),
    ...adopted.map(
      ({ dir, groups }, i) => ({ kind: 'rrd_dir', path: `rrd_dirs/${i}`, from: dir, groups }) as const,
    ),
  ];
}

/** What the databases' own copying, or the journal's, takes care of, or nobody wants. */
function skippedInData(path: string, dataDir: string): boolean {
  const name = path.slice(dataDir.length + 1);
  if (name.includes('/')) return false;
  return staysBehind(name) || DATABASE.test(name) || BESIDE_DATABASE.test(name) || name === JOURNAL_DIR;
}

async function copyDatabases(
  from: string,
  to: string,
  { copied, warnings }: { readonly copied: (bytes: number) => void; readonly warnings: string[] },
): Promise<Copied> {
  const sum = { files: 0, bytes: 0, gone: 0 };
  for (const name of readdirSync(from).filter((entry) => DATABASE.test(entry))) {
    if (!statSync(join(from, name), { throwIfNoEntry: false })?.isFile()) {
      warnings.push(`${join(from, name)} is no file: it was left out`);
      continue;
    }
    const warning = await copyDatabase(join(from, name), join(to, name));
    if (warning !== undefined) warnings.push(warning);
  }
  for (const name of readdirSync(to)) {
    const { size } = await stat(join(to, name));
    sum.files += 1;
    sum.bytes += size;
    copied(size);
  }
  return sum;
}

/** Why a backup cannot lie at `directory`: it would be copied into itself. Undefined: it can. */
export function placeFault(directory: string, places: DataPlaces): string | undefined {
  const { dataDir, rrdDir, adopted } = realPlaces(places);
  const roots = [dataDir, ...(rrdDir === null ? [] : [rrdDir]), ...adopted.map(({ dir }) => dir)];
  const real = realPath(directory);
  const root = roots.find((one) => isWithin(real, one));
  return root === undefined ? undefined : `it lies in ${root}, which is to be copied`;
}

/** Waits until the disk has everything of the file system `directory` is on; false where that is not known. */
export async function syncDisk(directory: string): Promise<boolean> {
  try {
    await promisify(execFile)('sync', ['-f', directory]);
    return true;
  } catch {
    return false;
  }
}
