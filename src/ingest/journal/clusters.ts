import { closeSync, constants, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import {
  emptyFrameHead,
  FRAME_HEAD_BYTES,
  isMarks,
  readFrameHead,
  readSegmentHead,
  SEGMENT_HEAD_BYTES,
  segmentId,
} from './format.ts';
import { descriptionOf } from './known.ts';
import { readMarks } from './marks.ts';
import type { MarkSink } from './marks.ts';

/**
 * The clusters of which the journal in a directory has points, by the newest segment they are in (epoch ms,
 * as its name says). Reads definitions only; what cannot be read is passed over. For a start that knows it
 * from nowhere else: it blocks.
 */
export function clustersIn(directory: string): Map<string, number> {
  const clusters = new Map<string, number>();
  for (const name of readdirSync(directory).toSorted()) {
    const id = segmentId(name);
    if (id !== undefined) readSegment(join(directory, name), (cluster) => clusters.set(cluster, id));
  }
  return clusters;
}

function readSegment(path: string, tell: (cluster: string) => void): void {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    readFrames(file, tell);
  } catch {
    // Whoever takes up the segment tells what is wrong with it.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readFrames(file: number, tell: (cluster: string) => void): void {
  const start = readSegmentHead(bytesOf(file, SEGMENT_HEAD_BYTES, 0));
  if (start.kind !== 'ok') return;
  const sink = new Clusters(tell);
  const head = emptyFrameHead();
  for (let at = SEGMENT_HEAD_BYTES; ; at += FRAME_HEAD_BYTES + head.bytes) {
    if (!readFrameHead(bytesOf(file, FRAME_HEAD_BYTES, at), 0, start.salt, head)) return;
    if (!isMarks(head.kind)) continue;
    const body = bytesOf(file, head.bytes, at + FRAME_HEAD_BYTES);
    const words = new Uint32Array(body.buffer, 0, body.length / 4);
    readMarks(words, body, 0, words.length, sink);
  }
}

/** Fewer at the end of the file. */
function bytesOf(file: number, bytes: number, at: number): Buffer {
  const memory = Buffer.from(new ArrayBuffer(bytes));
  return memory.subarray(0, 4 * Math.floor(readSync(file, memory, 0, bytes, at) / 4));
}

class Clusters implements MarkSink {
  readonly #tell: (cluster: string) => void;
  readonly #sources = new Map<number, number>();

  constructor(tell: (cluster: string) => void) {
    this.#tell = tell;
  }

  define(number: number, bytes: Buffer, from: number, to: number): number {
    const description = descriptionOf(bytes.toString('utf8', from, to));
    if (!description) return 0;
    this.#tell(description.cluster);
    this.#sources.set(number, description.sources.length);
    return description.sources.length;
  }

  sources(number: number): number {
    return this.#sources.get(number) ?? 0;
  }

  settle(): void {
    // Who has what is all that is asked.
  }
}
