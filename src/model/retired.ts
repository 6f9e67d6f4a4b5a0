import type { RecordDescription } from './record.ts';

/** A host that has left the fleet, as it was last known. Times: epoch ms. */
export interface RetiredHost {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly agent: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly lastSeenMs: number;
  readonly retiredMs: number;
  readonly reason: string;
  /** Records it had: its history is read by their names. */
  readonly records: number;
}

/** Which names; `literal` where it can be one only, which is found without looking at the others. */
export interface NameTest {
  readonly literal: string | null;
  matches(name: string): boolean;
}

/** Records that have left, with their hosts or alone, and were heard at that time or later. */
export interface GoneQuery {
  readonly fromMs: number;
  readonly cluster: NameTest;
  readonly host: NameTest;
  /** Of a series: the record's name, or that and a data source. */
  readonly metric: NameTest;
}

export interface GoneFound {
  /** Last heard first. */
  readonly records: readonly RecordDescription[];
  /** There are more than could be looked at. */
  readonly isCut: boolean;
}
