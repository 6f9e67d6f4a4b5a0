import type { RawWords } from './rate.ts';
import type { RecordDescription } from './record.ts';

/** What a restart brings back of a host. Times: epoch ms. */
export interface RestoredHost {
  readonly cluster: string;
  readonly name: string;
  readonly address: string;
  readonly agent: string;
  readonly lastSeenMs: number;
  readonly intervalMs: number;
  readonly gapMs: number;
  readonly facts: readonly (readonly [string, string])[];
  readonly records: readonly RestoredRecord[];
}

export interface RestoredRecord {
  readonly description: RecordDescription;
  /** The newest sample of each data source; empty when none was kept. */
  readonly last: readonly RestoredSample[];
}

export interface RestoredSample extends RawWords {
  readonly value: number;
  readonly sampleMs: number;
  readonly arrivalMs: number;
}
