import { accessSync, constants, existsSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { isWithin, stampOf } from '../ops/backup/layout.ts';
import { backupStateOf, readManifest } from '../ops/backup/manifest.ts';
import { damageOf, putBack } from '../ops/backup/put-back.ts';
import { checkDataFormat, DATA_FORMAT } from '../ops/data-format.ts';
import { EXIT } from '../ops/exit.ts';
import { lockDataDir, makeDirectory } from '../ops/lock.ts';
import { StartError } from '../ops/start-error.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { knownFormats, ownerFault, placesOf, sizeText } from './data-places.ts';
import { Progress } from './progress.ts';
import { failedBy, loadSettings } from './settings.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Manifest, ManifestPart } from '../ops/backup/manifest.ts';
import type { Command, CommandContext } from './command.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'puts a backup back; the server must not run',
  usage: `Usage: muster restore DIR [--config FILE] [--rrd-dirs] [--json]

Puts the data of a backup where the configuration wants it. What is there is set aside, never deleted:
in data_dir as before-restore-TIME, another tree beside itself as TREE.before-restore-TIME. The next
start writes what the backup's journal still has to the store.

  DIR             what muster backup has made
  --config FILE   the configuration (default: muster.yaml)
  --rrd-dirs      also the trees that groups have adopted (rrd_dir); else they stay in the backup
  --json          print { dir, files, bytes, set_aside, left_out } instead

Exit code: 0 done, 1 failed, 2 wrong usage.
`,
  async run(args, context) {
    const flags = { config: 'string', 'rrd-dirs': 'boolean', json: 'boolean' } as const;
    const read = readArguments(args, { flags, restMax: 1 });
    if (!read.ok) return usageFault('restore', read.fault, context);
    const [named] = read.rest;
    if (named === undefined) return usageFault('restore', 'DIR is missing', context);
    const config = loadSettings(textFlag(read.flags, 'config'), context);
    if (config === undefined) return EXIT.failed;
    const directory = resolve(context.cwd, named);
    try {
      const manifest = await readBackup(directory);
      const plan = planOf(manifest, config, { adopted: read.flags.has('rrd-dirs') });
      const outcome = await put({ directory, config, plan, context });
      const shown = { dir: directory, ...outcome };
      if (read.flags.has('json')) context.out.write(`${JSON.stringify(shown, null, 2)}\n`);
      else tell(outcome, config, context);
      return EXIT.done;
    } catch (error) {
      return failedBy(error, context);
    }
  },
};

/** The manifest of a backup that is whole and not newer than this Muster. Throws what is wrong. */
async function readBackup(directory: string): Promise<Manifest> {
  const state = backupStateOf(directory);
  if (state === 'unfinished') {
    throw new StartError(
      `the backup in ${directory} was broken off`,
      'take another one: this one is not whole',
    );
  }
  if (state !== 'whole')
    throw new StartError(`${directory} is no backup`, 'name what muster backup has made');
  const manifest = readManifest(directory);
  const another = 'take another backup';
  if (typeof manifest === 'string') throw new StartError(manifest, another);
  const known = knownFormats();
  if (manifest.format > DATA_FORMAT) {
    throw new StartError(
      `the backup was taken by Muster ${manifest.muster}, in format ${manifest.format}; this is ` +
        `${known.muster}, which knows ${DATA_FORMAT}`,
      `restore it with Muster ${manifest.muster}`,
    );
  }
  checkDataFormat(join(directory, 'data'), known);
  const damage = await damageOf(directory, manifest);
  if (damage !== undefined) throw new StartError(`the backup is damaged: ${damage}`, another);
  return manifest;
}

interface Plan {
  readonly targets: readonly { readonly part: ManifestPart; readonly to: string }[];
  /** In words: what stays in the backup, and why. */
  readonly leftOut: readonly string[];
}

function planOf(manifest: Manifest, config: MusterConfig, wish: { readonly adopted: boolean }): Plan {
  const { dataDir, rrdDir, adopted } = placesOf(config);
  const targets: { part: ManifestPart; to: string }[] = [];
  const leftOut: string[] = [];
  for (const part of manifest.parts) {
    const named = `${part.path} (the tree of ${part.groups.join(', ')}, from ${part.from})`;
    const tree = adopted.find(({ groups }) => groups.some((group) => part.groups.includes(group)));
    if (part.kind === 'data') targets.push({ part, to: dataDir });
    else if (part.kind === 'rrd' && rrdDir !== null) targets.push({ part, to: rrdDir });
    else if (part.kind === 'rrd') leftOut.push(`rrd: the store is ${config.store.type} now`);
    else if (!wish.adopted) leftOut.push(`${named}: --rrd-dirs puts it back`);
    else if (tree === undefined) leftOut.push(`${named}: no group has an rrd_dir for it`);
    else targets.push({ part, to: tree.dir });
  }
  return { targets, leftOut };
}

interface Outcome {
  readonly files: number;
  readonly bytes: number;
  readonly set_aside: readonly string[];
  readonly left_out: readonly string[];
}

async function put({
  directory,
  config,
  plan,
  context,
}: {
  directory: string;
  config: MusterConfig;
  plan: Plan;
  context: CommandContext;
}): Promise<Outcome> {
  const fault = existsSync(config.dataDir) ? ownerFault(config.dataDir, context) : undefined;
  if (fault !== undefined) throw fault;
  const lock = lockDataDir(config.dataDir);
  if (!lock.ok) throw new StartError(lock.message, 'stop the server, then restore');
  try {
    const dataDir = realpathSync(config.dataDir);
    const targets = plan.targets.map(({ part, to }) => ({ part, to: realTarget(to, config.dataDir) }));
    for (const { to } of targets) if (!isWithin(to, dataDir)) demandRenamable(to);
    demandSpace(targets);
    const progress = new Progress(context);
    const copied = (bytes: number) => progress.add(bytes);
    const stamp = stampOf(context.nowMs());
    const aside = await putBack({ directory, dataDir, targets, stamp, copied });
    const { files, bytes } = progress;
    return { files, bytes, set_aside: aside, left_out: plan.leftOut };
  } finally {
    lock.release();
  }
}

/** With links resolved, as far as it is there; below data_dir at least that is. */
function realTarget(to: string, dataDir: string): string {
  if (existsSync(to)) return realpathSync(to);
  if (isWithin(to, dataDir)) return join(realpathSync(dataDir), relative(dataDir, to));
  makeDirectory(dirname(to), 0o750);
  return join(realpathSync(dirname(to)), basename(to));
}

/** What lies outside of data_dir is exchanged by its name: that must be possible before anything is done. */
function demandRenamable(to: string): void {
  const parent = dirname(to);
  const cure = 'move away by hand what is in it, or restore into another place and move that';
  if (existsSync(to) && statSync(to).dev !== statSync(parent).dev) {
    throw new StartError(`${to} is a mount point, and cannot be set aside`, cure);
  }
  try {
    accessSync(parent, constants.W_OK | constants.X_OK);
  } catch {
    throw new StartError(`${to} cannot be set aside: ${parent} is not this user's to write`, cure);
  }
}

function demandSpace(targets: Plan['targets']): void {
  const needed = new Map<number, { bytes: number; at: string }>();
  for (const { part, to } of targets) {
    const at = existsSync(to) ? to : dirname(to);
    const { dev } = statSync(existsSync(at) ? at : dirname(at));
    needed.set(dev, { bytes: (needed.get(dev)?.bytes ?? 0) + part.bytes, at });
  }
  for (const { bytes, at } of needed.values()) {
    const { bavail, bsize } = statfsSync(existsSync(at) ? at : dirname(at));
    if (bavail * bsize >= bytes) continue;
    const short = sizeText(bytes - bavail * bsize);
    throw new StartError(`the disk of ${at} has ${short} too little for the backup`, 'make room on it');
  }
}

function tell(
  { files, bytes, set_aside: aside, left_out: left }: Outcome,
  config: MusterConfig,
  context: CommandContext,
): void {
  for (const words of left) context.err.write(`left in the backup: ${words}\n`);
  for (const path of aside) context.err.write(`what was there before is in ${path}\n`);
  context.out.write(`${config.dataDir}: ${files} files, ${sizeText(bytes)} restored; start the server\n`);
}
