/**
 * A record's points that are not in the store yet, as the ingest worker holds them now: those in flight to
 * the store included, and before them up to two that are stored, where they are known, so that the rate of
 * the last stored one and those after it have no seam.
 */
export interface Tail {
  /** Ascending, at most one a second. */
  readonly timesS: Uint32Array;
  /** High and low word a data source, point after point: words[(p * sources + s) * 2]. */
  readonly words: Uint32Array;
  /** 1: the point starts anew after a counter's reset, no rate reaches back over it. */
  readonly gaps: Uint8Array;
  /** How many of the first points are already stored: 0, 1 or 2. */
  readonly stored: number;
}

/** Asks the ingest workers for tails; one answer a record, in order, empty where nothing waits. */
export interface TailSource {
  tails(records: readonly { readonly worker: number; readonly record: number }[]): Promise<readonly Tail[]>;
}
