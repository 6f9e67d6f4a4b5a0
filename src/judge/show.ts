import { isHostDown } from './host-state.ts';
import { wordsOf } from './words.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

/** Of a host's own service: the silence of one that is down grows, one that is up has little to say. */
const REFRESH_DOWN_MS = 10_000;
const REFRESH_UP_MS = 60_000;
/** A prime: the phases fill whatever the period is evenly. */
const PHASE_STEP_MS = 7919;

/** Reports the service as it is now, in words of now. */
export function show(watch: ServiceWatch, turn: Turn): void {
  watch.output = wordsOf(watch, turn);
  watch.quiet = turn.quiet.flagsOf(watch, turn.nowMs);
  // A host is looked at in every turn.
  if (watch.kind === 'host' && !watch.on.waiting && !watch.isResting) watch.lastCheckMs = turn.nowMs;
  const periodMs = refreshMs(watch, turn);
  watch.refreshAtMs = turn.nowMs + (watch.shownMs === 0 ? nextPhase(turn, periodMs) : periodMs);
  watch.shownMs = turn.nowMs;
  turn.shown.add(watch);
}

/** Its time has come, and there is something newer to say. */
export function isRefreshDue(watch: ServiceWatch, turn: Turn): boolean {
  if (turn.nowMs < watch.refreshAtMs) return false;
  return watch.kind === 'host' || watch.stale || watch.lastCheckMs > watch.shownMs;
}

function refreshMs(watch: ServiceWatch, turn: Turn): number {
  if (watch.kind !== 'host') return turn.refreshMs;
  return isHostDown(watch.on) ? REFRESH_DOWN_MS : REFRESH_UP_MS;
}

/** Services first shown together are refreshed apart: 300 000 at once would make one turn long. */
function nextPhase(turn: Turn, periodMs: number): number {
  turn.phaseMs += PHASE_STEP_MS;
  return periodMs - (turn.phaseMs % periodMs);
}
