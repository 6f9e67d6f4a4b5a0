import { access, mkdir, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodePart, isSafeSpelling, longNames, ownPath, recordParts, SUMMARY_DIRECTORY } from './path.ts';
import { SUMS_HOST } from '../sums.ts';
import { refusal, refused } from './fault.ts';
import type { RecordDescription } from '../../model/record.ts';
import type { Refusal } from './fault.ts';

/** Free space below which a file system that loses a new file counts as full. */
const FILE_BYTES = 1024 * 1024;

/**
 * Where a record's file lies in a tree adopted from collectd or gmetad. Where the root holds the cluster's
 * directory, or the sums of a grid, it has gmetad's level of clusters; else hosts lie in the root, as
 * collectd has them. Names are spelt as they are, for the tree's other readers; those that are not safe are
 * encoded.
 * gmetad writes hosts in lower case, unless told otherwise: a host that is there in its own case keeps it.
 */
export async function adoptedPath(root: string, record: RecordDescription): Promise<string> {
  const [host = '', ...rest] = recordParts(record);
  const directory = await adoptedHost(root, { cluster: record.cluster, host });
  return `${directory}/${rest.map(spelling).join('/')}.rrd`;
}

/** The directory of a host's files in an adopted tree. */
async function adoptedHost(root: string, { cluster, host }: HostName): Promise<string> {
  const ofCluster = `${root}/${spelling(cluster)}`;
  if (!(await isOfGmetad(root, ofCluster))) return `${root}/${spelling(host)}`;
  return `${ofCluster}/${await gmetadHost(ofCluster, spelling(host))}`;
}

/**
 * Where the sums of an adopted cluster lie: in gmetad's tree where it has them; collectd's knows none, and a
 * directory of a cluster would make it look like gmetad's, so that they lie below the store's own root.
 */
async function adoptedSums(root: string, record: RecordDescription, dir: string): Promise<string> {
  const cluster = `${root}/${spelling(record.cluster)}`;
  if (!(await isOfGmetad(root, cluster))) return `${dir}/${ownPath(record)}`;
  return `${cluster}/${SUMMARY_DIRECTORY}/${spelling(record.metric)}.rrd`;
}

async function isOfGmetad(root: string, cluster: string): Promise<boolean> {
  return (await isDirectory(cluster)) || isDirectory(`${root}/${SUMMARY_DIRECTORY}`);
}

function spelling(name: string): string {
  return isSafeSpelling(name) ? name : encodePart(name);
}

/** An encoded host has capitals that are part of the code. */
async function gmetadHost(dir: string, host: string): Promise<string> {
  const lower = isSafeSpelling(host) ? host.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()) : host;
  return lower !== host && (await isDirectory(`${dir}/${host}`)) ? host : lower;
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
  if (adopted === undefined) return `${roots.dir}/${ownPath(record)}`;
  if (record.host === SUMS_HOST) return adoptedSums(adopted, record, roots.dir);
  return adoptedPath(adopted, record);
}

interface HostName {
  readonly cluster: string;
  readonly host: string;
}

/** The absolute path of the directory that has a host's files. */
export function hostPath({ cluster, host }: HostName, roots: Roots): Promise<string> {
  const adopted = roots.rrdDirs.get(cluster);
  if (adopted !== undefined) return adoptedHost(adopted, { cluster, host });
  return Promise.resolve(`${roots.dir}/${encodePart(cluster)}/${encodePart(host)}`);
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
    if (await isFull(parent)) return refused('store_full', true, `${text}: no space left on ${parent}`);
    return refused('store_refused', true, text);
  } catch (error) {
    // A retired host's directory may go in the very moment in which the host comes back.
    if (String(error).includes('ENOENT')) return refused('creating', true, 'its directory has just gone');
    return refusal(`${text}: ${String(error)}`);
  }
}

/** Whether the file system of a directory has no room for a new file. Rejects where it cannot be asked. */
export async function isFull(directory: string): Promise<boolean> {
  const { bavail, bsize, ffree, files } = await statfs(directory);
  return bavail * bsize < FILE_BYTES || (files > 0 && ffree === 0);
}

async function writeOnce(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
