import { compareNames } from './name-order.ts';
import { isProblem, severity } from './severity.ts';
import type { ServiceView } from '../contract/api.ts';

interface Placed {
  readonly view: ServiceView;
  /** Lower comes first: the worst, hard before soft. */
  readonly rank: number;
  /** Of problems: lower is newer. */
  readonly age: number;
  /** By cluster, host and service. */
  readonly place: number;
}

/**
 * As `compareServices` has them. Names are collated once each instead of at every comparison: 200 000
 * services take 0.1 to 0.4 s, and not 1.5 s.
 */
export function sortServices(views: readonly ServiceView[]): ServiceView[] {
  const clusters = ranksOf(views, (view) => view.cluster);
  const hosts = ranksOf(views, (view) => view.host);
  const services = ranksOf(views, (view) => view.service);
  const placed = views.map((view): Placed => {
    const place = rankIn(clusters, view.cluster) * hosts.size + rankIn(hosts, view.host);
    return {
      view,
      rank: (view.state_type === 'HARD' ? 0 : 1) - 2 * severity(view.state),
      age: isProblem(view.state) ? -view.since_ms : 0,
      place: place * services.size + rankIn(services, view.service),
    };
  });
  return placed
    .toSorted((a, b) => a.rank - b.rank || a.age - b.age || a.place - b.place)
    .map(({ view }) => view);
}

function rankIn(ranks: ReadonlyMap<string, number>, name: string): number {
  return ranks.get(name) ?? 0;
}

function ranksOf(
  views: readonly ServiceView[],
  nameOf: (view: ServiceView) => string,
): ReadonlyMap<string, number> {
  const names = new Set(views.map(nameOf));
  return new Map([...names].toSorted(compareNames).map((name, rank) => [name, rank]));
}
