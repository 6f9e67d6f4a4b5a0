import { KIND } from '../../model/kind.ts';
import type { SeriesEntry } from '../../live/entries.ts';
import type { Looking } from './value-source.ts';

/** The newest sample of one series that had a value. */
export class SeriesTap {
  series: SeriesEntry;
  /** Its arrival, and when it was taken, epoch ms; 0: there has been none. */
  atMs = 0;
  sampleMs = 0;
  /** NaN: a gauge said so, or there has been none. */
  value = Number.NaN;
  #seenMs = 0;

  constructor(series: SeriesEntry) {
    this.series = series;
  }

  /** The same name in another place: what is read there is newer. */
  renew(series: SeriesEntry): void {
    this.series = series;
    this.#seenMs = 0;
  }

  /** Whether there may be a newer sample: a hint, right again at the next look. */
  isBehind({ catalogue }: Looking): boolean {
    return catalogue.arrivalMs(this.series) !== this.#seenMs;
  }

  /** Takes a newer sample in; false: there is none that came at `fromMs` or later. */
  read({ catalogue, sample }: Looking, fromMs: number): boolean {
    const arrivalMs = catalogue.arrivalMs(this.series);
    if (arrivalMs === this.#seenMs || arrivalMs < fromMs) return false;
    if (!catalogue.read(this.series, sample) || sample.arrivalMs === this.#seenMs) return false;
    this.#seenMs = sample.arrivalMs;
    // A counter's rate is not known at its first sample and after a reset: that is no news.
    if (Number.isNaN(sample.value) && this.#kind() !== KIND.gauge) return false;
    this.atMs = sample.arrivalMs;
    this.sampleMs = sample.sampleMs;
    this.value = sample.value;
    return true;
  }

  #kind(): number | undefined {
    const { record, source } = this.series;
    return record.words.sources[source]?.kind;
  }
}
