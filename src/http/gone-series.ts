import { seriesName } from '../model/record.ts';
import type { GoneQuery, NameTest } from '../model/retired.ts';
import type { HistoryRequest } from '../query/history.ts';
import type { RecordDescription } from '../model/record.ts';
import type { RecordWords } from '../live/record-words.ts';
import type { Retired } from './ports.ts';

/** What a read of history needs to know of a record, there or gone. */
export type PlannedRecord = HistoryRequest['records'][number] & { readonly words: RecordWords };

/** The same of a series. */
export interface PlannedSeries {
  readonly metric: string;
  readonly source: number;
  readonly record: PlannedRecord;
}

export const EVERY_NAME: NameTest = { literal: null, matches: () => true };

export function oneName(literal: string): NameTest {
  return { literal, matches: (name) => name === literal };
}

/** Series that have left and match; `isCut`: there may be more. */
export function goneSeries(
  retired: Retired,
  query: GoneQuery,
): { readonly series: readonly PlannedSeries[]; readonly isCut: boolean } {
  const { records, isCut } = retired.records(query);
  const series = records.flatMap(seriesOf).filter(({ metric }) => query.metric.matches(metric));
  return { series, isCut };
}

/** No worker has anything of it that the store has not. */
export function seriesOf(description: RecordDescription): PlannedSeries[] {
  const record = { description, words: description, worker: -1, record: 0, row: 0, generation: 0 };
  return description.sources.map((_, source) => ({
    metric: seriesName(description, source),
    source,
    record,
  }));
}
