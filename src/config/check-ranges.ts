import { parseRange } from '../model/range.ts';
import { alwaysAlerts, ANY_VALUE, canAlert, covers } from '../model/range-reach.ts';
import type { Subject } from '../contract/checks.ts';
import type { Domain } from '../model/range-reach.ts';
import type { Range } from '../model/range.ts';
import type { Body } from './check-templates.ts';

const NEVER_NEGATIVE: Domain = { least: 0, most: Infinity };
const PERCENT: Domain = { least: 0, most: 100 };

/** Ranges that cannot do what their author wanted. Those with placeholders are judged when filled in. */
export function reportRanges(body: Body, subject: Subject): void {
  const domain = domainOf(subject);
  const critical = rangeOf(body, 'critical');
  const warning = rangeOf(body, 'warning');
  for (const [key, range] of [
    ['warning', warning],
    ['critical', critical],
  ] as const) {
    if (range === null) continue;
    if (!canAlert(range, domain)) {
      body.fault(key, `"${range.text}" can never alert${ofWhat(subject)}`, {
        expected: 'a range that some value is outside of, or with @ inside of',
      });
    } else if (alwaysAlerts(range, domain)) {
      body.warn(key, `"${range.text}" alerts at every value`);
    } else if (isUpsideDown(range, subject)) {
      body.warn(key, upsideDownWords(range, subject));
    }
  }
  if (
    warning !== null &&
    critical !== null &&
    canAlert(warning, domain) &&
    covers(critical, warning, domain)
  ) {
    body.warn(
      'warning',
      `there is never a WARNING: "${critical.text}" (critical) alerts wherever "${warning.text}" does`,
    );
  }
  if (warning === null && critical === null && needsRange(body, subject)) {
    body.warn(null, 'neither warning nor critical: whatever the value, it is OK');
  }
  if (subject.kind === 'metric' && subject.function === null && saysNothing(body)) {
    body.warn(
      null,
      'neither warning nor critical: whatever the value, it is OK, and UNKNOWN only while none comes; ' +
        'freshness_threshold, freshness_state or warning: "" say that this is meant',
    );
  }
}

/** Neither ranges, not even that there are none, nor that freshness is what is watched. */
function saysNothing(body: Body): boolean {
  return (['warning', 'critical', 'freshness_threshold', 'freshness_state'] as const).every((key) =>
    body.isOpen(key),
  );
}

function rangeOf(body: Body, key: 'warning' | 'critical'): Range | null {
  const text = body.get(key) ?? '';
  if (text === '' || text.includes('{{')) return null;
  const parsed = parseRange(text);
  return parsed.ok ? parsed.range : null;
}

/** Plain metrics may be watched for their freshness alone. */
function needsRange(body: Body, subject: Subject): boolean {
  if ((body.get('warning') ?? '') !== '' || (body.get('critical') ?? '') !== '') return false;
  if (subject.kind === 'metric') return subject.function !== null;
  return subject.kind === 'combined' || subject.kind === 'aggregate';
}

function domainOf(subject: Subject): Domain {
  if (subject.kind === 'metric') {
    const name = subject.function?.name;
    return name === 'missing' || name === 'forecast' ? NEVER_NEGATIVE : ANY_VALUE;
  }
  if (subject.kind !== 'aggregate') return ANY_VALUE;
  const { of } = subject;
  if (of.kind === 'values') return of.function === 'count' ? NEVER_NEGATIVE : ANY_VALUE;
  return of.kind === 'percent_over' || of.function === 'percent' ? PERCENT : NEVER_NEGATIVE;
}

function ofWhat(subject: Subject): string {
  const { most } = domainOf(subject);
  if (most === 100) return ': percentages go from 0 to 100';
  return domainOf(subject).least === 0 ? ': there are no values below 0' : '';
}

/** Of a forecast the short times are bad, of an age the long ones. */
function isUpsideDown(range: Range, subject: Subject): boolean {
  if (subject.kind !== 'metric' || range.inside) return false;
  if (subject.function?.name === 'forecast') return range.end !== Infinity;
  return subject.function?.name === 'missing' && range.start > 0;
}

function upsideDownWords({ text, start, end }: Range, subject: Subject): string {
  const isForecast = subject.kind === 'metric' && subject.function?.name === 'forecast';
  return isForecast
    ? `"${text}" alerts while it takes more than ${end} hours; for "within ${end} hours" write "${end}:"`
    : `"${text}" alerts while the newest sample is younger than ${start} s; for "older" write "${start}"`;
}
