import type { FileHead, PlacedArchive } from './file-head.ts';
import type { ReadPlan } from './read-plan.ts';

/** Rows that lie one after the other in a file, and where they belong. */
export interface Run {
  readonly atByte: number;
  readonly bytes: number;
  /** Of the first of them, in the answer. */
  readonly row: number;
}

export interface Located {
  /** Of the answer; those in no run are unknown. */
  readonly rows: number;
  /** Two at most: archives are rings. */
  readonly runs: readonly Run[];
}

const VALUE_BYTES = 8;

/**
 * Where the rows of a plan lie that reads an archive as it is (`widthS` is its step). Rows after the newest
 * are unknown; where that is the unfinished one alone, it is not there yet. Undefined: there is no such
 * archive.
 */
export function locateRows(head: FileHead, { startS, endS, stepS }: ReadPlan): Located | undefined {
  const archive = longest(head, stepS);
  if (archive === undefined) return undefined;
  const newestS = Math.floor(head.lastS / stepS) * stepS;
  const wanted = Math.round((endS - startS) / stepS);
  const past = Math.round((newestS - startS) / stepS);
  const rows = Math.max(0, past + 1 >= wanted ? Math.min(wanted, past) : wanted);
  const first = Math.max(0, past - archive.rows);
  const end = Math.min(rows, past);
  const width = head.sources.length * VALUE_BYTES;
  const runs: Run[] = [];
  for (let row = first; row < end;) {
    const place = placeOf(archive, past - 1 - row);
    const count = Math.min(end - row, archive.rows - place);
    runs.push({ atByte: archive.atByte + place * width, bytes: count * width, row });
    row += count;
  }
  return { rows, runs };
}

/** Of archives alike in all but their length the longest has all rows of the others. */
function longest(head: FileHead, stepS: number): PlacedArchive | undefined {
  let best: PlacedArchive | undefined;
  for (const archive of head.archives) {
    if (archive.cf !== 'AVERAGE' || archive.stepS !== stepS) continue;
    if (best === undefined || archive.rows > best.rows) best = archive;
  }
  return best;
}

/** `age`: rows since; 0 is the newest. */
function placeOf({ newest, rows }: PlacedArchive, age: number): number {
  return (newest - age + rows) % rows;
}

/** Copies rows as they lie in a file to columns, each from the data source `order` says. */
export function takeRows(
  bytes: DataView,
  into: readonly Float64Array[],
  { row, order, sources }: { row: number; order: readonly number[]; sources: number },
): void {
  const width = sources * VALUE_BYTES;
  const count = bytes.byteLength / width;
  for (const [i, column] of into.entries()) {
    let at = (order[i] ?? 0) * VALUE_BYTES;
    for (let r = 0; r < count; r += 1) {
      column[row + r] = rounded(bytes.getFloat64(at, true), bytes.getUint32(at + 4, true));
      at += width;
    }
  }
}

/** Decimal digits that a value keeps, or one more. */
const DIGITS = 13;
/** Powers of ten that a double has exactly. */
const EXACT_MAX = 22;
const NONE = -1000;
/** By a double's binary exponent: the power of ten that leaves so many digits before the point. */
const POWERS = Int16Array.from({ length: 2048 }, (_, e) => {
  const power = DIGITS - 1 - Math.floor((e - 1023) * Math.LOG10E * Math.LN2);
  return Math.abs(power) <= EXACT_MAX ? power : NONE;
});
const TENS = Float64Array.from({ length: EXACT_MAX + 1 }, (_, power) => Number(`1e${power}`));

/**
 * Without the error that RRDtool's averages leave in the last digits: a value that is as large as its
 * threshold is so still. `high`: its upper half. Infinite is unknown, as in what rrdtool exports.
 */
export function rounded(value: number, high: number): number {
  const exponent = (high >>> 20) & 0x7ff;
  if (exponent === 0x7ff) return Number.NaN;
  const power = POWERS[exponent] as number;
  if (power === NONE) return value;
  if (power >= 0) {
    const ten = TENS[power] as number;
    return Math.round(value * ten) / ten;
  }
  const ten = TENS[-power] as number;
  return Math.round(value / ten) * ten;
}
