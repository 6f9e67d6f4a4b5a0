import { openTimeZone, timeZoneNames } from '../check/time-period/time-zone.ts';
import { dayNumberOf, daysInMonth } from '../check/time-period/calendar.ts';
import { GROUP_LABELS } from '../contract/alerts.ts';
import { nearest } from '../model/nearest.ts';
import { addressRefusal, isMetadataName } from '../model/outgoing-address.ts';
import { duration, textual, webAddress } from './scalars.ts';
import type { Reader } from './readers.ts';

/** Values that only alerts have. */

const anyAddress = webAddress({ secret: true });
const MAIL_ADDRESS = /^[^\s@<>",;:()[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/u;

/** `ops@example.net`, or `Ops <ops@example.net>`. */
export const mailAddress: Reader<string> = textual({
  expected: 'an address of mail, such as "ops@example.net" or "On call <ops@example.net>"',
  parse: (value) => {
    const named = /^([^<>"\p{C}]{1,100})<([^<>]+)>$/u.exec(value);
    const address = named?.[2] ?? value;
    return MAIL_ADDRESS.test(address) ? { ok: true, value } : { ok: false, fault: 'is no address of mail' };
  },
});

/** An IANA name. */
export const timeZone: Reader<string> = textual({
  expected: 'a time zone, such as Europe/London',
  parse: (value) => {
    if (value !== '' && openTimeZone(value) !== null) return { ok: true, value };
    return { ok: false, fault: 'is no time zone', nearest: nearest(value, timeZoneNames()) };
  },
});

/** `2026-01-05`. */
export const calendarDay: Reader<string> = textual({
  expected: 'a day such as 2026-01-05',
  parse: (value) => (isDay(value) ? { ok: true, value } : { ok: false, fault: 'is no day' }),
});

function isDay(value: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  if (dayNumberOf(year, 0, 1) < 0 || month < 1 || month > 12) return false;
  return day >= 1 && day <= daysInMonth(year, month - 1);
}

/** `09:00`, as minutes after midnight. */
export const clockTime: Reader<number> = textual({
  expected: 'a time of day from "00:00" to "23:59"',
  parse: (value) => {
    const minute = minuteOf(value);
    return minute === null ? { ok: false, fault: 'is no time of day' } : { ok: true, value: minute };
  },
});

function minuteOf(value: string): number | null {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(value)?.map(Number) ?? [];
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59) return null;
  return hour * 60 + minute;
}

const OFFSET = /(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** `2026-12-24T09:00`, which is the rota's own time, or one that says its zone: `2026-12-24T09:00Z`. */
export const moment: Reader<string> = textual({
  expected: 'a time such as 2026-12-24T09:00, of the rota’s own zone',
  parse: (value) => {
    const [day = '', time = '', ...more] = value.replace(OFFSET, '').split('T');
    const isMoment = isDay(day) && minuteOf(time) !== null && /^\d{2}:/.test(time) && more.length === 0;
    return isMoment ? { ok: true, value } : { ok: false, fault: 'is no time' };
  },
});

const DAY_MS = 86_400_000;
const turnDuration = duration({ min: '1d', max: '1y' });

/** How long a turn is, in days. */
export const turnDays: Reader<number> = {
  ...turnDuration,
  expected: 'a number of days from 1d to 365d',
  read: (place, reading) => {
    const ms = turnDuration.read(place, reading);
    if (ms === undefined || ms % DAY_MS === 0) return ms === undefined ? undefined : ms / DAY_MS;
    return reading.fault(place.offset, 'a turn of no whole number of days', {
      expected: 'whole days: turns change at the same time of day',
    });
  },
};

/** `cluster host service severity`, or `facts.NAME`. */
export const groupLabel: Reader<string> = textual({
  expected: `one of ${GROUP_LABELS.join(', ')}, or facts.NAME such as facts.role`,
  parse: (value) => {
    const isFact = /^facts\..{1,200}$/u.test(value);
    if (isFact || GROUP_LABELS.some((label) => label === value)) return { ok: true, value };
    const meant =
      nearest(value, GROUP_LABELS) ?? (value.startsWith('fact.') ? `facts${value.slice(4)}` : undefined);
    return { ok: false, fault: 'is nothing to gather by', nearest: meant };
  },
});

/**
 * Where a page, a handler's call or the heartbeat goes. It may carry a token, so it is never quoted. One that no
 * request would ever go to is told here; what a name resolves to shows when it is called.
 */
export const outgoingAddress: Reader<string> = {
  ...anyAddress,
  read: (place, reading) => {
    const address = anyAddress.read(place, reading);
    if (address === undefined || !isRefused(new URL(address).hostname)) return address;
    const fault = 'no request goes to this address: link-local, a cloud’s metadata, multicast or nobody';
    return reading.fault(place.offset, fault, { expected: 'the address of a receiver' });
  },
};

/** By what is written: an address in any spelling, or a name that stands for one. */
function isRefused(hostname: string): boolean {
  const literal = hostname.replace(/^\[(.*)\]$/u, '$1');
  const refusal = addressRefusal(literal);
  return isMetadataName(literal) || (refusal !== null && refusal !== 'no-address');
}

/** A key of PagerDuty's, or another text that is shown to nobody. */
export const secretText: Reader<string> = textual({
  expected: 'a text without spaces, best from the environment: "${NAME}"',
  secret: true,
  numbers: true,
  parse: (value) =>
    /^\S{1,1000}$/u.test(value) ? { ok: true, value } : { ok: false, fault: 'is empty or has a space' },
});

/** What a template makes is escaped where it is filled in; here it may be anything printable. */
export function template(max: number, { secret }: { secret: boolean }): Reader<string> {
  return textual({
    expected: `text of at most ${max} characters, with placeholders such as {{summary}}`,
    secret,
    parse: (value) => (value.length <= max ? { ok: true, value } : { ok: false, fault: 'is too long' }),
  });
}

/** The value of a header of HTTP: one line. It may hold a token, so it is never quoted. */
export const headerValue: Reader<string> = textual({
  expected: 'one line of at most 8192 printable characters',
  secret: true,
  numbers: true,
  parse: (value) =>
    value.length <= 8192 && !/[\p{Cc}\u2028\u2029]/u.test(value)
      ? { ok: true, value }
      : { ok: false, fault: 'is not one line' },
});

/** One argument of a command: it may hold a token, so it is never quoted. */
export const commandArgument: Reader<string> = textual({
  expected: 'an argument of at most 8192 characters',
  secret: true,
  numbers: true,
  parse: (value) =>
    value.length <= 8192 && !value.includes('\0')
      ? { ok: true, value }
      : { ok: false, fault: 'is too long, or has a NUL character' },
});
