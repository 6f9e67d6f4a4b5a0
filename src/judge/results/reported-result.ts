import { resultDueMs } from '../../check/freshness.ts';
import { START_GRACE_MS } from '../../fleet/liveness.ts';
import { freshnessMs } from '../watch.ts';
import { unanswered } from '../parents.ts';
import type { Result } from '../../check/state-machine.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

/**
 * What the absence of results means for a service whose results come from elsewhere: null while they come,
 * and while its command is asked instead.
 */
export function missingResult(watch: ServiceWatch, turn: Turn): Result | null {
  const limitMs = freshnessMs(watch);
  if (limitMs === Number.POSITIVE_INFINITY || !isResultOverdue(watch, limitMs, turn)) return null;
  if (isAskedFor(watch)) {
    watch.nextCheckMs = Math.min(watch.nextCheckMs ?? turn.nowMs, turn.nowMs);
    return null;
  }
  const settled = watch.stale && watch.status.kind !== 'soft' && watch.flaps === null;
  watch.stale = true;
  return settled ? null : { state: missingState(watch, turn), evidenceMs: turn.nowMs };
}

/** What is run for a service: its command, or the one that stands in for results that stay away. */
export function commandOf({ compiled }: ServiceWatch): readonly string[] | null {
  const { subject } = compiled.rule;
  return subject.kind === 'command' || subject.kind === 'passive' ? subject.command : null;
}

/** Nagios runs a plugin, too, when its last result is too old. */
function isAskedFor(watch: ServiceWatch): boolean {
  if (commandOf(watch) === null) return false;
  return watch.kind === 'passive' || watch.compiled.definition.semantics === 'nagios';
}

function isResultOverdue(watch: ServiceWatch, limitMs: number, turn: Turn): boolean {
  const { judged, stale, lastCheckMs, result, status } = watch;
  // Of one that never had a result the state's time is that of its staleness.
  const beganMs = stale ? 0 : status.sinceMs;
  const lastMs = judged && !stale ? lastCheckMs : (result?.timeMs ?? beganMs);
  if (turn.nowMs - lastMs <= limitMs) return false;
  // Nagios only looks away outside of the check_period.
  const restedMs = watch.compiled.definition.semantics === 'nagios' ? 0 : watch.restedMs;
  const sinceMs = Math.max(turn.graceFromMs, restedMs);
  return turn.nowMs > resultDueMs({ lastMs, limitMs, sinceMs, graceMs: START_GRACE_MS });
}

/** Of a host the threshold's state is read as UP and DOWN. */
function missingState(watch: ServiceWatch, turn: Turn): Result['state'] {
  const { freshnessState } = watch.compiled.definition;
  if (!watch.isHost) return freshnessState;
  return freshnessState === 'OK' ? 'UP' : unanswered(watch, turn);
}
