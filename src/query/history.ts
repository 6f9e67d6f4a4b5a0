import { SERIES_POINTS_MAX } from '../limits.ts';
import { stepS } from '../model/record.ts';
import { abortable } from './abortable.ts';
import { aggregateColumns } from './aggregate.ts';
import { chooseGrid, gridTimes } from './grid.ts';
import { lastKnownS, mergeSeries } from './merge.ts';
import type { AggregateName } from '../contract/api.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Store, StoredRows } from '../store/store.ts';
import type { RecordHistory } from './merge.ts';
import type { Tail, TailSource } from '../model/tail.ts';

/** What to read. Plain data: it crosses threads. Times are epoch seconds, fromS < toS, points at least 1. */
export interface HistoryRequest {
  readonly records: readonly {
    readonly description: RecordDescription;
    readonly worker: number;
    /** The worker's own number for the record. */
    readonly record: number;
  }[];
  /** `record` is an index into `records`, `source` into its data sources. */
  readonly series: readonly { readonly record: number; readonly source: number }[];
  readonly fromS: number;
  readonly toS: number;
  readonly points: number;
  readonly aggregate?: AggregateName;
}

/**
 * One column a series, or one in all with an aggregate; NaN where unknown. `times` are the ends of the rows,
 * epoch seconds.
 */
export interface HistoryAnswer {
  readonly times: number[];
  readonly columns: Float64Array[];
}

/**
 * The past up to the newest point. The tails are copied before the store is asked, so a point on its way from
 * one to the other is in at least one of them, and the merge takes it once. Rejects when aborted or the store
 * is down.
 */
export async function readHistory(
  request: HistoryRequest,
  sources: { readonly store: Store; readonly tails: TailSource },
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const { fromS, toS, points } = request;
  const tails = await abortable(sources.tails.tails(request.records), signal);
  const records = request.records.map(({ description }) => description);
  const stored = await sources.store.query({ records, fromS, toS, points }, signal);
  const fine = await readFine(request, { store: sources.store, stored }, signal);
  const histories = records.map((description, i) =>
    historyOf(description, [stored[i], fine.get(i)], tails[i]),
  );
  const grid = chooseGrid({ fromS, toS, points, baseS: smallestStepS(histories) });
  const columns = request.series.flatMap(({ record, source }) => {
    const history = histories[record];
    return history ? [mergeSeries(history, { source, grid, toS })] : [];
  });
  const { aggregate } = request;
  return {
    times: gridTimes(grid),
    columns: aggregate === undefined ? columns : [aggregateColumns(columns, aggregate)],
  };
}

const NO_TAIL: Tail = {
  timesS: new Uint32Array(),
  words: new Uint32Array(),
  gaps: new Uint8Array(),
  stored: 0,
};

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
  request: HistoryRequest,
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
  const fine = new Map<number, StoredRows>();
  for (const { fromS, toS, stepS: fineS, indexes } of byRange.values()) {
    const records = indexes.flatMap((index) => request.records[index]?.description ?? []);
    const points = Math.min(SERIES_POINTS_MAX, Math.ceil((toS - fromS) / fineS) + 1);
    // oxlint-disable-next-line no-await-in-loop -- mostly one range; the store works on one request at a time
    const answers = await known.store.query({ records, fromS, toS, points }, signal);
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
  if (!rows || rows.stepS <= fineS || count === 0) return undefined;
  const beforeLastS = rows.startS + (count - 1) * rows.stepS;
  const knownToS = lastKnownS(rows);
  const fromS = Math.max(request.fromS, Number.isFinite(knownToS) ? knownToS : beforeLastS);
  const toS = Math.min(request.toS, fromS + 2 * rows.stepS);
  return toS > fromS ? { fromS, toS, stepS: fineS } : undefined;
}

/** The finest step anything in the answer has, so that the grid invents no rows between. */
function smallestStepS(histories: readonly RecordHistory[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const { description, stored, tail } of histories) {
    const withRows = stored.filter((rows) => (rows.columns[0]?.length ?? 0) > 0);
    for (const rows of withRows) smallest = Math.min(smallest, rows.stepS);
    if (tail.timesS.length > 0 || withRows.length === 0) smallest = Math.min(smallest, stepS(description));
  }
  return Number.isFinite(smallest) ? smallest : 1;
}
