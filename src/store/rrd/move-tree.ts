import { lstat, rename, unlink, writeFile } from 'node:fs/promises';
import { hostPath } from './tree.ts';
import { longNames } from './path.ts';
import type { HistoryMove } from '../../model/instance.ts';
import type { Roots } from './tree.ts';

/** Whether there are files of a host. Never rejects. */
export async function hasTree(name: { readonly cluster: string; readonly host: string }, roots: Roots) {
  return isThere(await hostPath(name, roots));
}

/**
 * Gives the directory of a host's files the name of another host, which must have none. Where there is none,
 * nothing happens. Answers why it stays where it was, in words, with the cure; never rejects.
 */
export async function moveTree(
  { cluster, from, to }: HistoryMove,
  roots: Roots,
): Promise<string | undefined> {
  const before = await hostPath({ cluster, host: from }, roots);
  const after = await hostPath({ cluster, host: to }, roots);
  if (before === after) return `${before} is the directory of both names`;
  if (!(await isThere(before))) return undefined;
  if (await isThere(after)) return `${after} is there already`;
  try {
    for (const { path, name } of longNames(`${after}.rrd`, [to])) await writeFile(path, `${name}\n`);
    await rename(before, after);
  } catch (error) {
    return `${before} cannot become ${after}: ${wordsOf(error)}`;
  }
  for (const { path } of longNames(`${before}.rrd`, [from])) await unlink(path).catch(() => {});
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function wordsOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EXDEV':
      return 'they are on different disks: leave hosts of one cluster on one';
    case 'EROFS':
      return 'their disk is mounted read-only';
    case 'EACCES':
    case 'EPERM':
      return 'the user that Muster runs as may not write the directory above them';
    default:
      return String(error);
  }
}
