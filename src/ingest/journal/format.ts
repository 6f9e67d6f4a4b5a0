import { crc32 } from 'node:zlib';
import { JOURNAL_CHUNK_BYTES } from '../../limits.ts';

/**
 * The bytes of a segment: a head, then frames back to back, each with a head of its own. Everything is
 * little-endian and aligned to four bytes. Later formats keep the segment's head as it is, so that an older
 * program can tell a newer file from a damaged one.
 *
 * Checksums start from the segment's salt: a frame counts in its own segment only, and nobody who sends
 * values can send one that looks like a frame.
 */

export const FORMAT_VERSION = 1;
export const SEGMENT_HEAD_BYTES = 32;
export const FRAME_HEAD_BYTES = 40;
export const FRAME_HEAD_WORDS = FRAME_HEAD_BYTES / 4;

const SEGMENT_MAGIC = Buffer.from('MUSTERWA', 'latin1');
const FRAME_MAGIC = 0x314a_464d;
const FRAME_MAGIC_BYTES = Buffer.from('MFJ1', 'latin1');

/** What a frame carries. */
export const FRAME = {
  /** Definitions of records and what the store has of them. */
  marks: 1,
  /** The same, and some number now means another record, or the record something else, than before. */
  redefinitions: 2,
  /** Points that were staged, too, when they were appended. */
  staged: 3,
  /** Points that nobody but the journal had. */
  waiting: 4,
} as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

/** Words of a point before its values: the record with the offset, and the second. */
export const POINT_HEAD_WORDS = 2;
export const RECORD_BITS = 22;
export const RECORD_MASK = (1 << RECORD_BITS) - 1;
export const OFFSET_ZERO_MS = 512;

/** Kinds of marks, in the bits above the record's number. */
export const MARK = { define: 1, settle: 2 } as const;

export interface FrameHead {
  kind: FrameKind;
  /** Bytes of the body. */
  bytes: number;
  bodyCrc: number;
  /** When the frame's first point came; epoch ms. */
  wallMs: number;
  points: number;
  values: number;
  /** Frames of redefinitions in the segment up to and with this one: tells whether one is missing. */
  generation: number;
}

export function emptyFrameHead(): FrameHead {
  return { kind: FRAME.marks, bytes: 0, bodyCrc: 0, wallMs: 0, points: 0, values: 0, generation: 0 };
}

/** Words in memory are the file's: a machine of the other byte order cannot run this. */
export function checksum(bytes: Uint8Array, salt: number): number {
  return crc32(bytes, salt);
}

/** Writes the head of a frame at `at`; the body's checksum is among its fields. */
export function writeFrameHead(bytes: Buffer, at: number, head: FrameHead, salt: number): void {
  bytes.writeUInt32LE(FRAME_MAGIC, at);
  bytes.writeUInt32LE(head.kind, at + 4);
  bytes.writeUInt32LE(head.bytes, at + 8);
  bytes.writeUInt32LE(head.bodyCrc, at + 12);
  bytes.writeDoubleLE(head.wallMs, at + 16);
  bytes.writeUInt32LE(head.points, at + 24);
  bytes.writeUInt32LE(head.values, at + 28);
  bytes.writeUInt32LE(head.generation, at + 32);
  bytes.writeUInt32LE(checksum(bytes.subarray(at, at + 36), salt), at + 36);
}

/** Reads the head of a frame into `head`. False: there is none; `head` is as it was. */
export function readFrameHead(bytes: Buffer, at: number, salt: number, head: FrameHead): boolean {
  if (at + FRAME_HEAD_BYTES > bytes.length || bytes.readUInt32LE(at) !== FRAME_MAGIC) return false;
  if (bytes.readUInt32LE(at + 36) !== checksum(bytes.subarray(at, at + 36), salt)) return false;
  const kind = bytes.readUInt32LE(at + 4);
  const size = bytes.readUInt32LE(at + 8);
  if (kind < FRAME.marks || kind > FRAME.waiting) return false;
  if (size % 4 !== 0 || size > JOURNAL_CHUNK_BYTES) return false;
  head.kind = kind as FrameKind;
  head.bytes = size;
  head.bodyCrc = bytes.readUInt32LE(at + 12);
  head.wallMs = bytes.readDoubleLE(at + 16);
  head.points = bytes.readUInt32LE(at + 24);
  head.values = bytes.readUInt32LE(at + 28);
  head.generation = bytes.readUInt32LE(at + 32);
  return true;
}

/** The next place from `from` on that begins as a frame does, a multiple of four; -1 where none does. */
export function nextMagic(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(FRAME_MAGIC_BYTES, from);
  while (at % 4 > 0) at = bytes.indexOf(FRAME_MAGIC_BYTES, at + 1);
  return at;
}

export function isMarks(kind: FrameKind): boolean {
  return kind === FRAME.marks || kind === FRAME.redefinitions;
}

/** A new segment's head. */
export function segmentHead(id: number, salt: number): Buffer {
  const head = Buffer.alloc(SEGMENT_HEAD_BYTES);
  SEGMENT_MAGIC.copy(head);
  head.writeUInt32LE(FORMAT_VERSION, 8);
  head.writeUInt32LE(salt, 12);
  head.writeDoubleLE(id, 16);
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28);
  return head;
}

export type SegmentHead =
  | { readonly kind: 'ok'; readonly salt: number }
  | { readonly kind: 'newer'; readonly version: number }
  /** Shorter than a head: the process ended while the segment was made, and nothing is in it. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'damaged'; readonly why: string };

/** What the first bytes of a file say, `bytes` being all of them when the file is shorter than a head. */
export function readSegmentHead(bytes: Buffer): SegmentHead {
  if (bytes.length < SEGMENT_HEAD_BYTES) return { kind: 'cut' };
  if (!bytes.subarray(0, 8).equals(SEGMENT_MAGIC))
    return { kind: 'damaged', why: 'it is no journal segment' };
  if (bytes.readUInt32LE(28) !== crc32(bytes.subarray(0, 28))) {
    return { kind: 'damaged', why: 'the checksum of its head is wrong' };
  }
  const version = bytes.readUInt32LE(8);
  if (version > FORMAT_VERSION) return { kind: 'newer', version };
  return { kind: 'ok', salt: bytes.readUInt32LE(12) };
}

const NAME = /^(\d{16})-(\d{1,6})\.journal$/;

/** A segment's file: names sort as the segments were begun. */
export function segmentName(id: number, worker: number): string {
  return `${String(id).padStart(16, '0')}-${worker}.journal`;
}

/** Beyond it, the names of segments begun later would be longer, and none of them found again. */
const ID_MAX = 8.64e15;

/** The epoch milliseconds in a segment's name; undefined for another file. */
export function segmentId(name: string): number | undefined {
  const id = Number(NAME.exec(name)?.[1]);
  return id <= ID_MAX ? id : undefined;
}
