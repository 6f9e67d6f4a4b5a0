import type { SeriesEntry } from '../../live/entries.ts';

/** Columns of the same time of several series. */
export interface PastRequest {
  readonly series: readonly SeriesEntry[];
  /** Epoch ms, fromMs < toMs. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows at most. */
  readonly points: number;
}

export type PastAnswer =
  | {
      readonly ok: true;
      /** The middle of each row, epoch ms, ascending. */
      readonly timesMs: readonly number[];
      /** One a series, in order; NaN where a row is not known. */
      readonly columns: readonly ArrayLike<number>[];
    }
  /** It cannot be read, in words. */
  | { readonly ok: false; readonly fault: string };

/** History, read elsewhere and whenever there is time for it. It answers once, later; it never throws. */
export interface Past {
  read(request: PastRequest, answer: (answer: PastAnswer) => void): void;
}

/** One series' past that somebody would like to have: the time from so long ago to so long ago. */
export interface PastWish {
  readonly series: SeriesEntry;
  readonly fromAgoMs: number;
  readonly toAgoMs: number;
  readonly points: number;
  /** One row, oldest first; `done` comes after the last. */
  row(timeMs: number, value: number): void;
  done(fault: string | null): void;
}

/** Where there is none: windows fill by themselves. */
export const NO_PAST: Past = {
  read: (_request, answer) => answer({ ok: false, fault: 'there is no history to be read' }),
};
