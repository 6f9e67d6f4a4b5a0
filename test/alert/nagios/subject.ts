import { NOTHING_TOLD } from '../../../src/alert/nagios/notifying.ts';
import type {
  Contact,
  Downtime,
  Escalation,
  Moment,
  NotificationRules,
  Notifying,
  Outcome,
  Standing,
  Subject,
} from '../../../src/alert/nagios/notifying.ts';

export const WELL: Standing = { problem: null, isHard: true, isFlapping: false };
export const CRITICAL: Standing = { problem: 'CRITICAL', isHard: true, isFlapping: false };
export const OTHER = { isOther: true, isHard: true } as const;
export const SAME = { isOther: false, isHard: false } as const;
/** It only became hard. */
export const HARDENED = { isOther: false, isHard: true } as const;

const EVERYTHING = ['w', 'u', 'c', 'd', 'r', 'f', 's'] as const;
const UP = {
  isUp: true,
  isHard: true,
  isInDowntime: false,
  isEnteringDowntime: false,
  areParentsDown: false,
};

export function contact(name: string, changes: Partial<Contact> = {}): Contact {
  return { name, isEnabled: true, period: null, options: EVERYTHING, minimumImportance: 0, ...changes };
}

export function escalation(changes: Partial<Escalation>): Escalation {
  const usual = { first: 1, last: 0, intervalMs: null, period: null, options: EVERYTHING, contacts: [] };
  return { ...usual, ...changes };
}

export function rules(changes: Partial<NotificationRules> = {}): NotificationRules {
  return {
    isEnabled: true,
    isVolatile: false,
    detectsFlapping: true,
    intervalMs: 60_000,
    firstDelayMs: 0,
    period: null,
    options: EVERYTHING,
    importance: 0,
    contacts: [contact('ann')],
    escalations: [],
    ...changes,
  };
}

export function downtime(changes: Partial<Downtime> = {}): Downtime {
  const usual = { id: 'd1', isFixed: true, fromMs: 0, toMs: 100_000, durationMs: 0, trigger: null };
  return { ...usual, ...changes };
}

export type Change = Partial<Omit<Moment, 'host'>> & { readonly host?: Partial<Moment['host']> | null };

/** A CRITICAL service on a host that is UP. */
export function subject(
  of: { readonly state?: Partial<Notifying>; readonly rules?: Partial<NotificationRules> } & Change = {},
): Subject {
  const { state, rules: changed, host, ...moment } = of;
  return {
    state: { ...NOTHING_TOLD, ...state },
    rules: rules(changed),
    moment: {
      nowMs: 1_000_000,
      isEnabled: true,
      stands: CRITICAL,
      host: host === null ? null : { ...UP, ...host },
      downtimes: [],
      periods: { includes: (name) => name !== 'never', nextValid: () => null },
      dependencyFails: () => false,
      ...moment,
    },
  };
}

/** `PROBLEM ann,bob` */
export function told({ notices }: Pick<Outcome, 'notices'>): string[] {
  return notices.map(({ type, contacts }) => `${type} ${contacts.join(',')}`);
}
