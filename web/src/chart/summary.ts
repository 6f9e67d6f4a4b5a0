import { bridge, NO_DATA } from './columns.ts';
import type { ChartData } from './columns.ts';
import type { SeriesAnswer } from '../../../src/contract/api.ts';

/**
 * `plain`: a line for each answer. `memory`: used and total bytes of gmond's and collectd's hosts together.
 */
export type SummaryKind = 'plain' | 'memory';

type Row = (number | null)[];
const KIB = 1024;

/** Answers of aggregated series (one column each) on the times of the first that came. */
export function summaryColumns(answers: readonly (SeriesAnswer | undefined)[], kind: SummaryKind): ChartData {
  const times = answers.find((answer) => answer !== undefined && answer.times.length > 0)?.times;
  if (!times) return NO_DATA;
  const rows = answers.map((answer) => onTimes(answer, times));
  const lines = kind === 'memory' ? memoryLines(wholeRows(rows, times, EDGE_ROWS * coarsest(answers))) : rows;
  return { times, lines: lines.map((line) => bridge(times, line)) };
}

/**
 * A line's newest value at or before each time, no older than a row of the coarser grid: series of another
 * interval have another grid, whose rows meet this one's only now and then.
 */
function onTimes(answer: SeriesAnswer | undefined, times: readonly number[]): Row {
  const own = answer?.times ?? [];
  const values = answer?.series[0]?.values ?? [];
  const most = Math.max(stepOf(own), stepOf(times));
  let at = -1;
  return times.map((time) => {
    while ((own[at + 1] ?? Number.POSITIVE_INFINITY) <= time) at += 1;
    return at >= 0 && time - (own[at] ?? 0) < most ? (values[at] ?? null) : null;
  });
}

/** Grids that meet now and then only begin and end within so many rows of the coarsest. */
const EDGE_ROWS = 2;

function coarsest(answers: readonly (SeriesAnswer | undefined)[]): number {
  return Math.max(...answers.map((answer) => stepOf(answer?.times ?? [])));
}

/**
 * Without the rows at either end that hold one part of the fleet only: their sum would jump. A part that
 * begins or ends further than `reachS` from the others did so indeed.
 */
function wholeRows(rows: readonly Row[], times: readonly number[], reachS: number): Row[] {
  const known = rows.filter((row) => row.some((value) => value !== null));
  const firsts = known.map((row) => row.findIndex((value) => value !== null));
  const lasts = known.map((row) => row.findLastIndex((value) => value !== null));
  const at = (i: number) => times[i] ?? 0;
  const begin = Math.min(...firsts);
  const end = Math.max(...lasts);
  const from = Math.max(...firsts.filter((first) => at(first) - at(begin) <= reachS));
  const to = Math.min(...lasts.filter((last) => at(end) - at(last) <= reachS));
  return rows.map((row) => row.map((value, i) => (i < from || i > to ? null : value)));
}

function stepOf([first, second]: readonly number[]): number {
  return first === undefined || second === undefined ? 1 : second - first;
}

/**
 * Rows: gmond's total, gmond's free + buffers + cached (KiB), collectd's used, collectd's whole (bytes). A
 * part whose total is unknown does not count.
 */
function memoryLines(rows: readonly Row[]): Row[] {
  const [total = [], spare = [], used = [], whole = []] = rows;
  const usedBytes = total.map((all, i) =>
    add(all === null ? null : (all - (spare[i] ?? 0)) * KIB, used[i] ?? null),
  );
  const allBytes = total.map((all, i) => add(all === null ? null : all * KIB, whole[i] ?? null));
  return [usedBytes, allBytes];
}

function add(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}
