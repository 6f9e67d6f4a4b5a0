import type { Acknowledgement, Quiet } from '../model/quiet.ts';
import type { JudgeMemory } from '../judge/store.ts';
import type { SavedOverride } from '../model/rota.ts';

/** What somebody decided, as it stands now. */
export interface Decided {
  readonly quiets: readonly Quiet[];
  readonly acknowledgements: readonly Acknowledgement[];
  readonly overrides: readonly SavedOverride[];
}

export const NOTHING_DECIDED: Decided = { quiets: [], acknowledgements: [], overrides: [] };

/**
 * The same as it stood then: downtimes that were undone held until somebody undid them. Of acknowledgements
 * only those are known that hold today.
 */
export function decidedPast(decided: Decided, beginMs: number): Pick<JudgeMemory, 'quiets' | 'overrides'> {
  return {
    quiets: decided.quiets.map((quiet) => asItWas(quiet, beginMs)).filter((quiet) => quiet !== null),
    overrides: [...decided.overrides],
  };
}

/** Null: it was over before. */
function asItWas(quiet: Quiet, beginMs: number): Quiet | null {
  const { time, endedMs, begun } = quiet;
  if (endedMs !== null && endedMs <= Math.max(beginMs, time.fromMs)) return null;
  const toMs = endedMs === null ? time.toMs : Math.min(endedMs, time.toMs ?? endedMs);
  if (toMs !== null && toMs <= beginMs) return null;
  const fromMs = Math.max(time.fromMs, quiet.createdMs);
  const times = { ...time, fromMs, toMs } as Quiet['time'];
  return {
    ...quiet,
    time: times,
    endedMs: null,
    endedBy: '',
    begun: begun.filter(([, sinceMs]) => sinceMs < beginMs),
  };
}
