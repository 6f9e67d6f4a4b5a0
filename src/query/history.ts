import { HISTORY_RECORDS_AT_ONCE, SERIES_POINTS_MAX } from '../limits.ts';
import { stepS } from '../model/record.ts';
import { abortable } from './abortable.ts';
import { Fold } from './aggregate.ts';
import { chooseGrid, gridTimes } from './grid.ts';
import { lastKnownS, mergeSeries } from './merge.ts';
import type { AggregateName } from '../contract/api.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Store, StoredRows } from '../store/store.ts';
import type { Column, Grid } from './grid.ts';
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
  /** With an aggregate: which column each series is folded into, from 0 on; all into one without it. */
  readonly groups?: Uint32Array;
  /** Also wanted: the lowest and highest behind each value. */
  readonly band?: boolean;
}

/**
 * One column a series, or a group of them with an aggregate. `times` are the ends of the rows, epoch seconds.
 */
export interface HistoryAnswer {
  readonly times: number[];
  readonly columns: Column[];
}

interface Sources {
  readonly store: Store;
  readonly tails: TailSource;
}

/**
 * The past up to the newest point. Records are read some at a time, so that a short read is not behind all of
 * a long one. Rejects when aborted or the store is down.
 */
export function readHistory(
  request: HistoryRequest,
  sources: Sources,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const { aggregate } = request;
  return aggregate === undefined
    ? readEach(request, sources, signal)
    : readFolded({ ...request, aggregate }, sources, signal);
}

async function readEach(
  request: HistoryRequest,
  sources: Sources,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const histories: RecordHistory[] = [];
  for (let at = 0; at < request.records.length; at += HISTORY_RECORDS_AT_ONCE) {
    const records = request.records.slice(at, at + HISTORY_RECORDS_AT_ONCE);
    // oxlint-disable-next-line no-await-in-loop -- others' reads come in between
    histories.push(...(await readSome({ ...request, records }, sources, signal)));
  }
  const { toS, band = false } = request;
  const grid = chooseGrid({ ...request, baseS: smallestStepS(histories) });
  const columns = request.series.flatMap(({ record, source }) => {
    const history = histories[record];
    return history ? [mergeSeries(history, { source, grid, toS, band })] : [];
  });
  return { times: gridTimes(grid), columns };
}

/**
 * Each part is folded as it comes and let go: what is held does not grow with the series. The finest records
 * are read first, as the grid is made for them.
 */
async function readFolded(
  request: HistoryRequest & { readonly aggregate: AggregateName },
  sources: Sources,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const { toS, band = false } = request;
  const wanted = seriesByRecord(request);
  const order = request.records
    .map(({ description }, index) => ({ index, stepS: stepS(description) }))
    .toSorted((a, b) => a.stepS - b.stepS);
  let folded: { grid: Grid; folds: readonly Fold[] } | undefined;
  for (let at = 0; at < order.length; at += HISTORY_RECORDS_AT_ONCE) {
    const part = order.slice(at, at + HISTORY_RECORDS_AT_ONCE);
    const records = part.flatMap(({ index }) => request.records[index] ?? []);
    // oxlint-disable-next-line no-await-in-loop -- one part after the other is what bounds it
    const histories = await readSome({ ...request, records }, sources, signal);
    folded ??= startFolds(request, chooseGrid({ ...request, baseS: smallestStepS(histories) }));
    const { grid, folds } = folded;
    for (const [i, history] of histories.entries()) {
      for (const { source, group } of wanted[part[i]?.index ?? 0] ?? []) {
        folds[group]?.add(mergeSeries(history, { source, grid, toS, band }));
      }
    }
  }
  if (!folded) return { times: [], columns: [] };
  return { times: gridTimes(folded.grid), columns: folded.folds.map((fold) => fold.finish()) };
}

function seriesByRecord({ records, series, groups }: HistoryRequest): { source: number; group: number }[][] {
  const found: { source: number; group: number }[][] = records.map(() => []);
  for (const [i, { record, source }] of series.entries()) {
    found[record]?.push({ source, group: groups?.[i] ?? 0 });
  }
  return found;
}

function startFolds(
  request: HistoryRequest & { readonly aggregate: AggregateName },
  grid: Grid,
): { grid: Grid; folds: Fold[] } {
  const { aggregate, band = false } = request;
  const groups = request.groups ?? new Uint32Array(request.series.length);
  const sizes = new Uint32Array(groups.reduce((most, group) => Math.max(most, group + 1), 1));
  for (const group of groups) sizes[group] = (sizes[group] as number) + 1;
  const { rows } = grid;
  return { grid, folds: Array.from(sizes, (series) => new Fold(aggregate, { rows, series, band })) };
}

/**
 * What is known of some records. The tails are copied before the store is asked, so a point on its way from
 * one to the other is in at least one of them, and the merge takes it once.
 */
async function readSome(
  request: HistoryRequest,
  sources: Sources,
  signal: AbortSignal,
): Promise<RecordHistory[]> {
  const { fromS, toS, points, band = false } = request;
  const tails = await abortable(sources.tails.tails(request.records), signal);
  const records = request.records.map(({ description }) => description);
  const stored = await sources.store.query({ records, fromS, toS, points, band }, signal);
  const fine = await readFine(request, { store: sources.store, stored }, signal);
  return records.map((description, i) => historyOf(description, [stored[i], fine.get(i)], tails[i]));
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
