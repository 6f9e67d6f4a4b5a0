import { isDeepStrictEqual } from 'node:util';
import { compilePattern } from '../model/pattern.ts';
import { matchOf } from './route.ts';
import { nearest } from '../model/nearest.ts';
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
  if (last !== undefined && matchOf(last.values.match) !== undefined) {
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

/** What an earlier route demands is demanded by this one, too: nothing comes past the earlier one to it. */
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

/** Whether every condition of `wide` is one of `narrow`. Certain where it says yes. */
function takesAll(wide: AlertMatch, narrow: AlertMatch): boolean {
  const { facts = [], tags = [], ...patterns } = wide;
  const isSame = (value: string, key: string) => isAll(value) || Reflect.get(narrow, key) === value;
  return (
    Object.entries(patterns).every(([key, value]) => isSame(value, key)) &&
    facts.every((fact) => (narrow.facts ?? []).some((other) => isDeepStrictEqual(fact, other))) &&
    tags.every((tag) => (narrow.tags ?? []).includes(tag))
  );
}

function isAll(pattern: string): boolean {
  return pattern === '.*';
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
