import { isHeldFor, toldOf, verdictOf } from './standing.ts';
import { newsDueMs } from './clock.ts';
import type { AlertDesk } from './desk.ts';
import type { AlertSubject } from './subject.ts';
import type { Explanation } from '../contract/alert-views.ts';
import type { Hold } from './decision.ts';
import type { OpenIncident, Standing } from './open-incident.ts';
import type { ServiceKey, Status } from '../model/service-state.ts';

/** Why somebody is told of a service now, or why nobody is. */
export interface Why {
  readonly reason: Explanation;
  /** What it waits for, in words; empty: nothing. */
  readonly waitsFor: string;
  /** When that is; null: nobody knows. */
  readonly untilMs: number | null;
  /** The target that is about; empty: all of them. */
  readonly target: string;
  readonly incident: string;
}

const HELD: Readonly<Record<Hold, readonly [Explanation, string]>> = {
  'host-down': ['host_down', 'its host to be heard again'],
  'parent-silent': ['parent_silent', 'what its parents are'],
  'host-silent': ['host_silent', 'its host to be heard again'],
  'mass-silence': ['mass_silence', 'the silence of its group to end'],
  'new-host': ['new_host', 'the host to register, or to be known for longer'],
  list: ['list', 'the list of instances'],
  flapping: ['flapping', 'the end of its flapping'],
  dependency: ['dependency', 'what it depends on to be well'],
  'in-downtime': ['in_downtime', 'the end of its downtime'],
  silenced: ['silenced', 'the end of the silence'],
  acknowledged: ['acknowledged', 'whoever works on it'],
  'not-ours': ['not_ours', 'the lease'],
};

/** As things stand; every target of a hard problem is asked, and the first that is not told says why. */
export function whyOf<S extends AlertSubject>(
  desk: AlertDesk<S>,
  subject: ServiceKey & { readonly status: Status },
  nowMs: number,
): Why {
  const standing = desk.standing(subject);
  const { kind } = subject.status;
  if (kind === 'soft') return plain('soft', 'the next attempt');
  const isSending = standing?.subject.told.some(({ key }) => key !== null) ?? false;
  if (kind === 'ok') {
    if (isSending) return plain('sending', 'the receipt');
    return standing ? ofEnd(standing, nowMs) : plain('well', '');
  }
  if (!standing) return plain('pending', 'the next turn');
  if (standing.hold !== null && standing.heldFor === null) return plain(...HELD[standing.hold]);
  if (standing.claims.length === 0) return plain('no_route', '');
  for (const incident of standing.claims) {
    for (const target of incident.targets) {
      const why = ofTarget(desk, standing, { incident, target, nowMs });
      if (why) return why;
    }
  }
  if (isSending) return plain('sending', 'the receipt');
  return plain(standing.subject.told.length > 0 ? 'told' : 'no_route', '');
}

interface Asked<S extends AlertSubject> {
  readonly incident: OpenIncident<S>;
  readonly target: string;
  readonly nowMs: number;
}

/** Null: it is told, or nothing is owed to it. */
function ofTarget<S extends AlertSubject>(
  desk: AlertDesk<S>,
  standing: Standing<S>,
  { incident, target, nowMs }: Asked<S>,
): Why | null {
  const at = { target, incident: incident.id };
  const verdict = verdictOf(standing, { incident, target }, { rules: desk.rules, nowMs });
  if (verdict.kind === 'tell') return waiting({ incident, target, nowMs });
  switch (verdict.why) {
    case 'held':
      if (standing.hold === null || !isHeldFor(standing, target)) return null;
      return { ...plain(...HELD[standing.hold]), ...at };
    case 'outside-period':
      return { reason: 'outside_period', waitsFor: 'its time period', untilMs: verdict.untilMs, ...at };
    case 'first-delay':
      return { reason: 'first_delay', waitsFor: 'its delay', untilMs: verdict.untilMs, ...at };
    case 'refused':
      return { reason: 'refused', waitsFor: 'the next attempt', untilMs: verdict.untilMs, ...at };
    case 'nothing':
    case 'elsewhere':
      return toldOf(standing, target)?.key ? { ...plain('sending', 'the receipt'), ...at } : null;
  }
}

function waiting<S extends AlertSubject>({ incident, target, nowMs }: Asked<S>): Why {
  const at = { target, incident: incident.id };
  const lane = incident.lanes.get(target);
  const stormMs = lane && lane.laterMs > nowMs ? lane.laterMs : null;
  if (stormMs !== null)
    return { reason: 'storm', waitsFor: 'the next page of a storm', untilMs: stormMs, ...at };
  const dueMs = lane && lane.news.size > 0 ? newsDueMs(incident, lane) : nowMs;
  return { reason: 'grouped', waitsFor: 'what comes to the same page', untilMs: dueMs, ...at };
}

function ofEnd<S extends AlertSubject>(standing: Standing<S>, nowMs: number): Why {
  for (const incident of standing.incidents) {
    for (const { target, news } of incident.lanes.values()) {
      if (news.has(standing)) return waiting({ incident, target, nowMs });
    }
  }
  return plain('well', '');
}

function plain(reason: Explanation, waitsFor: string): Why {
  return { reason, waitsFor, untilMs: null, target: '', incident: '' };
}
