import type { HistoryMove } from '../model/instance.ts';
import type { RecordDescription } from '../model/record.ts';

/**
 * Points of many records as columns, no object a point. Record i owns the points starts[i] … starts[i+1]-1,
 * in ascending time, at most one a second. Its raw words are 2 × sources × points long, record after record:
 * point p, source s of record i is words[wordStarts[i] + ((p - starts[i]) * sources + s) * 2] (high) and the
 * next (low). Where gaps[p] is 1 a counter was reset before point p: its value counts, but no rate reaches
 * back over it.
 */
export interface RecordBatch {
  readonly records: readonly RecordDescription[];
  readonly starts: Uint32Array;
  readonly wordStarts: Uint32Array;
  readonly timesS: Uint32Array;
  readonly words: Uint32Array;
  readonly gaps: Uint8Array;
}

/** Why a store did not take a record's points. The words are the `reason` labels users see in /metrics. */
export type StoreReason =
  | 'creating' // the file waits for its turn to be created, or its host for another name; put it again later
  | 'store_down'
  | 'store_refused'
  | 'store_full'
  | 'quarantined' // the database refuses these values for good; they stand in a file
  | 'aborted';

/**
 * One a record, in the batch's order. `lateThroughS`: points at or before that second were already in the
 * store, those of a failed put of the same points apart: put again, they count as stored now.
 */
export type RecordOutcome =
  | {
      readonly ok: true;
      readonly lateThroughS: number;
      /** Of the record's values, so many are in quarantine instead of the store; absent: none. */
      readonly quarantined?: { readonly values: number; readonly detail: string };
    }
  | {
      readonly ok: false;
      readonly retryable: boolean;
      readonly reason: StoreReason;
      readonly detail: string;
    };

export interface SeriesRequest {
  readonly records: readonly RecordDescription[];
  readonly fromS: number;
  readonly toS: number;
  /** At most this many rows are wanted; the store consolidates (average) to reach it. */
  readonly points: number;
  /** Also wanted: the lowest and highest behind each average. */
  readonly band?: boolean;
}

/**
 * What a store holds of one record, one row a step: row r covers the `stepS` seconds that end at
 * startS + (r+1) × stepS.
 */
export interface StoredRows {
  readonly startS: number;
  readonly stepS: number;
  /** One column a data source, NaN where unknown. Counters, derives and absolutes as rates per second. */
  readonly columns: readonly Float64Array[];
  /**
   * The lowest and highest there was in each row, where a band was asked for; NaN where the average alone is
   * known. They may be the same arrays as the columns.
   */
  readonly lows?: readonly Float64Array[];
  readonly highs?: readonly Float64Array[];
}

/**
 * Many series to be folded into few, on these rows: row r covers the `stepS` seconds that end at
 * startS + (r+1) × stepS.
 */
export interface FoldRequest {
  readonly records: readonly RecordDescription[];
  /** `record` is an index into `records`, `source` into its data sources; `group`: what it is folded into. */
  readonly series: readonly { readonly record: number; readonly source: number; readonly group: number }[];
  readonly startS: number;
  readonly stepS: number;
  readonly rows: number;
  readonly of: 'sum' | 'min' | 'max' | 'count';
  /** Also wanted: the lowest and highest of any series. */
  readonly band: boolean;
}

/** Some series of a group, row by row; a series' own row is the average of what is known of it. */
export interface FoldedPart {
  readonly group: number;
  /** Their sum, lowest, highest or number; NaN where none is known. */
  readonly totals: Float64Array;
  /** How many of them are known. */
  readonly counts: Float64Array;
  readonly lows?: Float64Array;
  readonly highs?: Float64Array;
}

export interface Folded {
  readonly parts: readonly FoldedPart[];
  /** Indexes of records that are in no part, as their rows do not lie so: they have to be queried. */
  readonly left: readonly number[];
}

/**
 * Where settled points go and history comes from. The caller owns the batch's arrays and may reuse them when
 * the promise settles. Puts of one record are never concurrent. An operating fault is a value, not a
 * rejection.
 */
export interface Store {
  readonly name: string;
  /** How long after a put its points may be missing from `query`; absent: not at all. */
  readonly visibleAfterMs?: number;
  /** `hurry` lifts the pacing of new files (shutdown). */
  put(
    batch: RecordBatch,
    options: { signal: AbortSignal; hurry: boolean },
  ): Promise<readonly RecordOutcome[]>;
  /**
   * One answer a record, in order; a record never stored has no rows. Rejects only when aborted or the store
   * is down.
   */
  query(request: SeriesRequest, signal: AbortSignal): Promise<readonly StoredRows[]>;
  /** A store that can fold by itself spares its reader the rows. Rejects as `query` does. */
  fold?(request: FoldRequest, signal: AbortSignal): Promise<Folded>;
  /**
   * Calls what is stored of a host by another name, of which nothing is stored. No put of either is under
   * way. Answers why it keeps its name, in words. Absent: points stay under the name they came by.
   */
  rename?(move: HistoryMove): Promise<string | undefined>;
  /** Waits for what is under way, then lets go of processes and files. */
  [Symbol.asyncDispose](): Promise<void>;
}
