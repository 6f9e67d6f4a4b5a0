import { announce, isAnnounced } from './announce.ts';
import { calm } from './calm.ts';
import { groupResult, isOfGroup } from './group-silence.ts';
import { liveResult } from './results/live-result.ts';
import { recordFlapping } from './flapping-event.ts';
import { missingResult } from './results/reported-result.ts';
import { silenceResult } from './results/silence-result.ts';
import { isRefreshDue, show } from './show.ts';
import { take } from './results/take.ts';
import type { Result } from '../check/state-machine.ts';
import type { ServiceWatch } from './watch.ts';
import type { Turn } from './turn.ts';

const PROBLEMS_SHOWN_PER_TURN = 2000;

/** One service, one turn. Without a new sample and all well it costs a few comparisons. */
export function judgeService(watch: ServiceWatch, turn: Turn): void {
  const evaluations = turn.evaluations;
  const wasResting = watch.isResting;
  watch.isResting = isResting(watch, turn);
  const result = watch.isResting ? null : resultOf(watch, turn);
  if (result) take(watch, result, 'sampled', turn);
  if (watch.flaps !== null) calm(watch, turn);
  recordFlapping(watch, turn);
  if (watch.status.kind !== 'ok' || watch.quiet.acknowledged) turn.quiet.look(watch, turn);
  if (isAnnounced(watch)) announce(watch, turn);
  if (watch.isResting !== wasResting) show(watch, turn);
  if (!watch.judged && !isPending(watch)) return;
  // What is wrong is shown with every value, as far as there are not thousands of them.
  const often =
    watch.status.kind !== 'ok' && turn.evaluations > evaluations && turn.shown.size < PROBLEMS_SHOWN_PER_TURN;
  if (watch.shownMs === 0 || often || isRefreshDue(watch, turn)) show(watch, turn);
}

/** Outside its check_period nothing is judged, and the waiting for samples begins anew after it. */
function isResting(watch: ServiceWatch, turn: Turn): boolean {
  const { checkPeriod } = watch.compiled.definition;
  if (checkPeriod === null || turn.periods.includes(checkPeriod, turn.nowMs)) return false;
  watch.restedMs = turn.nowMs;
  return true;
}

function resultOf(watch: ServiceWatch, turn: Turn): Result | null {
  switch (watch.kind) {
    case 'host':
      return isOfGroup(watch) ? groupResult(watch, turn) : silenceResult(watch, turn);
    case 'metric':
    case 'combined':
    case 'aggregate':
      return liveResult(watch, turn);
    case 'command':
    case 'passive':
      return missingResult(watch, turn);
  }
}

/** There is a service before anything was found. */
function isPending({ kind, source }: ServiceWatch): boolean {
  return kind === 'command' || kind === 'passive' || source?.gathering === true;
}
