import { nearest } from '../../model/nearest.ts';
import { openTimeZone, timeZoneNames } from './time-zone.ts';
import { ordered } from './period-days.ts';
import { parsePeriodLine } from './time-period-text.ts';
import { PERIOD_LINES_MAX } from '../../limits.ts';
import { Period } from './period.ts';
import type { DayRule } from './period-days.ts';
import type { TimePeriodDefinition } from '../../contract/checks.ts';
import type { TimeZone } from './time-zone.ts';

/** Time periods by name. A name that was not compiled is a fault of the caller, and thrown. */
export interface Periods {
  /** Whether a moment is in it. Remembers the present answer: two comparisons a question. */
  includes(name: string, epochMs: number): boolean;
  /** The first moment in it, not before `epochMs`; null: none within ten years. */
  nextValid(name: string, epochMs: number): number | null;
  /** When `includes` answers otherwise than at `epochMs`; null: not within ten years. */
  until(name: string, epochMs: number): number | null;
}

export type CompiledPeriods =
  | { readonly ok: true; readonly periods: Periods }
  /** Every fault, each beginning with where it is. */
  | { readonly ok: false; readonly faults: readonly string[] };

interface Read {
  readonly definition: TimePeriodDefinition;
  readonly zone: TimeZone | null;
  readonly rules: readonly DayRule[];
  readonly exclude: readonly string[];
}

/** All of them or, with every fault, none. */
export function compilePeriods(definitions: readonly TimePeriodDefinition[]): CompiledPeriods {
  const faults: string[] = [];
  const read = new Map<string, Read>();
  const zones = new Map<string, TimeZone | null>();
  for (const definition of definitions) {
    const before = read.get(definition.name);
    const one = readOne(definition, zones, faults);
    if (before === undefined) read.set(definition.name, one);
    else faults.push(faultOf(definition, `the name is taken, at ${before.definition.where}`));
  }
  const built = new Map<string, Period | null>();
  for (const one of read.values()) build(one, [], { read, built, faults });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, periods: byName(built) };
}

function faultOf({ where, name }: TimePeriodDefinition, what: string): string {
  return `${where}: time period ${name}: ${what}`;
}

function readOne(
  definition: TimePeriodDefinition,
  zones: Map<string, TimeZone | null>,
  faults: string[],
): Read {
  const { timezone, times } = definition;
  const zone = zones.get(timezone) ?? openTimeZone(timezone);
  zones.set(timezone, zone);
  if (zone === null) {
    const meant = nearest(timezone, timeZoneNames());
    const hint = meant === undefined ? '; expected like Europe/London' : `; did you mean ${meant}?`;
    faults.push(faultOf(definition, `there is no time zone "${timezone}"${hint}`));
  }
  if (times.length > PERIOD_LINES_MAX) {
    faults.push(faultOf(definition, `has more than ${PERIOD_LINES_MAX} lines`));
  }
  const rules: DayRule[] = [];
  const exclude = [...definition.exclude];
  const seen = new Map<string, string>();
  for (const text of times.slice(0, PERIOD_LINES_MAX)) {
    const line = parsePeriodLine(text);
    if (!line.ok) {
      faults.push(faultOf(definition, line.fault));
    } else if (line.kind === 'exclude') {
      exclude.push(...line.names);
    } else {
      const { times: _, ...days } = line.rule;
      const key = JSON.stringify(days);
      const other = seen.get(key);
      // Only the first would count: Nagios passes over the second without a word.
      if (other !== undefined) {
        faults.push(
          faultOf(definition, `"${text}" and "${other}" are the same days; put their times on one line`),
        );
      }
      seen.set(key, text);
      rules.push(line.rule);
    }
  }
  return { definition, zone, rules: ordered(rules), exclude };
}

interface Building {
  readonly read: ReadonlyMap<string, Read>;
  /** Null: its time zone is none. */
  readonly built: Map<string, Period | null>;
  readonly faults: string[];
}

/** What it takes out is built before it. `way`: the names that led here. */
function build(one: Read, way: readonly string[], into: Building): Period | null {
  const { read, built, faults } = into;
  const { definition, zone, rules } = one;
  const known = built.get(definition.name);
  if (known !== undefined) return known;
  const here = [...way, definition.name];
  const excluded: Period[] = [];
  for (const name of one.exclude) {
    const other = read.get(name);
    if (other === undefined) {
      faults.push(faultOf(definition, `exclude: ${unknownPeriod(name, read.keys())}`));
    } else if (here.includes(name)) {
      faults.push(faultOf(definition, `exclude goes in a circle: ${[...here, name].join(' → ')}`));
    } else {
      const period = build(other, here, into);
      if (period !== null) excluded.push(period);
    }
  }
  const period = zone === null ? null : new Period({ zone, rules, excluded });
  built.set(definition.name, period);
  return period;
}

function unknownPeriod(name: string, known: Iterable<string>): string {
  const meant = nearest(name, known);
  return `there is no time period "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}

function byName(built: ReadonlyMap<string, Period | null>): Periods {
  const period = (name: string): Period => {
    const found = built.get(name);
    if (!found) throw new Error(`no time period ${JSON.stringify(name)} was compiled`);
    return found;
  };
  return {
    includes: (name, epochMs) => period(name).includes(epochMs),
    nextValid: (name, epochMs) => period(name).nextValid(epochMs),
    until: (name, epochMs) => period(name).until(epochMs),
  };
}
