import type { Periods } from '../../check/time-period/time-period.ts';
import type { Problem } from '../../model/service-state.ts';

/**
 * Notifications as Nagios 4.5 decides them (base/notifications.c, base/checks.c, common/downtime.c): what one
 * service or host is set to, how its notifications stand, and what is looked at in a moment.
 */

export type NoticeType =
  | 'PROBLEM'
  | 'RECOVERY'
  | 'ACKNOWLEDGEMENT'
  | 'FLAPPINGSTART'
  | 'FLAPPINGSTOP'
  | 'FLAPPINGDISABLED'
  | 'DOWNTIMESTART'
  | 'DOWNTIMEEND'
  | 'DOWNTIMECANCELLED'
  | 'CUSTOM';

/** What is told, and to whom: contacts in their order, each once, never none. */
export interface Notice {
  readonly type: NoticeType;
  readonly contacts: readonly string[];
  /** A problem that was told before, and has not changed since. */
  readonly isReminder: boolean;
}

/** Nagios' letters: `w u c` and `d u` of problems, `r` recovery, `f` flapping, `s` downtime. */
export type Options = readonly string[];

export interface Contact {
  readonly name: string;
  readonly isEnabled: boolean;
  /** A time period; null: always. */
  readonly period: string | null;
  readonly options: Options;
  /** It is told of nothing less important. */
  readonly minimumImportance: number;
}

/** Who is told instead of the usual contacts, from the first to the last of these notifications. */
export interface Escalation {
  readonly first: number;
  /** 0: there is no last. */
  readonly last: number;
  /** Null: the usual one. */
  readonly intervalMs: number | null;
  readonly period: string | null;
  readonly options: Options;
  readonly contacts: readonly Contact[];
}

export interface NotificationRules {
  readonly isEnabled: boolean;
  readonly isVolatile: boolean;
  readonly detectsFlapping: boolean;
  /** 0: a problem is told once. */
  readonly intervalMs: number;
  readonly firstDelayMs: number;
  readonly period: string | null;
  readonly options: Options;
  readonly importance: number;
  readonly contacts: readonly Contact[];
  readonly escalations: readonly Escalation[];
}

/** How an object's notifications stand; a plain value that JSON takes and gives back. Times in epoch ms. */
export interface Notifying {
  /** Times its present problem was told. */
  readonly number: number;
  /** Letters of the problems somebody was told of, whose end nobody was told of yet. */
  readonly notifiedOn: Options;
  /** When the present state was last told, and is next; 0: not, at once. */
  readonly lastMs: number;
  readonly nextMs: number;
  /** An interval of 0 has had its one notification. */
  readonly isSpent: boolean;
  /** When the hard state last changed. */
  readonly hardSinceMs: number;
  /** When the present problem was first told; 0: not yet. */
  readonly firstMs: number;
  readonly acknowledged: 'no' | 'normal' | 'sticky';
  readonly isFlapping: boolean;
  readonly downtimes: readonly KnownDowntime[];
  /** Flexible downtimes that are over before their windows are. */
  readonly over: readonly string[];
}

export interface KnownDowntime {
  readonly id: string;
  /** When it ends; of one that has not begun, when its window closes. */
  readonly untilMs: number;
  readonly isRunning: boolean;
}

/** One that knows of nothing. */
export const NOTHING_TOLD: Notifying = {
  number: 0,
  notifiedOn: [],
  lastMs: 0,
  nextMs: 0,
  isSpent: false,
  hardSinceMs: 0,
  firstMs: 0,
  acknowledged: 'no',
  isFlapping: false,
  downtimes: [],
  over: [],
};

/** A downtime of the object itself, as it was scheduled. */
export interface Downtime {
  readonly id: string;
  readonly isFixed: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a flexible one, from its first problem on. */
  readonly durationMs: number;
  /** How the downtime stands that it begins and ends with; null: none does. */
  readonly trigger: 'waiting' | 'running' | 'over' | null;
}

export interface Standing {
  /** Null: OK or UP. */
  readonly problem: Problem | null;
  readonly isHard: boolean;
  readonly isFlapping: boolean;
}

/** What a service's notifications look at of its host. */
export interface HostStanding {
  readonly isUp: boolean;
  readonly isHard: boolean;
  readonly isInDowntime: boolean;
  /** It is bad within the window of a flexible downtime that has not begun. */
  readonly isEnteringDowntime: boolean;
  /** It has parents, and every one of them is down. */
  readonly areParentsDown: boolean;
}

export interface Moment {
  readonly nowMs: number;
  /** Notifications as a whole. */
  readonly isEnabled: boolean;
  readonly stands: Standing;
  /** Null: the object is a host itself. */
  readonly host: HostStanding | null;
  /** Those of the object that are not over and were not cancelled. */
  readonly downtimes: readonly Downtime[];
  readonly periods: Pick<Periods, 'includes' | 'nextValid'>;
  readonly dependencyFails: () => boolean;
}

/** An object as its notifications look at it. */
export interface Subject {
  readonly state: Notifying;
  readonly rules: NotificationRules;
  readonly moment: Moment;
}

export interface Outcome {
  readonly state: Notifying;
  readonly notices: readonly Notice[];
}
