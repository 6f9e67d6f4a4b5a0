import { isWithin } from './silence.ts';
import { letterOfProblem } from './letters.ts';
import type { Contact, Escalation, NoticeType, Subject } from './notifying.ts';

/** How far a notice goes beside what its type says. */
export interface Reach {
  /** Whatever the filters say. */
  readonly isForced?: boolean;
  /** To the usual contacts and those of escalations. */
  readonly isBroadcast?: boolean;
  /** It counts as a notification of the present problem. */
  readonly isCounted?: boolean;
}

/** Escalations that take this notification. Of an object that is well it is the one before, as in 4.5. */
export function escalationsOf({ state, rules, moment }: Subject): readonly Escalation[] {
  const { problem } = moment.stands;
  const number = problem === null ? state.number - 1 : state.number;
  const letter = letterOfProblem(problem);
  return rules.escalations.filter(
    ({ first, last, period, options }) =>
      first <= number &&
      (last === 0 || number <= last) &&
      isWithin(period, moment) &&
      options.includes(letter),
  );
}

/** Names of those who are told, each once. Escalations that match take the place of the usual contacts. */
export function contactsOf(type: NoticeType, subject: Subject, reach: Reach): readonly string[] {
  const escalated = escalationsOf(subject).flatMap(({ contacts }) => contacts);
  const isUsual = escalated.length === 0 || (reach.isBroadcast ?? false);
  const candidates = isUsual ? [...subject.rules.contacts, ...escalated] : escalated;
  const told = candidates.filter((contact) => reach.isForced || hears(contact, type, subject));
  return [...new Set(told.map(({ name }) => name))];
}

/** The contact's own filters. */
function hears(contact: Contact, type: NoticeType, { state, rules, moment }: Subject): boolean {
  const { isEnabled, period, options, minimumImportance } = contact;
  if (minimumImportance > rules.importance || !isEnabled || !isWithin(period, moment)) return false;
  switch (type) {
    case 'CUSTOM':
      return true;
    case 'FLAPPINGSTART':
    case 'FLAPPINGSTOP':
    case 'FLAPPINGDISABLED':
      return options.includes('f');
    case 'DOWNTIMESTART':
    case 'DOWNTIMEEND':
    case 'DOWNTIMECANCELLED':
      return options.includes('s');
    case 'PROBLEM':
    case 'ACKNOWLEDGEMENT':
      return options.includes(letterOfProblem(moment.stands.problem));
    case 'RECOVERY':
      return options.includes('r') && state.notifiedOn.some((letter) => options.includes(letter));
  }
}
