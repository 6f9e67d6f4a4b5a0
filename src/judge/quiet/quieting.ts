import type { Acknowledgement } from '../../model/quiet.ts';
import type { LiveQuiet } from '../../alert/quiet/live-quiet.ts';
import type { ServiceWatch } from '../watch.ts';
import type { ServiceKey } from '../../model/service-state.ts';
import type { Turn } from '../turn.ts';

/** Why nobody is told of a problem: somebody decided so. */
export type QuietHold = 'in-downtime' | 'silenced' | 'acknowledged';

/** What of it is shown with a service; of a well one as well. */
export interface QuietFlags {
  readonly in_downtime: boolean;
  readonly silenced: boolean;
  readonly acknowledged: boolean;
}

export const NOT_QUIET: QuietFlags = { in_downtime: false, silenced: false, acknowledged: false };

/** What people have decided shall bother nobody, as the turn asks for it. */
export interface Quieting {
  /** Of a problem. By the time alone: what was held a moment ago may not be now. */
  holdOf(watch: ServiceWatch, nowMs: number): QuietHold | null;
  flagsOf(watch: ServiceWatch, nowMs: number): QuietFlags;
  /** That of its present problem, if it stands. */
  acknowledgementOf(watch: ServiceWatch, nowMs: number): Acknowledgement | undefined;
  /** Downtimes and silences that are not over and may cover it, by names and facts; in no order. */
  covering(watch: ServiceWatch): readonly LiveQuiet[];
  /** Once a turn for each problem, and each acknowledged service, before anybody is told of it. */
  look(watch: ServiceWatch, turn: Turn): void;
  /** The service is not there any more. */
  gone(key: ServiceKey): void;
  /** Before what changed is kept: shows what is quiet, or no longer, and hands over what is to be kept. */
  settle(turn: Turn): void;
}

/** Where nobody decides anything. */
export const NO_QUIET: Quieting = {
  holdOf: () => null,
  flagsOf: () => NOT_QUIET,
  acknowledgementOf: () => undefined,
  covering: () => [],
  look: () => undefined,
  gone: () => undefined,
  settle: () => undefined,
};
