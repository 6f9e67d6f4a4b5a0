import { ROUTE_DEFAULTS } from '../contract/alerts.ts';
import { isInPeriod, isRemindable } from './standing.ts';
import type { AlertSubject } from './subject.ts';
import type { CompiledAlerts } from './rules.ts';
import type { Lane, OpenIncident } from './open-incident.ts';
import type { Steps } from './destination.ts';

/** When something about an incident is due: its pages, reminders, and the steps of its escalation. */

export const NEVER = Number.POSITIVE_INFINITY;

interface At {
  readonly rules: CompiledAlerts;
  readonly nowMs: number;
}

/** A clock that was set back makes what was later now. */
export function clampTimes<S extends AlertSubject>(incident: OpenIncident<S>, nowMs: number): void {
  if (incident.waitingMs !== null) incident.waitingMs = Math.min(incident.waitingMs, nowMs);
  if (incident.pausedMs !== null) incident.pausedMs = Math.min(incident.pausedMs, nowMs);
  for (const lane of incident.lanes.values()) {
    lane.pagedMs = Math.min(lane.pagedMs, nowMs);
    lane.newsMs = Math.min(lane.newsMs, nowMs);
    lane.laterMs = 0;
  }
}

/**
 * When a target is told the news there is. The first page of an incident waits for more; afterwards they
 * come in a distance, but for one service alone, which has nothing to be gathered with.
 */
export function newsDueMs<S extends AlertSubject>(incident: OpenIncident<S>, lane: Lane<S>): number {
  if (lane.news.size === 0) return NEVER;
  return Math.max(gatheredMs(incident, lane), lane.laterMs);
}

function gatheredMs<S extends AlertSubject>(incident: OpenIncident<S>, lane: Lane<S>): number {
  const { groupWaitMs, groupIntervalMs } = incident.route ?? ROUTE_DEFAULTS;
  if (incident.waitingMs === null) return lane.newsMs + groupWaitMs;
  if (lane.pages === 0 || incident.members.size === 1) return lane.newsMs;
  // What nobody watches any more cannot be told later.
  for (const news of lane.news.values()) if (news === 'closed') return lane.newsMs;
  return Math.max(lane.pagedMs + groupIntervalMs, lane.newsMs);
}

/**
 * When a target is reminded, as things stand. `isOnWay`: whether its newest page is. What was held until now
 * waits for a group_interval, so that who undoes an acknowledgement may make another.
 */
export function reminderDueMs<S extends AlertSubject>(
  incident: OpenIncident<S>,
  lane: Lane<S>,
  { rules, nowMs, isOnWay }: At & { readonly isOnWay: boolean },
): number {
  const everyMs = repeatMs(incident, lane.target, { rules, nowMs });
  if (everyMs === null || isOnWay || lane.pages === 0 || lane.news.size > 0) return NEVER;
  if (!incident.targets.includes(lane.target)) return NEVER;
  if (!isInPeriod(incident.route?.period ?? null, rules, nowMs)) return NEVER;
  const heldUntilMs = leastHeldMs(incident, lane.target);
  const { groupIntervalMs } = incident.route ?? ROUTE_DEFAULTS;
  const settledMs = heldUntilMs === 0 ? 0 : heldUntilMs + groupIntervalMs;
  return Math.max(lane.pagedMs + everyMs, lane.laterMs, settledMs);
}

/** Until when the first was held of what a target is to be reminded of; infinite: there is nothing. */
function leastHeldMs<S extends AlertSubject>(incident: OpenIncident<S>, target: string): number {
  let leastMs = NEVER;
  for (const standing of incident.members) {
    if (standing.heldUntilMs >= leastMs || !isRemindable(standing, incident, target)) continue;
    leastMs = standing.heldUntilMs;
    if (leastMs === 0) break;
  }
  return leastMs;
}

/** How often a target is reminded; null: never. The last step of an escalation may have a pace of its own. */
export function repeatMs<S extends AlertSubject>(
  { route, steps: begun }: OpenIncident<S>,
  target: string,
  { rules, nowMs }: At,
): number | null {
  if (!route) return null;
  const escalation = rules.destinations.stepsOf(route.receiver);
  const last = escalation?.steps.at(-1);
  if (!escalation || escalation.repeatEveryMs === null || !last || begun < escalation.steps.length) {
    return route.repeatEveryMs;
  }
  const { targets } = rules.destinations.reachStep(last.notify, nowMs);
  return targets.includes(target) ? escalation.repeatEveryMs : route.repeatEveryMs;
}

/** The escalation of an incident; null: it has none. */
export function escalationOf<S extends AlertSubject>(
  { route }: OpenIncident<S>,
  { destinations }: CompiledAlerts,
): Steps | null {
  return route && destinations.stepsOf(route.receiver);
}

/** When the next step of the escalation begins, as things stand. */
export function nextStepMs<S extends AlertSubject>(incident: OpenIncident<S>, rules: CompiledAlerts): number {
  const { waitingMs, pausedMs, steps } = incident;
  const next = escalationOf(incident, rules)?.steps[steps];
  if (!next) return NEVER;
  if (next.afterMs <= 0) return Number.NEGATIVE_INFINITY;
  return waitingMs === null || pausedMs !== null ? NEVER : waitingMs + next.afterMs;
}

/**
 * Runs the escalation's clock as long as there is a problem that bothers somebody; whether anything changed.
 */
export function runClock<S extends AlertSubject>(incident: OpenIncident<S>, at: At): boolean {
  const escalation = escalationOf(incident, at.rules);
  if (!escalation) return false;
  const isRunning = isBothering(incident, at);
  const { waitingMs, pausedMs } = incident;
  if (waitingMs === null) {
    // Where nobody is told at first, what counts is when somebody would have been.
    if (!isRunning || (escalation.steps[0]?.afterMs ?? 0) <= 0) return false;
    incident.waitingMs = at.nowMs;
    return true;
  }
  if (isRunning === (pausedMs === null)) return false;
  incident.pausedMs = isRunning ? null : at.nowMs;
  if (pausedMs !== null) incident.waitingMs = waitingMs + (at.nowMs - pausedMs);
  return true;
}

function isBothering<S extends AlertSubject>(incident: OpenIncident<S>, { rules, nowMs }: At): boolean {
  const { route, members } = incident;
  if (!route || !isInPeriod(route.period, rules, nowMs)) return false;
  for (const { stands, hold, claims, hardMs } of members) {
    if (stands !== 'hard' || hold !== null || !claims.includes(incident)) continue;
    if (nowMs >= hardMs + route.firstNotificationDelayMs) return true;
  }
  return false;
}
