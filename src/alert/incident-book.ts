import { INCIDENTS_MAX } from '../alert-limits.ts';
import { familyOf } from './routes.ts';
import type { AlertSubject } from './subject.ts';
import type { CompiledRoute } from './routes.ts';
import type { Incident } from '../model/incident.ts';
import type { Lane, OpenIncident } from './open-incident.ts';
import type { ServiceKey } from '../model/service-state.ts';

type Labels = readonly (readonly [string, string])[];

interface BookOptions {
  readonly digest: (text: string) => string;
  readonly max?: number;
}

/** Incidents that are open: by their ids, and by what brings a problem to them. */
export class IncidentBook<S extends AlertSubject> {
  readonly #byId = new Map<string, OpenIncident<S>>();
  readonly #byGroup = new Map<string, OpenIncident<S>>();
  readonly #digest: (text: string) => string;
  readonly #max: number;

  constructor({ digest, max = INCIDENTS_MAX }: BookOptions) {
    this.#digest = digest;
    this.#max = max;
  }

  get(id: string): OpenIncident<S> | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<OpenIncident<S>> {
    return this.#byId.values();
  }

  /** The one that the route's problems with these labels belong to. */
  join(route: CompiledRoute, labels: Labels, nowMs: number): OpenIncident<S> {
    // With too many open at a time all that a route takes besides is one.
    const present = this.#byGroup.get(groupOf(route, labels));
    if (present) return present;
    if (this.#byId.size >= this.#max && labels.length > 0) return this.join(route, [], nowMs);
    return this.#open(route, labels, nowMs);
  }

  /** One for what no route takes any more, and somebody was told of. */
  stray({ cluster, service }: ServiceKey, nowMs: number): OpenIncident<S> {
    const labels: Labels = [
      ['cluster', cluster],
      ['service', familyOf(service)],
    ];
    return this.#byGroup.get(groupOf(null, labels)) ?? this.#open(null, labels, nowMs);
  }

  /** As it was before a restart. */
  load(row: Incident, routes: readonly CompiledRoute[]): OpenIncident<S> {
    const route =
      routes.find(({ name, groupBy }) => name === row.route && isAlike(groupBy, row.labels)) ?? null;
    const incident = {
      ...incidentOf<S>(row.id, route, row.labels, row.openedMs),
      routeName: row.route,
      waitingMs: row.waitingMs,
      pausedMs: row.pausedMs ?? null,
      steps: row.steps,
      isKept: true,
      isAwaited: true,
    };
    for (const { target, key, pagedMs, pages } of row.targets) {
      incident.lanes.set(target, { ...laneOf<S>(target), key, pagedMs, pages });
    }
    this.#add(incident);
    return incident;
  }

  /** Other routes: an incident follows the route that asks for the same, whatever its place. */
  reroute(routes: readonly CompiledRoute[]): void {
    const byIdentity = new Map(routes.toReversed().map((route) => [route.identity, route]));
    this.#byGroup.clear();
    for (const incident of this.#byId.values()) {
      const route = incident.route && byIdentity.get(incident.route.identity);
      incident.route = route && !this.#byGroup.has(groupOf(route, incident.labels)) ? route : null;
      if (incident.route) incident.routeName = incident.route.name;
      this.#group(incident);
    }
  }

  remove(incident: OpenIncident<S>): void {
    this.#byId.delete(incident.id);
    const group = groupOf(incident.route, incident.labels);
    if (this.#byGroup.get(group) === incident) this.#byGroup.delete(group);
  }

  #open(route: CompiledRoute | null, labels: Labels, nowMs: number): OpenIncident<S> {
    const group = groupOf(route, labels);
    let id = this.#digest(`${group}\0${nowMs}`).slice(0, 16);
    // One that was over in the same millisecond is another one.
    for (let again = 1; this.#byId.has(id); again += 1) id = this.#digest(`${id}\0${again}`).slice(0, 16);
    const incident = incidentOf<S>(id, route, labels, nowMs);
    this.#add(incident);
    return incident;
  }

  #add(incident: OpenIncident<S>): void {
    this.#byId.set(incident.id, incident);
    this.#group(incident);
  }

  #group(incident: OpenIncident<S>): void {
    const group = groupOf(incident.route, incident.labels);
    if (!this.#byGroup.has(group)) this.#byGroup.set(group, incident);
  }
}

/** As it is kept. */
export function rowOf<S extends AlertSubject>(incident: OpenIncident<S>): Incident {
  const { id, routeName, labels, openedMs, waitingMs, pausedMs, steps, lanes } = incident;
  const targets = Array.from(lanes.values(), ({ target, key, pagedMs, pages }) => {
    return { target, key, pagedMs, pages };
  });
  return { id, route: routeName, labels, openedMs, waitingMs, pausedMs, steps, targets };
}

/** A target is told here from now on: how far the one before had got with it. */
export function inherit<S extends AlertSubject>(
  home: OpenIncident<S>,
  before: OpenIncident<S> | undefined,
  { target, nowMs }: { readonly target: string; readonly nowMs: number },
): void {
  const lane = laneIn(home, target);
  const old = before?.lanes.get(target);
  if (old ? old.pagedMs <= lane.pagedMs : lane.pages > 0) return;
  lane.key = old?.key ?? '';
  lane.pagedMs = old?.pagedMs ?? nowMs;
  lane.pages = Math.max(lane.pages, old?.pages ?? 0, 1);
  lane.outcome = old?.outcome ?? '';
  home.waitingMs ??= before?.waitingMs ?? nowMs;
  const isSame = before?.route && home.route?.receiver === before.route.receiver;
  if (isSame) home.steps = Math.max(home.steps, before.steps);
}

/** How far an incident got with a target, from now on. */
export function laneIn<S extends AlertSubject>(incident: OpenIncident<S>, target: string): Lane<S> {
  let lane = incident.lanes.get(target);
  if (!lane) {
    lane = laneOf<S>(target);
    incident.lanes.set(target, lane);
  }
  return lane;
}

function laneOf<S extends AlertSubject>(target: string): Lane<S> {
  return {
    target,
    key: '',
    pagedMs: 0,
    pages: 0,
    news: new Map(),
    newsMs: 0,
    laterMs: 0,
    outcome: '',
    reminder: '',
  };
}

function incidentOf<S extends AlertSubject>(
  id: string,
  route: CompiledRoute | null,
  labels: Labels,
  openedMs: number,
): OpenIncident<S> {
  return {
    id,
    route,
    routeName: route?.name ?? '',
    labels,
    openedMs,
    waitingMs: null,
    pausedMs: null,
    steps: 0,
    members: new Set(),
    lanes: new Map(),
    targets: [],
    targetsUntilMs: null,
    touched: new Set(),
    wakeMs: Number.POSITIVE_INFINITY,
    nextMs: Number.POSITIVE_INFINITY,
    queuedMs: Number.POSITIVE_INFINITY,
    isKept: false,
    isAwaited: false,
  };
}

function groupOf(route: CompiledRoute | null, labels: Labels): string {
  return [route?.identity ?? '', ...labels.map(([, value]) => value)].join('\0');
}

function isAlike(groupBy: readonly string[], labels: Labels): boolean {
  // The one that takes what is too much has no labels.
  return labels.length === 0 || groupBy.join('\0') === labels.map(([label]) => label).join('\0');
}
