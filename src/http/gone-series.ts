import { seriesName } from '../model/record.ts';
import type { GoneQuery, NameTest } from '../model/retired.ts';
import type { HistoryRequest } from '../query/history.ts';
import type { RecordDescription } from '../model/record.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { FactFilter } from '../live/fact-filter.ts';
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

/** Where hosts are known, those that are there and those that have left. */
export interface KnownHosts {
  readonly catalogue: Catalogue;
  readonly retired: Retired;
}

/** Series that have left and match; `isCut`: there may be more. */
export function goneSeries(
  known: KnownHosts,
  query: GoneQuery & { readonly facts: FactFilter },
): { readonly series: readonly PlannedSeries[]; readonly isCut: boolean } {
  const { records, isCut } = known.retired.records(query);
  const hasFacts = query.facts.isNeeded ? factTest(known, query.facts) : () => true;
  const series = records
    .filter(hasFacts)
    .flatMap(seriesOf)
    .filter(({ metric }) => query.metric.matches(metric));
  return { series, isCut };
}

/** The facts of a host that has left are those that it last had. */
function factTest({ catalogue, retired }: KnownHosts, facts: FactFilter) {
  const answers = new Map<string, boolean>();
  const ofHost = (cluster: string, host: string) =>
    catalogue.host(cluster, host)?.facts ?? new Map(retired.host(cluster, host)?.facts);
  return ({ cluster, host }: RecordDescription): boolean => {
    const key = `${cluster}\0${host}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = facts.matches(ofHost(cluster, host));
    answers.set(key, answer);
    return answer;
  };
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
