import { BestFew } from '../../model/best-few.ts';
import { groupWords, stateWords, subjectOf } from '../../alert/titles.ts';
import {
  INCIDENT_SERVICES_PER_ANSWER_MAX,
  INCIDENT_SERVICES_SHOWN_MAX,
  INCIDENTS_SHOWN_MAX,
} from '../../alert-limits.ts';
import { familyOf } from '../../alert/routes.ts';
import { nagiosTargets } from './nagios-problems.ts';
import { newsDueMs, nextStepMs, reminderDueMs } from '../../alert/clock.ts';
import { serviceView, stateName } from '../report.ts';
import { severityRank } from '../../alert/severity.ts';
import type { AlertDesk } from '../../alert/desk.ts';
import type { IncidentView } from '../../contract/alert-views.ts';
import type { NagiosProblems } from './nagios-problems.ts';
import type { OpenIncident } from '../../alert/open-incident.ts';
import type { ServiceWatch } from '../watch.ts';
import type { Turn } from '../turn.ts';

type Desk = AlertDesk<ServiceWatch>;
type OfWatch = OpenIncident<ServiceWatch>;

/** Open problems as pages have them, and those that no route takes; the worst first, then the oldest. */
export function incidentViews(
  { desk, nowMs }: Pick<Turn, 'desk' | 'nowMs'>,
  nagios: Iterable<NagiosProblems> = [],
): IncidentView[] {
  const found = new BestFew<Gathered>(
    INCIDENTS_SHOWN_MAX,
    (a, b) => severityRank(a.state) - severityRank(b.state) || a.sinceMs - b.sinceMs,
  );
  for (const incident of desk.incidents()) {
    const open: ServiceWatch[] = [];
    for (const { stands, subject, closed } of incident.members) {
      if (stands !== 'ok' && !closed) open.push(subject);
    }
    if (open.length > 0) found.add(gathered(incident, open));
  }
  for (const open of unrouted(desk).values()) found.add(gathered(null, open));
  for (const { open, route } of nagios) found.add({ ...gathered(null, open), route });
  const { items } = found;
  const shownMax = Math.min(INCIDENT_SERVICES_SHOWN_MAX, servicesEach(items.length));
  return items.map((one) => viewOf(one, desk, { nowMs, shownMax }));
}

function servicesEach(incidents: number): number {
  return Math.floor(INCIDENT_SERVICES_PER_ANSWER_MAX / Math.max(1, incidents));
}

interface Gathered {
  readonly incident: OfWatch | null;
  readonly route: string;
  readonly open: readonly ServiceWatch[];
  readonly state: string;
  readonly sinceMs: number;
}

function gathered(incident: OfWatch | null, open: readonly ServiceWatch[]): Gathered {
  let [state, sinceMs] = ['', Number.POSITIVE_INFINITY];
  for (const watch of open) {
    const name = stateName(watch);
    if (state === '' || severityRank(name) < severityRank(state)) state = name;
    sinceMs = Math.min(sinceMs, watch.status.sinceMs);
  }
  return { incident, route: incident?.routeName ?? '', open, state, sinceMs };
}

/** Problems that belong to no incident, gathered as they would be by default. */
function unrouted(desk: Desk): Map<string, ServiceWatch[]> {
  const groups = new Map<string, ServiceWatch[]>();
  for (const { stands, incidents, subject } of desk.standings()) {
    if (stands === 'ok' || incidents.size > 0) continue;
    const key = `${subject.cluster}\0${familyOf(subject.service)}`;
    const group = groups.get(key);
    if (group) group.push(subject);
    else groups.set(key, [subject]);
  }
  return groups;
}

function viewOf(
  { incident, route, open, state, sinceMs }: Gathered,
  desk: Desk,
  { nowMs, shownMax }: { readonly nowMs: number; readonly shownMax: number },
): IncidentView {
  const [first] = open;
  const next = incident ? nextOf(incident, desk, nowMs) : NOTHING;
  const shown = new BestFew<ServiceWatch>(
    shownMax,
    (a, b) => severityRank(stateName(a)) - severityRank(stateName(b)),
  );
  for (const watch of open) shown.add(watch);
  const isOne = open.length === 1 && first;
  const labels = incident?.labels ?? [
    ['cluster', first?.cluster ?? ''],
    ['service', familyOf(first?.service ?? '')],
  ];
  return {
    id: incident?.id ?? '',
    title: isOne ? `${subjectOf(first)} is ${state}` : titleOfMany(open),
    state,
    since_ms: sinceMs,
    route,
    labels: Object.fromEntries(labels),
    services: shown.items.map(serviceView),
    count: open.length,
    hosts: new Set(open.map(({ cluster, host }) => `${cluster}\0${host}`)).size,
    quiet: quietOf(open),
    targets: incident ? targetsOf(incident, desk) : nagiosTargets(open),
    next: next.words,
    next_ms: next.ms,
  };
}

/** The state stands beside it, but hosts alone would be no sentence. */
function titleOfMany(open: readonly ServiceWatch[]): string {
  const areHosts = open.every(({ service }) => service === 'host');
  return areHosts ? `${groupWords(open)} are ${stateWords(open.map(stateName))}` : groupWords(open);
}

/** Why nobody is bothered, where all of it is quiet. */
function quietOf(open: readonly ServiceWatch[]): string {
  const words = new Set<string>(
    open.map(({ quiet }) =>
      quiet.in_downtime
        ? 'in_downtime'
        : quiet.silenced
          ? 'silenced'
          : quiet.acknowledged
            ? 'acknowledged'
            : '',
    ),
  );
  if (words.has('')) return '';
  const order = ['acknowledged', 'in_downtime', 'silenced'];
  return order.filter((word) => words.has(word)).join(', ');
}

function targetsOf({ lanes }: OfWatch, desk: Desk): IncidentView['targets'] {
  return Array.from(lanes.values(), ({ target, pagedMs, pages, key, outcome }) => ({
    target,
    told_ms: pages === 0 ? null : pagedMs,
    pages,
    outcome: pages === 0 ? '' : desk.isOnWay(key) ? 'pending' : outcome || 'delivered',
  }));
}

const NOTHING = { words: '', ms: null } as const;

/** What comes next by the time alone. */
function nextOf(incident: OfWatch, desk: Desk, nowMs: number): { words: string; ms: number | null } {
  const { rules } = desk;
  const coming: { words: string; ms: number }[] = [];
  for (const lane of incident.lanes.values()) {
    coming.push({ words: `tells ${lane.target}`, ms: newsDueMs(incident, lane) });
    const reminderMs = reminderDueMs(incident, lane, { rules, nowMs, isOnWay: desk.isOnWay(lane.key) });
    coming.push({ words: `reminds ${lane.target}`, ms: reminderMs });
  }
  const step = incident.route && rules.destinations.stepsOf(incident.route.receiver)?.steps[incident.steps];
  if (step) coming.push({ words: `asks ${step.notify.join(', ')}`, ms: nextStepMs(incident, rules) });
  const first = coming.toSorted((a, b) => a.ms - b.ms)[0];
  return first && Number.isFinite(first.ms) ? first : NOTHING;
}
