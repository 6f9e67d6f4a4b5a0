import type { ServiceKey, Status, Told } from '../model/service-state.ts';

/** A service as the desk needs it: the judge's watches are such, and those of a backtest. */
export interface AlertSubject extends ServiceKey {
  readonly status: Status;
  /** Written by the desk. */
  told: readonly Told[];
  /** Written by the desk: it is to be shown it once a turn, whatever becomes of it. */
  isOnDesk: boolean;
}

/** What routes look at besides its name and severity. */
export interface Traits {
  /** Of its host; an aggregate has none. */
  readonly facts: ReadonlyMap<string, string>;
  /** Of its definition. */
  readonly tags: readonly string[];
  /** It stands for others: routes that want one of these severities take it; undefined: its own. */
  readonly severities?: readonly string[];
}

/** What a page says of it, as it stands now. */
export interface Portrait {
  readonly state: string;
  readonly stateType: 'SOFT' | 'HARD';
  readonly output: string;
  readonly sinceMs: number;
  readonly notes: string;
  readonly runbook: string;
  /** The metric it judges; empty: none. */
  readonly metric: string;
  readonly warning: string;
  readonly critical: string;
  /** Tells one page from another about the same state, where each counts; null: one state is one page. */
  readonly occasion: string | null;
}
