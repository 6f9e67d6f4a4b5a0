import { lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { asideTimeMs } from '../../model/set-aside.ts';
import { isEncodedPart } from './path.ts';
import type { Dirent } from 'node:fs';

/** A directory being taken away: no name from the network becomes one with a leading dot. */
const LEAVING = '.leaving-';

export interface HostDirectory {
  readonly path: string;
  readonly cluster: string;
  readonly host: string;
}

/** `foreign`: holds something that this store did not make, so nothing of it is touched. */
export type Inspection =
  | {
      readonly kind: 'ours';
      readonly newestMs: number;
      readonly bytes: number;
      readonly files: readonly string[];
    }
  | { readonly kind: 'foreign'; readonly path: string }
  | { readonly kind: 'missing' };

/**
 * The host directories `<root>/<cluster>/<host>` of the store's own layout, a cluster at a time. Links are not
 * followed, and what is not named as this store names directories is passed over. What an earlier run was
 * taking away when it ended goes now.
 */
export async function* hostDirectories(root: string): AsyncGenerator<HostDirectory> {
  for (const cluster of await entries(root)) {
    if (!cluster.isDirectory() || !isEncodedPart(cluster.name)) continue;
    for (const host of await entries(`${root}/${cluster.name}`)) {
      if (!host.isDirectory()) continue;
      const path = `${root}/${cluster.name}/${host.name}`;
      if (isEncodedPart(host.name)) yield { path, cluster: cluster.name, host: host.name };
      else if (host.name.startsWith(LEAVING)) await clear(path);
    }
  }
}

/** What a host directory holds; sizes as the disk counts them. */
export async function inspectTree(path: string): Promise<Inspection> {
  const found = await filesOf(path);
  if (!Array.isArray(found)) return found;
  const own = await lstat(path).catch(() => undefined);
  if (own === undefined) return { kind: 'missing' };
  let newestMs = found.length === 0 ? own.mtimeMs : 0;
  let bytes = 0;
  for (const file of found) {
    const seen = await lstat(file).catch(() => undefined);
    if (seen === undefined) continue;
    newestMs = Math.max(newestMs, seen.mtimeMs);
    bytes += seen.blocks * 512;
  }
  return { kind: 'ours', newestMs, bytes, files: found };
}

/**
 * Takes a host directory away if nothing in it was written at `beforeMs` (epoch) or later. It is renamed first
 * and looked through again: a host that comes back in this moment finds no directory and makes a new one, and
 * what it wrote just before brings the old one back. The bytes that are free now; undefined where it stays.
 */
export async function removeTree(tree: HostDirectory, beforeMs: number): Promise<number | undefined> {
  const parent = tree.path.slice(0, -tree.host.length - 1);
  const leaving = `${parent}/${LEAVING}${tree.host}`;
  await clear(leaving);
  if ((await lstat(tree.path).catch(() => undefined)) === undefined) return undefined;
  await rename(tree.path, leaving);
  const found = await inspectTree(leaving);
  if (found.kind !== 'ours' || found.newestMs >= beforeMs) {
    await rename(leaving, tree.path); // Refused where the host has made a new one, which is the newer.
    return undefined;
  }
  await clear(leaving);
  await unlink(`${tree.path}.name`).catch(() => {});
  await rmdir(parent).catch(() => {}); // Refused while others are in it.
  return found.bytes;
}

/** Files of a host directory that were set aside before `beforeMs` (epoch), by the time in their names. */
export async function asideFiles(path: string, beforeMs: number): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entries(path)) {
    const inner = `${path}/${entry.name}`;
    if (isAsideBefore(entry, beforeMs)) found.push(inner);
    if (!entry.isDirectory() || !isEncodedPart(entry.name)) continue;
    const below = (await entries(inner)).filter((file) => isAsideBefore(file, beforeMs));
    found.push(...below.map(({ name }) => `${inner}/${name}`));
  }
  return found;
}

function isAsideBefore(entry: Dirent, beforeMs: number): boolean {
  const asideMs = entry.isFile() ? asideTimeMs(entry.name) : undefined;
  return asideMs !== undefined && asideMs < beforeMs;
}

/** Files of a host directory; collectd's lie one level deeper, by plugin. */
async function filesOf(path: string): Promise<string[] | Exclude<Inspection, { kind: 'ours' }>> {
  const files: string[] = [];
  const listed = await listing(path);
  if (listed === undefined) return { kind: 'missing' };
  for (const entry of listed) {
    const inner = `${path}/${entry.name}`;
    if (isOwnFile(entry)) files.push(inner);
    else if (entry.isDirectory() && isEncodedPart(entry.name)) {
      const below = await entries(inner);
      const foreign = below.find((one) => !isOwnFile(one));
      if (foreign) return { kind: 'foreign', path: `${inner}/${foreign.name}` };
      files.push(...below.map(({ name }) => `${inner}/${name}`));
    } else return { kind: 'foreign', path: inner };
  }
  return files;
}

/** Removes what this store made below a directory, file by file; anything else keeps the directory. */
async function clear(path: string): Promise<void> {
  const files = await filesOf(path);
  if (!Array.isArray(files)) return;
  for (const file of files) await unlink(file).catch(() => {});
  for (const entry of await entries(path)) await rmdir(`${path}/${entry.name}`).catch(() => {});
  await rmdir(path).catch(() => {});
}

/** An RRD file, the full name of a hashed one, one set aside, or what an interrupted `create` left. */
function isOwnFile(entry: Dirent): boolean {
  if (!entry.isFile()) return false;
  const [, part] = /^(.+?)\.(?:rrd(?:[A-Za-z0-9]{6}|\.damaged-\w+)?|name)$/.exec(entry.name) ?? [];
  return part !== undefined && isEncodedPart(part);
}

async function entries(path: string): Promise<Dirent[]> {
  return (await listing(path)) ?? [];
}

async function listing(path: string): Promise<Dirent[] | undefined> {
  return readdir(path, { withFileTypes: true }).catch(() => undefined);
}
