/**
 * uPlot's aligned columns: `null` is a gap, `undefined` only says that this line has no sample at that time,
 * and is drawn through.
 */
export type Column = (number | null | undefined)[];

/** The lowest and highest behind each value of a consolidated line; null where that is not known. */
export interface Band {
  readonly lows: Column;
  readonly highs: Column;
}

export interface ChartData {
  /** Epoch seconds, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Column[];
  /** By line, where there are any. */
  readonly bands?: readonly (Band | null)[];
}

export interface Tail {
  /** Epoch seconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export const NO_DATA: ChartData = { times: [], lines: [] };

/** Silences longer than this many usual distances are gaps. */
export const GAP_DISTANCES = 2.5;

/**
 * Holes shorter than a line's usual distance between samples are drawn through, longer ones stay open. The
 * grid of an answer may be finer than an agent's interval, and agents are not exact.
 */
export function bridge(times: readonly number[], line: readonly (number | null | undefined)[]): Column {
  const out: Column = line.map((value) => value ?? null);
  const known = knownIndices(out);
  const limit = median(distancesOf(times, known)) * GAP_DISTANCES;
  for (let k = 1; k < known.length; k += 1) {
    const before = known[k - 1] ?? 0;
    const after = known[k] ?? 0;
    if ((times[after] ?? 0) - (times[before] ?? 0) > limit) continue;
    for (let i = before + 1; i < after; i += 1) out[i] = undefined;
  }
  return out;
}

export function knownIndices(line: Column): number[] {
  const known: number[] = [];
  for (let i = 0; i < line.length; i += 1) if (typeof line[i] === 'number') known.push(i);
  return known;
}

/** Seconds between neighbouring known samples. */
export function distancesOf(times: readonly number[], known: readonly number[]): number[] {
  return known.slice(1).map((index, k) => (times[index] ?? 0) - (times[known[k] ?? 0] ?? 0));
}

/** Zero of none. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

/** `toS`, or the end of the row it falls into: an answer's grid may pass the present by part of a row. */
export function visibleEnd(times: readonly number[], toS: number): number {
  const [before, last] = times.slice(-2);
  if (before === undefined || last === undefined) return toS;
  return last > toS && last - toS <= last - before ? last : toS;
}

/** Whether any value is known within `[fromS, toS]`. */
export function hasKnown({ times, lines }: ChartData, fromS: number, toS: number): boolean {
  return times.some(
    (time, i) => time >= fromS && time <= toS && lines.some((line) => typeof line[i] === 'number'),
  );
}

/** Indices of samples with a gap, or an end, on both sides: no line shows them. */
export function lonely(line: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  let run: number[] = [];
  for (let i = 0; i <= line.length; i += 1) {
    const value = i === line.length ? null : line[i];
    if (typeof value === 'number') run.push(i);
    else if (value === null) {
      if (run.length === 1) found.push(...run);
      run = [];
    }
  }
  return found;
}

export interface LineSummary {
  readonly last: number | null;
  readonly min: number | null;
  readonly avg: number | null;
  readonly max: number | null;
}

export function summarise(line: Column): LineSummary {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  let last: number | null = null;
  for (const value of line) {
    if (typeof value !== 'number') continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    count += 1;
    last = value;
  }
  return count === 0 ? { last, min: null, avg: null, max: null } : { last, min, avg: sum / count, max };
}
