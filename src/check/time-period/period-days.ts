import { civilOf, dayNumberOf, dayOfMonth, nthWeekday } from './calendar.ts';
import type { CivilDay } from './calendar.ts';

/** Seconds of a day, by the clock on the wall; the last one belongs to it. */
export interface TimeRange {
  readonly fromS: number;
  readonly toS: number;
}

/** A day as a line of a time period names it. `nth` and `day` count from the end where negative. */
export type DaySpot =
  /** `2026-03-10` */
  | { readonly kind: 'date'; readonly year: number; readonly month: number; readonly day: number }
  /** `december 25` */
  | { readonly kind: 'month-date'; readonly month: number; readonly day: number }
  /** `day -1` */
  | { readonly kind: 'month-day'; readonly day: number }
  /** `thursday 4 november` */
  | {
      readonly kind: 'month-weekday';
      readonly weekday: number;
      readonly nth: number;
      readonly month: number;
    }
  /** `monday 3` */
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number }
  /** `monday` */
  | { readonly kind: 'weekday'; readonly weekday: number };

/** A line: its days, and their times. Both spots are of one kind. */
export interface DayRule {
  readonly first: DaySpot;
  /** Null: without an end, which only dates with a skip are. */
  readonly last: DaySpot | null;
  /** Every so many days, counted from the first. */
  readonly every: number;
  readonly times: readonly TimeRange[];
}

/** A day that a more specific kind names has the times of that one alone. Most specific first. */
const PRECEDENCE: readonly DaySpot['kind'][] = [
  'date',
  'month-date',
  'month-day',
  'month-weekday',
  'nth-weekday',
  'weekday',
];

/** In the order in which they are asked: within a kind, the line that stands first. */
export function ordered(rules: readonly DayRule[]): readonly DayRule[] {
  return PRECEDENCE.flatMap((kind) => rules.filter(({ first }) => first.kind === kind));
}

/** The times of a day, by the first rule that names it. `rules`: from `ordered`. */
export function timesOfDay(rules: readonly DayRule[], dayNumber: number): readonly TimeRange[] {
  const civil = civilOf(dayNumber);
  return rules.find((rule) => names(rule, dayNumber, civil))?.times ?? [];
}

/** The month, or the year, by which a spot is resolved. */
interface Anchor {
  readonly year: number;
  readonly month: number;
}

function names(rule: DayRule, dayNumber: number, civil: CivilDay): boolean {
  const { first, last, every } = rule;
  switch (first.kind) {
    case 'date': {
      const start = dayNumberOf(first.year, first.month, first.day);
      const end = last?.kind === 'date' ? dayNumberOf(last.year, last.month, last.day) : Infinity;
      return dayNumber >= start && dayNumber <= end && (dayNumber - start) % every === 0;
    }
    case 'weekday': {
      const length = last?.kind === 'weekday' ? (last.weekday - first.weekday + 7) % 7 : 0;
      return (civil.weekday - first.weekday + 7) % 7 <= length;
    }
    case 'month-date':
    case 'month-weekday':
      // A range over the turn of the year began in the one before.
      return [civil.year, civil.year - 1].some((year) =>
        within(rule, { anchor: { year, month: 0 }, next: { year: year + 1, month: 0 } }, dayNumber),
      );
    case 'month-day':
    case 'nth-weekday':
      return [civil.month, civil.month - 1].some((month) =>
        within(rule, { anchor: monthOf(civil.year, month), next: monthOf(civil.year, month + 1) }, dayNumber),
      );
  }
}

/** Whether a day is in the range that begins in `anchor`; one that ends before it goes on into `next`. */
function within(
  { first, last, every }: DayRule,
  { anchor, next }: { readonly anchor: Anchor; readonly next: Anchor },
  dayNumber: number,
): boolean {
  const start = resolve(first, anchor);
  if (start === null || last === null || dayNumber < start) return false;
  let end = resolveEnd(last, anchor);
  if (end !== null && end < start) end = resolveEnd(last, next);
  return end !== null && dayNumber <= end && (dayNumber - start) % every === 0;
}

/** `day 15 - 31` ends with the month, however short; from the end of a month nothing is made up. */
function resolveEnd(spot: DaySpot, anchor: Anchor): number | null {
  const found = resolve(spot, anchor);
  if (found !== null) return found;
  const counted = 'nth' in spot ? spot.nth : 'day' in spot ? spot.day : 0;
  return counted < 0 ? null : dayOfMonth(anchor.year, 'month' in spot ? spot.month : anchor.month, -1);
}

function resolve(spot: DaySpot, { year, month }: Anchor): number | null {
  switch (spot.kind) {
    case 'date':
      return dayNumberOf(spot.year, spot.month, spot.day);
    case 'month-date':
      return dayOfMonth(year, spot.month, spot.day);
    case 'month-day':
      return dayOfMonth(year, month, spot.day);
    case 'month-weekday':
      return nthWeekday({ year, month: spot.month }, spot);
    case 'nth-weekday':
      return nthWeekday({ year, month }, spot);
    case 'weekday':
      return null;
  }
}

function monthOf(year: number, month: number): Anchor {
  return { year: year + Math.floor(month / 12), month: (month + 12) % 12 };
}
