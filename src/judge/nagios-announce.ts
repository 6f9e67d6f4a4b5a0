import { HOST_SERVICE } from './watch.ts';
import { isNothing, nagiosStanding } from './nagios-state.ts';
import { isOfGroup } from './group-silence.ts';
import { nagiosPages } from './nagios-pages.ts';
import { nagiosSubject, problemOf } from './nagios-subject.ts';
import { passTime, takeResult } from '../alert/nagios/machine.ts';
import { sendState } from '../alert/nagios/send.ts';
import { show } from './show.ts';
import { tell } from '../alert/told.ts';
import type { Effect } from '../check/state-machine.ts';
import type { NagiosStanding } from './nagios-state.ts';
import type { Notice, Notifying, Outcome, Subject } from '../alert/nagios/notifying.ts';
import type { ServiceWatch } from './watch.ts';
import type { Status } from '../model/service-state.ts';
import type { Turn } from './turn.ts';

/**
 * Notifications of services in Nagios' semantics (src/alert/nagios): they go by results, one after the other,
 * and not by where a service stands in a turn. Nagios tells nothing between results but the begin and end of
 * downtimes; what Muster looks at itself has a result in every turn.
 */

/** A group's service tells of many hosts at once, which Nagios has not: it goes by Muster's own. */
export function isNagios(watch: ServiceWatch): boolean {
  return watch.compiled.definition.semantics === 'nagios' && !isOfGroup(watch);
}

/** After a result was taken: its state, flapping and downtimes are told. */
export function hearNagios(
  watch: ServiceWatch,
  { before, effect }: { readonly before: Status; readonly effect: Effect },
  turn: Turn,
): void {
  if (!isNagios(watch) || (effect === 'none' && isIdle(watch, turn))) return;
  const own = watch.on.services.get(HOST_SERVICE);
  // Nagios looks at the host with every bad result, which may cost a reminder of it.
  if (watch.status.kind !== 'ok' && own && own !== watch && isReminded(own)) attempt(own, turn);
  const change = {
    isOther: problemOf(before) !== problemOf(watch.status) || effect === 'soft-recovery',
    isHard: effect === 'problem' || effect === 'recovery',
  };
  step(watch, turn, (subject) => takeResult(subject, change));
}

/** Once a turn: what begins and ends by the clock, and what was put off. */
export function announceNagios(watch: ServiceWatch, turn: Turn): void {
  if (isIdle(watch, turn)) return;
  const { notifying } = watch;
  step(watch, turn, passTime);
  if (notifying?.isPutOff || isLooked(watch)) attempt(watch, turn);
}

/** Well, with nothing to remember: most of them, most of the time. */
function isIdle(watch: ServiceWatch, turn: Turn): boolean {
  const { notifying, status, flaps, told } = watch;
  const isQuiet = notifying === null && status.kind === 'ok' && !flaps?.isFlapping && told.length === 0;
  return isQuiet && turn.quiet.covering(watch).length === 0;
}

/** Of a volatile one only results are told again. */
function isLooked({ kind, isResting, compiled, notifying }: ServiceWatch): boolean {
  if (kind === 'command' || kind === 'passive' || isResting) return false;
  return !compiled.definition.isVolatile || notifying === null || notifying.state.lastMs === 0;
}

function isReminded(own: ServiceWatch): boolean {
  return isNagios(own) && own.status.kind === 'hard';
}

function attempt(watch: ServiceWatch, turn: Turn): void {
  const isOwed = nagiosStanding(watch).state.notifiedOn.length > 0;
  if (watch.status.kind === 'hard' || (watch.status.kind === 'ok' && isOwed)) step(watch, turn, sendState);
}

function step(watch: ServiceWatch, turn: Turn, by: (subject: Subject) => Outcome): void {
  const { subject, putOffBy } = nagiosSubject(watch, turn);
  const { state, notices } = by(subject);
  const isToTell = watch.status.kind === 'hard' || state.notifiedOn.length > 0;
  keep(watch, { state, isPutOff: putOffBy !== null && isToTell }, turn);
  if (notices.length > 0) show(watch, turn);
  for (const notice of notices) page(watch, { notice, state }, turn);
}

function keep(watch: ServiceWatch, standing: NagiosStanding, turn: Turn): void {
  const { notifying, told } = watch;
  const isWell = watch.status.kind === 'ok';
  // Nobody is owed the end any more; what is on its way arrives.
  const isOver = isWell && standing.state.notifiedOn.length === 0;
  if (isOver && told.some(({ key }) => key === null)) watch.told = told.filter(({ key }) => key !== null);
  const next = isWell && isNothing(standing) ? null : standing;
  const isSame = next?.state === notifying?.state && next?.isPutOff === notifying?.isPutOff;
  if (!isSame) watch.notifying = next;
  if (!isSame || watch.told !== told) turn.dirty.add(watch);
}

function page(
  watch: ServiceWatch,
  { notice, state }: { readonly notice: Notice; readonly state: Notifying },
  turn: Turn,
): void {
  const portrait = turn.portray(watch);
  for (const made of nagiosPages(watch, { notice, state, portrait }, turn)) {
    turn.pages.push(made);
    turn.pagesBegun += 1;
    if (notice.type !== 'PROBLEM' && notice.type !== 'RECOVERY') continue;
    const { receiver, key } = made;
    watch.told = tell(watch.told, { receiver, key, level: problemOf(watch.status) });
  }
  turn.dirty.add(watch);
  turn.told.add(watch);
}
