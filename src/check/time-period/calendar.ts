/** Days of the Gregorian calendar, counted from 1970-01-01, which is day 0, wherever on earth. */

export const DAY_MS = 86_400_000;
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/** Month 0 … 11, day of the month 1 … 31, weekday 0 (sunday) … 6. */
export interface CivilDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
}

export function civilOf(dayNumber: number): CivilDay {
  const date = new Date(dayNumber * DAY_MS);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    weekday: weekdayOf(dayNumber),
  };
}

export function dayNumberOf(year: number, month: number, day: number): number {
  return Date.UTC(year, month, day) / DAY_MS;
}

/** The `day`-th of a month, from its end where negative; null where it has no such day. */
export function dayOfMonth(year: number, month: number, day: number): number | null {
  const length = daysInMonth(year, month);
  if (day === 0 || Math.abs(day) > length) return null;
  return dayNumberOf(year, month, day > 0 ? day : length + 1 + day);
}

/** The `nth` monday (…) of a month, from its end where negative; null where it has not so many. */
export function nthWeekday(
  { year, month }: { readonly year: number; readonly month: number },
  { weekday, nth }: { readonly weekday: number; readonly nth: number },
): number | null {
  const length = daysInMonth(year, month);
  const first = dayNumberOf(year, month, 1);
  const earliest = first + ((weekday - weekdayOf(first) + 7) % 7);
  const last = first + length - 1;
  const latest = last - ((weekdayOf(last) - weekday + 7) % 7);
  const found = nth > 0 ? earliest + (nth - 1) * 7 : latest + (nth + 1) * 7;
  return nth !== 0 && found >= first && found <= last ? found : null;
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** 1970-01-01 was a thursday. */
function weekdayOf(dayNumber: number): number {
  return (((dayNumber + 4) % 7) + 7) % 7;
}
