import type { Catalogue } from '../../live/catalogue.ts';
import type { LiveSample } from '../../live/columns.ts';
import type { SeriesFunction } from '../../contract/checks.ts';
import type { SeriesEntry } from '../../live/entries.ts';

/** What a source of values may look at in a turn; a Turn has all of it. */
export interface Looking {
  readonly catalogue: Pick<Catalogue, 'arrivalMs' | 'read'>;
  readonly nowMs: number;
  /** When the server started: older arrivals were restored. */
  readonly startedMs: number;
  /** Since when we have listened without a break. */
  readonly graceFromMs: number;
  /** Scratch for `catalogue.read`. */
  readonly sample: LiveSample;
}

/**
 * Where the number that a live service judges comes from, if it is not one series as it is. It reads live
 * columns and its own memory: no store, no waiting.
 */
export interface ValueSource {
  /**
   * Brings it up to date. True: there is something newer to judge by. It costs a few comparisons when nothing
   * came.
   */
  look(turn: Looking): boolean;
  /**
   * It cannot say anything yet for want of time alone (history, members not heard since the start): what is
   * newer is no result, the state stays. A service without one so far is shown as PENDING with the words.
   */
  readonly gathering: boolean;
  /** What is held against the ranges; NaN: UNKNOWN, and `words` say why. */
  readonly value: number;
  /** Arrival of the newest sample it is made of, epoch ms: the evidence. 0: there has been none. */
  readonly atMs: number;
  readonly units: string;
  /**
   * What was found, before ` · critical above 5`: `avg of load_one over 37 of 40 hosts is 5.2`. `shown`: the
   * value with its units, as it is to stand there.
   */
  words(shown: string): string;
  /** Names of the series it looks at, to be drawn beside. */
  metrics(): readonly string[];
  /**
   * How old `atMs` may become before it is stale, where the definition does not say; infinite where that is
   * what it judges, or what it tells by itself. `gapMs`: the usual one between its host's packets.
   */
  freshForMs(gapMs: number): number;
}

/** A function over one series. */
export interface SeriesValueSource extends ValueSource {
  readonly rule: SeriesFunction;
  /** It was announced again: another place, the same name. */
  renew(series: SeriesEntry): void;
}
