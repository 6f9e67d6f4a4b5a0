import { SERIES_POINTS_MAX } from '../limits.ts';
import { stepS } from '../model/record.ts';
import { NO_TAIL } from '../model/tail.ts';
import { rowsBefore } from '../store/rows.ts';
import { lastKnownS } from './merge.ts';
import { settledThroughS } from './seam.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Tail } from '../model/tail.ts';
import type { Store, StoredRows } from '../store/store.ts';
import type { RecordHistory } from './merge.ts';

/** Some records of a read, and what is wanted of them. */
export interface RecordsRequest {
  readonly records: readonly { readonly description: RecordDescription }[];
  readonly fromS: number;
  readonly toS: number;
  readonly points: number;
  readonly band?: boolean;
}

/**
 * What is known of some records: what the store has of them, and their tails, which were copied before, so
 * that a point on its way from one to the other is in at least one of them; the merge takes it once.
 */
export async function readRecords(
  request: RecordsRequest,
  known: { readonly store: Store; readonly tails: readonly (Tail | undefined)[] },
  signal: AbortSignal,
): Promise<RecordHistory[]> {
  const { fromS, toS, points, band = false } = request;
  const { store, tails } = known;
  const records = request.records.map(({ description }) => description);
  if (records.length === 0) return [];
  const answers = await store.query({ records, fromS, toS, points, band }, signal);
  const stored = answers.map((rows, i) => finishedRows(rows, records[i], tails[i]));
  const fine = await readFine(request, { store, stored }, signal);
  return records.map((description, i) => historyOf(description, [stored[i], fine.get(i)], tails[i]));
}

/** Consolidated rows as far as the store had all of their points: of the others finer ones tell. */
function finishedRows(
  rows: StoredRows,
  record: RecordDescription | undefined,
  tail: Tail | undefined,
): StoredRows {
  const throughS = record ? settledThroughS(record, tail) : Number.NEGATIVE_INFINITY;
  if (!record || rows.stepS <= stepS(record) || !Number.isFinite(throughS)) return rows;
  return rowsBefore(rows, Math.floor(throughS / rows.stepS) * rows.stepS);
}

function historyOf(
  description: RecordDescription,
  stored: readonly (StoredRows | undefined)[],
  tail: Tail | undefined,
): RecordHistory {
  return { description, stored: stored.filter((rows) => rows !== undefined), tail: tail ?? NO_TAIL };
}

/**
 * A store that answers with consolidated rows has not finished the newest of them, though it knows the finer
 * rows inside: those are asked for, or an hourly graph would end an hour ago. By index of the record.
 */
async function readFine(
  request: RecordsRequest,
  known: { readonly store: Store; readonly stored: readonly StoredRows[] },
  signal: AbortSignal,
): Promise<Map<number, StoredRows>> {
  const byRange = new Map<string, { fromS: number; toS: number; stepS: number; indexes: number[] }>();
  for (const [index, { description }] of request.records.entries()) {
    const range = unfinishedRange(known.stored[index], stepS(description), request);
    if (!range) continue;
    const key = `${range.fromS} ${range.toS} ${range.stepS}`;
    const same = byRange.get(key);
    if (same) same.indexes.push(index);
    else byRange.set(key, { ...range, indexes: [index] });
  }
  const { band = false } = request;
  const fine = new Map<number, StoredRows>();
  for (const { fromS, toS, stepS: fineS, indexes } of byRange.values()) {
    const records = indexes.flatMap((index) => request.records[index]?.description ?? []);
    const points = Math.min(SERIES_POINTS_MAX, Math.ceil((toS - fromS) / fineS) + 1);
    // oxlint-disable-next-line no-await-in-loop -- mostly one range; the store works on one request at a time
    const answers = await known.store.query({ records, fromS, toS, points, band }, signal);
    for (const [i, index] of indexes.entries()) {
      const rows = answers[i];
      if (rows) fine.set(index, rows);
    }
  }
  return fine;
}

/**
 * From the last consolidated row that is known to the end of the one in the making; where none is known, as
 * of a record with a single point, the last one that there is and the one in the making.
 */
function unfinishedRange(
  rows: StoredRows | undefined,
  fineS: number,
  request: { readonly fromS: number; readonly toS: number },
): { fromS: number; toS: number; stepS: number } | undefined {
  const count = rows?.columns[0]?.length ?? 0;
  if (!rows || rows.stepS <= fineS) return undefined;
  const beforeLastS = rows.startS + Math.max(0, count - 1) * rows.stepS;
  const knownToS = lastKnownS(rows);
  const fromS = Math.max(request.fromS, Number.isFinite(knownToS) ? knownToS : beforeLastS);
  const toS = Math.min(request.toS, fromS + 2 * rows.stepS);
  return toS > fromS ? { fromS, toS, stepS: fineS } : undefined;
}

/**
 * What the rows of a grid should be multiples of: the finest step there is in the store's answers, so that
 * the grid invents no rows between; or that of records that only wait, where the store's would be coarser
 * than two of `wantedS`.
 */
export function smallestStepS(histories: readonly RecordHistory[], wantedS: number): number {
  let inStore = Number.POSITIVE_INFINITY;
  let waiting = Number.POSITIVE_INFINITY;
  for (const { description, stored, tail } of histories) {
    // Those that were asked for; finer ones only fill a row that is not finished.
    const [first] = stored;
    const isThere = first && ((first.columns[0]?.length ?? 0) > 0 || first.stepS > stepS(description));
    if (isThere) inStore = Math.min(inStore, first.stepS);
    if (!isThere || tail.timesS.length > 0) waiting = Math.min(waiting, stepS(description));
  }
  const smallest = inStore < 2 * wantedS ? inStore : Math.min(inStore, waiting);
  return Number.isFinite(smallest) ? smallest : 1;
}
