import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../whole-file.ts';

/**
 * What a backup's directory holds: `data/` (data_dir without the RRD tree), `rrd/` (store.rrd.dir) and
 * `rrd_dirs/N/` (adopted trees), and this list of it, which comes last: without it, it is not whole.
 */
export interface Manifest {
  /** Of this layout. */
  readonly backup: 1;
  readonly muster: string;
  /** The data's own format. */
  readonly format: number;
  readonly takenMs: number;
  /** A server ran, and kept everything from the store for so long; 0: none ran. */
  readonly heldMs: number;
  readonly store: string;
  readonly parts: readonly ManifestPart[];
  /** What was not as it should be while it was taken. */
  readonly warnings: readonly string[];
}

export interface ManifestPart {
  readonly kind: 'data' | 'rrd' | 'rrd_dir';
  /** Below the backup's directory. */
  readonly path: string;
  /** Where it was. */
  readonly from: string;
  /** Of an adopted tree: the groups it belongs to. */
  readonly groups: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

const MANIFEST_FILE = 'manifest.json';
/** Stands there until the manifest does. */
const UNFINISHED_FILE = 'unfinished';
const MANIFEST_BYTES_MAX = 1024 * 1024;

/** `other`: a directory with something else in it. */
export type BackupState = 'new' | 'unfinished' | 'whole' | 'other';

/** What is at a path where a backup goes or is. Throws what the system says where it cannot be looked at. */
export function backupStateOf(directory: string): BackupState {
  if (!existsSync(directory)) return 'new';
  const names = readdirSync(directory);
  if (names.length === 0) return 'new';
  if (names.includes(MANIFEST_FILE)) return 'whole';
  return names.includes(UNFINISHED_FILE) ? 'unfinished' : 'other';
}

export function markUnfinished(directory: string): void {
  writeWhole(join(directory, UNFINISHED_FILE), 'this backup is not whole\n');
}

/** The backup is whole from here on. */
export function writeManifest(directory: string, manifest: Manifest): void {
  writeWhole(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  rmSync(join(directory, UNFINISHED_FILE), { force: true });
}

/** The manifest of a backup that is whole; else why there is none, in words. */
export function readManifest(directory: string): Manifest | string {
  const file = join(directory, MANIFEST_FILE);
  if (statSync(file).size > MANIFEST_BYTES_MAX) return `${file} is too long for a manifest`;
  let said: unknown;
  try {
    said = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return `${file} is damaged: it is not JSON`;
  }
  const layout = typeof said === 'object' && said !== null && 'backup' in said ? said.backup : undefined;
  if (typeof layout === 'number' && layout > 1) return `${file} is of a newer version of Muster`;
  return isManifest(said) ? said : `${file} is damaged: it is not a manifest`;
}

/** Where a part of each kind is: below the backup, whoever wrote the manifest. */
const PATH_OF: Readonly<Record<ManifestPart['kind'], RegExp>> = {
  data: /^data$/u,
  rrd: /^rrd$/u,
  rrd_dir: /^rrd_dirs\/\d{1,4}$/u,
};
const VERSION = /^[\w.+-]{1,40}$/u;

function isManifest(said: unknown): said is Manifest {
  if (typeof said !== 'object' || said === null) return false;
  const { backup, format, muster, takenMs, parts } = said as Partial<Manifest>;
  const numbers = [format, takenMs].every((value) => Number.isSafeInteger(value));
  const named = typeof muster === 'string' && VERSION.test(muster);
  return backup === 1 && numbers && named && Array.isArray(parts) && areParts(parts);
}

/** `data` is among them, and none is there twice. */
function areParts(parts: readonly Partial<ManifestPart>[]): boolean {
  if (!parts.every(isPart)) return false;
  const paths = new Set(parts.map(({ path }) => path));
  return paths.size === parts.length && paths.has('data');
}

function isPart(said: Partial<ManifestPart> | null): said is ManifestPart {
  if (typeof said !== 'object' || said === null) return false;
  const { kind, path, from, groups, files, bytes } = said;
  return (
    (kind === 'data' || kind === 'rrd' || kind === 'rrd_dir') &&
    typeof path === 'string' &&
    PATH_OF[kind].test(path) &&
    typeof from === 'string' &&
    Array.isArray(groups) &&
    groups.every((group) => typeof group === 'string') &&
    Number.isSafeInteger(files) &&
    Number.isSafeInteger(bytes)
  );
}
