import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { newerSegments, schemaOf } from './data-versions.ts';
import { StartError } from './start-error.ts';
import { writeWhole } from './whole-file.ts';
import type { SegmentHead } from './data-versions.ts';

/** The format of what is below data_dir as a whole; 0 had no `format` file. */
export const DATA_FORMAT = 1;
/** Stands in data_dir while a restore moves things about. */
export const RESTORE_MARK = 'restore-unfinished';

const FORMAT_FILE = 'format';
const FORMAT_CHARS_MAX = 1000;
/** Its names of the journal's directory and of the head of its segments. */
const JOURNAL_DIR = 'journal';
const SEGMENT: SegmentHead = { magic: 'MUSTERWA', version: 1 };

/** What this Muster can read. */
export interface KnownFormats {
  /** Its version. */
  readonly muster: string;
  /** The newest known schema of each database, by its file's name. */
  readonly schemas: ReadonlyMap<string, number>;
}

/** One way forward: from the format before `to` to it. It may run again after it was broken off. */
export interface FormatStep {
  readonly to: number;
  readonly name: string;
  run(dataDir: string): void;
}

/** Oldest first, one a format; never changed once released. */
const STEPS: readonly FormatStep[] = [{ to: 1, name: 'write down the format', run: () => undefined }];

interface Written {
  readonly format: number;
  readonly muster: string;
}

/**
 * Throws a StartError where a newer Muster has written what is below `dataDir` (its format, a database or a
 * segment of the journal), or a restore was broken off in it. Reads only, and everything before anything is
 * touched: no database is brought forward beside one that cannot be read.
 */
export function checkDataFormat(dataDir: string, known: KnownFormats): void {
  demandFiles(dataDir);
  if (existsSync(join(dataDir, RESTORE_MARK))) {
    throw new StartError(
      `a restore into data_dir ${dataDir} was broken off`,
      'run the same muster restore again; what it set aside stays where it is',
    );
  }
  const written = readFormat(dataDir);
  const faults = newerParts(dataDir, known, written);
  if (faults.length === 0) return;
  const by = written === undefined || written.muster === known.muster ? 'a newer version' : written.muster;
  throw new StartError(
    `data_dir ${dataDir} was written by ${by} of Muster, and this is ${known.muster}: ${faults.join('; ')}`,
    `run ${by === 'a newer version' ? 'that version' : `Muster ${by}`} again, or restore a backup of this one`,
  );
}

/**
 * Brings what is below `dataDir` forward to the newest format, step by step, each leaving the format file at
 * its number; to be called with the directory's lock held and after `checkDataFormat`. Throws a StartError
 * that names the step that failed.
 */
export function bringForward(
  dataDir: string,
  { muster }: Pick<KnownFormats, 'muster'>,
  steps: readonly FormatStep[] = STEPS,
): void {
  const written = readFormat(dataDir);
  let format = written?.format ?? 0;
  for (const step of steps.filter(({ to }) => to > format)) {
    try {
      step.run(dataDir);
      writeFormat(dataDir, { format: step.to, muster });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StartError(
        `data_dir ${dataDir} could not be brought from format ${format} to ${step.to} (${step.name}): ${why}`,
        'mend what it says and start again: what was done before is not done twice',
      );
    }
    format = step.to;
  }
  if (written !== undefined && written.muster !== muster && written.format === format) {
    writeFormat(dataDir, { format, muster });
  }
}

/** Whoever opens a named pipe or a device in the place of a file waits for somebody to write to it. */
function demandFiles(dataDir: string): void {
  if (!existsSync(dataDir)) return;
  const odd = readdirSync(dataDir, { withFileTypes: true }).find(
    (entry) => entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice(),
  );
  if (odd === undefined) return;
  throw new StartError(`${join(dataDir, odd.name)} is a named pipe or a device`, 'move it elsewhere');
}

/** Undefined where there is none. A StartError where it cannot be understood. */
function readFormat(dataDir: string): Written | undefined {
  const file = join(dataDir, FORMAT_FILE);
  if (!existsSync(file)) return undefined;
  try {
    const text = readFileSync(file, 'utf8').slice(0, FORMAT_CHARS_MAX);
    const said = JSON.parse(text) as { format?: unknown; muster?: unknown } | null;
    const format = said?.format;
    if (typeof format !== 'number' || !Number.isSafeInteger(format) || format < 1) {
      throw new Error('it has no number "format"');
    }
    return { format, muster: typeof said?.muster === 'string' ? plain(said.muster) : 'a newer version' };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(
      `${file} does not say what format the data has: ${why}`,
      `take the file from a backup, or write {"format":${DATA_FORMAT}} into it if this version ran on it before`,
    );
  }
}

function newerParts(dataDir: string, known: KnownFormats, written: Written | undefined): string[] {
  const faults: string[] = [];
  if (written !== undefined && written.format > DATA_FORMAT) {
    faults.push(`its format is ${written.format}, this one knows ${DATA_FORMAT}`);
  }
  for (const [name, newest] of known.schemas) {
    const schema = schemaOf(join(dataDir, name));
    if (schema !== undefined && schema > newest) {
      faults.push(`${name} has schema ${schema}, this one knows ${newest}`);
    }
  }
  const [segment] = newerSegments(join(dataDir, JOURNAL_DIR), SEGMENT);
  if (segment !== undefined) {
    const { file, version } = segment;
    faults.push(`the journal's ${basename(file)} has version ${version}, this one knows ${SEGMENT.version}`);
  }
  return faults;
}

function writeFormat(dataDir: string, written: Written): void {
  writeWhole(join(dataDir, FORMAT_FILE), `${JSON.stringify(written)}\n`);
}

function plain(text: string): string {
  return text.replaceAll(/[^\w.+-]/gu, '?').slice(0, 40);
}
