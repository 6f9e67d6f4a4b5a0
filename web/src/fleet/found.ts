import { hostMark } from './host-key.ts';
import { clusterLink, hostLink, serviceLink } from './link.ts';
import { matchesWords } from './pattern.ts';
import { placeInWords } from './place.ts';
import { markOf, severityRank } from './state.ts';
import { formatCount } from '../format/number.ts';
import type { MarkKind } from './state.ts';
import type { ClusterView, HostView, SearchAnswer } from '../../../src/contract/api.ts';

/** One line of what a search found. */
export interface FoundRow {
  readonly href: string;
  /** Null: what it names has no state. */
  readonly mark: MarkKind | null;
  readonly name: string;
  /** Where it is. */
  readonly place: string;
  /** Another way to the row above. */
  readonly under: boolean;
}

export interface FoundGroup {
  readonly title: string;
  readonly rows: readonly FoundRow[];
}

/** What was found by kind, kinds without any left out; within a kind in the server's order. */
export function foundGroups(answer: SearchAnswer): FoundGroup[] {
  const groups: FoundGroup[] = [
    {
      title: 'Clusters',
      rows: answer.clusters.map(({ cluster, state, hosts }) =>
        row(clusterLink(cluster), markOf(state), cluster, hostsWords(hosts)),
      ),
    },
    {
      title: 'Hosts',
      rows: answer.hosts.map(({ cluster, host, state, why }) =>
        row(hostLink(cluster, host), markOf(state), host, why === '' ? cluster : `${cluster} · ${why}`),
      ),
    },
    {
      title: 'Services',
      rows: answer.services.map(({ cluster, host, service, state }) =>
        row(serviceLink({ cluster, host, service }), markOf(state), service, placeInWords({ cluster, host })),
      ),
    },
    { title: 'Metrics', rows: answer.metrics.flatMap(metricRows) },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

function row(href: string, mark: MarkKind | null, name: string, place: string): FoundRow {
  return { href, mark, name, place, under: false };
}

/** A metric of many hosts is a way to colour its cluster, and a graph on one of them. */
function metricRows({ cluster, metric, hosts, host }: SearchAnswer['metrics'][number]): FoundRow[] {
  const on = row(`${hostLink(cluster, host)}?q=${encodeURIComponent(metric)}`, null, metric, '');
  if (hosts === 1) return [{ ...on, place: `${host} in ${cluster}` }];
  const colours = `${clusterLink(cluster)}?measure=${encodeURIComponent(metric)}`;
  return [
    row(colours, null, metric, `${cluster}, ${hostsWords(hosts)}`),
    { ...on, name: `on ${host}`, place: 'its graph', under: true },
  ];
}

function hostsWords(hosts: number): string {
  return hosts === 1 ? '1 host' : `${formatCount(hosts)} hosts`;
}

const ROWS_MAX = 12;

/** A search of hosts by the server, and of clusters by their names; the worst first. */
export function foundAmong(
  words: string,
  clusters: readonly ClusterView[],
  hosts: readonly HostView[],
): SearchAnswer {
  const inClusters = clusters.filter((cluster) => matchesWords(words, [cluster.name]));
  const sorted = hosts.toSorted(
    (a, b) =>
      severityRank(hostMark(a)) - severityRank(hostMark(b)) ||
      a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
  return {
    clusters: inClusters
      .slice(0, ROWS_MAX)
      .map(({ name, worst_state, hosts }) => ({ cluster: name, state: worst_state, hosts })),
    hosts: sorted
      .slice(0, ROWS_MAX)
      .map((host) => ({ cluster: host.cluster, host: host.name, state: hostMark(host), why: '' })),
    services: [],
    metrics: [],
    left_out: Math.max(0, inClusters.length - ROWS_MAX) + Math.max(0, sorted.length - ROWS_MAX),
  };
}
