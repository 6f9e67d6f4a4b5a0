import { plainService, problemKey } from './problem.ts';
import { formatAge } from '../format/duration.ts';
import { formatTime } from '../format/clock.ts';
import type { IncidentView } from '../../../src/contract/alert-views.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

/** An incident as a row shows it. */
export interface RowIncident extends IncidentView {
  /** Incidents of other routes that have services of it, too: pages of theirs lead here. */
  readonly also?: readonly string[];
}

/**
 * The incident a service is in. An answer names the first few services of a large one: of the others its
 * labels tell, as far as they are of names.
 */
export function incidentFinder(
  incidents: readonly IncidentView[],
): (service: ServiceView) => RowIncident | undefined {
  const named = new Map<string, RowIncident>();
  const joined = withTargetsOfOthers(incidents);
  for (const incident of joined) {
    for (const service of incident.services) {
      const key = problemKey(service);
      if (!named.has(key)) named.set(key, incident);
    }
  }
  // The narrower first: of a route that gathers all in one, every other's would be a part.
  const large = joined
    .filter(({ count, services }) => count > services.length)
    .toSorted((a, b) => Object.keys(b.labels).length - Object.keys(a.labels).length);
  return (service) =>
    named.get(problemKey(service)) ?? large.find((incident) => hasLabels(incident, service));
}

/** Each with whom other routes told of the same services, too: a row is of one, and names everybody. */
function withTargetsOfOthers(incidents: readonly IncidentView[]): RowIncident[] {
  const byService = new Map<string, IncidentView[]>();
  for (const incident of incidents) {
    for (const service of incident.services) {
      const key = problemKey(service);
      byService.set(key, [...(byService.get(key) ?? []), incident]);
    }
  }
  return incidents.map((incident) => {
    const all = new Set([
      incident,
      ...incident.services.flatMap((one) => byService.get(problemKey(one)) ?? []),
    ]);
    if (all.size === 1) return incident;
    const targets = new Map([...all].flatMap((one) => one.targets.map((target) => [target.target, target])));
    const { next = '', next_ms: nextMs = null } = [...all].find((one) => one.next !== '') ?? {};
    const also = [...all].filter((one) => one !== incident).map(({ id }) => id);
    return { ...incident, targets: [...targets.values()], next, next_ms: nextMs, also };
  });
}

function hasLabels({ labels }: IncidentView, service: ServiceView): boolean {
  return Object.entries(labels).every(([label, value]) => {
    switch (label) {
      case 'cluster':
        return service.cluster === value;
      case 'host':
        return service.host === value;
      case 'service':
        return plainService(service.service) === plainService(value);
      case 'severity':
        return service.state.toLowerCase() === value.toLowerCase();
      default:
        // A fact of its host, which is not known here.
        return false;
    }
  });
}

export interface Told {
  /** `unrouted` and `failed` ask for somebody's attention. */
  readonly kind: 'told' | 'waiting' | 'unrouted' | 'failed' | 'quiet';
  readonly text: string;
}

const NAMES_SHOWN = 3;

/** Who was told of an incident and when, and what comes next: `told ops 6 min ago · reminds ann at 14:05`. */
export function toldWords(incident: IncidentView, nowMs: number): Told {
  const of = (outcome: (word: string) => boolean) =>
    incident.targets.filter((target) => target.told_ms !== null && outcome(target.outcome));
  const told = of((word) => word === 'delivered' || word === '');
  const pending = of((word) => word === 'pending');
  const failed = of((word) => word === 'failed');
  const lastMs = Math.max(...told.map(({ told_ms: ms }) => ms ?? 0));
  const parts = [
    told.length > 0 && `told ${names(told)} ${formatAge(lastMs, nowMs)}`,
    pending.length > 0 && `on its way to ${names(pending)}`,
    failed.length > 0 && `could not be told: ${names(failed)}`,
    incident.quiet !== '' && `quiet: ${incident.quiet.replaceAll('_', ' ')}`,
    nextWords(incident, nowMs),
  ].filter((part) => part !== false && part !== '');
  if (incident.route === '')
    return { kind: 'unrouted', text: ['no route takes these: nobody is told', ...parts].join(' · ') };
  if (failed.length > 0) return { kind: 'failed', text: parts.join(' · ') };
  if (incident.quiet !== '') return { kind: 'quiet', text: parts.join(' · ') };
  if (told.length > 0) return { kind: 'told', text: parts.join(' · ') };
  return { kind: 'waiting', text: parts.join(' · ') || 'nobody has been told yet' };
}

/** What comes next, and at what time of today; of another day also which. */
function nextWords({ next, next_ms: nextMs }: IncidentView, nowMs: number): string {
  if (next === '' || nextMs === null || nextMs <= nowMs) return next;
  return `${next} at ${formatTime(nextMs, nowMs)}`;
}

function names(targets: IncidentView['targets']): string {
  const shown = targets.slice(0, NAMES_SHOWN).map(({ target }) => target);
  const more = targets.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
