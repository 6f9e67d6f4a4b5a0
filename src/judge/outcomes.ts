import type { HandlerRun } from '../model/handler-run.ts';
import type { JudgeReport } from './report.ts';
import type { PluginRun } from '../model/check-result.ts';
import type { ServicePerformance } from '../model/performance.ts';

/** What others are to do. */
export interface Errands {
  readonly runs: readonly PluginRun[];
  readonly handlers: readonly HandlerRun[];
  /** For the workers that have the hosts. */
  readonly performances: readonly (ServicePerformance & { readonly worker: number })[];
}

/** Whether other rules are taken. */
export type Accepted = { readonly ok: true } | { readonly ok: false; readonly faults: readonly string[] };

/** An answer given between two turns. */
export interface Answered<A> {
  readonly answer: A;
  readonly report: JudgeReport | null;
}
