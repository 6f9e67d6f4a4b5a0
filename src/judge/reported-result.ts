import { resultDueMs } from '../check/freshness.ts';
import { freshnessMs } from './watch.ts';
import type { Result } from '../check/state-machine.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/**
 * What the absence of results means for a service whose results come from elsewhere: null while they come,
 * and while its command is asked instead.
 */
export function missingResult(watch: ServiceWatch, turn: Turn): Result | null {
  const limitMs = freshnessMs(watch);
  if (limitMs === Number.POSITIVE_INFINITY || !isResultOverdue(watch, limitMs, turn)) return null;
  if (watch.kind === 'passive' && commandOf(watch) !== null) {
    watch.nextCheckMs ??= turn.nowMs;
    return null;
  }
  const settled = watch.stale && watch.status.kind !== 'soft';
  watch.stale = true;
  return settled ? null : { state: missingState(watch), evidenceMs: turn.nowMs };
}

/** What is run for a service: its command, or the one that stands in for results that stay away. */
export function commandOf({ compiled }: ServiceWatch): readonly string[] | null {
  const { subject } = compiled.rule;
  return subject.kind === 'command' || subject.kind === 'passive' ? subject.command : null;
}

function isResultOverdue(watch: ServiceWatch, limitMs: number, turn: Turn): boolean {
  const { judged, lastCheckMs, status } = watch;
  const lastMs = judged && !watch.stale ? lastCheckMs : (watch.result?.timeMs ?? status.sinceMs);
  if (turn.nowMs - lastMs <= limitMs) return false;
  return turn.nowMs > resultDueMs({ lastMs, limitMs, sinceMs: Math.max(turn.graceFromMs, watch.restedMs) });
}

/** Of a host the threshold's state is read as UP and DOWN. */
function missingState({ compiled, isHost }: ServiceWatch): Result['state'] {
  const { freshnessState } = compiled.definition;
  if (!isHost) return freshnessState;
  return freshnessState === 'OK' ? 'UP' : 'DOWN';
}
