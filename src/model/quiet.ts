import type { FactPattern } from '../contract/facts.ts';
import type { ServiceKey } from './service-state.ts';

/** What somebody has decided shall bother nobody: downtimes, silences, acknowledgements. */

/** What it covers: all parts that are there must match whole values. */
export interface CoverageRule {
  readonly cluster: string | null;
  readonly host: string | null;
  readonly service: string | null;
  /** Over the state in lower case. */
  readonly severity: string | null;
  readonly facts: readonly FactPattern[];
  /** These and no others; null: whatever matches. */
  readonly services: readonly ServiceKey[] | null;
  /** Only what somebody was told of under this incident. */
  readonly incident?: string;
}

/** When it holds. Ends are exclusive; `toMs` null: until it is undone. */
export type QuietTime =
  | { readonly kind: 'fixed' | 'silence'; readonly fromMs: number; readonly toMs: number }
  /** For so long from the first problem within from … to; `startedMs`: when that was, service by service. */
  | { readonly kind: 'flexible'; readonly fromMs: number; readonly toMs: number; readonly durationMs: number }
  /** Whenever these times of a time period include the moment. */
  | {
      readonly kind: 'recurring';
      readonly fromMs: number;
      readonly toMs: number | null;
      readonly times: readonly string[];
      readonly timezone: string;
    };

/** A downtime or a silence. */
export interface Quiet {
  /** `d12` or `s12`. */
  readonly id: string;
  readonly covers: CoverageRule;
  readonly time: QuietTime;
  readonly comment: string;
  readonly author: string;
  readonly createdMs: number;
  /** When it was undone; null: it was not. */
  readonly endedMs: number | null;
  readonly endedBy: string;
  /** Of a flexible one: when it began for a service, by `cluster NUL host NUL service`; it ends durationMs later. */
  readonly begun: readonly (readonly [key: string, sinceMs: number])[];
}

/** Somebody works on it. */
export interface Acknowledgement extends ServiceKey {
  readonly comment: string;
  readonly author: string;
  /** Until it is well; else until its state changes. */
  readonly sticky: boolean;
  readonly atMs: number;
  readonly untilMs: number | null;
  /** The problem's state then. */
  readonly state: string;
}
