import { INTERVAL_S_MAX } from '../../limits.ts';
import { grown } from '../columns.ts';
import { KIND } from '../../model/kind.ts';
import { wordsOf } from '../../model/rate.ts';
import type { DataSource, RecordDescription } from '../../model/record.ts';
import type { RawWords } from '../../model/rate.ts';
import type { RecordTable } from '../record-table.ts';
import type { Samples } from '../samples.ts';

/**
 * Until samples have shown how often they come: carbon's own default. A file made then takes values of jobs
 * that run every five minutes, too.
 */
export const FIRST_INTERVAL_S = 60;
export const GAUGE: readonly DataSource[] = [{ name: 'value', kind: KIND.gauge, min: null, max: null }];

/** What senders are set to; a gap near one of these is meant to be it. */
const USUAL_S = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 86_400];
/** How far two gaps may be apart, as a factor, and be one interval. */
const ALIKE = 1.25;

/**
 * Samples of Graphite and InfluxDB: a line says when its value was taken, and not how often there is one.
 * That is learned from the smaller of the last two gaps, so that an outage is not taken for a habit.
 */
export class TimedGauges {
  readonly #records: RecordTable;
  readonly #samples: Samples;
  readonly #words: RawWords = { hi: 0, lo: 0 };
  /** By record: the last gap, seconds; 0: none yet. */
  #gaps = new Uint32Array(1024);

  constructor(records: RecordTable, samples: Samples) {
    this.#records = records;
    this.#samples = samples;
  }

  /** Its number may have been another's before. */
  opened(record: number): void {
    if (record < this.#gaps.length) this.#gaps[record] = 0;
  }

  take(record: number, group: string, value: number, sampleMs: number, arrivalMs: number): void {
    const samples = this.#samples;
    const timeS = Math.round(sampleMs / 1000);
    const beforeMs = samples.newestMs(record);
    if (beforeMs > 0) this.#learn(record, timeS - Math.round(beforeMs / 1000));
    wordsOf(value, this.#words);
    samples.words[0] = this.#words.hi;
    samples.words[1] = this.#words.lo;
    samples.take(record, group, timeS, sampleMs, arrivalMs);
  }

  #learn(record: number, gapS: number): void {
    if (gapS <= 0) return;
    if (record >= this.#gaps.length) this.#gaps = grown(this.#gaps, record + 1);
    const before = this.#gaps[record] as number;
    this.#gaps[record] = gapS;
    const least = Math.min(gapS, before);
    const records = this.#records;
    if (least === 0 || least > INTERVAL_S_MAX || isAlike(least, records.intervalS[record] as number)) return;
    const intervalS = USUAL_S.find((usual) => isAlike(least, usual)) ?? least;
    records.redescribe(record, { ...(records.descriptions[record] as RecordDescription), intervalS });
    this.#samples.announce(record, 'changed');
  }
}

function isAlike(a: number, b: number): boolean {
  return a <= b * ALIKE && b <= a * ALIKE;
}
