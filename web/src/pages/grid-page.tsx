import { useMemo } from 'react';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ClusterCard } from '../components/cluster-card.tsx';
import { ProblemDigest } from '../components/problem-list.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { usePointed, useRestingOrder } from '../components/resting.ts';
import { StatTiles } from '../components/stat-tiles.tsx';
import { LOAD_MEASURE } from '../fleet/measure.ts';
import { markOf, severityRank } from '../fleet/state.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useClusterLoads } from '../live/cluster-loads.ts';
import { useHostFigures } from '../live/fleet-measure.ts';
import { useOpenGroups, useProblems, useTrouble } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import { Mark } from '../ui/mark.tsx';
import type { ClusterView, HostView } from '../../../src/contract/api.ts';

const DIGEST_PROBLEMS = 10;
/** From so many clusters on their cards are smaller. */
const MANY_CLUSTERS = 12;
const NO_HOSTS: readonly HostView[] = [];
const NO_LOADS: readonly (number | null)[] = [];

/** `/`: every cluster at a glance, the worst first. */
export function GridPage() {
  // Before anything else is asked for further down.
  usePrefetchQuery(queries.allHosts());
  const clusters = useQuery(queries.clusters());
  const hosts = useQuery(queries.allHosts());
  const trouble = useTrouble();
  const figures = useHostFigures('.*', hosts.data ?? NO_HOSTS, { measure: LOAD_MEASURE, trouble });
  const loads = useClusterLoads();
  const sorted = useMemo(() => clusters.data?.toSorted(compareClusters) ?? [], [clusters.data]);
  const { pointed, handlers } = usePointed();
  const shown = useRestingOrder(sorted, nameOf, pointed);
  const firstEmpty = shown.find((cluster) => cluster.hosts === 0)?.name;
  return (
    <div className="grid-page">
      <StatTiles />
      <QueryFault error={clusters.error} what="the clusters" stale={clusters.data !== undefined} />
      <QueryFault error={hosts.error} what="the hosts" stale={hosts.data !== undefined} />
      <div className="grid-columns">
        <div className="cluster-cards" data-many={shown.length > MANY_CLUSTERS || undefined} {...handlers}>
          {shown.map((cluster) => (
            <ClusterCard
              key={cluster.name}
              cluster={cluster}
              figures={figures}
              loads={loads.get(cluster.name) ?? NO_LOADS}
              teaches={cluster.name === firstEmpty}
            />
          ))}
          {clusters.data?.length === 0 && <NoGroups />}
        </div>
        <OpenProblems />
      </div>
    </div>
  );
}

function nameOf({ name }: ClusterView): string {
  return name;
}

function OpenProblems() {
  const { nothingJudged } = useProblems();
  const nowMs = useServerNow();
  const groups = useOpenGroups();
  return (
    <section
      className="card card-flush problems-corner"
      aria-label="Open problems"
      data-open={(groups && groups.length > 0) || undefined}
    >
      <div className="card-head">
        <h2>
          <Link href="/problems">Problems</Link>
        </h2>
        <span className="sub push">{groups && groups.length > 0 ? `${groups.length} open` : ''}</span>
      </div>
      {groups && groups.length > 0 ? (
        <ProblemDigest groups={groups} nowMs={nowMs} most={DIGEST_PROBLEMS} />
      ) : (
        <p className="row sub all-well">
          {groups ? <Mark kind="ok" silent /> : null}
          {groups
            ? 'All well: no problem is open.'
            : nothingJudged
              ? 'Nothing has been judged yet.'
              : '\u00a0'}
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

/** Clusters without a host come last: they only wait. */
function compareClusters(a: ClusterView, b: ClusterView): number {
  return (
    Number(a.hosts === 0) - Number(b.hosts === 0) ||
    severityRank(markOf(a.worst_state)) - severityRank(markOf(b.worst_state)) ||
    b.hosts - a.hosts ||
    a.name.localeCompare(b.name)
  );
}
