import { compilePattern } from '../model/pattern.ts';
import { nearest } from '../model/nearest.ts';
import { shown } from './reading.ts';
import type { AlertsSection } from './alert-keys.ts';
import type { CheckRules } from '../contract/checks.ts';
import type { Located } from './readers.ts';
import type { MatchSection } from './route.ts';
import type { Reading } from './reading.ts';

/** What alerts say of things that stand in the files of checks: time periods and tags. */
export function reportAlertReferences(
  { values: { routes, handlers } }: AlertsSection,
  rules: CheckRules,
  reading: Reading,
): void {
  const periods = new Set(rules.timeperiods.map(({ name }) => name));
  const tags = tagsOf(rules);
  for (const { value: route } of routes) {
    const { period, match } = route.values;
    if (period !== null) {
      reportPeriod({ value: period, offset: route.offsets.get('period') ?? route.offset }, periods, reading);
    }
    reportTags(match, tags, reading);
  }
  for (const { value: handler } of handlers) reportTags(handler.values.match, tags, reading);
}

function reportPeriod(
  { value: period, offset }: Located<string>,
  periods: ReadonlySet<string>,
  reading: Reading,
): void {
  if (periods.has(period)) return;
  reading.fault(offset, `no time period ${reading.quote(period, offset)}`, {
    expected: 'the name of an entry under timeperiods: of a file of checks',
    nearest: nearest(period, periods),
  });
}

function tagsOf({ definitions }: CheckRules): ReadonlySet<string> {
  return new Set(
    definitions.flatMap(({ tags, perCluster }) => [
      ...tags,
      ...perCluster.flatMap(({ settings }) => settings.tags ?? []),
    ]),
  );
}

function reportTags({ values }: MatchSection, tags: ReadonlySet<string>, reading: Reading): void {
  for (const { value, offset } of values.tags ?? []) {
    const compiled = compilePattern(value);
    if (!compiled.ok || [...tags].some((tag) => compiled.pattern.matches(tag))) continue;
    const meant = reading.isFromEnv(offset) ? undefined : nearest(value, tags);
    const hint = meant === undefined ? '' : `; did you mean ${shown(meant)}?`;
    reading.warn(offset, `no service has a tag ${reading.quote(value, offset)}: this matches nothing${hint}`);
  }
}
