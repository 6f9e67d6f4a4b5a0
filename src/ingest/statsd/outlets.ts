import { KIND } from '../../model/kind.ts';
import { wordsOf } from '../../model/rate.ts';
import type { Books } from '../books.ts';
import type { Bucket, GroupBuckets } from './buckets.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';
import type { NamedRecords } from '../named-records.ts';
import type { RawWords } from '../../model/rate.ts';
import type { RecordRefusal, Samples } from '../samples.ts';
import type { RecordTable } from '../record-table.ts';
import type { Stat } from './meter.ts';

const SOURCES: readonly DataSource[] = [{ name: 'value', kind: KIND.gauge, min: null, max: null }];

export interface OutletsOptions {
  readonly books: Books;
  readonly records: RecordTable;
  readonly samples: Samples;
  readonly named: NamedRecords;
}

/** Where the values that come out of buckets go: a record each. */
export class Outlets {
  readonly #o: OutletsOptions;
  readonly #words: RawWords = { hi: 0, lo: 0 };

  constructor(options: OutletsOptions) {
    this.#o = options;
  }

  /**
   * Books and keeps what a bucket comes to, a value a stat. `isNews`: it is shown live as well; else it only
   * goes on with the history, and what is shown keeps its age. Epoch ms.
   */
  send(
    buckets: GroupBuckets,
    bucket: Bucket,
    values: Float64Array,
    as: { readonly nowMs: number; readonly isNews: boolean },
  ): void {
    const { books, records, samples } = this.#o;
    const { rules, tally } = buckets.group;
    const { length } = bucket.stats;
    const intervalS = Math.max(1, Math.round(rules.statsd.flushMs / 1000));
    const timeS = Math.round(as.nowMs / 1000);
    tally.values.statsd += length;
    books.received += length;
    let refused = 0;
    for (let at = 0; at < length; at += 1) {
      const record = this.#recordFor(buckets, bucket, { at, value: values[at] as number, intervalS });
      if (typeof record === 'string') {
        books.rejectValues(rules.name, record, 1);
        refused += 1;
        continue;
      }
      if (intervalS !== records.intervalS[record]) this.#redescribe(record, intervalS);
      wordsOf(values[at] as number, this.#words);
      samples.words[0] = this.#words.hi;
      samples.words[1] = this.#words.lo;
      if (as.isNews) samples.take(record, rules.name, timeS, as.nowMs, as.nowMs);
      else samples.keep(record, rules.name, timeS, as.nowMs);
    }
    if (length > refused) bucket.source?.took(length - refused, as.nowMs);
  }

  /** The group flushes at another interval than it did when the record was made. */
  #redescribe(record: number, intervalS: number): void {
    const { records, samples } = this.#o;
    records.redescribe(record, { ...(records.descriptions[record] as RecordDescription), intervalS });
    samples.announce(record, 'changed');
  }

  /** Whether a bucket's value is still shown: who was silent for long may have left. */
  isShown({ host, outlets }: Bucket): boolean {
    const [outlet] = outlets;
    return outlet !== undefined && host.records.get(outlet.metric) === outlet.record;
  }

  /** The newest value of a gauge from before its bucket was made, or 0. */
  lastOf(bucket: Pick<Bucket, 'host' | 'metric'>): number {
    const record = bucket.host.records.get(`${bucket.metric}.value`);
    const value = record === undefined ? Number.NaN : this.#o.samples.newest(record, 0);
    return Number.isFinite(value) ? value : 0;
  }

  /** The record of a bucket's stat, made when it is not there (any more); or why the value is refused. */
  #recordFor(
    buckets: GroupBuckets,
    bucket: Bucket,
    { at, value, intervalS }: { at: number; value: number; intervalS: number },
  ): number | RecordRefusal | 'bad_number' {
    if (!Number.isFinite(value)) return 'bad_number';
    const { named } = this.#o;
    const known = bucket.outlets[at];
    if (known && bucket.host.records.get(known.metric) === known.record) return known.record;
    const stat = bucket.stats[at] as Stat;
    const metric = `${bucket.metric}.${stat.name}`;
    const record = named.record(buckets.group, bucket.host.row, 'statsd', {
      metric,
      sources: SOURCES,
      intervalS,
      units: stat.of === 'rate' ? '/s' : stat.of === 'value' ? bucket.units : '',
      group: 'statsd',
    });
    if (typeof record !== 'string') bucket.outlets[at] = { record, metric };
    return record;
  }
}
