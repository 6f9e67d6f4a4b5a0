import { nearest } from '../../model/nearest.ts';
import { openTimeZone, timeZoneNames } from '../../check/time-period/time-zone.ts';
import { ordered } from '../../check/time-period/period-days.ts';
import { parsePeriodLine } from '../../check/time-period/time-period-text.ts';
import { PERIOD_LINES_MAX } from '../../limits.ts';
import { Period } from '../../check/time-period/period.ts';
import type { DayRule } from '../../check/time-period/period-days.ts';
import type { TimeZone } from '../../check/time-period/time-zone.ts';

/** Zones that were opened, by name: each costs far more than what asks for it. */
export type Zones = Map<string, TimeZone | null>;

export type Recurrence =
  | { readonly ok: true; readonly period: Period }
  /** `times[1]: "…": …`. */
  | { readonly ok: false; readonly fault: string };

/** The times at which something recurs, in the words of a time period. Never throws. */
export function compileRecurrence(times: readonly string[], timezone: string, zones: Zones): Recurrence {
  const zone = zones.get(timezone) ?? openTimeZone(timezone);
  if (zone === null) {
    const meant = nearest(timezone, timeZoneNames());
    const hint = meant === undefined ? 'expected like Europe/London' : `did you mean ${meant}?`;
    return { ok: false, fault: `timezone: there is no time zone "${timezone}"; ${hint}` };
  }
  zones.set(timezone, zone);
  if (times.length === 0) return { ok: false, fault: 'times: name at least one, like sunday 02:00-04:00' };
  if (times.length > PERIOD_LINES_MAX)
    return { ok: false, fault: `times: more than ${PERIOD_LINES_MAX} lines` };
  const rules: DayRule[] = [];
  const seen = new Map<string, number>();
  for (const [i, text] of times.entries()) {
    const line = parsePeriodLine(text);
    if (!line.ok) return { ok: false, fault: `times[${i}]: ${line.fault}` };
    if (line.kind === 'exclude') {
      return { ok: false, fault: `times[${i}]: "${text}": periods cannot be excluded here; write the days` };
    }
    const { times: _, ...days } = line.rule;
    const key = JSON.stringify(days);
    const first = seen.get(key);
    if (first !== undefined) {
      const cure = 'put their times on one line';
      return { ok: false, fault: `times[${i}]: "${text}": the same days as times[${first}]; ${cure}` };
    }
    seen.set(key, i);
    rules.push(line.rule);
  }
  return { ok: true, period: new Period({ zone, rules: ordered(rules), excluded: [] }) };
}
