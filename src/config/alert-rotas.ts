import { momentOf, zoneOf } from '../check/time-period/local-time.ts';
import type { EscalationConfig, RotaConfig, RotaOverride } from '../contract/alerts.ts';
import type { EscalationSection, OverrideSection, RotaSection } from './alert-keys.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';

/** Rotas and escalations, without their references to others. */

/** Undefined: something it cannot be without is missing, and the reading has the fault. */
export function rotaOf(section: RotaSection, reading: Reading): RotaConfig | undefined {
  const { values, offset } = section;
  const { name, start, people } = values;
  if (name === undefined || start === undefined || people === undefined) return undefined;
  return {
    name,
    where: reading.where(offset),
    timezone: values.timezone,
    start,
    handoverMinute: values.handover,
    turnDays: values.turn,
    people: people.map(({ value }) => value),
    overrides: overridesOf(values.overrides, values.timezone, reading),
  };
}

function overridesOf(
  sections: readonly Located<OverrideSection>[],
  timezone: string,
  reading: Reading,
): RotaOverride[] {
  const zone = zoneOf(timezone);
  const spans: { readonly fromMs: number; readonly toMs: number; readonly where: string }[] = [];
  return sections.flatMap(({ value: { values, offset, offsets } }) => {
    const { who, from, to } = values;
    if (who === undefined || from === undefined || to === undefined) return [];
    const where = reading.where(offset);
    const span = { fromMs: momentOf(from, zone), toMs: momentOf(to, zone), where };
    const other = spans.find(({ fromMs, toMs }) => span.fromMs < toMs && fromMs < span.toMs);
    if (span.toMs <= span.fromMs) {
      reading.fault(offsets.get('to') ?? offset, 'the override ends before it begins', {
        expected: `a time after ${reading.quote(from, offsets.get('from') ?? offset)}`,
      });
    } else if (other !== undefined) {
      reading.fault(offset, `the override overlaps with the one at ${other.where}`, {
        expected: 'one person at a time',
      });
    } else spans.push(span);
    return [{ who, from, to, where }];
  });
}

/** Undefined: something it cannot be without is missing, and the reading has the fault. */
export function escalationOf(section: EscalationSection, reading: Reading): EscalationConfig | undefined {
  const { name, steps, repeat_every: repeatEveryMs } = section.values;
  if (name === undefined || steps === undefined) return undefined;
  let before = -1;
  for (const [i, { value }] of steps.entries()) {
    const { after } = value.values;
    const at = value.offsets.get('after') ?? value.offset;
    if (i === 0 && after > 0) {
      reading.fault(at, 'the first step does not begin at once, and time counts from its page', {
        expected: 'after: 0s; first_notification_delay of a route waits before the first page',
      });
    } else if (after <= before) {
      reading.fault(at, 'the step does not begin after the one before it', {
        expected: 'steps in the order of their times, each later than the one before',
      });
    }
    before = Math.max(before, after);
  }
  return {
    name,
    where: reading.where(section.offset),
    steps: steps.map(({ value: { values } }) => ({
      afterMs: values.after,
      notify: values.notify?.map(({ value }) => value) ?? [],
    })),
    repeatEveryMs,
  };
}
