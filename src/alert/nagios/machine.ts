import { followDowntimes } from './downtime.ts';
import { sendNotice, sendState } from './send.ts';
import type { Notice, Notifying, Outcome, Subject } from './notifying.ts';

/** What a result has changed of its object; `moment.stands` is how it stands since. */
export interface Change {
  /** Another state than before, or a soft problem that ended. */
  readonly isOther: boolean;
  /** It became hard, changed from one hard problem to another, or a hard one ended. */
  readonly isHard: boolean;
}

/**
 * After a result (handle_async_service_check_result and its twin for hosts): flexible downtimes begin,
 * acknowledgements end, flapping is told, and last the state itself.
 */
export function takeResult(subject: Subject, change: Change): Outcome {
  const { rules, moment } = subject;
  const begun = followDowntimes(subject);
  const changed = afterChange({ ...subject, state: begun.state }, change);
  const flapped = followFlapping({ rules, moment, state: changed });
  const notices = [...begun.notices, ...flapped.notices];
  const told = { rules, moment, state: flapped.state };
  if (!isToBeTold(told, change)) return { state: told.state, notices };
  const sent = sendState(told);
  return { state: sent.state, notices: [...notices, ...sent.notices] };
}

/** Between results: what begins and ends by the clock, or by a reload. */
export function passTime(subject: Subject): Outcome {
  const { rules, moment } = subject;
  const followed = followDowntimes(subject);
  const flapped = followFlapping({ rules, moment, state: followed.state });
  return { state: flapped.state, notices: [...followed.notices, ...flapped.notices] };
}

/**
 * A problem beside a host that is not UP is not told, a volatile one is tried. A recovery is tried until it
 * is told.
 */
function isToBeTold({ state, rules, moment }: Subject, change: Change): boolean {
  const { stands, host } = moment;
  if (!stands.isHard) return false;
  if (stands.problem === null) return change.isHard || (!change.isOther && state.notifiedOn.length > 0);
  return host === null || host.isUp || rules.isVolatile;
}

function afterChange({ state, moment }: Subject, { isOther, isHard }: Change): Notifying {
  if (!isOther && !isHard) return state;
  const isWell = moment.stands.problem === null;
  const isDropped = state.acknowledged === 'sticky' ? isWell : isOther;
  return {
    ...state,
    lastMs: 0,
    nextMs: 0,
    isSpent: false,
    hardSinceMs: isHard ? moment.nowMs : state.hardSinceMs,
    acknowledged: isDropped ? 'no' : state.acknowledged,
  };
}

function followFlapping({ state, rules, moment }: Subject): Outcome {
  const { isFlapping } = moment.stands;
  if (isFlapping === state.isFlapping) return { state, notices: NONE };
  const type = isFlapping ? 'FLAPPINGSTART' : rules.detectsFlapping ? 'FLAPPINGSTOP' : 'FLAPPINGDISABLED';
  const after = { ...state, isFlapping };
  return { state: after, notices: sendNotice(type, { rules, moment, state: after }).notices };
}

const NONE: readonly Notice[] = [];

/** An acknowledgement; of what is well it is none. `notify`: the contacts hear of it. */
export function acknowledge(
  subject: Subject,
  { isSticky, notify }: { readonly isSticky: boolean; readonly notify: boolean },
): Outcome {
  const { state, moment } = subject;
  if (moment.stands.problem === null) return { state, notices: NONE };
  const notices = notify ? sendNotice('ACKNOWLEDGEMENT', subject).notices : NONE;
  return { state: { ...state, acknowledged: isSticky ? 'sticky' : 'normal' }, notices };
}

/** The next result is told again. */
export function unacknowledge(state: Notifying): Notifying {
  return { ...state, acknowledged: 'no' };
}
