import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ClusterCard } from '../components/cluster-card.tsx';
import { ProblemDigest } from '../components/problem-list.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { StatTiles } from '../components/stat-tiles.tsx';
import { LOAD_MEASURE } from '../fleet/measure.ts';
import { compareProblems, openProblems } from '../fleet/problem.ts';
import { markOf, severityRank } from '../fleet/state.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useMeasure } from '../live/fleet-measure.ts';
import { useProblems } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import type { ClusterView, HostView } from '../../../src/contract/api.ts';

const DIGEST_PROBLEMS = 10;
const NO_HOSTS: readonly HostView[] = [];

/** `/`: every cluster at a glance, the worst first. */
export function GridPage() {
  const clusters = useQuery(queries.clusters());
  const hosts = useQuery(queries.allHosts());
  const loads = useMeasure('.*', hosts.data ?? NO_HOSTS, LOAD_MEASURE);
  const hostsOf = useMemo(() => byCluster(hosts.data ?? NO_HOSTS), [hosts.data]);
  const sorted = useMemo(() => clusters.data?.toSorted(compareClusters) ?? [], [clusters.data]);
  return (
    <>
      <StatTiles />
      <QueryFault error={clusters.error} what="the clusters" stale={clusters.data !== undefined} />
      <div className="grid-columns">
        <div className="cluster-cards">
          {sorted.map((cluster) => (
            <ClusterCard
              key={cluster.name}
              cluster={cluster}
              hosts={hostsOf.get(cluster.name) ?? NO_HOSTS}
              loads={loads}
            />
          ))}
          {clusters.data?.length === 0 && <NoGroups />}
        </div>
        <OpenProblems />
      </div>
    </>
  );
}

function OpenProblems() {
  const { services } = useProblems();
  const nowMs = useServerNow();
  const open = useMemo(() => services && openProblems(services).toSorted(compareProblems), [services]);
  return (
    <section className="card card-flush problems-corner" aria-label="Open problems">
      <div className="card-head">
        <h2>
          <Link href="/problems">Problems</Link>
        </h2>
        <span className="sub push">{open && open.length > 0 ? `${open.length} open` : ''}</span>
      </div>
      {open && open.length > 0 ? (
        <ProblemDigest problems={open} nowMs={nowMs} most={DIGEST_PROBLEMS} />
      ) : (
        <p className="row sub all-well">
          {open ? <Mark kind="ok" silent /> : null}
          {open ? 'All well: no problem is open.' : '\u00a0'}
        </p>
      )}
    </section>
  );
}

function NoGroups() {
  return (
    <section className="card">
      <h2>No group is configured</h2>
      <p className="sub">
        Add one under <code className="mono">groups:</code> in muster.yaml, with a name and a UDP port, and
        reload with SIGHUP.
      </p>
    </section>
  );
}

function byCluster(hosts: readonly HostView[]): ReadonlyMap<string, readonly HostView[]> {
  return Map.groupBy(hosts, (host) => host.cluster);
}

/** Clusters without a host come last: they only wait. */
function compareClusters(a: ClusterView, b: ClusterView): number {
  return (
    Number(a.hosts === 0) - Number(b.hosts === 0) ||
    severityRank(markOf(a.worst_state)) - severityRank(markOf(b.worst_state)) ||
    b.hosts - a.hosts ||
    a.name.localeCompare(b.name)
  );
}
