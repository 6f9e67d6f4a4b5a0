import { rawValue } from './fleet.ts';
import type { FleetRecord, FleetSeries } from './fleet.ts';

/** The samples of one record: sample n was of second timesS[n] and left at sentMs[n] (epoch). */
export interface SentRecord {
  readonly record: FleetRecord;
  readonly timesS: number[];
  readonly sentMs: number[];
}

export interface SentValue {
  readonly sent: SentRecord;
  readonly series: FleetSeries;
  readonly n: number;
}

/** Everything that was ever sent. */
export class Truth {
  readonly records: readonly SentRecord[];

  constructor(fleet: readonly FleetRecord[]) {
    this.records = fleet.map((record) => ({ record, timesS: [], sentMs: [] }));
  }

  get values(): number {
    return this.records.reduce((sum, { record, timesS }) => sum + timesS.length * record.series.length, 0);
  }

  /** Whose value each raw number is. */
  byRawValue(): Map<number, SentValue> {
    const found = new Map<number, SentValue>();
    for (const sent of this.records) {
      for (const series of sent.record.series) {
        for (let n = 0; n < sent.timesS.length; n += 1) found.set(rawValue(series, n), { sent, series, n });
      }
    }
    return found;
  }
}
