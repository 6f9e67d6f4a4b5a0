/** A body of InfluxDB's line protocol for a group. */
export interface WriteRequest {
  readonly group: string;
  /** Its buffer is nobody else's: it goes to another thread. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether a token says who wrote it. */
  readonly hasToken: boolean;
  /** The address it comes from. */
  readonly address: string;
  readonly arrivalMs: number;
  /** ms in one unit of its times. */
  readonly msPerUnit: number;
}

/** A line of which something was not taken. */
export interface WriteFault {
  /** Both from 1; the column in bytes. */
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  /** The line around there, cut. */
  readonly quoted: string;
}

/** What became of a body. */
export type WriteOutcome =
  | {
      readonly kind: 'read';
      /** Lines that say something, and those of them of which something was not taken. */
      readonly lines: number;
      readonly refused: number;
      /** The first of these. */
      readonly faults: readonly WriteFault[];
    }
  /** The group does not run (any more). */
  | { readonly kind: 'no-group' }
  /** The group does not take what this address sends, or not so many, or nothing without a token. */
  | { readonly kind: 'not-allowed' | 'source-rate' | 'token-needed' };

/** The units of time as requests name them, in ms. */
export const TIME_UNITS: ReadonlyMap<string, number> = new Map([
  ['n', 1e-6],
  ['ns', 1e-6],
  ['u', 1e-3],
  ['µ', 1e-3],
  ['us', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
