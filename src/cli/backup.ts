import { existsSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { backupStateOf, markUnfinished, writeManifest } from '../ops/backup/manifest.ts';
import { placeFault, syncDisk, takeBackup } from '../ops/backup/take.ts';
import { checkDataFormat, DATA_FORMAT } from '../ops/data-format.ts';
import { EXIT } from '../ops/exit.ts';
import { lockDataDir, makeDirectory } from '../ops/lock.ts';
import { StartError } from '../ops/start-error.ts';
import { readArguments, textFlag, usageFault } from './command.ts';
import { ControlClient } from './control-client.ts';
import { knownFormats, ownerFault, placesOf, sizeText } from './data-places.ts';
import { Progress } from './progress.ts';
import { failedBy, loadSettings } from './settings.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { Manifest } from '../ops/backup/manifest.ts';
import type { ExitCode } from '../ops/exit.ts';
import type { Command, CommandContext } from './command.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'copies all data to a directory, also while the server runs',
  usage: `Usage: muster backup DIR [--config FILE] [--force] [--json]

Copies data_dir, the RRD files and the RRD trees that groups have adopted to DIR, as they are at one moment.
A running server goes on receiving; what it receives waits in its cache and journal until the copy is
made, and every value it had accepted before is in the backup. Not the configuration, checks and
dashboards, nor what InfluxDB or VictoriaMetrics hold: those have backups of their own.

  DIR             a directory that is new or empty; only the user who runs this may read it
  --config FILE   the configuration (default: muster.yaml)
  --force         start over in a DIR whose backup was broken off
  --json          print { dir, files, bytes, held_ms, warnings } instead

Exit code: 0 done, 1 failed, 2 wrong usage.
`,
  async run(args, context) {
    const flags = { config: 'string', force: 'boolean', json: 'boolean' } as const;
    const read = readArguments(args, { flags, restMax: 1 });
    if (!read.ok) return usageFault('backup', read.fault, context);
    const [named] = read.rest;
    if (named === undefined) return usageFault('backup', 'DIR is missing', context);
    const config = loadSettings(textFlag(read.flags, 'config'), context);
    if (config === undefined) return EXIT.failed;
    const directory = resolve(context.cwd, named);
    try {
      prepare(directory, config, { context, force: read.flags.has('force') });
      const manifest = await withRest(config, context, (rest) => take({ directory, config, context }, rest));
      return tell({ directory, manifest, json: read.flags.has('json') }, context);
    } catch (error) {
      return failedBy(error, context);
    }
  },
};

/** Everything that can be wrong before a server is asked for anything. Throws it. */
function prepare(
  directory: string,
  config: MusterConfig,
  { context, force }: { readonly context: CommandContext; readonly force: boolean },
): void {
  if (!existsSync(config.dataDir)) {
    throw new StartError(`data_dir ${config.dataDir} does not exist`, 'name the configuration with --config');
  }
  const owner = ownerFault(config.dataDir, context);
  if (owner !== undefined) throw owner;
  checkDataFormat(config.dataDir, knownFormats());
  const misplaced = placeFault(directory, placesOf(config));
  if (misplaced !== undefined)
    throw new StartError(`no backup to ${directory}: ${misplaced}`, 'name another directory');
  makeDirectory(dirname(directory), 0o700);
  const state = backupStateOf(directory);
  if (state === 'whole') throw new StartError(`${directory} has a backup already`, 'name a new directory');
  if (state === 'other')
    throw new StartError(`${directory} is not empty`, 'name a directory that is new or empty');
  if (state === 'unfinished' && !force) {
    throw new StartError(
      `a backup to ${directory} was broken off`,
      'give --force to start over, or another directory',
    );
  }
}

/** The store at rest. */
interface Rest {
  /** Throws when it is not at rest any more. */
  check(): void;
  /** Ends it; how long a server was held, 0 where none runs. Throws if it was not at rest until now. */
  end(): Promise<number>;
}

/** Has the running server keep everything from the store, or else keeps one from starting. */
async function withRest<T>(
  config: MusterConfig,
  context: CommandContext,
  work: (rest: Rest) => Promise<T>,
): Promise<T> {
  using client = await ControlClient.on(config.dataDir);
  if (client === undefined) {
    const lock = lockDataDir(config.dataDir);
    if (!lock.ok) {
      throw new StartError(
        `${lock.message}, and it does not answer at its control socket`,
        'is it starting or stopping? Try again then',
      );
    }
    try {
      return await work({ check: () => undefined, end: () => Promise.resolve(0) });
    } finally {
      lock.release();
    }
  }
  const held = await client.ask({ do: 'hold' });
  if (!held.ok) throw new StartError(held.message, held.cure);
  context.err.write('the server holds its store; it goes on receiving\n');
  const check = () => {
    if (client.over !== undefined) throw brokenOff(client.over);
  };
  const end = async () => {
    const released = await client.ask({ do: 'release' });
    if (!released.ok) throw brokenOff(released.message);
    return 'heldMs' in released ? Math.max(1, Math.round(released.heldMs)) : 1;
  };
  return await work({ check, end });
}

function brokenOff(why: string): StartError {
  return new StartError(`the backup is not whole: ${why}`, 'run it again, with --force');
}

async function take(
  { directory, config, context }: { directory: string; config: MusterConfig; context: CommandContext },
  rest: Rest,
): Promise<Manifest> {
  const takenMs = context.nowMs();
  makeDirectory(directory, 0o700);
  markUnfinished(directory);
  for (const part of ['data', 'rrd', 'rrd_dirs']) {
    rmSync(join(directory, part), { recursive: true, force: true });
  }
  const progress = new Progress(context);
  const copied = (bytes: number) => {
    rest.check();
    progress.add(bytes);
  };
  const { parts, warnings } = await takeBackup(placesOf(config), directory, copied);
  const heldMs = await rest.end();
  const onDisk = await syncDisk(directory);
  const manifest: Manifest = {
    backup: 1,
    muster: knownFormats().muster,
    format: DATA_FORMAT,
    takenMs,
    heldMs,
    store: config.store.type,
    parts,
    warnings: [
      ...warnings,
      ...(onDisk ? [] : ['"sync -f" failed: a loss of power in the next minutes could harm the copy']),
      ...(config.store.type === 'influxdb' || config.store.type === 'victoriametrics'
        ? [`the history is in ${config.store.type}, which needs a backup of its own`]
        : []),
    ],
  };
  writeManifest(directory, manifest);
  return manifest;
}

function tell(
  { directory, manifest, json }: { directory: string; manifest: Manifest; json: boolean },
  context: CommandContext,
): ExitCode {
  const { parts, warnings, heldMs } = manifest;
  const files = parts.reduce((sum, part) => sum + part.files, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (json) {
    const shown = { dir: directory, files, bytes, held_ms: heldMs, warnings };
    context.out.write(`${JSON.stringify(shown, null, 2)}\n`);
    return EXIT.done;
  }
  for (const warning of warnings) context.err.write(`${warning} (warning)\n`);
  const held = heldMs === 0 ? 'no server ran' : `the store was held for ${(heldMs / 1000).toFixed(1)} s`;
  context.out.write(`${directory}: ${files} files, ${sizeText(bytes)}; ${held}\n`);
  return EXIT.done;
}
