import { contactsOf, escalationsOf } from './contacts.ts';
import { letterOfProblem } from './letters.ts';
import { silenceOf } from './silence.ts';
import type { Reach } from './contacts.ts';
import type { Moment, NoticeType, Notifying, NotificationRules, Outcome, Subject } from './notifying.ts';
import type { Silence } from './silence.ts';

const YEAR_MS = 365 * 86_400_000;

export interface Sent extends Outcome {
  /** What kept it back, of the object itself; null: nothing did, though all contacts may have. */
  readonly silence: Silence | null;
}

/** What is not about the state: it changes nothing, unless it is to count. */
export function sendNotice(type: NoticeType, subject: Subject, reach: Reach = {}): Sent {
  const { state, rules, moment } = subject;
  const silence = reach.isForced ? null : silenceOf(type, subject);
  if (silence !== null) return { state, notices: [], silence };
  const counted = reach.isCounted ? { ...state, number: state.number + 1 } : state;
  const contacts = contactsOf(type, { state: counted, rules, moment }, reach);
  if (contacts.length === 0) return { state, notices: [], silence: null };
  return { state: counted, notices: [{ type, contacts, isReminder: false }], silence: null };
}

/** The state as it is: a problem, or its end. Only results cause it; there is no timer for reminders. */
export function sendState(subject: Subject): Sent {
  return subject.moment.stands.problem === null ? sendRecovery(subject) : sendProblem(subject);
}

function sendProblem(subject: Subject): Sent {
  const { state, rules, moment } = subject;
  const silence = silenceOf('PROBLEM', subject);
  if (silence !== null) return { state: whileSilent(silence, subject), notices: [], silence };
  const counted: Subject = { rules, moment, state: { ...state, number: state.number + 1 } };
  const contacts = contactsOf('PROBLEM', counted, {});
  // Nobody is a contact now: it was no notification, and the next result tries again.
  if (contacts.length === 0) return { state, notices: [], silence: null };
  const isReminder = state.lastMs !== 0 && !rules.isVolatile;
  return {
    state: { ...counted.state, ...toldOf(counted) },
    notices: [{ type: 'PROBLEM', contacts, isReminder }],
    silence: null,
  };
}

/** One that is kept back for a time is tried again with every good result. */
function sendRecovery(subject: Subject): Sent {
  const { state } = subject;
  const silence = silenceOf('RECOVERY', subject);
  if (silence === 'option' || silence === 'nobody-was-told')
    return { state: over(state), notices: [], silence };
  if (silence !== null) return { state: whileSilent(silence, subject), notices: [], silence };
  const contacts = contactsOf('RECOVERY', subject, {});
  const notices = contacts.length === 0 ? [] : [{ type: 'RECOVERY' as const, contacts, isReminder: false }];
  return { state: over(state), notices, silence: null };
}

function toldOf({ state, rules, moment }: Subject): Partial<Notifying> {
  const letter = letterOfProblem(moment.stands.problem);
  const intervalMs = intervalOf({ state, rules, moment });
  return {
    notifiedOn: state.notifiedOn.includes(letter) ? state.notifiedOn : [...state.notifiedOn, letter],
    firstMs: state.firstMs === 0 ? moment.nowMs : state.firstMs,
    lastMs: moment.nowMs,
    nextMs: moment.nowMs + intervalMs,
    isSpent: intervalMs === 0 && !rules.isVolatile,
  };
}

/** The shortest of the escalations that match, else the usual one. */
function intervalOf(subject: Subject): number {
  const own = escalationsOf(subject).flatMap(({ intervalMs }) => (intervalMs === null ? [] : [intervalMs]));
  return own.length === 0 ? subject.rules.intervalMs : Math.min(...own);
}

function whileSilent(silence: Silence, { state, rules, moment }: Subject): Notifying {
  const nextMs = silence === 'outside-period' ? nextValidMs(rules, moment) : state.nextMs;
  return nextMs === state.nextMs ? state : { ...state, nextMs };
}

function nextValidMs({ period }: NotificationRules, { periods, nowMs }: Moment): number {
  return (period === null ? nowMs : periods.nextValid(period, nowMs)) ?? nowMs + YEAR_MS;
}

function over(state: Notifying): Notifying {
  return { ...state, number: 0, notifiedOn: [], firstMs: 0 };
}
