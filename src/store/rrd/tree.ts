import { access, mkdir, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodePart, isSafeSpelling, longNames, ownPath, recordParts } from './path.ts';
import { refusal, refused } from './fault.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { Refusal } from './fault.ts';

/** Free space below which a file system that loses a new file counts as full. */
const FILE_BYTES = 1024 * 1024;

/**
 * Where a record's file lies in a tree adopted from collectd or gmetad. Where `<root>/<cluster>` is a
 * directory it is gmetad's level of clusters, else hosts lie in the root, as collectd has them. What exists
 * under its own spelling keeps it: the name as it is or, for a host below a gmetad cluster, in lower case,
 * as gmetad writes it by default.
 */
export async function adoptedPath(root: string, record: RecordDescription): Promise<string> {
  const cluster = await spelling(root, [record.cluster], '');
  const gmetad = await isDirectory(`${root}/${cluster}`);
  let path = gmetad ? `${root}/${cluster}` : root;
  const parts = recordParts(record);
  for (const [i, part] of parts.entries()) {
    const spellings = i === 0 && gmetad ? [part, part.toLowerCase()] : [part];
    const suffix = i === parts.length - 1 ? '.rrd' : '';
    path += `/${await spelling(path, spellings, suffix)}${suffix}`;
  }
  return path;
}

/** The first spelling that is safe and exists, else the encoded name. */
async function spelling(dir: string, spellings: readonly string[], suffix: string): Promise<string> {
  const encoded = encodePart(spellings[0] ?? '');
  const candidates = [...new Set(spellings)].filter(isSafeSpelling);
  if (candidates.length === 1 && candidates[0] === encoded) return encoded;
  for (const candidate of candidates) {
    if (await exists(`${dir}/${candidate}${suffix}`)) return candidate;
  }
  return encoded;
}

/** Where record files lie, as absolute paths. */
export interface Roots {
  /** The store's own layout. */
  readonly dir: string;
  /** Adopted trees by cluster. */
  readonly rrdDirs: ReadonlyMap<string, string>;
}

/**
 * The absolute path of a record's file: a tree that is moved or deleted while an rrdtool runs does not take
 * the path with it, as it would a path relative to that process.
 */
export function recordPath(record: RecordDescription, roots: Roots): string | Promise<string> {
  const adopted = roots.rrdDirs.get(record.cluster);
  return adopted === undefined ? `${roots.dir}/${ownPath(record)}` : adoptedPath(adopted, record);
}

/** Makes the directories of a new file and keeps the full names of hashed components beside them. */
export async function makeRoom(path: string, record: RecordDescription): Promise<Refusal | undefined> {
  try {
    await mkdir(dirname(path), { recursive: true });
    for (const long of longNames(path, [record.cluster, ...recordParts(record)])) {
      await writeOnce(long.path, `${long.name}\n`);
    }
    return undefined;
  } catch (error) {
    return refusal(String(error));
  }
}

/**
 * rrdtool 1.7 says `OK`, or no cause, when a new file finds no room or no permission: the system is asked.
 */
export async function whyNotCreated(path: string, text: string): Promise<Refusal> {
  const parent = dirname(path);
  try {
    await access(parent, 2);
    const { bavail, bsize, ffree, files } = await statfs(parent);
    if (bavail * bsize < FILE_BYTES || (files > 0 && ffree === 0)) {
      return refused('store_full', true, `${text}: no space left on ${parent}`);
    }
    return refused('store_refused', true, text);
  } catch (error) {
    return refusal(`${text}: ${String(error)}`);
  }
}

async function writeOnce(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
