import { isOfGroup, toldOfGroup } from './group-silence.ts';
import { areParentsDown } from './parents.ts';
import { failingOf } from './relations.ts';
import { HOST_SERVICE } from './watch.ts';
import { holdOf } from './hold.ts';
import { isHostDown, isHostUp } from './host-state.ts';
import { isNothing, nagiosStanding } from './nagios-state.ts';
import { isSilenced, nagiosQuiet } from './nagios-quiet.ts';
import { nagiosContacts } from './nagios-contacts.ts';
import { nagiosPages } from './nagios-pages.ts';
import { passTime, takeResult } from '../alert/nagios/machine.ts';
import { sendState } from '../alert/nagios/send.ts';
import { show } from './show.ts';
import { tell } from '../alert/told.ts';
import type { Effect } from '../check/state-machine.ts';
import type { Hold } from '../alert/decision.ts';
import type {
  HostStanding,
  Moment,
  Notice,
  NotificationRules,
  Notifying,
} from '../alert/nagios/notifying.ts';
import type { NagiosStanding } from './nagios-state.ts';
import type { Outcome, Subject } from '../alert/nagios/notifying.ts';
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
  if (!isNagios(watch)) return;
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
  const { notifying, status, flaps } = watch;
  const isIdle = notifying === null && status.kind === 'ok' && !flaps?.isFlapping && watch.told.length === 0;
  if (isIdle && turn.quiet.covering(watch).length === 0) return;
  step(watch, turn, passTime);
  if (notifying?.isPutOff || isLooked(watch)) attempt(watch, turn);
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
  const { state } = nagiosStanding(watch);
  if (watch.status.kind === 'ok' ? state.notifiedOn.length > 0 : watch.status.kind === 'hard') {
    step(watch, turn, sendState);
  }
}

/** Not Nagios' own: what Muster knows of silence is not told as forty problems of one host. */
const PUT_OFF: readonly (Hold | null)[] = ['not-ours', 'parent-silent', 'host-silent', 'new-host', 'list'];

function step(watch: ServiceWatch, turn: Turn, by: (subject: Subject) => Outcome): void {
  const before = nagiosStanding(watch);
  const hold = holdOf(watch, turn);
  const isHeld = PUT_OFF.includes(hold) || turn.pagesBegun >= turn.pagesMax;
  const spared = hold === 'mass-silence' ? toldOfGroup(watch, turn) : NOBODY;
  const subject = subjectOf(watch, before.state, { turn, isHeld, spared });
  const { state, notices } = by(subject);
  const isToTell = watch.status.kind === 'hard' || state.notifiedOn.length > 0;
  keep(watch, { state, isPutOff: isHeld && isToTell }, turn);
  if (notices.length > 0) show(watch, turn);
  for (const notice of notices) page(watch, { notice, state }, turn);
}

interface Held {
  readonly isHeld: boolean;
  /** Whoever is told of its group is not told of each of its hosts. */
  readonly spared: readonly string[];
}

const NOBODY: readonly string[] = [];

function keep(watch: ServiceWatch, standing: NagiosStanding, turn: Turn): void {
  const isOver = watch.status.kind === 'ok' && standing.state.notifiedOn.length === 0;
  // Nobody is owed the end any more; what is on its way arrives.
  const told = isOver ? watch.told.filter(({ key }) => key !== null) : watch.told;
  const next = watch.status.kind === 'ok' && isNothing(standing) ? null : standing;
  const isSame = next?.state === watch.notifying?.state && next?.isPutOff === watch.notifying?.isPutOff;
  if (isSame && told.length === watch.told.length) return;
  watch.notifying = next;
  if (told.length !== watch.told.length) watch.told = told;
  turn.dirty.add(watch);
}

function page(
  watch: ServiceWatch,
  { notice, state }: { readonly notice: Notice; readonly state: Notifying },
  turn: Turn,
): void {
  const making = { nowMs: turn.nowMs, digest: turn.digest };
  const portrait = turn.portray(watch);
  for (const made of nagiosPages(watch, { notice, state, portrait }, making)) {
    turn.pages.push(made);
    turn.pagesBegun += 1;
    if (notice.type !== 'PROBLEM' && notice.type !== 'RECOVERY') continue;
    const { receiver, key } = made;
    watch.told = tell(watch.told, { receiver, key, level: problemOf(watch.status) });
  }
  turn.dirty.add(watch);
}

function subjectOf(
  watch: ServiceWatch,
  state: Notifying,
  { turn, isHeld, spared }: Held & { readonly turn: Turn },
): Subject {
  const { nowMs, quiet } = turn;
  const covering = quiet.covering(watch);
  const { downtimes, isHostInDowntime } = nagiosQuiet(watch, covering, nowMs);
  const isWell = watch.status.kind === 'ok';
  const moment: Moment = {
    nowMs,
    isEnabled: !isHeld && (isWell || !isSilenced(watch, covering, nowMs)),
    stands: {
      problem: problemOf(watch.status),
      isHard: watch.status.kind === 'hard' || (watch.status.kind === 'ok' && !watch.status.isSoft),
      isFlapping: watch.flaps?.isFlapping ?? false,
    },
    host: watch.isHost ? null : hostStanding(watch, isHostInDowntime, turn),
    downtimes,
    periods: turn.alerts.periods,
    dependencyFails: () => dependencyFails(watch, turn),
  };
  // When it ends by itself the book says.
  const acknowledged = quiet.flagsOf(watch, nowMs).acknowledged ? 'sticky' : 'no';
  const known: Notifying = state.acknowledged === acknowledged ? state : { ...state, acknowledged };
  return { state: known, rules: rulesOf(watch, { state, spared }, turn), moment };
}

function hostStanding({ on }: ServiceWatch, isInDowntime: boolean, { table }: Turn): HostStanding {
  return {
    isUp: isHostUp(on),
    isHard: isHostDown(on),
    isInDowntime,
    isEnteringDowntime: false,
    areParentsDown: areParentsDown(on, table),
  };
}

function dependencyFails(watch: ServiceWatch, { table }: Turn): boolean {
  const own = watch.isHost ? undefined : watch.on.services.get(HOST_SERVICE);
  return [watch, own].some((one) => one !== undefined && failingOf(one, 'notification', table) !== null);
}

const ALL_OPTIONS = ['w', 'u', 'c', 'd', 'r', 'f', 's'] as const;

function rulesOf(
  watch: ServiceWatch,
  { state, spared }: Pick<Held, 'spared'> & { readonly state: Notifying },
  turn: Turn,
): NotificationRules {
  const { definition } = watch.compiled;
  const ofHost = watch.on.services.get(HOST_SERVICE)?.compiled.definition.notificationPeriod ?? null;
  return {
    isEnabled: definition.notificationsEnabled,
    isVolatile: definition.isVolatile,
    detectsFlapping: definition.flapDetectionEnabled,
    intervalMs: definition.notificationIntervalMs,
    firstDelayMs: definition.firstNotificationDelayMs,
    period: definition.notificationPeriod ?? ofHost,
    options: definition.notificationOptions ?? ALL_OPTIONS,
    importance: 0,
    // Routes are tried when something is to be told, and not for every result.
    get contacts() {
      const traits = turn.traits(watch);
      const contacts = nagiosContacts(watch, { traits, state, nowMs: turn.nowMs }, turn.alerts);
      return spared.length === 0 ? contacts : contacts.filter(({ name }) => !spared.includes(name));
    },
    escalations: [],
  };
}

function problemOf(status: Status) {
  return status.kind === 'ok' ? null : status.problem;
}
