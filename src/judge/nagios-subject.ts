import { areParentsDown } from './parents.ts';
import { failingOf } from './relations.ts';
import { HOST_SERVICE } from './watch.ts';
import { holdOf } from './hold.ts';
import { isHostDown, isHostUp } from './host-state.ts';
import { isSilenced, nagiosQuiet } from './nagios-quiet.ts';
import { nagiosContacts } from './nagios-contacts.ts';
import { nagiosStanding } from './nagios-state.ts';
import { toldOfGroup } from './group-silence.ts';
import type { Hold } from '../alert/decision.ts';
import type { HostStanding, Moment, NotificationRules, Notifying } from '../alert/nagios/notifying.ts';
import type { Problem, Status } from '../model/service-state.ts';
import type { ServiceWatch } from './watch.ts';
import type { Subject } from '../alert/nagios/notifying.ts';
import type { Turn } from './turn.ts';

/** A service as Nagios' notifications look at it. */
export interface NagiosSubject {
  readonly subject: Subject;
  /** What keeps all of it back that is not Nagios' own; null: nothing does. */
  readonly putOffBy: Hold | 'too-many' | null;
}

/** What Muster knows of silence is not told as forty problems of one host. */
const PUTS_OFF: ReadonlySet<Hold> = new Set(['not-ours', 'parent-silent', 'host-silent', 'new-host', 'list']);

export function nagiosSubject(watch: ServiceWatch, turn: Turn): NagiosSubject {
  const hold = holdOf(watch, turn);
  const isFull = turn.pagesBegun >= turn.pagesMax;
  const putOffBy = hold !== null && PUTS_OFF.has(hold) ? hold : isFull ? 'too-many' : null;
  // When an acknowledgement ends by itself the book says.
  const acknowledged = turn.quiet.flagsOf(watch, turn.nowMs).acknowledged ? 'sticky' : 'no';
  const { state: kept } = nagiosStanding(watch);
  const state: Notifying = kept.acknowledged === acknowledged ? kept : { ...kept, acknowledged };
  // Whoever is told of its group is not told of each of its hosts.
  const spared = hold === 'mass-silence' ? toldOfGroup(watch, turn) : NOBODY;
  return {
    subject: {
      state,
      rules: rulesOf(watch, { state, spared }, turn),
      moment: momentOf(watch, putOffBy !== null, turn),
    },
    putOffBy,
  };
}

export function problemOf(status: Status): Problem | null {
  return status.kind === 'ok' ? null : status.problem;
}

function momentOf(watch: ServiceWatch, isHeld: boolean, turn: Turn): Moment {
  const { nowMs, quiet, alerts } = turn;
  const { status, flaps } = watch;
  const covering = quiet.covering(watch);
  const { downtimes, isHostInDowntime } = nagiosQuiet(watch, covering, nowMs);
  return {
    nowMs,
    isEnabled: !isHeld && (status.kind === 'ok' || !isSilenced(watch, covering, nowMs)),
    stands: {
      problem: problemOf(status),
      isHard: status.kind === 'hard' || (status.kind === 'ok' && !status.isSoft),
      isFlapping: flaps?.isFlapping ?? false,
    },
    host: watch.isHost ? null : hostStanding(watch, isHostInDowntime, turn),
    downtimes,
    periods: alerts.periods,
    dependencyFails: () => dependencyFails(watch, turn),
  };
}

function hostStanding({ on }: ServiceWatch, isInDowntime: boolean, { table }: Turn): HostStanding {
  return {
    isUp: isHostUp(on),
    isHard: isHostDown(on),
    isInDowntime,
    // A flexible downtime begins with the problem itself.
    isEnteringDowntime: false,
    areParentsDown: areParentsDown(on, table),
  };
}

/** Its own dependencies, and those of its host. */
function dependencyFails(watch: ServiceWatch, { table }: Turn): boolean {
  const own = watch.isHost ? undefined : watch.on.services.get(HOST_SERVICE);
  return [watch, own].some((one) => one !== undefined && failingOf(one, 'notification', table) !== null);
}

const NOBODY: readonly string[] = [];
const ALL_OPTIONS = ['w', 'u', 'c', 'd', 'r', 'f', 's'] as const;

function rulesOf(
  watch: ServiceWatch,
  { state, spared }: { readonly state: Notifying; readonly spared: readonly string[] },
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
