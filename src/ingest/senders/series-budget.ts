import type { Source } from './source.ts';

/** Why no more series may be made. */
export type BudgetRefusal = 'limit_records' | 'limit_series_per_source' | 'limit_series_share';

/**
 * How many series (and facts) the process may hold; its workers share one counter. A sender may hold what its
 * group grants it, and never more than is left for all others: so one that invents names comes to rest at
 * half, a second one at a third each, and whoever needs few finds room whatever they do.
 */
export class SeriesBudget {
  readonly #max: number;
  readonly #used: Int32Array;

  /** `used`: 4 shared bytes, 0 at first. */
  constructor(max: number, used: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.#max = max;
    this.#used = new Int32Array(used);
  }

  get used(): number {
    return Atomics.load(this.#used, 0);
  }

  /** Whether so many more may be made; by nobody in particular when they come back after a restart. */
  refusal(series: number, source: Source | undefined): BudgetRefusal | undefined {
    const left = this.#max - this.used;
    if (series > left) return 'limit_records';
    if (!source) return undefined;
    const held = source.series + series;
    if (held > (source.rules?.trust.maxSeriesPerSource ?? Infinity)) return 'limit_series_per_source';
    return held > left ? 'limit_series_share' : undefined;
  }

  take(series: number, source: Source | undefined): void {
    Atomics.add(this.#used, 0, series);
    if (source) source.series += series;
  }

  giveBack(series: number, source: Source | undefined): void {
    Atomics.sub(this.#used, 0, series);
    if (source) source.series -= series;
  }
}
