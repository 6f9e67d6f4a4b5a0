import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { TREE_DEPTH_MAX } from '../../limits.ts';
import { StartError } from '../start-error.ts';

/** Nothing is written over, nor through a link. */
const HOW = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;
/** Files copied at once: libuv has sixteen threads for them. */
const AT_ONCE = 16;

export interface CopyOptions {
  /** Absolute paths that are left out, with what is below them. */
  readonly skip?: (path: string) => boolean;
  /** Told of each file; throws to break the copying off. */
  readonly copied: (bytes: number) => void;
}

export interface Copied {
  files: number;
  bytes: number;
  /** Files that went away before their turn. */
  gone: number;
}

/**
 * Copies a directory into another, which is made, and must not have any of it: files with mode and time, by
 * reference where the file system can, links as links, sockets and the like not at all. What goes away
 * meanwhile is counted. Rejects with the system's fault.
 */
export async function copyTree(from: string, to: string, options: CopyOptions): Promise<Copied> {
  const sum: Copied = { files: 0, bytes: 0, gone: 0 };
  await copyDirectory({ from, to, depth: 0 }, { ...options, sum });
  return sum;
}

interface Copying extends CopyOptions {
  readonly sum: Copied;
}

async function copyDirectory(
  { from, to, depth }: { readonly from: string; readonly to: string; readonly depth: number },
  copying: Copying,
): Promise<void> {
  if (depth > TREE_DEPTH_MAX) {
    throw new StartError(`${from} is deeper than ${TREE_DEPTH_MAX} directories`, 'move it elsewhere');
  }
  const found = await unlessGone(lstat(from));
  if (found === undefined) return;
  if (!found.isDirectory()) throw new StartError(`${from} is no directory`, 'put one in its place');
  await mkdir(to, { recursive: true, mode: found.mode & 0o777 });
  // A link that was copied before would lead out of what is being written.
  if (!(await lstat(to)).isDirectory()) throw new StartError(`${to} is there already`, 'remove it');
  const entries = (await unlessGone(readdir(from, { withFileTypes: true }))) ?? [];
  const rest = entries.filter(({ name }) => !copying.skip?.(join(from, name))).values();
  const files: string[] = [];
  for (const entry of rest) {
    const paths = { from: join(from, entry.name), to: join(to, entry.name) };
    if (entry.isDirectory()) await copyDirectory({ ...paths, depth: depth + 1 }, copying);
    else if (entry.isSymbolicLink()) await symlink(await readlink(paths.from), paths.to);
    else if (entry.isFile()) files.push(entry.name);
  }
  const turns = files.values();
  const work = async () => {
    for (const name of turns) await copyOne(join(from, name), join(to, name), copying);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, work));
}

/** Its time goes with it: retention tells by it how old a file is. */
async function copyOne(from: string, to: string, { sum, copied }: Copying): Promise<void> {
  const before = await unlessGone(lstat(from));
  const there = before && (await unlessGone(copyFile(from, to, HOW).then(() => true)));
  if (before === undefined || there === undefined) {
    sum.gone += 1;
    return;
  }
  await utimes(to, before.atime, before.mtime);
  const { size } = await lstat(to);
  sum.files += 1;
  sum.bytes += size;
  copied(size);
}

/** Files and bytes of a tree as `copyTree` counts them; 0 where there is none. */
export async function measureTree(directory: string): Promise<Pick<Copied, 'files' | 'bytes'>> {
  const sum = { files: 0, bytes: 0 };
  const entries = await unlessGone(readdir(directory, { withFileTypes: true, recursive: true }));
  for (const entry of entries ?? []) {
    if (!entry.isFile()) continue;
    sum.files += 1;
    sum.bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return sum;
}

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
