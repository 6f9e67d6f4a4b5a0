import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RESTORE_MARK } from '../data-format.ts';
import { writeWhole } from '../whole-file.ts';
import { copyTree, measureTree } from './copy-tree.ts';
import { isStage, isWithin, restoreNames, staysBehind } from './layout.ts';
import { syncDisk } from './take.ts';
import type { Manifest, ManifestPart } from './manifest.ts';

/** Where the parts of a backup go. */
export interface RestorePlan {
  /** Of the backup. */
  readonly directory: string;
  /** Absolute, without links; it is there. */
  readonly dataDir: string;
  /** The parts that go somewhere, with where: `data` to dataDir. */
  readonly targets: readonly { readonly part: ManifestPart; readonly to: string }[];
  /** Names what is set aside. */
  readonly stamp: string;
  readonly copied: (bytes: number) => void;
}

/** A part that is not what its manifest says, in words; undefined: all are. */
export async function damageOf(directory: string, manifest: Manifest): Promise<string | undefined> {
  for (const { path, files, bytes } of manifest.parts) {
    const found = await measureTree(join(directory, path));
    if (found.files === files && found.bytes === bytes) continue;
    return (
      `${join(directory, path)} has ${found.files} files with ${found.bytes} bytes, ` +
      `and its manifest says ${files} with ${bytes}`
    );
  }
  return undefined;
}

/**
 * Copies the parts beside where they go, and then moves: what was there is set aside, never deleted. Answers
 * where that is now. While names change, a mark in data_dir keeps a server from starting on a half of each.
 * Rejects with the system's fault; before the mark is set, nothing has changed.
 */
export async function putBack(plan: RestorePlan): Promise<string[]> {
  const { dataDir, stamp } = plan;
  const names = restoreNames(stamp);
  for (const left of readdirSync(dataDir).filter(isStage)) rmSync(join(dataDir, left), { recursive: true });
  const stage = join(dataDir, names.stage);
  const inside = plan.targets.filter(({ to }) => isWithin(to, dataDir));
  const outside = plan.targets.filter(({ to }) => !isWithin(to, dataDir));
  const staged = [stage, ...outside.map(({ to }) => `${to}.${names.stage}`)];
  try {
    await mkdir(stage, { mode: 0o700 });
    for (const { part, to } of inside) await bring(plan, part, join(stage, relative(dataDir, to)));
    for (const { part, to } of outside) await bring(plan, part, `${to}.${names.stage}`);
    await syncDisk(dataDir);
  } catch (error) {
    for (const directory of staged) await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const mark = join(dataDir, RESTORE_MARK);
  writeWhole(mark, `${stamp}\n`);
  const aside = exchangeInside(dataDir, names);
  for (const { to } of outside) aside.push(...exchange(to, names));
  await syncDisk(dataDir);
  rmSync(mark);
  return aside;
}

async function bring({ directory, copied }: RestorePlan, part: ManifestPart, to: string): Promise<void> {
  await copyTree(join(directory, part.path), to, { copied });
}

/**
 * data_dir itself is not renamed: it may be a mount point, its parent is often another user's, and its lock
 * is in it.
 */
function exchangeInside(
  dataDir: string,
  names: { readonly stage: string; readonly aside: string },
): string[] {
  const before = readdirSync(dataDir).filter((name) => !staysBehind(name));
  const aside = join(dataDir, names.aside);
  if (before.length > 0) mkdirSync(aside, { mode: 0o700 });
  for (const name of before) renameSync(join(dataDir, name), join(aside, name));
  const stage = join(dataDir, names.stage);
  for (const name of readdirSync(stage)) renameSync(join(stage, name), join(dataDir, name));
  rmdirSync(stage);
  return before.length > 0 ? [aside] : [];
}

function exchange(to: string, names: { readonly stage: string; readonly aside: string }): string[] {
  const aside = `${to}.${names.aside}`;
  const there = existsSync(to);
  if (there) renameSync(to, aside);
  renameSync(`${to}.${names.stage}`, to);
  return there ? [aside] : [];
}
