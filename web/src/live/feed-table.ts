import type { FeedNames, FeedValues } from '../../../src/contract/feed.ts';
import type { ErrorBody } from '../../../src/contract/api.ts';
import type { Tail } from '../chart/columns.ts';

/** Samples kept of a series to draw behind its history: ten minutes at one a second, and some. */
const TAIL_POINTS = 720;

interface GrowingTail {
  readonly times: number[];
  readonly values: (number | null)[];
}

export interface LiveValue {
  readonly value: number | null;
  /** When the sample was taken, on the server's clock. */
  readonly atMs: number;
}

const EMPTY_TAIL: Tail = { times: [], values: [] };

/**
 * One subscription's newest values in columns, a row for each of `series`; with `keepTails` their last
 * minutes too. `version` grows with every change. A frame may carry 20 000 rows a second: no object is made
 * for any of them.
 */
export class FeedTable {
  readonly key: string;
  version = 0;
  /** Grows when `series` is another list: what was found of its rows no longer holds. */
  namesVersion = 0;
  /** The subscription was refused; says why. */
  error: ErrorBody | undefined;
  series: FeedNames['series'] = [];
  leftOut = 0;
  /** NaN: not known. */
  values = new Float64Array();
  /** When each sample was taken, on the server's clock; 0: none has come. */
  atMs = new Float64Array();
  readonly #keepTails: boolean;
  readonly #listeners = new Set<() => void>();
  #tails: (GrowingTail | undefined)[] = [];
  /** Made when first asked for. */
  #rowOf: ReadonlyMap<string, number> | undefined;

  constructor(key: string, keepTails: boolean) {
    this.key = key;
    this.#keepTails = keepTails;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Undefined until the first value of the series has come. */
  get(cluster: string, host: string, metric: string): LiveValue | undefined {
    const row = this.#row(cluster, host, metric);
    const atMs = this.atMs[row] ?? 0;
    if (atMs === 0) return undefined;
    const value = this.values[row] ?? Number.NaN;
    return { value: Number.isNaN(value) ? null : value, atMs };
  }

  tail(cluster: string, host: string, metric: string): Tail {
    return this.#tails[this.#row(cluster, host, metric)] ?? EMPTY_TAIL;
  }

  /** Series that stay keep what is known of them. */
  name(frame: FeedNames): void {
    const before = { rowOf: this.#rows(), values: this.values, atMs: this.atMs, tails: this.#tails };
    const { length } = frame.series;
    this.series = frame.series;
    this.leftOut = frame.left_out;
    this.error = undefined;
    this.values = new Float64Array(length).fill(Number.NaN);
    this.atMs = new Float64Array(length);
    this.#tails = Array.from({ length });
    this.#rowOf = undefined;
    this.namesVersion += 1;
    if (before.rowOf.size > 0) {
      for (const [row, { cluster, host, metric }] of frame.series.entries()) {
        const old = before.rowOf.get(seriesKey(cluster, host, metric));
        if (old === undefined) continue;
        this.values[row] = before.values[old] ?? Number.NaN;
        this.atMs[row] = before.atMs[old] ?? 0;
        this.#tails[row] = before.tails[old];
      }
    }
    this.#changed();
  }

  take(frame: FeedValues): void {
    const { t, rows, values, ages } = frame;
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i] ?? -1;
      if (row < 0 || row >= this.values.length) continue;
      const value = values[i] ?? null;
      const atMs = t - (ages[i] ?? 0);
      this.values[row] = value ?? Number.NaN;
      this.atMs[row] = atMs;
      if (this.#keepTails) this.#append(row, value, atMs);
    }
    this.#changed();
  }

  refuse(error: ErrorBody): void {
    this.error = error;
    this.#changed();
  }

  #append(row: number, value: number | null, atMs: number): void {
    const tail = (this.#tails[row] ??= { times: [], values: [] });
    const time = atMs / 1000;
    const last = tail.times.at(-1) ?? Number.NEGATIVE_INFINITY;
    // The age is rounded on its way: less than half a second apart is the same sample told again.
    if (time - last < 0.5) return;
    tail.times.push(time);
    tail.values.push(value);
    if (tail.times.length <= TAIL_POINTS) return;
    tail.times.shift();
    tail.values.shift();
  }

  #row(cluster: string, host: string, metric: string): number {
    return this.#rows().get(seriesKey(cluster, host, metric)) ?? -1;
  }

  #rows(): ReadonlyMap<string, number> {
    this.#rowOf ??= new Map(this.series.map((s, row) => [seriesKey(s.cluster, s.host, s.metric), row]));
    return this.#rowOf;
  }

  #changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function seriesKey(cluster: string, host: string, metric: string): string {
  return `${cluster}\n${host}\n${metric}`;
}
