import { abortable } from './abortable.ts';
import { readFolded } from './folded.ts';
import { chooseGrid, gridTimes } from './grid.ts';
import { mergeSeries } from './merge.ts';
import { inParts } from './parts.ts';
import { readRecords, smallestStepS } from './records.ts';
import type { AggregateName } from '../contract/api.ts';
import type { RecordDescription } from '../model/record.ts';
import type { TailKey, TailSource } from '../model/tail.ts';
import type { Store } from '../store/store.ts';
import type { Column } from './grid.ts';

/** What to read. Plain data: it crosses threads. Times are epoch seconds, fromS < toS, points at least 1. */
export interface HistoryRequest {
  readonly records: readonly (TailKey & {
    readonly description: RecordDescription;
    /** The worker that has it; -1: none any more. */
    readonly worker: number;
  })[];
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

export interface Sources {
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
  { store, tails }: Sources,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const parts = await inParts(request.records, async (records) => {
    const waiting = await abortable(tails.tails(records), signal);
    return readRecords({ ...request, records }, { store, tails: waiting }, signal);
  });
  const histories = parts.flat();
  const { fromS, toS, points, band = false } = request;
  const baseS = smallestStepS(histories, (toS - fromS) / points);
  const grid = chooseGrid({ fromS, toS, points, baseS });
  const columns = request.series.flatMap(({ record, source }) => {
    const history = histories[record];
    return history ? [mergeSeries(history, { source, grid, toS, band })] : [];
  });
  return { times: gridTimes(grid), columns };
}
