import { resultDueMs } from '../check/freshness.ts';
import { freshnessMs } from './watch.ts';
import { show } from './show.ts';
import type { Result } from '../check/state-machine.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

const FLAPPING_WITHOUT_RESULT_MS = 3_600_000;

/**
 * What the absence of results means for a service whose results come from elsewhere: null while they come,
 * and while its command is asked instead.
 */
export function missingResult(watch: ServiceWatch, turn: Turn): Result | null {
  if (watch.flaps !== null) calm(watch, turn);
  const limitMs = freshnessMs(watch);
  if (limitMs === Number.POSITIVE_INFINITY || !isResultOverdue(watch, limitMs, turn)) return null;
  if (watch.kind === 'passive' && commandOf(watch) !== null) {
    watch.nextCheckMs ??= turn.nowMs;
    return null;
  }
  const settled = watch.stale && watch.status.kind !== 'soft' && watch.flaps === null;
  watch.stale = true;
  return settled ? null : { state: missingState(watch), evidenceMs: turn.nowMs };
}

/**
 * In Muster's semantics flapping ends when results stay away: what the service is is told then. In Nagios'
 * it goes on for as long.
 */
function calm(watch: ServiceWatch, turn: Turn): void {
  const { flaps, compiled } = watch;
  if (!flaps?.isFlapping || compiled.definition.semantics === 'nagios') return;
  if (turn.nowMs - flaps.recordedMs <= FLAPPING_WITHOUT_RESULT_MS) return;
  watch.flaps = null;
  turn.dirty.add(watch);
  show(watch, turn);
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
  // Nagios only looks away outside of the check_period.
  const restedMs = watch.compiled.definition.semantics === 'nagios' ? 0 : watch.restedMs;
  return turn.nowMs > resultDueMs({ lastMs, limitMs, sinceMs: Math.max(turn.graceFromMs, restedMs) });
}

/** Of a host the threshold's state is read as UP and DOWN. */
function missingState({ compiled, isHost }: ServiceWatch): Result['state'] {
  const { freshnessState } = compiled.definition;
  if (!isHost) return freshnessState;
  return freshnessState === 'OK' ? 'UP' : 'DOWN';
}
