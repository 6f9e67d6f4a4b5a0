/**
 * uPlot's aligned columns: `null` is a gap, `undefined` only says that this line has no sample at that time,
 * and is drawn through.
 */
export type Column = (number | null | undefined)[];

export interface ChartData {
  /** Epoch seconds, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Column[];
}

export interface Tail {
  /** Epoch seconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export const NO_DATA: ChartData = { times: [], lines: [] };

/** Silences longer than this many usual distances are gaps. */
const GAP_DISTANCES = 2.5;

/**
 * Holes shorter than a line's usual distance between samples are drawn through, longer ones stay open. The
 * grid of an answer may be finer than an agent's interval, and agents are not exact.
 */
export function bridge(times: readonly number[], line: readonly (number | null | undefined)[]): Column {
  const out: Column = line.map((value) => value ?? null);
  const known: number[] = [];
  for (let i = 0; i < out.length; i += 1) if (out[i] !== null) known.push(i);
  const limit = usualDistance(times, known) * GAP_DISTANCES;
  for (let k = 1; k < known.length; k += 1) {
    const before = known[k - 1] ?? 0;
    const after = known[k] ?? 0;
    if ((times[after] ?? 0) - (times[before] ?? 0) > limit) continue;
    for (let i = before + 1; i < after; i += 1) out[i] = undefined;
  }
  return out;
}

/** The median distance between neighbouring known samples. */
function usualDistance(times: readonly number[], known: readonly number[]): number {
  const distances: number[] = [];
  for (let k = 1; k < known.length; k += 1) {
    distances.push((times[known[k] ?? 0] ?? 0) - (times[known[k - 1] ?? 0] ?? 0));
  }
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? 0;
}

/**
 * History with the live tails behind it, on one time axis. Samples at or before a line's last known time are
 * dropped.
 */
export function appendTails(history: ChartData, tails: readonly Tail[]): ChartData {
  const points = new Map<number, Column>();
  history.times.forEach((time, i) => {
    points.set(
      time,
      history.lines.map((line) => line[i] ?? null),
    );
  });
  tails.forEach((tail, line) => {
    const lastS = lastKnown(history.times, history.lines[line] ?? []);
    tail.times.forEach((time, i) => {
      const second = Math.round(time);
      if (second <= lastS) return;
      const row = points.get(second) ?? tails.map(() => null);
      row[line] = tail.values[i] ?? null;
      points.set(second, row);
    });
  });
  const times = [...points.keys()].toSorted((a, b) => a - b);
  const lines = tails.map((_, line) =>
    bridge(
      times,
      times.map((time) => points.get(time)?.[line]),
    ),
  );
  return { times, lines };
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

function lastKnown(times: readonly number[], line: Column): number {
  for (let i = times.length - 1; i >= 0; i -= 1) if (typeof line[i] === 'number') return times[i] ?? 0;
  return Number.NEGATIVE_INFINITY;
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
