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

/** A plugin that is due. */
export interface PluginRun extends ServiceKey {
  readonly run: number;
  readonly command: readonly string[];
  readonly timeoutMs: number;
  /** Not started before that; epoch ms. */
  readonly startMs: number;
}

/** What became of it. */
export interface PluginOutcome extends ServiceKey {
  readonly run: number;
  /** `exited`: by itself; the others were cut off, or never began. */
  readonly end: 'exited' | 'killed' | 'timeout' | 'flooded' | 'not-started' | 'refused';
  /** The exit status; -1 where there is none. */
  readonly code: number;
  /** What it wrote to its standard output, or why there is nothing. */
  readonly output: string;
  readonly startedMs: number;
  readonly executionMs: number;
  /** How long it waited for its turn. */
  readonly latencyMs: number;
}
