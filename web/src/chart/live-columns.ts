import { distancesOf, GAP_DISTANCES, knownIndices, median } from './columns.ts';
import type { Band, ChartData, Column, Tail } from './columns.ts';

/** A line this often seen has a usual distance that more samples do not change much. */
const SETTLED_SAMPLES = 32;
/** Should history never be read again, the oldest rows go. */
const ROWS_MAX = 6000;
const ROWS_DROPPED = 1000;

/**
 * History, and what the feed adds behind it. The columns are copied once and then grow in place, so that a
 * second of live data costs a row and not the whole chart.
 */
export class LiveColumns {
  readonly #times: number[];
  readonly #lines: Column[];
  readonly #bands: readonly (Band | null)[] | undefined;
  /** By line: the newest sample taken, known samples, and the longest distance that is drawn through. */
  readonly #lastS: number[];
  readonly #known: number[];
  readonly #limitS: number[];
  #shown: ChartData | undefined;

  constructor({ times, lines, bands }: ChartData) {
    this.#times = times.slice();
    this.#lines = lines.map((line) => times.map((_, i) => (i < line.length ? line[i] : null)));
    this.#bands = bands?.map((band) => band && { lows: band.lows.slice(), highs: band.highs.slice() });
    const known = this.#lines.map(knownIndices);
    this.#lastS = known.map((indices) => times[indices.at(-1) ?? -1] ?? Number.NEGATIVE_INFINITY);
    this.#known = known.map((indices) => indices.length);
    this.#limitS = known.map((indices) => median(distancesOf(times, indices)) * GAP_DISTANCES);
  }

  /**
   * Samples at or before a line's newest are dropped. The answer's arrays change with the next call; the
   * answer itself is a new one when they did.
   */
  take(tails: readonly Tail[]): ChartData {
    let changed = this.#shown === undefined;
    tails.forEach((tail, line) => {
      if (this.#append(line, tail)) changed = true;
    });
    if (changed) {
      this.#bound();
      this.#shown = {
        times: this.#times,
        lines: this.#lines,
        ...(this.#bands ? { bands: this.#bands } : {}),
      };
    }
    return this.#shown ?? { times: this.#times, lines: this.#lines };
  }

  #append(line: number, tail: Tail): boolean {
    const lastS = this.#lastS[line] ?? Number.NEGATIVE_INFINITY;
    let start = tail.times.length;
    while (start > 0 && Math.round(tail.times[start - 1] ?? 0) > lastS) start -= 1;
    if (start === tail.times.length) return false;
    if ((this.#known[line] ?? 0) < SETTLED_SAMPLES) this.#measure(line, tail.times.slice(start));
    let taken = false;
    for (let i = start; i < tail.times.length; i += 1) {
      const value = tail.values[i] ?? null;
      if (value === null) continue;
      this.#put(line, Math.round(tail.times[i] ?? 0), value);
      taken = true;
    }
    return taken;
  }

  /** The usual distance of what is known, with what is about to come. */
  #measure(line: number, coming: readonly number[]): void {
    const known = knownIndices(this.#lines[line] ?? []).map((index) => this.#times[index] ?? 0);
    const all = [...known, ...coming];
    this.#limitS[line] = median(all.slice(1).map((time, i) => time - (all[i] ?? 0))) * GAP_DISTANCES;
  }

  #put(line: number, second: number, value: number): void {
    const column = this.#lines[line];
    if (!column) return;
    const at = this.#row(second);
    column[at] = value;
    let before = at - 1;
    while (before >= 0 && typeof column[before] !== 'number') before -= 1;
    const within = before >= 0 && second - (this.#times[before] ?? 0) <= (this.#limitS[line] ?? 0);
    if (within) for (let i = before + 1; i < at; i += 1) column[i] = undefined;
    this.#lastS[line] = second;
    this.#known[line] = (this.#known[line] ?? 0) + 1;
  }

  /** The row of a second, made if there is none: nearly always at the end. */
  #row(second: number): number {
    const times = this.#times;
    let at = times.length;
    while (at > 0 && (times[at - 1] ?? 0) >= second) at -= 1;
    if (times[at] === second) return at;
    times.splice(at, 0, second);
    for (const column of this.#lines) {
      const open = at === 0 || at >= column.length || column[at - 1] === null || column[at] === null;
      column.splice(at, 0, open ? null : undefined);
    }
    for (const band of this.#bands ?? []) {
      band?.lows.splice(at, 0, null);
      band?.highs.splice(at, 0, null);
    }
    return at;
  }

  #bound(): void {
    if (this.#times.length <= ROWS_MAX) return;
    this.#times.splice(0, ROWS_DROPPED);
    for (const column of this.#lines) column.splice(0, ROWS_DROPPED);
    for (const band of this.#bands ?? []) {
      band?.lows.splice(0, ROWS_DROPPED);
      band?.highs.splice(0, ROWS_DROPPED);
    }
  }
}

/** History with the live tails behind it, on one time axis. */
export function appendTails(history: ChartData, tails: readonly Tail[]): ChartData {
  return new LiveColumns(history).take(tails);
}
