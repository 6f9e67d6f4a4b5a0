import { compilePeriods } from '../check/time-period/time-period.ts';
import type { TimePeriodDefinition } from '../contract/checks.ts';
import type { ConfigError } from './error.ts';
import type { PeriodSection } from './check-keys.ts';
import type { Reading } from './reading.ts';

export function periodOf(
  { values, offsets, offset }: PeriodSection,
  reading: Reading,
): TimePeriodDefinition[] {
  const { name, timezone, times, exclude } = values;
  if (name === undefined) return [];
  return [
    {
      name,
      where: reading.where(offsets.get('name') ?? offset),
      timezone,
      times: times.map(({ value }) => value),
      exclude: exclude.map(({ value }) => value),
    },
  ];
}

const FAULT = /^(.*?):(\d+):(\d+): ([^]*)$/;

/** What is wrong with them together: names twice, names that are not there, unknown zones. */
export function periodErrors(periods: readonly TimePeriodDefinition[]): ConfigError[] {
  const compiled = compilePeriods(periods);
  if (compiled.ok) return [];
  return compiled.faults.map((fault) => {
    const [, file = '', line = '0', column = '0', message = fault] = FAULT.exec(fault) ?? [];
    return { file, line: Number(line), column: Number(column), message };
  });
}
