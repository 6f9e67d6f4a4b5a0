import { HttpError } from './errors.ts';

const DAY_MS = 86_400_000;
/** As long as marks are kept. */
const PAST_MS = 365 * DAY_MS;
const FUTURE_MS = DAY_MS;
const CURE = 'give epoch seconds of the past year or the coming day, or leave time out for now';

/** A time in a body, in epoch seconds; now without one. Throws the error to answer with. */
export function postedTimeMs(timeS: number | undefined, nowMs: number): number {
  const timeMs = timeS === undefined ? nowMs : Math.round(timeS * 1000);
  if (timeMs > nowMs + FUTURE_MS) {
    const hint = (timeS ?? 0) > 1e10 ? ': it looks like milliseconds' : '';
    throw new HttpError('bad_time', `time is more than a day ahead${hint}`, CURE);
  }
  if (timeMs < nowMs - PAST_MS) throw new HttpError('bad_time', 'time is more than a year ago', CURE);
  return timeMs;
}
