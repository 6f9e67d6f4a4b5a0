import { isMarks, SEGMENT_HEAD_BYTES } from './format.ts';
import { FrameReader } from './frame-reader.ts';
import { SegmentFile } from './segment-file.ts';
import type { Disk } from './disk.ts';
import type { Known } from './known.ts';
import type { ReplaySink } from './port.ts';
import type { Place } from './reader.ts';
import type { Segment } from './segments.ts';

const STEP_BYTES = 1024 * 1024;

/**
 * Values that are lost when a segment of an earlier run goes that has been read up to `place` only: those
 * that are not stored. Where it cannot be read, all that it was said to have.
 */
export async function countLost(options: {
  readonly disk: Disk;
  readonly segment: Segment;
  readonly known: Known;
  readonly place: Place;
}): Promise<number> {
  const { disk, segment, known, place } = options;
  try {
    const file = new SegmentFile(await disk.open(segment.path, 'read'), segment.salt, STEP_BYTES);
    try {
      return await countIn(file, segment, new FrameReader(known), place);
    } finally {
      await file.close();
    }
  } catch {
    return segment.unread;
  }
}

async function countIn(
  file: SegmentFile,
  segment: Segment,
  frames: FrameReader,
  place: Place,
): Promise<number> {
  let values = 0;
  // What a record is called here does not matter: it goes by how many values its points have.
  const sink: ReplaySink = {
    define: ({ sources }) => sources.length,
    point: ({ record }) => {
      values += record;
    },
  };
  const limit = segment.written;
  frames.begin(segment.earlier, 0);
  for (let at = SEGMENT_HEAD_BYTES; at < limit;) {
    const look = await file.look(at, limit);
    if (look !== 'frame' || !(await file.load(at, limit))) {
      at = await file.find(at + 4, limit);
      continue;
    }
    const { words, bytes, head, frameBytes } = file;
    if (isMarks(head.kind) || at >= place.at) {
      frames.done = at === place.at ? place.done : 0;
      const frame = { words, bytes, offset: file.offsetOf(at) };
      const { salt } = segment;
      const read = frames.read(frame, head, { salt, budget: Number.POSITIVE_INFINITY, sink });
      if (read.kind === 'damaged' && !isMarks(head.kind)) values += head.values - read.values;
    }
    at += frameBytes;
  }
  return values;
}
