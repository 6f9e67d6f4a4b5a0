import { escalationOf, NEVER } from './clock.ts';
import { laneIn } from './incident-book.ts';
import { verdictOf } from './standing.ts';
import type { AlertSubject, Traits } from './subject.ts';
import type { CompiledAlerts } from './rules.ts';
import type { DueLane } from './draft.ts';
import type { OpenIncident, Standing } from './open-incident.ts';

/** Whom an incident comes to, and what each of them is to be told of a member. */

interface At {
  readonly rules: CompiledAlerts;
  readonly nowMs: number;
}

/** Whom it comes to now; whether that is somebody else than before. */
export function reach<S extends AlertSubject>(incident: OpenIncident<S>, { rules, nowMs }: At): boolean {
  const { route } = incident;
  if (!route) {
    const hadSome = incident.targets.length > 0;
    incident.targets = [];
    incident.targetsUntilMs = null;
    return hadSome;
  }
  const steps = escalationOf(incident, rules)?.steps ?? [];
  while ((steps[incident.steps]?.afterMs ?? NEVER) <= 0) incident.steps += 1;
  const at = { begun: incident.steps, nowMs };
  const { targets, untilMs } = rules.destinations.reach(route.receiver, at);
  const present = targets.filter((target) => rules.targets.has(target));
  incident.targetsUntilMs = untilMs;
  if (isAlike(present, incident.targets)) return false;
  incident.targets = present;
  return true;
}

/** What each target of an incident is to be told of a member. */
export function weigh<S extends AlertSubject>(
  standing: Standing<S>,
  incident: OpenIncident<S>,
  { rules, nowMs }: At,
): void {
  const told = standing.subject.told.flatMap((one) => (one.incident === incident.id ? [one.receiver] : []));
  for (const target of new Set([...incident.targets, ...told])) {
    const verdict = verdictOf(standing, { incident, target }, { rules, nowMs });
    if (verdict.kind === 'tell') {
      const lane = laneIn(incident, target);
      if (lane.news.size === 0) lane.newsMs = nowMs;
      lane.news.set(standing, verdict.news);
      continue;
    }
    const lane = incident.lanes.get(target);
    if (lane) forgetNews(lane, standing);
    if (verdict.untilMs !== null) incident.wakeMs = Math.min(incident.wakeMs, verdict.untilMs);
  }
  for (const lane of incident.lanes.values()) {
    const isOf = incident.targets.includes(lane.target) || told.includes(lane.target);
    if (!isOf) forgetNews(lane, standing);
  }
}

/** It is not, or no longer, told. */
export function forgetNews<S extends AlertSubject>(lane: DueLane<S>['lane'], standing: Standing<S>): void {
  lane.news.delete(standing);
  if (lane.news.size === 0) lane.newsMs = 0;
}

/** The same names in the same order. */
export function isAlike(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === b) return true;
  return a !== null && b !== null && a.length === b.length && a.every((one, index) => one === b[index]);
}

/** The facts that whom it concerns may depend on, in one text. */
export function factsOf<S extends AlertSubject>(
  subject: S,
  { rules, traits }: { readonly rules: CompiledAlerts; readonly traits: (subject: S) => Traits },
): string {
  if (rules.factsUsed.length === 0) return '';
  const { facts } = traits(subject);
  return rules.factsUsed.map((name) => facts.get(name) ?? '\0').join('\0');
}
