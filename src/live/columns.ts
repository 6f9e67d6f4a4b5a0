/**
 * Live values in shared memory, written by one ingest worker and read by the judge and the main thread
 * without a message. One row a series (or host), rows in segments that never move, so a reader keeps its
 * views.
 *
 * Each row is guarded by a sequence lock: odd while it is written. The reader's second look is an atomic
 * read-modify-write, because a plain load may be passed by the data loads on ARM.
 */
export const SEGMENT_ROWS = 16_384;
/** A row's segment is `row >>> SEGMENT_SHIFT`: a division costs the hot path 5 ns each time. */
export const SEGMENT_SHIFT = 14;

const BYTES_PER_ROW = 8 * 4 + 4 * 2;

export interface SeriesSegment {
  readonly rawHi: Uint32Array;
  readonly rawLo: Uint32Array;
  readonly value: Float64Array;
  readonly sampleMs: Float64Array;
  readonly arrivalMs: Float64Array;
  readonly sequence: Int32Array;
  readonly generation: Uint32Array;
}

export function seriesBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(SEGMENT_ROWS * BYTES_PER_ROW);
}

/** Views over one segment's buffer; the layout is this function. */
export function seriesSegment(buffer: SharedArrayBuffer): SeriesSegment {
  const n = SEGMENT_ROWS;
  return {
    value: new Float64Array(buffer, 0, n),
    sampleMs: new Float64Array(buffer, n * 8, n),
    arrivalMs: new Float64Array(buffer, n * 16, n),
    rawHi: new Uint32Array(buffer, n * 24, n),
    rawLo: new Uint32Array(buffer, n * 28, n),
    sequence: new Int32Array(buffer, n * 32, n),
    generation: new Uint32Array(buffer, n * 36, n),
  };
}

/**
 * One consistent row: raw words, value (a counter's rate per second; NaN unknown), sample and arrival time
 * (epoch ms).
 */
export interface LiveSample {
  rawHi: number;
  rawLo: number;
  value: number;
  sampleMs: number;
  arrivalMs: number;
}

const SPINS_MAX = 1000;

/** Reads a row into `out`. False when the row has another generation (reused) or a writer died inside it. */
export function readSeries(
  segments: readonly SeriesSegment[],
  at: { row: number; generation: number },
  out: LiveSample,
): boolean {
  const segment = segments[Math.floor(at.row / SEGMENT_ROWS)];
  if (!segment) return false;
  const i = at.row % SEGMENT_ROWS;
  for (let spin = 0; spin < SPINS_MAX; spin += 1) {
    const before = Atomics.load(segment.sequence, i);
    if (before & 1) continue;
    out.rawHi = segment.rawHi[i] ?? 0;
    out.rawLo = segment.rawLo[i] ?? 0;
    out.value = segment.value[i] ?? Number.NaN;
    out.sampleMs = segment.sampleMs[i] ?? 0;
    out.arrivalMs = segment.arrivalMs[i] ?? 0;
    const generation = segment.generation[i];
    if (Atomics.add(segment.sequence, i, 0) === before) return generation === at.generation;
  }
  return false;
}

/** A host's row: when it was last heard, and what its silence limit is made of. */
export interface HostSegment {
  readonly lastSeenMs: Float64Array;
  /** Packet interval the agent declares, ms; 0 where it does not. */
  readonly intervalMs: Float64Array;
  /** Smoothed gap between arrivals, ms. */
  readonly gapMs: Float64Array;
  /** The agent's clock minus ours at its last packet, ms; NaN where the protocol carries no time. */
  readonly skewMs: Float64Array;
  readonly packets: Float64Array;
  /** Tells a reused row from its former owner: it changes before anything else of the row does. */
  readonly generation: Int32Array;
}

export function hostBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(SEGMENT_ROWS * (8 * 5 + 4));
}

export function hostSegment(buffer: SharedArrayBuffer): HostSegment {
  const n = SEGMENT_ROWS;
  const column = (c: number) => new Float64Array(buffer, n * 8 * c, n);
  return {
    lastSeenMs: column(0),
    intervalMs: column(1),
    gapMs: column(2),
    skewMs: column(3),
    packets: column(4),
    generation: new Int32Array(buffer, n * 40, n),
  };
}
