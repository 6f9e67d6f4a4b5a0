import { ageS, missingWords } from '../../check/functions/missing.ts';
import { BucketRing } from '../../check/functions/bucket-ring.ts';
import { forecastWords, hoursUntil } from '../../check/functions/forecast.ts';
import { hasEnough, historyWords } from '../../check/functions/history.ts';
import { rateOfChange, rateOfChangeWords } from '../../check/functions/rate-of-change.ts';
import { START_GRACE_MS } from '../../fleet/liveness.ts';
import { freshForMs } from '../../model/record.ts';
import { CompareSource } from './compare.ts';
import { OwnPast } from './own-past.ts';
import { SeriesTap } from './series-tap.ts';
import type { PastDesk } from './past-desk.ts';
import type { SeriesEntry } from '../../live/entries.ts';
import type { SeriesFunction } from '../../contract/checks.ts';
import type { Looking, SeriesValueSource } from './value-source.ts';

/** What a definition's function makes of a series. */
export function functionSource(rule: SeriesFunction, series: SeriesEntry, desk: PastDesk): SeriesValueSource {
  switch (rule.name) {
    case 'missing':
      return new MissingSource(rule, series);
    case 'rate_of_change':
      return new RateSource(rule, series, desk);
    case 'forecast':
      return new ForecastSource(rule, series, desk);
    case 'compare':
      return new CompareSource(rule, series, desk);
  }
}

/** The age of the newest sample, which is another one in every turn. */
class MissingSource implements SeriesValueSource {
  readonly units = 's';
  gathering = true;
  value = Number.NaN;
  atMs = 0;
  readonly rule: SeriesFunction;
  #series: SeriesEntry;

  constructor(rule: SeriesFunction, series: SeriesEntry) {
    this.rule = rule;
    this.#series = series;
  }

  renew(series: SeriesEntry): void {
    this.#series = series;
  }

  look({ catalogue, nowMs, graceFromMs }: Looking): boolean {
    const arrivalMs = catalogue.arrivalMs(this.#series);
    // Announced and never sampled: there is nothing to miss.
    if (arrivalMs === 0) return false;
    const graceMs = Math.max(START_GRACE_MS, freshForMs(this.#series.record.words, 0));
    // Nobody was listening: it may have come meanwhile, and comes again.
    this.gathering = arrivalMs < graceFromMs && nowMs < graceFromMs + graceMs;
    this.value = Math.round(ageS(arrivalMs, nowMs));
    this.atMs = nowMs;
    return true;
  }

  words(shown: string): string {
    const { metric } = this.#series;
    return this.gathering ? `${metric} was not heard yet since the start` : missingWords(metric, shown);
  }

  metrics(): readonly string[] {
    return [this.#series.metric];
  }

  freshForMs(): number {
    return Number.POSITIVE_INFINITY;
  }
}

/** What functions over the newest window of a series have in common. */
abstract class WindowSource implements SeriesValueSource {
  value = Number.NaN;
  protected readonly tap: SeriesTap;
  protected readonly ring: BucketRing;
  readonly #past: OwnPast;

  constructor(windowMs: number, series: SeriesEntry, desk: PastDesk) {
    this.tap = new SeriesTap(series);
    this.ring = new BucketRing(windowMs);
    this.#past = new OwnPast(this.ring, desk);
  }

  abstract readonly rule: SeriesFunction;
  abstract readonly units: string;

  /** What the window comes to, with its newest sample in it. */
  protected abstract find(): number;

  protected abstract foundWords(shown: string): string;

  get atMs(): number {
    return this.tap.atMs;
  }

  get gathering(): boolean {
    return Number.isNaN(this.value) && !Number.isNaN(this.tap.value);
  }

  renew(series: SeriesEntry): void {
    this.tap.renew(series);
  }

  look(turn: Looking): boolean {
    const filled = this.#past.look(this.tap.series, turn.nowMs);
    const { tap, ring } = this;
    const read = tap.read(turn, turn.startedMs);
    if (read) ring.add(tap.sampleMs, tap.value);
    if ((!read && !filled) || tap.atMs === 0) return false;
    this.value = !Number.isNaN(tap.value) && hasEnough(ring) ? this.find() : Number.NaN;
    return true;
  }

  words(shown: string): string {
    const { metric } = this.tap.series;
    if (Number.isNaN(this.tap.value)) return `${metric} is not a number`;
    return this.gathering ? historyWords(metric, this.ring) : this.foundWords(shown);
  }

  metrics(): readonly string[] {
    return [this.tap.series.metric];
  }

  freshForMs(gapMs: number): number {
    return freshForMs(this.tap.series.record.words, gapMs);
  }
}

class RateSource extends WindowSource {
  readonly rule: SeriesFunction & { readonly name: 'rate_of_change' };

  constructor(
    rule: SeriesFunction & { readonly name: 'rate_of_change' },
    series: SeriesEntry,
    desk: PastDesk,
  ) {
    super(rule.overMs, series, desk);
    this.rule = rule;
  }

  get units(): string {
    return this.tap.series.record.words.units;
  }

  protected find(): number {
    return rateOfChange(this.ring, { timeMs: this.tap.sampleMs, value: this.tap.value }, this.rule.perMs);
  }

  protected foundWords(shown: string): string {
    return rateOfChangeWords(this.tap.series.metric, this.rule.perMs, shown);
  }
}

class ForecastSource extends WindowSource {
  readonly units = 'h';
  readonly rule: SeriesFunction & { readonly name: 'forecast' };

  constructor(rule: SeriesFunction & { readonly name: 'forecast' }, series: SeriesEntry, desk: PastDesk) {
    super(rule.historyMs, series, desk);
    this.rule = rule;
  }

  protected find(): number {
    return hoursUntil(this.ring, this.tap.value, this.rule.reaches);
  }

  protected foundWords(shown: string): string {
    const { metric, record } = this.tap.series;
    return forecastWords(
      { metric, units: record.words.units, reaches: this.rule.reaches },
      this.value,
      shown,
    );
  }
}
