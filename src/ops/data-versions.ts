import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Versions in the heads of files, by looking at their bytes: nothing is locked, created or repaired. */

const SQLITE_MAGIC = 'SQLite format 3\0';
/** Offset of `user_version` in a database's first page (https://sqlite.org/fileformat2.html 1.3). */
const USER_VERSION_AT = 60;
const SQLITE_HEAD_BYTES = 100;
const WAL_HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
const PAGE_BYTES_MAX = 65_536;

/** Of a segment's head, whose last four bytes are the checksum of the others; all is little-endian. */
const SEGMENT_HEAD_BYTES = 32;

/** A journal's segment begins with these eight letters and 32 bits of its version. */
export interface SegmentHead {
  readonly magic: string;
  readonly version: number;
}

/**
 * The schema (`user_version`) of a state database: what its write-ahead log says last, else its own head.
 * Undefined where there is no such file or it is not a database; that is found out by who opens it.
 */
export function schemaOf(file: string): number | undefined {
  const head = readAt(file, 0, SQLITE_HEAD_BYTES);
  if (head === undefined || head.length < SQLITE_HEAD_BYTES) return undefined;
  if (head.toString('latin1', 0, SQLITE_MAGIC.length) !== SQLITE_MAGIC) return undefined;
  return schemaInLog(`${file}-wal`) ?? head.readUInt32BE(USER_VERSION_AT);
}

/**
 * The last first page in a write-ahead log (https://sqlite.org/fileformat2.html 4.1). Frames of an earlier
 * round of the log have other salts. Checksums are not looked at: a torn frame would at worst be of a
 * version that was just being written.
 */
function schemaInLog(file: string): number | undefined {
  return withFile(file, (fd) => {
    const head = bytesAt(fd, 0, WAL_HEAD_BYTES);
    if (head.length < WAL_HEAD_BYTES) return undefined;
    const pageBytes = head.readUInt32BE(8);
    if (pageBytes === 0 || pageBytes > PAGE_BYTES_MAX) return undefined;
    const { size } = fstatSync(fd);
    let seen: number | undefined;
    let committed: number | undefined;
    for (
      let at = WAL_HEAD_BYTES;
      at + FRAME_HEAD_BYTES + pageBytes <= size;
      at += FRAME_HEAD_BYTES + pageBytes
    ) {
      const frame = bytesAt(fd, at, FRAME_HEAD_BYTES);
      if (!frame.subarray(8, 16).equals(head.subarray(16, 24))) break;
      if (frame.readUInt32BE(0) === 1) {
        seen = bytesAt(fd, at + FRAME_HEAD_BYTES + USER_VERSION_AT, 4).readUInt32BE(0);
      }
      // The size of the database stands in the last frame of a transaction alone.
      if (frame.readUInt32BE(4) !== 0) committed = seen;
    }
    return committed;
  });
}

/** Below a journal, where damaged segments are kept, which nobody reads. */
const ASIDE_DIR = 'damaged';

/** The segments below a directory whose version is newer than `known`: path and version. Others are not told. */
export function newerSegments(directory: string, known: SegmentHead): { file: string; version: number }[] {
  return filesBelow(directory).flatMap((file) => {
    const version = segmentVersion(file, known.magic);
    return version !== undefined && version > known.version ? [{ file, version }] : [];
  });
}

function segmentVersion(file: string, magic: string): number | undefined {
  const head = readAt(file, 0, SEGMENT_HEAD_BYTES);
  if (head === undefined || head.length < SEGMENT_HEAD_BYTES) return undefined;
  if (head.toString('latin1', 0, magic.length) !== magic) return undefined;
  const checked = SEGMENT_HEAD_BYTES - 4;
  const whole = head.readUInt32LE(checked) === crc32(head.subarray(0, checked));
  return whole ? head.readUInt32LE(magic.length) : undefined;
}

function filesBelow(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile() && basename(entry.parentPath) !== ASIDE_DIR)
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

function readAt(file: string, at: number, bytes: number): Buffer | undefined {
  return withFile(file, (fd) => bytesAt(fd, at, bytes));
}

/** Undefined where the file is not there or cannot be read. */
function withFile<T>(file: string, read: (fd: number) => T | undefined): T | undefined {
  let fd: number | undefined;
  try {
    // A named pipe would keep the start waiting for somebody who writes to it.
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return read(fd);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Up to `bytes`: fewer where the file ends. */
function bytesAt(fd: number, at: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(fd, buffer, 0, bytes, at));
}
