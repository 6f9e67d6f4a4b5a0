import { statSync } from 'node:fs';
import { StartError } from '../ops/start-error.ts';
import { readVersion } from '../ops/version.ts';
import { SCHEMAS } from '../state/schemas.ts';
import type { MusterConfig } from '../contract/config.ts';
import type { DataPlaces } from '../ops/backup/layout.ts';
import type { KnownFormats } from '../ops/data-format.ts';
import type { CommandContext } from './command.ts';

/** Where the data of a configuration is. */
export function placesOf({ dataDir, store, groups }: MusterConfig): DataPlaces {
  return {
    dataDir,
    rrdDir: store.type === 'rrd' ? store.dir : null,
    adopted: groups.flatMap(({ name, rrdDir }) => (rrdDir === null ? [] : [{ dir: rrdDir, groups: [name] }])),
  };
}

/** What this Muster can read. */
export function knownFormats(): KnownFormats {
  return { muster: readVersion(), schemas: SCHEMAS };
}

/** Files of another user in data_dir would keep the server from its own. Undefined: it is this user's. */
export function ownerFault(
  directory: string,
  { account }: Pick<CommandContext, 'account'>,
): StartError | undefined {
  const { uid } = statSync(directory);
  if (uid === account.uid) return undefined;
  return new StartError(
    `data_dir ${directory} belongs to the user with uid ${uid}, and this runs as ${account.name}`,
    `run it as the user the server runs as: sudo -u '#${uid}' script/muster …`,
  );
}

/** Bytes for people: 1.2 GiB. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
