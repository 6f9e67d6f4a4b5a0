import { DAY_MS, dayNumberOf } from './calendar.ts';
import { openTimeZone } from './time-zone.ts';
import type { TimeZone } from './time-zone.ts';

/** Times as people of a zone write them, as epoch ms. */

const MINUTE_MS = 60_000;
const UTC = 'Etc/UTC';

/** Empty: the server's own. One that this machine does not know is UTC: the configuration refuses it. */
export function zoneOf(name: string): TimeZone {
  const zone = openTimeZone(name) ?? openTimeZone(UTC);
  if (zone === null) throw new Error('there is no UTC on this machine');
  return zone;
}

/** Days since 1970-01-01 of a text like `2026-01-05`, whose form is checked before. */
export function dayNumber(text: string): number {
  const [year = 1970, month = 1, day = 1] = text.split('-').map(Number);
  return dayNumberOf(year, month - 1, day);
}

/** `2026-12-24T09:00`, in the zone; or with a zone of its own. The form is checked before. */
export function momentOf(text: string, zone: TimeZone): number {
  const [day = '', time = ''] = text.split('T');
  if (time.length > 'HH:MM'.length) return Date.parse(text);
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return instantOf(zone, dayNumber(day), hour * 60 + minute);
}

/**
 * When the clocks of a zone show a time of a day. One that they show twice, as they are set back, is the
 * first; one that they leave out is the moment at which they are set forward.
 */
export function instantOf(zone: TimeZone, day: number, minute: number): number {
  const wallMs = day * DAY_MS + minute * MINUTE_MS;
  const before = zone.spanAt(wallMs - DAY_MS).offsetMs;
  const after = zone.spanAt(wallMs + DAY_MS).offsetMs;
  const early = wallMs - Math.max(before, after);
  const late = wallMs - Math.min(before, after);
  if (zone.spanAt(early).offsetMs === wallMs - early) return early;
  if (zone.spanAt(late).offsetMs === wallMs - late) return late;
  // A stretch ends with a day of UTC: the clocks may be set forward after that, at the end of the next.
  const { untilMs } = zone.spanAt(early);
  return zone.spanAt(untilMs).offsetMs === before ? zone.spanAt(untilMs).untilMs : untilMs;
}

/** The day and the minute that the clocks of a zone show. */
export function wallOf(zone: TimeZone, epochMs: number): { readonly day: number; readonly minute: number } {
  const wallMs = epochMs + zone.spanAt(epochMs).offsetMs;
  const day = Math.floor(wallMs / DAY_MS);
  return { day, minute: Math.floor((wallMs - day * DAY_MS) / MINUTE_MS) };
}
