import {
  hostBuffer,
  hostSegment,
  SEGMENT_ROWS,
  SEGMENT_SHIFT,
  seriesBuffer,
  seriesSegment,
} from './columns.ts';
import type { Announcement } from './announcement.ts';
import type { HostSegment, SeriesSegment } from './columns.ts';

/**
 * The writing end of the live columns: gives out rows and writes them. Only one thread may hold it.
 * `announce` is called for every new segment, before any row of it is written.
 */
export class LiveWriter {
  readonly #series: SeriesSegment[] = [];
  readonly #hosts: HostSegment[] = [];
  readonly #announce: (announcement: Announcement) => void;
  /** Freed runs of rows by their length. */
  readonly #freeRows = new Map<number, number[]>();
  #seriesUsed = 0;
  #hostsUsed = 0;
  readonly #freeHosts: number[] = [];

  constructor(announce: (announcement: Announcement) => void) {
    this.#announce = announce;
  }

  /** Series rows in use or freed; a bound on what readers hold. */
  get seriesRows(): number {
    return this.#seriesUsed;
  }

  /**
   * First of n consecutive series rows in one segment. Their generation tells a reused row from its former
   * owner.
   */
  openSeries(n: number): { row: number; generation: number } {
    const reused = this.#freeRows.get(n)?.pop();
    if (reused !== undefined) return { row: reused, generation: this.#generation(reused) };
    if ((this.#seriesUsed % SEGMENT_ROWS) + n > SEGMENT_ROWS) {
      this.#seriesUsed = Math.ceil(this.#seriesUsed / SEGMENT_ROWS) * SEGMENT_ROWS;
    }
    const row = this.#seriesUsed;
    this.#seriesUsed += n;
    const index = Math.floor(row / SEGMENT_ROWS);
    if (index >= this.#series.length) {
      const buffer = seriesBuffer();
      this.#series.push(seriesSegment(buffer));
      this.#announce({ kind: 'series-segment', index, buffer });
    }
    for (let i = 0; i < n; i += 1) this.#clear(row + i, 1);
    return { row, generation: 1 };
  }

  /** Gives n rows back; readers that still look at them see another generation. */
  closeSeries(row: number, n: number): void {
    for (let i = 0; i < n; i += 1) this.#clear(row + i, this.#generation(row + i) + 1);
    const free = this.#freeRows.get(n);
    if (free) free.push(row);
    else this.#freeRows.set(n, [row]);
  }

  /** Writes a row under its sequence lock. Times in ms since the epoch; value NaN where unknown. */
  write(row: number, rawHi: number, rawLo: number, value: number, sampleMs: number, arrivalMs: number): void {
    const segment = this.segment(row);
    const i = row % SEGMENT_ROWS;
    Atomics.add(segment.sequence, i, 1);
    segment.rawHi[i] = rawHi;
    segment.rawLo[i] = rawLo;
    segment.value[i] = value;
    segment.sampleMs[i] = sampleMs;
    segment.arrivalMs[i] = arrivalMs;
    Atomics.add(segment.sequence, i, 1);
  }

  /**
   * Writes n consecutive rows of one record, each under its own lock: high and low words in pairs, values
   * beside them.
   */
  writeRun(
    row: number,
    n: number,
    words: Uint32Array,
    values: Float64Array,
    sampleMs: number,
    arrivalMs: number,
  ): void {
    const segment = this.segment(row);
    const first = row % SEGMENT_ROWS;
    for (let s = 0; s < n; s += 1) {
      const i = first + s;
      Atomics.add(segment.sequence, i, 1);
      segment.rawHi[i] = words[2 * s] as number;
      segment.rawLo[i] = words[2 * s + 1] as number;
      segment.value[i] = values[s] as number;
      segment.sampleMs[i] = sampleMs;
      segment.arrivalMs[i] = arrivalMs;
      Atomics.add(segment.sequence, i, 1);
    }
  }

  /** The segment of a row, for the owner's own reads (it needs no lock). */
  segment(row: number): SeriesSegment {
    return this.#series[row >>> SEGMENT_SHIFT] as SeriesSegment;
  }

  /** A row for a host; its generation tells a reused one from its former owner. */
  openHost(): { row: number; generation: number } {
    const reused = this.#freeHosts.pop();
    if (reused !== undefined) return { row: reused, generation: this.#hostGeneration(reused) };
    const row = this.#hostsUsed;
    this.#hostsUsed += 1;
    const index = Math.floor(row / SEGMENT_ROWS);
    if (index >= this.#hosts.length) {
      const buffer = hostBuffer();
      this.#hosts.push(hostSegment(buffer));
      this.#announce({ kind: 'host-segment', index, buffer });
    }
    this.hostSegment(row).skewMs[row % SEGMENT_ROWS] = Number.NaN;
    return { row, generation: this.#hostGeneration(row) };
  }

  /** Gives a host's row back; readers that still look at it see another generation. */
  closeHost(row: number): void {
    const { generation, lastSeenMs, intervalMs, gapMs, skewMs, packets } = this.hostSegment(row);
    const i = row % SEGMENT_ROWS;
    Atomics.add(generation, i, 1);
    for (const column of [lastSeenMs, intervalMs, gapMs, packets]) column[i] = 0;
    skewMs[i] = Number.NaN;
    this.#freeHosts.push(row);
  }

  #hostGeneration(row: number): number {
    return this.hostSegment(row).generation[row % SEGMENT_ROWS] as number;
  }

  hostSegment(row: number): HostSegment {
    return this.#hosts[row >>> SEGMENT_SHIFT] as HostSegment;
  }

  #generation(row: number): number {
    return this.segment(row).generation[row % SEGMENT_ROWS] ?? 0;
  }

  #clear(row: number, generation: number): void {
    const segment = this.segment(row);
    const i = row % SEGMENT_ROWS;
    Atomics.add(segment.sequence, i, 1);
    segment.value[i] = Number.NaN;
    segment.sampleMs[i] = 0;
    segment.arrivalMs[i] = 0;
    segment.rawHi[i] = 0;
    segment.rawLo[i] = 0;
    segment.generation[i] = generation;
    Atomics.add(segment.sequence, i, 1);
  }
}
