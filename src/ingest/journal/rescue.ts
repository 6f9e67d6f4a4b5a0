import {
  FRAME,
  FRAME_HEAD_WORDS,
  OFFSET_ZERO_MS,
  POINT_HEAD_WORDS,
  RECORD_BITS,
  RECORD_MASK,
} from './format.ts';
import { readMarks } from './marks.ts';
import type { Appender, SealedFrame } from './appender.ts';
import type { ChunkPool } from './chunks.ts';
import type { Place, Reader } from './reader.ts';
import type { OnLost, Report } from './report.ts';
import type { Segment, Segments } from './segments.ts';

interface RescueOptions {
  readonly appender: Appender;
  readonly pool: ChunkPool;
  /** Sealed frames that are not written, in order. */
  readonly queue: SealedFrame[];
  readonly reader: Reader;
  readonly segments: Segments;
  readonly onLost: OnLost;
  readonly report: Report;
}

/** Chunks beyond the bound while points go from one to another. */
const CHUNKS_LENT = 4;

/**
 * Gives up a segment whose file takes no more. Every point that is not written is appended anew, in its
 * order, and goes into a segment that is begun for it. Not to be called while a frame is written.
 */
export function rescue(given: Segment, fault: string, options: RescueOptions): void {
  const { appender, pool, queue, reader, segments, onLost, report } = options;
  report('error', 'a journal segment cannot be written any more: what waits for it goes into a new one', {
    path: given.path,
    cause: fault,
  });
  given.damage = `it could not be written: ${fault}`;
  appender.endSegment();
  const frames = queue.splice(0);
  const redefinedAt = redefinitions(frames, appender);
  pool.lend(CHUNKS_LENT);
  for (const [i, frame] of frames.entries()) {
    const { segment, kind } = frame;
    const isSame = (number: number) => !appender.isChanged(number) && (redefinedAt.get(number) ?? -1) < i;
    if (kind === FRAME.staged) appendAgain(frame, 0, { appender, isSame });
    if (kind === FRAME.waiting && !isRead(frame, reader.placeIn(segment))) {
      const { unread, kept } = appendAgain(frame, doneOf(frame, reader.placeIn(segment)), {
        appender,
        isSame,
      });
      segment.unread -= unread;
      if (unread > kept) onLost(unread - kept, 'journal_damaged', false);
    }
    pool.leave(frame.chunk);
  }
  pool.lend(-CHUNKS_LENT);
  for (const { segment } of frames) segments.cut(segment);
}

function isRead(frame: SealedFrame, place: Place): boolean {
  return frame.at < place.at;
}

/** Words of its body that have been read. */
function doneOf(frame: SealedFrame, place: Place): number {
  return frame.at === place.at ? place.done : 0;
}

/** By number, the last of the frames that gives it another meaning. */
function redefinitions(frames: readonly SealedFrame[], appender: Appender): Map<number, number> {
  const redefinedAt = new Map<number, number>();
  for (const [i, { kind, chunk, from, bytes }] of frames.entries()) {
    if (kind !== FRAME.redefinitions) continue;
    readMarks(chunk.words, chunk.bytes, from / 4 + FRAME_HEAD_WORDS, (from + bytes) / 4, {
      define: (number) => {
        redefinedAt.set(number, i);
        return 1;
      },
      sources: (number) => appender.sourcesOf(number),
      settle: () => undefined,
    });
  }
  return redefinedAt;
}

/**
 * Appends a frame's points behind the first `done` words of its body. A number that means something else now
 * ends it: how long its points are is not known any more.
 */
function appendAgain(
  { chunk, from, bytes, kind, values }: SealedFrame,
  done: number,
  { appender, isSame }: { readonly appender: Appender; readonly isSame: (number: number) => boolean },
): { unread: number; kept: number } {
  const { words } = chunk;
  const first = from / 4 + FRAME_HEAD_WORDS;
  let unread = values;
  let kept = 0;
  for (let at = first; at < (from + bytes) / 4;) {
    const number = (words[at] as number) & RECORD_MASK;
    if (!isSame(number)) break;
    const sources = appender.sourcesOf(number);
    const next = at + POINT_HEAD_WORDS + 2 * sources;
    if (at < first + done) unread -= sources;
    else {
      const offsetMs = ((words[at] as number) >>> RECORD_BITS) - OFFSET_ZERO_MS;
      const point = words.subarray(at + POINT_HEAD_WORDS, next);
      const as = kind === FRAME.waiting ? FRAME.waiting : FRAME.staged;
      if (appender.append(number, words[at + 1] as number, offsetMs, point, as)) kept += sources;
    }
    at = next;
  }
  return { unread, kept };
}
