import { compilePattern } from '../model/pattern.ts';
import { isLiteral } from '../check/rule.ts';
import { matchOf } from './route.ts';
import { nearest } from '../model/nearest.ts';
import { SEVERITIES } from './scalars.ts';
import { shown } from './reading.ts';
import type { AlertMatch } from '../contract/alerts.ts';
import type { Located } from './readers.ts';
import type { Reading } from './reading.ts';
import type { RouteSection } from './route.ts';

/** Routes that can never take anything, and what they all leave out. */
export function reportRoutes(
  sections: readonly Located<RouteSection>[],
  groups: ReadonlySet<string>,
  reading: Reading,
): void {
  // Where a condition could not be read, a route would seem to take more than it was meant to.
  if (reading.errors.length === 0) reportUnreachable(sections, reading);
  reportNamesTwice(sections, reading);
  for (const {
    value: {
      values: { match },
    },
  } of sections)
    reportCluster(match, groups, reading);
  const last = sections.at(-1)?.value;
  if (last !== undefined && sections.every(({ value }) => matchOf(value.values.match) !== undefined)) {
    reading.warn(last.offset, 'the last route has a match: what no route matches pages nobody');
  }
}

function reportNamesTwice(sections: readonly Located<RouteSection>[], reading: Reading): void {
  const seen = new Map<string, string>();
  for (const {
    value: { values, offset, offsets },
  } of sections) {
    if (values.name === null) continue;
    const at = offsets.get('name') ?? offset;
    const first = seen.get(values.name);
    if (first !== undefined) {
      reading.fault(at, `a second route ${reading.quote(values.name, at)}; the first is at ${first}`, {
        expected: 'a name of its own, or none',
      });
    }
    seen.set(values.name, reading.where(at));
  }
}

/** What this one takes is taken by an earlier one: nothing comes past that to it. */
function reportUnreachable(sections: readonly Located<RouteSection>[], reading: Reading): void {
  const ending: { readonly match: AlertMatch; readonly where: string }[] = [];
  for (const {
    value: { values, offset },
  } of sections) {
    const match = matchOf(values.match) ?? {};
    const taker = ending.find((earlier) => takesAll(earlier.match, match));
    if (taker !== undefined) {
      reading.fault(offset, `the route is never reached: the one at ${taker.where} takes everything before`, {
        expected: '"continue: true" there, or the narrower route first',
      });
    } else if (!values.continue) ending.push({ match, where: reading.where(offset) });
  }
}

/** Whether everything that `narrow` takes is taken by `wide`. Certain where it says yes. */
function takesAll(wide: AlertMatch, narrow: AlertMatch): boolean {
  const { facts = [], tags = [] } = wide;
  return (
    NAMES.every((key) => takesName(wide[key], narrow[key])) &&
    takesSeverity(wide.severity, narrow.severity) &&
    facts.every(({ fact, pattern }) =>
      (narrow.facts ?? []).some((other) => other.fact === fact && takesName(pattern, other.pattern)),
    ) &&
    tags.every((tag) => (narrow.tags ?? []).some((other) => takesName(tag, other)))
  );
}

const NAMES = ['cluster', 'host', 'service'] as const;

/** Two patterns are told apart only where the narrow one is a plain name. */
function takesName(wide: string | undefined, narrow: string | undefined): boolean {
  if (wide === undefined || wide === '.*' || wide === narrow) return true;
  return narrow !== undefined && isLiteral(narrow) && matcherOf(wide)(narrow);
}

function takesSeverity(wide = '.*', narrow = '.*'): boolean {
  const matches = matcherOf(wide);
  return SEVERITIES.filter(matcherOf(narrow)).every(matches);
}

/** Patterns were compiled when they were read. */
function matcherOf(source: string): (name: string) => boolean {
  const compiled = compilePattern(source);
  return (name) => compiled.ok && compiled.pattern.matches(name);
}

/** A pattern over clusters that no group goes by. */
function reportCluster(
  { values: { cluster }, offset, offsets }: RouteSection['values']['match'],
  groups: ReadonlySet<string>,
  reading: Reading,
): void {
  if (cluster === null) return;
  const compiled = compilePattern(cluster);
  if (!compiled.ok || [...groups].some((group) => compiled.pattern.matches(group))) return;
  const at = offsets.get('cluster') ?? offset;
  const meant = reading.isFromEnv(at) ? undefined : nearest(cluster, groups);
  const hint = meant === undefined ? '' : `; did you mean ${shown(meant)}?`;
  reading.warn(at, `no group is called ${reading.quote(cluster, at)}: the route takes nothing${hint}`);
}
