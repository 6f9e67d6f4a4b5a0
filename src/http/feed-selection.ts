import { FEED_SERIES_MAX } from '../limits.ts';
import { compileSelector, selectSeries } from '../live/selector.ts';
import type { FeedNames, FeedValues } from '../contract/feed.ts';
import type { Catalogue } from '../live/catalogue.ts';
import type { SeriesEntry } from '../live/entries.ts';
import type { LiveSample } from '../live/columns.ts';
import type { SelectorSource } from '../live/selector.ts';

/**
 * The rows of one selector, shared by all who subscribed to it: looked at once a tick, encoded once. The
 * texts are frames without their beginning `{"id":…,`, which is each subscriber's own.
 */
export class FeedSelection {
  /** Grows when the names change; who has seen an older one needs the names anew. */
  namesVersion = 0;
  /** How many subscriptions share it. */
  users = 0;
  /** The pattern that took longer than it may when it was last looked what matches. */
  tooSlow: string | null = null;
  readonly source: SelectorSource;
  readonly #catalogue: Catalogue;
  #entries: readonly SeriesEntry[] = [];
  #names = '';
  #catalogueVersion = -1;
  /** Arrival of each row's sample when it was last looked at, ms. */
  #seenMs = new Float64Array();
  #changed: number[] = [];
  #changedText: string | undefined;

  /** The source must have compiled before. */
  constructor(source: SelectorSource, catalogue: Catalogue) {
    this.source = source;
    this.#catalogue = catalogue;
  }

  get size(): number {
    return this.#entries.length;
  }

  get stale(): boolean {
    return this.#catalogueVersion !== this.#catalogue.version;
  }

  /** Looks again what matches; one that takes too long to tell keeps what it had. */
  refresh(): void {
    this.#catalogueVersion = this.#catalogue.version;
    // Compiled anew each time: what a compiled selector remembers of names is too much to keep for every one.
    const compiled = compileSelector(this.source);
    if (!compiled.ok) return;
    const { series, leftOut, tooSlow } = selectSeries(this.#catalogue, compiled.selector, FEED_SERIES_MAX);
    this.tooSlow = tooSlow;
    if (tooSlow !== null) return;
    this.#entries = series;
    const names = encodeNames(series, leftOut);
    if (names === this.#names) return;
    this.#names = names;
    this.namesVersion += 1;
    this.#seenMs = new Float64Array(series.length);
    this.look();
  }

  /** Notes which rows have a sample that arrived since the last look. */
  look(): void {
    this.#changed = [];
    this.#changedText = undefined;
    for (const [row, entry] of this.#entries.entries()) {
      const arrivalMs = this.#catalogue.arrivalMs(entry);
      if (arrivalMs === this.#seenMs[row]) continue;
      this.#seenMs[row] = arrivalMs;
      this.#changed.push(row);
    }
  }

  get changed(): boolean {
    return this.#changed.length > 0;
  }

  names(): string {
    return this.#names;
  }

  /** The rows that changed at the last look. */
  changes(nowMs: number): string {
    this.#changedText ??= this.#encodeRows(this.#changed, nowMs);
    return this.#changedText;
  }

  /** Every row that has a sample. */
  everything(nowMs: number): string {
    return this.#encodeRows([...this.#entries.keys()], nowMs);
  }

  #encodeRows(among: readonly number[], nowMs: number): string {
    const frame: Omit<FeedValues, 'id'> = { t: nowMs, rows: [], values: [], ages: [] };
    const sample: LiveSample = { rawHi: 0, rawLo: 0, value: Number.NaN, sampleMs: 0, arrivalMs: 0 };
    for (const row of among) {
      const entry = this.#entries[row];
      if (!entry || !this.#catalogue.read(entry, sample)) continue;
      frame.rows.push(row);
      frame.values.push(Number.isFinite(sample.value) ? sample.value : null);
      frame.ages.push(Math.max(0, Math.round(nowMs - sample.arrivalMs)));
    }
    return JSON.stringify(frame).slice(1);
  }
}

function encodeNames(series: readonly SeriesEntry[], leftOut: number): string {
  const frame: Omit<FeedNames, 'id'> = {
    series: series.map(({ metric, record: { description } }) => ({
      cluster: description.cluster,
      host: description.host,
      metric,
      units: description.units,
    })),
    left_out: leftOut,
  };
  return JSON.stringify(frame).slice(1);
}
