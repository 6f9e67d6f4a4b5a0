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

/** Whose tail it is. A record's number is given again when it leaves, its row with another generation. */
export interface TailKey {
  readonly record: number;
  /** The first of its live rows. */
  readonly row: number;
  readonly generation: number;
}

/**
 * Asks the ingest workers for tails; one answer a record, in order, empty where nothing waits, or the record
 * has left; undefined of one that no worker has.
 */
export interface TailSource {
  tails(records: readonly (TailKey & { readonly worker: number })[]): Promise<readonly (Tail | undefined)[]>;
}

export const NO_TAIL: Tail = {
  timesS: new Uint32Array(),
  words: new Uint32Array(),
  gaps: new Uint8Array(),
  stored: 0,
};
