import { daysInMonth, MONTHS, WEEKDAYS } from './calendar.ts';
import { nearest } from '../../model/nearest.ts';
import { PERIOD_LINE_CHARS_MAX, PERIOD_RANGES_MAX } from '../../limits.ts';
import type { DayRule, DaySpot, TimeRange } from './period-days.ts';

/** A line of a time period: days with times, or names of periods that are taken out. */
export type PeriodLine =
  | { readonly ok: true; readonly kind: 'days'; readonly rule: DayRule }
  | { readonly ok: true; readonly kind: 'exclude'; readonly names: readonly string[] }
  | { readonly ok: false; readonly fault: string };

type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

/** The days, then the times: what is last and looks like times. */
const LINE = /^(.*?)\s+(\d{1,2}:\d{2}\s*-[\d:,\s-]*)$/;
const TIMES = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/;
const SKIP = /\s*\/\s*(\d{1,6})$/;
const DATE = /(\d{4})-(\d{1,2})-(\d{1,2})/y;
const WORDS = /([a-z]+)(?:\s+(-?\d{1,4})(?:\s+([a-z]+))?)?/y;
const COUNT = /-?\d{1,4}/y;
const DASH = /\s*-\s*/y;
const EXAMPLES = 'expected like monday 09:00-17:00, december 25 00:00-24:00 or 2026-01-05 / 14 08:00-20:00';
const SKIP_DAYS_MAX = 10_000;

/**
 * Nagios' words for times (its `timeperiod` objects, "weekday and exception directives"). Total: what is
 * wrong comes back in words.
 */
export function parsePeriodLine(text: string): PeriodLine {
  if (text.length > PERIOD_LINE_CHARS_MAX) {
    return fault(text.slice(0, 40), `has more than ${PERIOD_LINE_CHARS_MAX} characters`);
  }
  const line = text.trim().toLowerCase();
  if (/^exclude\s/.test(line)) return { ok: true, kind: 'exclude', names: excluded(text.trim()) };
  const [, days, times] = LINE.exec(line) ?? [];
  if (days === undefined || times === undefined) return fault(text, `has no days with times; ${EXAMPLES}`);
  const ranges = parseTimes(times);
  if (!ranges.ok) return fault(text, ranges.fault);
  const rule = parseDays(days);
  if (!rule.ok) return fault(text, rule.fault);
  return { ok: true, kind: 'days', rule: { ...rule.value, times: ranges.value } };
}

function fault(text: string, what: string): PeriodLine {
  return { ok: false, fault: `"${text.trim()}": ${what}` };
}

function bad(fault: string): { readonly ok: false; readonly fault: string } {
  return { ok: false, fault };
}

function excluded(line: string): string[] {
  const names = line.slice('exclude'.length).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function parseTimes(text: string): Parsed<readonly TimeRange[]> {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length > PERIOD_RANGES_MAX) return bad(`has more than ${PERIOD_RANGES_MAX} ranges of times`);
  const ranges: TimeRange[] = [];
  for (const part of parts) {
    const [fromHour, fromMinute, toHour, toMinute] = TIMES.exec(part)?.slice(1).map(Number) ?? [];
    const fromS = secondOfDay(fromHour, fromMinute);
    const toS = secondOfDay(toHour, toMinute);
    if (fromS === null || toS === null) return bad(`"${part}" is no range of times like 09:00-17:00`);
    if (fromS > toS) {
      const [from, to] = part.split('-');
      const cure = `write ${from}-24:00, and 00:00-${to} for the day after`;
      return bad(`${part} ends before it starts; ${cure}`);
    }
    // In Nagios' words, a day of which nothing is left.
    if (toS > 0) ranges.push({ fromS, toS });
  }
  return { ok: true, value: ranges.toSorted((a, b) => a.fromS - b.fromS) };
}

function secondOfDay(hour: number | undefined, minute: number | undefined): number | null {
  if (hour === undefined || minute === undefined || minute > 59) return null;
  const second = hour * 3600 + minute * 60;
  return second <= 86_400 ? second : null;
}

function parseDays(text: string): Parsed<Omit<DayRule, 'times'>> {
  const [skip, digits] = SKIP.exec(text) ?? [];
  const days = skip === undefined ? text : text.slice(0, -skip.length);
  const every = digits === undefined ? 1 : Number(digits);
  const spots = parseSpots(days.trim());
  if (!spots.ok) return spots;
  const { first, last } = spots.value;
  if (skip === undefined) return { ok: true, value: { first, last: last ?? first, every } };
  if (every < 1 || every > SKIP_DAYS_MAX) return bad(`/ ${every} is not from 1 to ${SKIP_DAYS_MAX}`);
  if (first.kind === 'weekday') {
    return bad('a weekday has no skip; count from a date, like 2026-01-05 / 14');
  }
  if (last === null && first.kind !== 'date') {
    return bad('a skip needs days to count over, like day 1 - -1 / 5');
  }
  return { ok: true, value: { first, last, every } };
}

interface Spots {
  readonly first: DaySpot;
  readonly last: DaySpot | null;
}

function parseSpots(text: string): Parsed<Spots> {
  const first = parseSpot(text, 0, null);
  if (!first.ok) return first;
  const { spot, end } = first.value;
  if (end === text.length) return { ok: true, value: { first: spot, last: null } };
  const dash = matchAt(DASH, text, end);
  if (dash === null) return bad(`"${text.slice(end).trim()}" is not understood`);
  const last = parseSpot(text, end + dash[0].length, spot);
  if (!last.ok) return last;
  const rest = text.slice(last.value.end).trim();
  if (rest !== '') return bad(`"${rest}" is not understood`);
  if (last.value.spot.kind !== spot.kind) return bad('starts and ends with days of different kinds');
  const backwards = spot.kind === 'date' && asNumber(last.value.spot) < asNumber(spot);
  if (backwards) return bad('ends before it starts');
  return { ok: true, value: { first: spot, last: last.value.spot } };
}

function asNumber(spot: DaySpot): number {
  return spot.kind === 'date' ? (spot.year * 100 + spot.month) * 100 + spot.day : 0;
}

interface SpotAt {
  readonly spot: DaySpot;
  /** Where what follows begins. */
  readonly end: number;
}

/** `before`: the first day of the range, of which a number alone repeats the words (`day 15 - 17`). */
function parseSpot(text: string, at: number, before: DaySpot | null): Parsed<SpotAt> {
  const date = matchAt(DATE, text, at);
  if (date !== null) {
    const [year = 0, month = 0, day = 0] = date.slice(1).map(Number);
    return located(dateSpot(year, month - 1, day), at + date[0].length);
  }
  const words = matchAt(WORDS, text, at);
  if (words !== null) {
    const [all, word = '', count, month] = words;
    return located(wordSpot(word, count === undefined ? null : Number(count), month), at + all.length);
  }
  const count = matchAt(COUNT, text, at);
  if (count !== null && before !== null)
    return located(repeated(before, Number(count[0])), at + count[0].length);
  return bad(EXAMPLES);
}

function located(spot: Parsed<DaySpot>, end: number): Parsed<SpotAt> {
  return spot.ok ? { ok: true, value: { spot: spot.value, end } } : spot;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.exec(text);
}

function dateSpot(year: number, month: number, day: number): Parsed<DaySpot> {
  const exists = year >= 1970 && month >= 0 && month < 12 && day >= 1 && day <= daysInMonth(year, month);
  if (!exists) return bad(`there is no day ${year}-${month + 1}-${day}`);
  return { ok: true, value: { kind: 'date', year, month, day } };
}

function wordSpot(word: string, count: number | null, monthName: string | undefined): Parsed<DaySpot> {
  const weekday = WEEKDAYS.findIndex((name) => name === word);
  const month = MONTHS.findIndex((name) => name === word);
  if (weekday >= 0) {
    if (count === null) return { ok: true, value: { kind: 'weekday', weekday } };
    if (monthName === undefined) return counted({ kind: 'nth-weekday', weekday, nth: count });
    const inMonth = MONTHS.findIndex((name) => name === monthName);
    if (inMonth < 0) return unknownWord(monthName, MONTHS);
    return counted({ kind: 'month-weekday', weekday, nth: count, month: inMonth });
  }
  if (word !== 'day' && month < 0) return unknownWord(word, ['day', ...WEEKDAYS, ...MONTHS]);
  if (count === null) return bad(`"${word}" takes a number, like ${word} 1`);
  if (monthName !== undefined) return bad(`"${monthName}" is not understood`);
  return counted(
    word === 'day' ? { kind: 'month-day', day: count } : { kind: 'month-date', month, day: count },
  );
}

function repeated(before: DaySpot, count: number): Parsed<DaySpot> {
  if ('nth' in before) return counted({ ...before, nth: count });
  if (before.kind === 'month-date' || before.kind === 'month-day') return counted({ ...before, day: count });
  return bad(`"${count}" alone is no day; ${EXAMPLES}`);
}

/** There is a month that has it: the fifth friday of february is one in 28 years, its 30th day never. */
function counted(spot: DaySpot): Parsed<DaySpot> {
  const count = 'nth' in spot ? spot.nth : 'day' in spot ? spot.day : 1;
  const leapYear = 2000;
  const most = 'nth' in spot ? 5 : spot.kind === 'month-date' ? daysInMonth(leapYear, spot.month) : 31;
  if (count === 0 || Math.abs(count) > most)
    return bad(`${count} is not from 1 to ${most}, or -${most} to -1`);
  return { ok: true, value: spot };
}

function unknownWord(word: string, known: readonly string[]): { readonly ok: false; readonly fault: string } {
  const meant = nearest(word, known);
  return bad(
    `nothing is called "${word}"${meant === undefined ? `; ${EXAMPLES}` : `; did you mean ${meant}?`}`,
  );
}
