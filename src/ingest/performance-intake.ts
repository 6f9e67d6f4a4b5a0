import { INTERVAL_S_MAX, WORDS_CHARS_MAX } from '../limits.ts';
import { KIND } from '../model/kind.ts';
import { COUNTER_UOM, performanceMetric } from '../model/performance.ts';
import { integerWordsOf, wordsOf } from '../model/rate.ts';
import { sampleTimeMs } from './group.ts';
import { FIRST_INTERVAL_S, GAUGE } from './lines/timed-gauges.ts';
import type { Books } from './books.ts';
import type { DataSource, RecordDescription } from '../model/record.ts';
import type { Group } from './group.ts';
import type { HostState, HostTable } from './host-table.ts';
import type { NamedRecord, NamedRecords } from './named-records.ts';
import type { RawWords } from '../model/rate.ts';
import type { RecordTable } from './record-table.ts';
import type { Samples } from './samples.ts';
import type { ServicePerformance } from '../model/performance.ts';
import type { TimedGauges } from './lines/timed-gauges.ts';

interface PerformanceIntakeOptions {
  readonly books: Books;
  readonly hosts: HostTable;
  readonly records: RecordTable;
  readonly samples: Samples;
  readonly gauges: TimedGauges;
  readonly named: NamedRecords;
}

type Item = ServicePerformance['items'][number];

const COUNTER: readonly DataSource[] = [{ name: 'value', kind: KIND.counter, min: null, max: null }];

/**
 * Performance data of plugins and of passive results into samples, each item a record of the host. Somebody
 * speaks about the host, not the host itself: it is not heard by that, and one that is not known is not made.
 */
export class PerformanceIntake {
  readonly #o: PerformanceIntakeOptions;
  readonly #words: RawWords = { hi: 0, lo: 0 };

  constructor(options: PerformanceIntakeOptions) {
    this.#o = options;
  }

  take(group: Group, performance: ServicePerformance, arrivalMs: number): void {
    const { books, hosts } = this.#o;
    const host = hosts.named(performance.cluster, performance.host);
    const sampleMs = sampleTimeMs(group.rules, performance.timeMs, arrivalMs);
    for (const item of performance.items) {
      if (item.value === null) continue;
      group.tally.values.plugin += 1;
      books.received += 1;
      const refusal =
        typeof sampleMs === 'string'
          ? sampleMs
          : this.#sample(group, host, { performance, item, value: item.value, sampleMs, arrivalMs });
      if (refusal !== undefined) books.rejectValues(group.rules.name, refusal, 1);
    }
  }

  /** Answers why it was not taken. */
  #sample(
    group: Group,
    host: HostState | undefined,
    said: { performance: ServicePerformance; item: Item; value: number; sampleMs: number; arrivalMs: number },
  ): string | undefined {
    const { samples, gauges } = this.#o;
    const { performance, item, value, sampleMs, arrivalMs } = said;
    const isCounter = item.uom === COUNTER_UOM;
    if (!host) return 'host_gone';
    if (host.isMoving) return 'host_moving';
    if (isCounter && value < 0) return 'bad_number';
    const record = this.#recordOf(group, host, performance, item);
    if (typeof record === 'string') return record;
    if (!isCounter && performance.intervalS === null) {
      gauges.take(record, group.rules.name, value, sampleMs, arrivalMs);
      return undefined;
    }
    if (isCounter) integerWordsOf(value, KIND.counter, this.#words);
    else wordsOf(value, this.#words);
    samples.words[0] = this.#words.hi;
    samples.words[1] = this.#words.lo;
    samples.take(record, group.rules.name, Math.round(sampleMs / 1000), sampleMs, arrivalMs);
    return undefined;
  }

  #recordOf(group: Group, host: HostState, performance: ServicePerformance, item: Item): number | string {
    const { named, samples, gauges } = this.#o;
    const said = recordOf(performance, item);
    const isNew = !host.records.has(said.metric);
    const record = named.record(group, host.row, 'plugin', said);
    if (typeof record === 'string') return record;
    if (isNew) {
      samples.meet(host);
      gauges.opened(record);
    } else this.#redescribe(record, performance.intervalS, said);
    return record;
  }

  /** Another unit or interval than before: what is shown and stored from now on is that. */
  #redescribe(record: number, saidS: number | null, { units, intervalS }: NamedRecord): void {
    const { records, samples } = this.#o;
    const known = records.descriptions[record] as RecordDescription;
    const isSame = known.units === units && (saidS === null || known.intervalS === intervalS);
    if (isSame) return;
    records.redescribe(record, { ...known, units, intervalS: saidS === null ? known.intervalS : intervalS });
    samples.announce(record, 'changed');
  }
}

function recordOf({ service, intervalS }: ServicePerformance, { label, uom }: Item): NamedRecord {
  const isCounter = uom === COUNTER_UOM;
  return {
    metric: performanceMetric(service, label),
    sources: isCounter ? COUNTER : GAUGE,
    intervalS: Math.min(INTERVAL_S_MAX, Math.max(1, Math.round(intervalS ?? FIRST_INTERVAL_S))),
    units: isCounter ? '' : uom.slice(0, WORDS_CHARS_MAX),
    group: 'perfdata',
  };
}
