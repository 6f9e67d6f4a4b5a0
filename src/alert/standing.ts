import { withoutIdle } from './told.ts';
import { isHeldBy, owedTo } from './decision.ts';
import type { CompiledAlerts } from './rules.ts';
import type { News } from './decision.ts';
import type { OpenIncident, Standing } from './open-incident.ts';
import type { AlertSubject } from './subject.ts';
import type { Told } from '../model/service-state.ts';

/** What of a service's standing decides whom it is told to, and why not. Pure; shared by the desk's parts. */

/** What a target is to be told of a member of an incident, or what keeps it; `untilMs` null: nobody knows. */
export type Verdict =
  | { readonly kind: 'tell'; readonly news: News }
  | {
      readonly kind: 'not';
      readonly why: 'nothing' | 'held' | 'outside-period' | 'first-delay' | 'refused' | 'elsewhere';
      readonly untilMs: number | null;
    };

const NOTHING: Verdict = { kind: 'not', why: 'nothing', untilMs: null };
const ELSEWHERE = { kind: 'not', why: 'elsewhere', untilMs: null } as const;

export function toldOf(standing: Standing<AlertSubject>, target: string): Told | undefined {
  return standing.subject.told.find(({ receiver }) => receiver === target);
}

/** Whether what it is held by holds for the target. */
export function isHeldFor({ hold, heldFor }: Standing<AlertSubject>, target: string): boolean {
  return hold !== null && (heldFor === null || heldFor.includes(target));
}

/** What is owed to a target of an incident for one of its members. */
export function verdictOf<S extends AlertSubject>(
  standing: Standing<S>,
  { incident, target }: { readonly incident: OpenIncident<S>; readonly target: string },
  { rules, nowMs }: { readonly rules: CompiledAlerts; readonly nowMs: number },
): Verdict {
  const told = toldOf(standing, target);
  if (standing.closed) {
    const isTold = told?.incident === incident.id && (told.level !== null || told.known !== null);
    return isTold ? { kind: 'tell', news: 'closed' } : NOTHING;
  }
  const owner = ownerOf(standing, target, { rules, nowMs });
  const isWanted = owner === incident;
  const news = owedTo(told, standing, { isWanted, nowMs });
  if (news === null) {
    if (standing.stands === 'hard' && owner && !isWanted) {
      return { ...ELSEWHERE, untilMs: periodEndsMs(owner, { rules, nowMs }) };
    }
    const isRefused = isWanted && told?.refused && told.refused.problem === standing.problem;
    return isRefused ? { kind: 'not', why: 'refused', untilMs: told.refused?.againMs ?? null } : NOTHING;
  }
  // Its end is told under the incident under which its beginning was.
  if (news !== 'problem' && told?.incident !== incident.id) return ELSEWHERE;
  if (isHeldBy(isHeldFor(standing, target) ? standing.hold : null, news)) {
    return { kind: 'not', why: 'held', untilMs: null };
  }
  return news === 'problem' ? inTime(standing, incident, { rules, nowMs }) : { kind: 'tell', news };
}

/** A problem is told within the route's period, and after its delay. */
function inTime<S extends AlertSubject>(
  { hardMs }: Standing<S>,
  { route }: OpenIncident<S>,
  { rules, nowMs }: { readonly rules: CompiledAlerts; readonly nowMs: number },
): Verdict {
  if (route && !isInPeriod(route.period, rules, nowMs)) {
    const untilMs = route.period === null ? null : rules.periods.nextValid(route.period, nowMs);
    return { kind: 'not', why: 'outside-period', untilMs };
  }
  const dueMs = hardMs + (route?.firstNotificationDelayMs ?? 0);
  if (nowMs < dueMs) return { kind: 'not', why: 'first-delay', untilMs: dueMs };
  return { kind: 'tell', news: 'problem' };
}

export function isInPeriod(period: string | null, { periods }: CompiledAlerts, nowMs: number): boolean {
  return period === null || periods.includes(period, nowMs);
}

/**
 * The incident that tells a target of it: of several the one whose route comes first, of those that are
 * within their period.
 */
export function ownerOf<S extends AlertSubject>(
  { claims }: Standing<S>,
  target: string,
  { rules, nowMs }: { readonly rules: CompiledAlerts; readonly nowMs: number },
): OpenIncident<S> | undefined {
  const first = claims.find(({ targets }) => targets.includes(target));
  if (first === undefined || isInPeriod(first.route?.period ?? null, rules, nowMs)) return first;
  const present = claims.find(({ targets, route }) => {
    return targets.includes(target) && isInPeriod(route?.period ?? null, rules, nowMs);
  });
  return present ?? first;
}

/** When the period of an incident's route ends, or begins; null: never. */
export function periodEndsMs<S extends AlertSubject>(
  { route }: OpenIncident<S>,
  { rules, nowMs }: { readonly rules: CompiledAlerts; readonly nowMs: number },
): number | null {
  return route === null || route.period === null ? null : rules.periods.until(route.period, nowMs);
}

/** Without targets that are gone and, once it is well or closed, those that have nothing open. */
export function presentTold<S extends AlertSubject>(
  { stands, closed, subject: { told } }: Standing<S>,
  { targets }: CompiledAlerts,
): readonly Told[] {
  const isGone = ({ receiver }: Told) => !targets.has(receiver);
  const present = told.some(isGone) ? told.filter((one) => !isGone(one)) : told;
  return stands === 'ok' || closed ? withoutIdle(present) : present;
}

/**
 * An open problem that a target knows of, that its route takes still, and that nothing keeps quiet: what it
 * is reminded of.
 */
export function isRemindable<S extends AlertSubject>(
  standing: Standing<S>,
  incident: OpenIncident<S>,
  target: string,
): boolean {
  if (standing.stands !== 'hard' || isHeldFor(standing, target)) return false;
  if (!standing.claims.includes(incident)) return false;
  const told = toldOf(standing, target);
  return told?.incident === incident.id && told.level !== null && told.key === null;
}

/** A problem that a target knows of, or will with what is on its way. */
export function isOpenFor<S extends AlertSubject>(
  standing: Standing<S>,
  incident: OpenIncident<S>,
  target: string,
): boolean {
  if (standing.stands === 'ok' || standing.closed) return false;
  const told = toldOf(standing, target);
  return told?.incident === incident.id && told.level !== null;
}

/** Of a service that was not shown before. */
export function newStanding<S extends AlertSubject>(key: string, subject: S): Standing<S> {
  const { status, told } = subject;
  return {
    key,
    subject,
    stands: status.kind,
    problem: status.kind === 'hard' ? status.problem : null,
    sinceMs: status.sinceMs,
    hardMs: 0,
    hold: null,
    heldFor: null,
    heldUntilMs: 0,
    told,
    facts: '',
    claims: [],
    incidents: new Set(),
    closed: null,
  };
}
