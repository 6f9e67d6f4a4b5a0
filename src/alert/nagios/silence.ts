import { letterOfProblem } from './letters.ts';
import { isEntering, isInDowntime } from './downtime-depth.ts';
import type { NoticeType, Subject } from './notifying.ts';

/** Why a notice goes to nobody. */
export type Silence =
  | 'disabled'
  | 'outside-period'
  | 'object-disabled'
  | 'not-a-problem'
  | 'soft'
  | 'acknowledged'
  | 'dependency'
  | 'option'
  | 'nobody-was-told'
  | 'first-delay'
  | 'flapping'
  | 'in-downtime'
  | 'host-in-downtime'
  | 'entering-downtime'
  | 'told-once'
  | 'host-down'
  | 'parents-down'
  | 'too-early';

type Filter = readonly [why: Silence, applies: (subject: Subject) => boolean];

const SECOND_MS = 1000;

/** The filters that a notice of this type has to pass, in Nagios' order; null: it passes all of them. */
export function silenceOf(type: NoticeType, subject: Subject): Silence | null {
  for (const [why, applies] of [...EVERY, ...FILTERS[type]]) if (applies(subject)) return why;
  return null;
}

const EVERY: readonly Filter[] = [
  ['disabled', ({ moment }) => !moment.isEnabled],
  ['outside-period', ({ rules, moment }) => !isWithin(rules.period, moment)],
  ['object-disabled', ({ rules }) => !rules.isEnabled],
];

const IN_DOWNTIME: Filter = ['in-downtime', ({ state }) => isInDowntime(state)];
const HOST_IN_DOWNTIME: Filter = ['host-in-downtime', ({ moment }) => moment.host?.isInDowntime ?? false];
const CUSTOM: readonly Filter[] = [IN_DOWNTIME, HOST_IN_DOWNTIME];
const FLAPPING: readonly Filter[] = [['option', lacks('f')], IN_DOWNTIME, HOST_IN_DOWNTIME];
const DOWNTIME: readonly Filter[] = [['option', lacks('s')], IN_DOWNTIME];
const ACKNOWLEDGEMENT: readonly Filter[] = [
  ['not-a-problem', ({ moment }) => moment.stands.problem === null],
];

/** Of problems and recoveries alike. */
const STATE: readonly Filter[] = [
  ['soft', ({ moment }) => !moment.stands.isHard],
  ['acknowledged', ({ state }) => state.acknowledged !== 'no'],
  ['dependency', ({ moment }) => moment.dependencyFails()],
  ['option', (subject) => lacks(letterOf(subject))(subject)],
  ['nobody-was-told', ({ state, moment }) => isWell(moment) && state.notifiedOn.length === 0],
  ['first-delay', isDelayed],
  ['flapping', ({ state }) => state.isFlapping],
  IN_DOWNTIME,
  HOST_IN_DOWNTIME,
  ['entering-downtime', ({ state, moment }) => isEntering(state, moment) || isHostEntering(moment)],
  ['told-once', ({ state }) => state.isSpent],
  ['host-down', ({ moment: { host } }) => host !== null && !host.isUp && host.isHard],
  ['parents-down', ({ moment: { host } }) => host?.areParentsDown ?? false],
  ['too-early', ({ state, rules, moment }) => isEarly(moment.nowMs, state.nextMs) && !rules.isVolatile],
];

const FILTERS: Readonly<Record<NoticeType, readonly Filter[]>> = {
  PROBLEM: STATE,
  RECOVERY: STATE,
  ACKNOWLEDGEMENT,
  FLAPPINGSTART: FLAPPING,
  FLAPPINGSTOP: FLAPPING,
  FLAPPINGDISABLED: FLAPPING,
  DOWNTIMESTART: DOWNTIME,
  DOWNTIMEEND: DOWNTIME,
  DOWNTIMECANCELLED: DOWNTIME,
  CUSTOM,
};

/** Nagios' clock has seconds and no parts of them. */
export function isEarly(nowMs: number, dueMs: number): boolean {
  return Math.floor(nowMs / SECOND_MS) < Math.floor(dueMs / SECOND_MS);
}

export function isWithin(period: string | null, { periods, nowMs }: Subject['moment']): boolean {
  return period === null || periods.includes(period, nowMs);
}

function isDelayed({ state, rules, moment }: Subject): boolean {
  if (state.number > 0 || isWell(moment)) return false;
  return isEarly(moment.nowMs, state.hardSinceMs + rules.firstDelayMs);
}

function isHostEntering({ host }: Subject['moment']): boolean {
  return host?.isEnteringDowntime ?? false;
}

function isWell({ stands }: Subject['moment']): boolean {
  return stands.problem === null;
}

function letterOf({ moment }: Subject): string {
  return letterOfProblem(moment.stands.problem);
}

function lacks(letter: string): (subject: Subject) => boolean {
  return ({ rules }) => !rules.options.includes(letter);
}
