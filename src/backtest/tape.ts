import { stepS } from '../model/record.ts';
import type { RecordDescription } from '../model/record.ts';
import type { StoredRows } from '../store/store.ts';

/**
 * What the store has of a record: rows, the finest there are of each time, one stretch after the other. A row
 * stands for samples of its value, as often as the agent sends them; where rows are as fine as samples, for
 * the sample that it is.
 */
export interface Tape {
  readonly record: RecordDescription;
  readonly stretches: readonly Stretch[];
}

/** Row r covers the `stepS` seconds that end at startS + (r + 1) × stepS; NaN where unknown. */
export interface Stretch {
  readonly startS: number;
  readonly stepS: number;
  readonly rows: number;
  /** Between two samples. */
  readonly everyS: number;
  /** One a data source. */
  readonly columns: readonly Float64Array[];
}

/**
 * Puts answers for neighbouring times together, the older and coarser first: of a time that two have, the
 * older one tells to the end of its row.
 */
export function tapeOf(record: RecordDescription, answers: readonly StoredRows[]): Tape {
  const stretches: Stretch[] = [];
  for (const [i, { startS, stepS: rowS, columns }] of answers.entries()) {
    const count = columns[0]?.length ?? 0;
    const nextS = nextStartS(answers, i);
    const lastRow = Math.min(count, Math.max(0, Math.ceil((nextS - startS) / rowS)));
    const before = stretches.at(-1);
    const endS = before === undefined ? startS : before.startS + before.rows * before.stepS;
    const firstRow = Math.max(0, Math.ceil((endS - startS) / rowS));
    if (lastRow <= firstRow) continue;
    stretches.push({
      startS: startS + firstRow * rowS,
      stepS: rowS,
      rows: lastRow - firstRow,
      everyS: Math.min(stepS(record), rowS),
      columns: columns.map((column) => column.subarray(firstRow, lastRow)),
    });
  }
  return { record, stretches };
}

/** Of the next answer that has rows. */
function nextStartS(answers: readonly StoredRows[], i: number): number {
  const next = answers.slice(i + 1).find(({ columns }) => (columns[0]?.length ?? 0) > 0);
  return next?.startS ?? Number.POSITIVE_INFINITY;
}

/** How many numbers it holds. */
export function sizeOf({ stretches }: Tape): number {
  return stretches.reduce((sum, { rows, columns }) => sum + rows * columns.length, 0);
}

/** When the first sample of a row comes. */
export function firstSampleS({ startS, stepS: rowS, everyS }: Stretch, row: number): number {
  return startS + row * rowS + everyS;
}

/** Where a tape is being read: it moves forward only. */
export class TapeHead {
  readonly tape: Tape;
  /** The newest sample at or before the time that was sought, epoch seconds; 0: none yet. */
  sampleS = 0;
  #stretch: Stretch | undefined;
  #row = -1;
  #next = 0;

  constructor(tape: Tape) {
    this.tape = tape;
  }

  /** Moves to a time; whether another sample is the newest one now. */
  seek(timeS: number): boolean {
    const { stretches } = this.tape;
    for (let next = stretches[this.#next]; next && next.startS < timeS; next = stretches[this.#next]) {
      this.#stretch = next;
      this.#next += 1;
    }
    const stretch = this.#stretch;
    if (stretch === undefined) return false;
    const { startS, stepS: rowS, rows, everyS } = stretch;
    const within = Math.min(rows - 1, Math.ceil((timeS - startS) / rowS) - 1);
    const rowStartS = startS + within * rowS;
    const sinceS = Math.min(rowS, Math.floor((timeS - rowStartS) / everyS) * everyS);
    const sampleS = rowStartS + sinceS;
    const row = sinceS === 0 ? within - 1 : within;
    if (row < 0 || sampleS <= this.sampleS) return false;
    this.sampleS = sampleS;
    this.#row = row;
    return true;
  }

  /** Of a data source, at the newest sample; NaN: not known. */
  value(source: number): number {
    return this.#stretch?.columns[source]?.[this.#row] ?? Number.NaN;
  }
}
