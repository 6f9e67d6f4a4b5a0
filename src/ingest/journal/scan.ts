import { checksum, FRAME_HEAD_BYTES, isMarks, SEGMENT_HEAD_BYTES } from './format.ts';
import { readMarks } from './marks.ts';
import type { Known } from './known.ts';
import type { SegmentFile } from './segment-file.ts';

export interface Scanned {
  /** Bytes up to the end of the last sound frame. */
  readonly bytes: number;
  /** Values in the frames up to there. */
  readonly values: number;
  /** Bytes in front of a later sound frame that are none, and frames whose marks cannot be read. */
  readonly damagedBytes: number;
}

/**
 * Goes through a segment of an earlier run from head to head and learns from its marks. `last`: nothing was
 * written after it, so that the bodies of its points are looked at, too, to find where a torn write begins.
 * Rejects with what the operating system says.
 */
export async function scanSegment(
  file: SegmentFile,
  options: { readonly size: number; readonly salt: number; readonly last: boolean; readonly known: Known },
): Promise<Scanned> {
  const { size, salt, last, known } = options;
  known.beginSegment();
  let bytes = SEGMENT_HEAD_BYTES;
  /** Beyond `bytes`; they count if something sound follows. */
  let doubtful = { values: 0, bytes: 0 };
  let values = 0;
  let damagedBytes = 0;
  for (let at = bytes; ;) {
    const look = await file.look(at, size);
    if (look === 'end') break;
    if (look !== 'frame') {
      const next = await file.find(at + 4, size);
      doubtful = { values: doubtful.values, bytes: doubtful.bytes + next - at };
      at = next;
      continue;
    }
    const { head, frameBytes } = file;
    const sound = isMarks(head.kind) || last ? await isSound(file, at, size, salt) : true;
    at += frameBytes;
    if (!sound) {
      doubtful = { values: doubtful.values + head.values, bytes: doubtful.bytes + frameBytes };
      continue;
    }
    if (isMarks(head.kind) && !tell(file, at - frameBytes, known)) damagedBytes += frameBytes;
    values += head.values + doubtful.values;
    damagedBytes += doubtful.bytes;
    doubtful = { values: 0, bytes: 0 };
    bytes = at;
  }
  // Without the end of a write there is nothing to cut, and what stands there is damage.
  if (last) return { bytes, values, damagedBytes };
  return { bytes: size, values: values + doubtful.values, damagedBytes: damagedBytes + doubtful.bytes };
}

async function isSound(file: SegmentFile, at: number, size: number, salt: number): Promise<boolean> {
  if (!(await file.load(at, size))) return false;
  const from = file.offsetOf(at) + FRAME_HEAD_BYTES;
  return checksum(file.bytes.subarray(from, from + file.head.bytes), salt) === file.head.bodyCrc;
}

function tell(file: SegmentFile, at: number, known: Known): boolean {
  const from = (file.offsetOf(at) + FRAME_HEAD_BYTES) / 4;
  return readMarks(file.words, file.bytes, from, from + file.head.bytes / 4, known);
}
