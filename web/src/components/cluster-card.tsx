import { useMemo } from 'react';
import { Link } from 'wouter';
import { EmptyCluster } from './empty-cluster.tsx';
import { HeatMap } from './heat-map.tsx';
import { Sparkline } from './sparkline.tsx';
import { heatCells, measuresOf, scaleOf } from '../fleet/heat-cells.ts';
import { clusterLink } from '../fleet/link.ts';
import { LOAD, LOAD_MEASURE } from '../fleet/measure.ts';
import { markOf } from '../fleet/state.ts';
import { formatCount, threeDigits, UNKNOWN } from '../format/number.ts';
import { useClusterSpark } from '../live/history.ts';
import { Mark } from '../ui/mark.tsx';
import type { HostMeasure } from '../fleet/heat-cells.ts';
import type { ClusterView, HostView } from '../../../src/contract/api.ts';

interface ClusterCardProps {
  readonly cluster: ClusterView;
  readonly hosts: readonly HostView[];
  readonly loads: ReadonlyMap<string, HostMeasure>;
}

export function ClusterCard({ cluster, hosts, loads }: ClusterCardProps) {
  const total = cluster.hosts;
  const judged = cluster.hosts_up + cluster.hosts_down > 0;
  return (
    <section
      className="card cluster-card"
      data-empty={total === 0 || undefined}
      aria-label={`Cluster ${cluster.name}`}
    >
      <div className="row">
        <Mark kind={judged ? markOf(cluster.worst_state) : 'pending'} />
        <h2 className="ellipsis">
          <Link href={clusterLink(cluster.name)} className="cover-link">
            {cluster.name}
          </Link>
        </h2>
        {cluster.port !== null && <span className="pill mono">udp {cluster.port}</span>}
        <span className="sub push nowrap">
          <b className="ink">{formatCount(total)}</b> {total === 1 ? 'host' : 'hosts'}
        </span>
      </div>
      {total === 0 ? (
        <EmptyCluster cluster={cluster.name} port={cluster.port} />
      ) : (
        <ClusterPicture cluster={cluster} hosts={hosts} loads={loads} />
      )}
    </section>
  );
}

function ClusterPicture({ cluster, hosts, loads }: ClusterCardProps) {
  const scale = useMemo(() => scaleOf(measuresOf(hosts, loads), LOAD_MEASURE), [hosts, loads]);
  const cells = useMemo(() => heatCells(hosts, loads, scale), [hosts, loads, scale]);
  const summary =
    cluster.hosts_up + cluster.hosts_down > 0
      ? cluster.summary
      : 'none of its hosts is up or down: not judged yet, or retired';
  const spark = useClusterSpark(cluster.name, LOAD, true);
  const mean = useMemo(() => meanLoad(hosts, loads), [hosts, loads]);
  return (
    <>
      <p className="sub cluster-summary ellipsis" title={summary}>
        {summary}
      </p>
      <HeatMap
        label={`${cluster.hosts} hosts by ${scale.label}, ${cluster.hosts_down} down. Its page lists them.`}
        cells={cells}
        cellMax={cells.length > 150 ? 9 : 12}
        heightMax={150}
      />
      <div className="row cluster-load" title="Mean load of the hosts, over the last hour">
        <span className="sub">load</span>
        <Sparkline values={spark} height={28} />
        <span className="mono figure-4">{mean === null ? UNKNOWN : threeDigits(mean)}</span>
      </div>
    </>
  );
}

function meanLoad(hosts: readonly HostView[], loads: ReadonlyMap<string, HostMeasure>): number | null {
  const known = measuresOf(hosts, loads);
  return known.length === 0 ? null : known.reduce((sum, { value }) => sum + value, 0) / known.length;
}
