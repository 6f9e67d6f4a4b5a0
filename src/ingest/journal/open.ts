import { basename, join } from 'node:path';
import { faultOf } from './disk.ts';
import { readSegmentHead, SEGMENT_HEAD_BYTES, segmentId } from './format.ts';
import { scanSegment } from './scan.ts';
import { SegmentFile } from './segment-file.ts';
import type { Aside } from './aside.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { SegmentHead } from './format.ts';
import type { Known } from './known.ts';
import type { Report } from './report.ts';
import type { Segments } from './segments.ts';

/** The journal was written by a newer version, and nothing of it was touched. */
export class JournalVersionError extends Error {
  readonly cure = 'start the version that wrote it, or a later one; or restore data_dir from a backup';

  constructor(path: string, version: number) {
    super(`the journal segment ${path} has format ${version}, which this version does not know`);
    this.name = 'JournalVersionError';
  }
}

export interface TakeUpOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly segments: Segments;
  readonly known: Known;
  readonly aside: Aside;
  readonly report: Report;
}

interface Found {
  readonly path: string;
  readonly id: number;
  readonly head: SegmentHead;
}

/** Bytes read at a time: heads stand close together where few values come. */
const STEP_BYTES = 256 * 1024;

/**
 * Takes up the segments that earlier runs left, oldest first; the newest epoch millisecond in their names.
 * Throws JournalVersionError before anything is touched, and rejects where the directory cannot be listed.
 */
export async function takeUp(options: TakeUpOptions): Promise<number> {
  const { disk, directory } = options;
  const names = (await disk.list(directory)).filter((name) => segmentId(name) !== undefined).toSorted();
  const found: Found[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const head = await headOf(disk, path);
    if (head.kind === 'newer') throw new JournalVersionError(path, head.version);
    found.push({ path, id: segmentId(name) ?? 0, head });
  }
  const lastOf = new Map(found.map(({ path }) => [workerOf(path), path]));
  for (const each of found) await takeUpOne(each, lastOf.get(workerOf(each.path)) === each.path, options);
  options.known.endSegments();
  return found.at(-1)?.id ?? 0;
}

/** The part of a name that tells the journals of several workers apart. */
function workerOf(path: string): string {
  return basename(path).slice(16);
}

async function headOf(disk: Disk, path: string): Promise<SegmentHead> {
  try {
    const file = await disk.open(path, 'read');
    try {
      return readSegmentHead(await firstBytes(file));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { kind: 'damaged', why: `it cannot be read: ${faultOf(error)}` };
  }
}

async function firstBytes(file: DiskFile): Promise<Buffer> {
  const bytes = Buffer.alloc(SEGMENT_HEAD_BYTES);
  let length = 0;
  while (length < bytes.length) {
    const read = await file.read(bytes.subarray(length), length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

async function takeUpOne(found: Found, last: boolean, options: TakeUpOptions): Promise<void> {
  const { path, id, head } = found;
  switch (head.kind) {
    case 'ok':
      return takeUpSound({ path, id, salt: head.salt, last }, options);
    case 'cut':
      if (!last) return setAside(path, 'its head is missing', options);
      return removeEmpty(path, options);
    case 'damaged':
      return setAside(path, head.why, options);
    case 'newer':
  }
}

async function takeUpSound(
  found: { readonly path: string; readonly id: number; readonly salt: number; readonly last: boolean },
  { disk, segments, known, report, aside }: TakeUpOptions,
): Promise<void> {
  const { path, id, salt, last } = found;
  try {
    const handle = await disk.open(path, 'read');
    const file = new SegmentFile(handle, salt, STEP_BYTES);
    try {
      const size = handle.bytes;
      const scanned = await scanSegment(file, { size, salt, last, known });
      const { bytes, values, damagedBytes } = scanned;
      if (bytes < size) {
        report('info', 'the end of a journal segment was cut short as the process ended: it is left out', {
          path,
          bytes: size - bytes,
        });
        await cut(disk, path, bytes);
      }
      const lengths = { planned: bytes, written: bytes, unread: values };
      const segment = segments.add({ path, id, salt, earlier: true, ended: true, ...lengths });
      if (damagedBytes > 0) segment.damage = `${damagedBytes} bytes of it are damaged`;
    } finally {
      await file.close();
    }
  } catch (error) {
    await setAside(path, `it cannot be read: ${faultOf(error)}`, { aside, report });
  }
}

/** What cannot be cut is left out all the same. */
async function cut(disk: Disk, path: string, bytes: number): Promise<void> {
  try {
    const file = await disk.open(path, 'write');
    try {
      await file.truncate(bytes);
    } finally {
      await file.close();
    }
  } catch {
    // The next start finds it again.
  }
}

async function removeEmpty(path: string, { disk, report }: TakeUpOptions): Promise<void> {
  try {
    await disk.remove(path);
    report('info', 'a journal segment was begun as the process ended, and nothing is in it', { path });
  } catch (error) {
    report('warn', 'an empty journal segment cannot be removed', { path, cause: faultOf(error) });
  }
}

async function setAside(
  path: string,
  why: string,
  { aside, report }: Pick<TakeUpOptions, 'aside' | 'report'>,
): Promise<void> {
  try {
    await aside.take(path, why);
  } catch (error) {
    report('error', 'a journal segment is damaged and cannot be set aside; the rest is used', {
      path,
      cause: `${why}; ${faultOf(error)}`,
    });
  }
}
