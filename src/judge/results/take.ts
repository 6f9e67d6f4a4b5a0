import { endsWith, recordState, STEADY } from '../../check/flapping.ts';
import { isHostUp } from '../host-state.ts';
import { stepAsNagios } from '../../check/nagios-step.ts';
import { attemptOf, isAttemptDue, step } from '../../check/state-machine.ts';
import { tellAgain } from '../../alert/told.ts';
import { hearNagios } from '../nagios-announce.ts';
import { recordEvent } from '../record-event.ts';
import { recordFlapping } from '../flapping-event.ts';
import { show } from '../show.ts';
import { stateName, stateType } from '../report.ts';
import type { Effect, Result } from '../../check/state-machine.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Status } from '../../model/service-state.ts';
import type { Turn } from '../turn.ts';

/**
 * How a result came about. `sampled`: by looking again, so that attempts are `retry_interval` apart.
 * `reported`: by a plugin or from elsewhere; each is an attempt.
 */
export type Found = 'sampled' | 'reported';

/**
 * Takes what was found into a service: its state, its history of flapping, what is to be kept, shown and
 * told. Answers with what that means for those who watch.
 */
export function take(watch: ServiceWatch, result: Result, found: Found, turn: Turn): Effect {
  const before = watch.status;
  const [status, effect] = stepped(watch, result, found, momentOf(found, before, turn.nowMs));
  const isFirst = !watch.judged;
  watch.judged = true;
  if (watch.stale) watch.lastCheckMs = turn.nowMs;
  watch.status = status;
  const flapped = recordFlaps(watch, found, turn);
  const again = repeats(watch, effect, found, turn);
  hearNagios(watch, { before, effect }, turn);
  if (effect === 'none' && !isFirst && !flapped && !again) return effect;
  turn.dirty.add(watch);
  show(watch, turn);
  if (watch.on.reported === watch) turn.shownHosts.add(watch.on);
  if (effect !== 'none' || again) recordChange(watch, { before, effect }, turn);
  recordFlapping(watch, turn);
  return effect;
}

function stepped(
  watch: ServiceWatch,
  result: Result,
  found: Found,
  nowMs: number,
): readonly [Status, Effect] {
  const { semantics, maxCheckAttempts, retryIntervalMs, passiveHostChecksAreSoft } =
    watch.compiled.definition;
  const rules = { maxAttempts: maxCheckAttempts, retryIntervalMs: found === 'sampled' ? retryIntervalMs : 0 };
  const { status } = watch;
  if (semantics === 'muster') return step(status, result, rules, nowMs);
  // Samples come as often as the agent likes: not every one of them is what Nagios calls a check.
  if (status.kind === 'soft' && result.state !== 'OK' && result.state !== 'UP') {
    if (!isAttemptDue(status, result, rules, nowMs)) return [status, 'none'];
  }
  return stepAsNagios(
    status,
    result,
    {
      maxAttempts: maxCheckAttempts,
      isHost: watch.isHost,
      isHostUp: watch.isHost || isHostUp(watch.on),
      isHardAtOnce: watch.isHost && watch.kind === 'passive' && !passiveHostChecksAreSoft,
    },
    nowMs,
  );
}

/** How far changes may run ahead of the clock when many results come at once. */
const AHEAD_MS_MAX = 1000;

/** Two changes of one moment have times of their own: pages about them would be taken for the same. */
function momentOf(found: Found, { sinceMs }: Status, nowMs: number): number {
  const isSame = found === 'reported' && nowMs <= sinceMs && sinceMs - nowMs < AHEAD_MS_MAX;
  return isSame ? sinceMs + 1 : nowMs;
}

/**
 * Only hard states and soft recoveries are recorded; of hosts in Nagios' semantics soft ones too. What is
 * sampled is recorded when it has changed, and every check_interval. Answers whether anything is different.
 */
function recordFlaps(watch: ServiceWatch, found: Found, turn: Turn): boolean {
  const { status, flaps } = watch;
  if (flaps === null && status.kind === 'ok') return false;
  const { definition } = watch.compiled;
  if (status.kind === 'soft' && !(watch.isHost && definition.semantics === 'nagios')) return false;
  const before = flaps ?? STEADY;
  if (found === 'sampled' && endsWith(before, status)) {
    const passedMs = turn.nowMs - before.recordedMs;
    if (passedMs >= 0 && passedMs < definition.checkIntervalMs) return false;
  }
  const after = recordState(before, status, definition, turn.nowMs);
  watch.flaps = after.history === 0 ? null : after;
  return after.history !== before.history;
}

/** Whether a volatile service's problem counts as a new one, which is told whatever was told. */
function repeats(watch: ServiceWatch, effect: Effect, found: Found, turn: Turn): boolean {
  const { isVolatile, retryIntervalMs } = watch.compiled.definition;
  if (!isVolatile || watch.status.kind !== 'hard') return false;
  const passedMs = turn.nowMs - watch.repeatedMs;
  const isEarly = passedMs >= 0 && passedMs < retryIntervalMs;
  if (found === 'sampled' && effect === 'none' && isEarly) return false;
  watch.repeatedMs = turn.nowMs;
  watch.told = tellAgain(watch.told, watch.status.problem);
  return true;
}

function recordChange(
  watch: ServiceWatch,
  { before, effect }: { readonly before: Status; readonly effect: Effect },
  turn: Turn,
): void {
  // Its host is the event; that nothing comes from it any more is not another one for every service.
  if (watch.stale && watch.on.state === 'DOWN') return;
  const isSoftRecovery = effect === 'soft-recovery';
  const stands = {
    state: stateName(watch),
    stateType: isSoftRecovery ? 'SOFT' : stateType(watch),
    attempt: isSoftRecovery ? recoveredAt(watch, before) : attemptOf(watch.status),
  } as const;
  recordEvent(watch, stands, watch.output, turn);
  turn.handlers.changed(watch, { before, effect }, turn);
}

/** A soft recovery is the attempt after the last one; of a host Nagios counts it as the first. */
function recoveredAt(watch: ServiceWatch, before: Status): number {
  const isFirst = watch.isHost && watch.compiled.definition.semantics === 'nagios';
  return isFirst ? 1 : attemptOf(before) + 1;
}
