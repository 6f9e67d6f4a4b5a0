import { sortServices } from './service-order.ts';
import { isProblem, worseOf } from './severity.ts';
import { summarise } from './summary.ts';
import type { ServiceView } from '../contract/api.ts';
import type { Judged } from './ports.ts';

export interface Standing {
  /** The worst open state; OK when all is well, PENDING when nothing is judged. */
  readonly worst: string;
  readonly summary: string;
}

interface Indexed {
  readonly version: number;
  readonly atMs: number;
  readonly clusters: Map<string, Standing>;
  /** By cluster and host. */
  readonly hosts: Map<string, string>;
  readonly states: Map<string, number>;
  /** Not OK or UP, the worst first. */
  readonly problems: readonly ServiceView[];
}

/** Less than the second between two looks of the feed: none of them is to find the one before. */
const REBUILD_MS = 900;

/**
 * Services looked at from the side of their hosts and clusters; computed at most once a second, and when
 * something changed.
 */
export class ServiceIndex {
  readonly #judged: Judged;
  readonly #nowMs: () => number;
  #indexed: Indexed | undefined;

  constructor(judged: Judged, nowMs: () => number) {
    this.#judged = judged;
    this.#nowMs = nowMs;
  }

  cluster(name: string): Standing {
    return this.#current().clusters.get(name) ?? { worst: 'PENDING', summary: 'all well' };
  }

  worstOfHost(cluster: string, host: string): string {
    return this.#current().hosts.get(hostKey(cluster, host)) ?? 'PENDING';
  }

  /** How many services are in each state. */
  states(): ReadonlyMap<string, number> {
    return this.#current().states;
  }

  problems(): readonly ServiceView[] {
    return this.#current().problems;
  }

  #current(): Indexed {
    const nowMs = this.#nowMs();
    const known = this.#indexed;
    const version = this.#judged.version();
    if (known && (known.version === version || Math.abs(nowMs - known.atMs) < REBUILD_MS)) return known;
    this.#indexed = { ...indexServices(this.#judged.services()), version, atMs: nowMs };
    return this.#indexed;
  }
}

function hostKey(cluster: string, host: string): string {
  return `${cluster}\0${host}`;
}

/**
 * Acknowledged problems, those in a downtime and silenced ones are somebody's already: they do not colour a
 * host or cluster.
 */
function isOpen(view: ServiceView): boolean {
  return isProblem(view.state) && !view.acknowledged && !view.in_downtime && !view.silenced;
}

function indexServices(services: Iterable<ServiceView>): Omit<Indexed, 'version' | 'atMs'> {
  const hosts = new Map<string, string>();
  const worst = new Map<string, string>();
  const open = new Map<string, ServiceView[]>();
  const states = new Map<string, number>();
  const problems: ServiceView[] = [];
  for (const view of services) {
    states.set(view.state, (states.get(view.state) ?? 0) + 1);
    // What waits for its first result says nothing of its host, which others do.
    if (view.state === 'PENDING') continue;
    const state = isOpen(view) ? view.state : 'OK';
    // An aggregate is a service of its cluster, or of the grid, and of no host.
    if (view.host !== '') {
      const key = hostKey(view.cluster, view.host);
      hosts.set(key, worseOf(hosts.get(key) ?? 'OK', state));
    }
    worst.set(view.cluster, worseOf(worst.get(view.cluster) ?? 'OK', state));
    if (isProblem(view.state)) problems.push(view);
    if (isOpen(view)) append(open, view.cluster, view);
  }
  const clusters = new Map<string, Standing>();
  for (const [name, state] of worst) {
    clusters.set(name, { worst: state, summary: summarise(open.get(name) ?? []) });
  }
  return { clusters, hosts, states, problems: sortServices(problems) };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
