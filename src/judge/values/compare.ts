import { BucketRing, BUCKETS } from '../../check/functions/bucket-ring.ts';
import { compareMeans, compareWords } from '../../check/functions/compare.ts';
import { historyWords, meanBetween } from '../../check/functions/history.ts';
import { spanWords } from '../../model/duration.ts';
import { freshForMs } from '../../model/record.ts';
import { OwnPast } from './own-past.ts';
import { SeriesTap } from './series-tap.ts';
import type { Means } from '../../check/functions/compare.ts';
import type { PastDesk } from './past-desk.ts';
import type { SeriesEntry } from '../../live/entries.ts';
import type { SeriesFunction } from '../../contract/checks.ts';
import type { Looking, SeriesValueSource } from './value-source.ts';

type Compare = SeriesFunction & { readonly name: 'compare' };

const REFRESH_MS_MIN = 60_000;

/**
 * The mean of the newest window against that of the same window some time before. What was then is read from
 * the store ahead of the window, which moves through it, and again after each quarter of it.
 */
export class CompareSource implements SeriesValueSource {
  value = Number.NaN;
  readonly rule: Compare;
  readonly #tap: SeriesTap;
  readonly #ring: BucketRing;
  readonly #own: OwnPast;
  readonly #before: Before;
  #means: Means = { now: Number.NaN, before: Number.NaN };

  constructor(rule: Compare, series: SeriesEntry, desk: PastDesk) {
    this.rule = rule;
    this.#tap = new SeriesTap(series);
    this.#ring = new BucketRing(rule.windowMs);
    this.#own = new OwnPast(this.#ring, desk);
    this.#before = new Before(rule, desk);
  }

  get units(): string {
    if (this.rule.as === 'difference') return this.#tap.series.record.words.units;
    return this.rule.as === 'percent' ? '%' : '';
  }

  get atMs(): number {
    return this.#tap.atMs;
  }

  get gathering(): boolean {
    const { now, before } = this.#means;
    return Number.isNaN(now) || Number.isNaN(before);
  }

  renew(series: SeriesEntry): void {
    this.#tap.renew(series);
  }

  look(turn: Looking): boolean {
    const tap = this.#tap;
    const { nowMs } = turn;
    const filled = this.#own.look(tap.series, nowMs);
    const known = this.#before.look(tap.series, nowMs);
    const read = tap.read(turn, turn.startedMs);
    if (read) this.#ring.add(tap.sampleMs, tap.value);
    if ((!read && !filled && !known) || tap.atMs === 0) return false;
    const { windowMs, as } = this.rule;
    const now = meanBetween(this.#ring, tap.sampleMs - windowMs, tap.sampleMs);
    this.#means = { now, before: this.#before.meanAt(tap.sampleMs) };
    this.value = compareMeans(this.#means, as);
    return true;
  }

  words(): string {
    const { metric, record } = this.#tap.series;
    const { now, before } = this.#means;
    if (Number.isNaN(now)) return historyWords(metric, this.#ring);
    if (Number.isNaN(before)) return `${metric} ${this.#before.absence()}`;
    return compareWords({ metric, units: record.words.units, rule: this.rule }, this.#means, this.value);
  }

  metrics(): readonly string[] {
    return [this.#tap.series.metric];
  }

  freshForMs(gapMs: number): number {
    return freshForMs(this.#tap.series.record.words, gapMs);
  }
}

/** What the series was at the time it is compared with, and a while after it. */
class Before {
  readonly #rule: Compare;
  readonly #desk: PastDesk;
  readonly #refreshMs: number;
  readonly #fromAgoMs: number;
  readonly #toAgoMs: number;
  readonly #ring: BucketRing;
  #asked = false;
  #came = false;
  #askAtMs = 0;
  #fault: string | null = null;

  constructor(rule: Compare, desk: PastDesk) {
    this.#rule = rule;
    this.#desk = desk;
    this.#refreshMs = Math.max(REFRESH_MS_MIN, rule.windowMs / 4);
    this.#fromAgoMs = rule.beforeMs + rule.windowMs;
    // Twice as far ahead as it is renewed: the answer may take a while.
    this.#toAgoMs = Math.max(0, rule.beforeMs - 2 * this.#refreshMs);
    this.#ring = new BucketRing(this.#fromAgoMs - this.#toAgoMs);
  }

  /** True: there is more of it than before. */
  look(series: SeriesEntry, nowMs: number): boolean {
    if (!this.#asked && nowMs >= this.#askAtMs) this.#ask(series, nowMs);
    const came = this.#came;
    this.#came = false;
    return came;
  }

  meanAt(nowMs: number): number {
    const { beforeMs, windowMs } = this.#rule;
    return meanBetween(this.#ring, nowMs - beforeMs - windowMs, nowMs - beforeMs);
  }

  /** Why there is no mean. */
  absence(): string {
    const before = spanWords(this.#rule.beforeMs);
    if (this.#fault !== null) return `cannot be compared with ${before} before: ${this.#fault}`;
    return `has too little history of ${before} before`;
  }

  #ask(series: SeriesEntry, nowMs: number): void {
    this.#asked = true;
    this.#askAtMs = nowMs + this.#refreshMs;
    this.#desk.wish({
      series,
      fromAgoMs: this.#fromAgoMs,
      toAgoMs: this.#toAgoMs,
      points: BUCKETS,
      // What comes again is the same once more, in the same buckets.
      row: (timeMs, value) => this.#ring.add(timeMs, value),
      done: (fault) => {
        this.#asked = false;
        this.#fault = fault;
        this.#came = fault === null;
      },
    });
  }
}
