import type { ServiceKey } from './service-state.ts';

/** Ways by which results of checks come in. */
export type ResultDoor = 'api' | 'nsca' | 'nrdp' | 'command' | 'collectd' | 'plugin';

/** One result, as somebody reports it. */
export interface CheckResult {
  /** Empty: wherever a host of that name or address is. */
  readonly cluster: string;
  /** Its name, or its address. */
  readonly host: string;
  /** `host`: the host's own state. */
  readonly service: string;
  /** 0 … 3 as a plugin's exit status (hosts: 0 UP, 1 DOWN, 2 UNREACHABLE); anything else as it came. */
  readonly code: number;
  /** The plugin's whole text: output, long output and performance data. */
  readonly output: string;
  /** When it was found, as its sender says. */
  readonly timeMs: number;
  readonly door: ResultDoor;
  /** Who brought it: an address, or a user's name. */
  readonly from: string;
}

/** Why a result is not taken; src/contract/reasons.ts has words and cures. */
export type ResultRefusal =
  | 'unknown-host'
  | 'ambiguous-host'
  | 'unknown-service'
  | 'not-passive'
  | 'old-result'
  | 'future-result'
  | 'too-many-services';

export type ResultOutcome =
  | { readonly ok: true; readonly key: ServiceKey }
  | { readonly ok: false; readonly refusal: ResultRefusal };

/** `nothing-to-run`: its results come by themselves. */
export type CheckNowOutcome = 'asked' | 'unknown-service' | 'nothing-to-run';

/** A plugin that is due. */
export interface PluginRun extends ServiceKey {
  readonly run: number;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Not started before that; epoch ms. */
  readonly startMs: number;
}

/**
 * How a run ended. `exited`: by itself. `killed`: by a signal that was not ours. Cut off: `timeout`,
 * `flooded` (wrote too much), `left-children` (went and left processes behind). Never began: `not-started`,
 * `refused` (too many wait).
 */
export type PluginEnd =
  | 'exited'
  | 'killed'
  | 'timeout'
  | 'flooded'
  | 'left-children'
  | 'not-started'
  | 'refused';

/** What became of it. */
export interface PluginOutcome extends ServiceKey {
  readonly run: number;
  readonly end: PluginEnd;
  /** The exit status; -1 where there is none. */
  readonly code: number;
  /** What it wrote to its standard output, as far as it was read. */
  readonly output: string;
  /** More of the end: the signal, why it was not started; of one that exited, its first words of error. */
  readonly detail: string;
  readonly startedMs: number;
  readonly executionMs: number;
  /** How long it waited for its turn. */
  readonly latencyMs: number;
}
