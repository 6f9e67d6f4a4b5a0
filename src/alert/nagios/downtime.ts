import { depthOf } from './downtime-depth.ts';
import { sendNotice } from './send.ts';
import type {
  Downtime,
  KnownDowntime,
  Notice,
  NoticeType,
  Notifying,
  Outcome,
  Subject,
} from './notifying.ts';

/**
 * Begins and ends downtimes as the moment has it (common/downtime.c). Where several overlap only the first is
 * told of, and the end of the last. The window of a flexible one that never began ends with a notice, too.
 */
export function followDowntimes(subject: Subject): Outcome {
  if (subject.moment.downtimes.length === 0 && subject.state.downtimes.length === 0) {
    return { state: withoutOver(subject), notices: [] };
  }
  const ended = endDowntimes(subject);
  const begun = beginDowntimes({ ...subject, state: ended.state });
  return {
    state: withoutOver({ ...subject, state: begun.state }),
    notices: [...ended.notices, ...begun.notices],
  };
}

function endDowntimes(subject: Subject): Outcome {
  const { rules, moment } = subject;
  let { state } = subject;
  const notices: Notice[] = [];
  for (const known of subject.state.downtimes) {
    const scheduled = moment.downtimes.find(({ id }) => id === known.id);
    const type = endOf(known, scheduled, moment.nowMs);
    if (type === null) continue;
    state = {
      ...state,
      downtimes: state.downtimes.filter((one) => one !== known),
      over: [...state.over, known.id],
    };
    // One that was cancelled before it began was nothing.
    if (type === 'DOWNTIMECANCELLED' && !known.isRunning) continue;
    notices.push(...sendNotice(type, { state, rules, moment }).notices);
  }
  return { state, notices };
}

/** One that is gone from the schedule before its time was cancelled. */
function endOf(
  { untilMs, isRunning }: KnownDowntime,
  scheduled: Downtime | undefined,
  nowMs: number,
): Extract<NoticeType, 'DOWNTIMEEND' | 'DOWNTIMECANCELLED'> | null {
  if (nowMs >= untilMs || (isRunning && scheduled?.trigger === 'over')) return 'DOWNTIMEEND';
  return scheduled === undefined ? 'DOWNTIMECANCELLED' : null;
}

function beginDowntimes(subject: Subject): Outcome {
  const { rules, moment } = subject;
  let { state } = subject;
  const notices: Notice[] = [];
  for (const downtime of moment.downtimes) {
    const { id, toMs } = downtime;
    const known = state.downtimes.find((one) => one.id === id);
    if (known?.isRunning || state.over.includes(id)) continue;
    if (begins(downtime, subject)) {
      // Told before it counts: in another downtime nobody is.
      if (depthOf(state) === 0)
        notices.push(...sendNotice('DOWNTIMESTART', { state, rules, moment }).notices);
      state = remember(state, { id, untilMs: endMs(downtime, moment.nowMs), isRunning: true });
    } else if (known === undefined && moment.nowMs < toMs) {
      state = remember(state, { id, untilMs: toMs, isRunning: false });
    }
  }
  return { state, notices };
}

/** A flexible one begins with the first problem in its window, a soft one too, or with that it finds. */
function begins({ isFixed, fromMs, toMs, trigger }: Downtime, { moment }: Subject): boolean {
  const { nowMs, stands } = moment;
  if (trigger !== null) return trigger === 'running' && nowMs < toMs;
  if (nowMs < fromMs || nowMs >= toMs) return false;
  return isFixed || stands.problem !== null;
}

function endMs({ isFixed, toMs, durationMs }: Downtime, nowMs: number): number {
  return isFixed ? toMs : nowMs + durationMs;
}

function remember(state: Notifying, one: KnownDowntime): Notifying {
  return { ...state, downtimes: [...state.downtimes.filter(({ id }) => id !== one.id), one] };
}

/** What is not on the schedule any more need not be remembered. */
function withoutOver({ state, moment }: Subject): Notifying {
  const over = state.over.filter((id) => moment.downtimes.some((one) => one.id === id));
  return over.length === state.over.length ? state : { ...state, over };
}
