import { useMemo } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { Link } from 'wouter';
import { EmptyCluster } from './empty-cluster.tsx';
import { HeatMap } from './heat-map.tsx';
import { Sparkline } from './sparkline.tsx';
import { useNear } from './near.ts';
import { chartInk } from '../chart/palette.ts';
import { scaleWords } from '../fleet/heat-scale.ts';
import { clusterLink } from '../fleet/link.ts';
import { markOf } from '../fleet/state.ts';
import { formatCount, threeDigits, UNKNOWN } from '../format/number.ts';
import { useFigure } from '../live/fleet-measure.ts';
import { Mark } from '../ui/mark.tsx';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { ClusterView } from '../../../src/contract/api.ts';

interface ClusterCardProps {
  readonly cluster: ClusterView;
  /** Of all clusters' hosts, by load. */
  readonly figures: HostFigures;
  readonly loads: readonly (number | null)[];
  /** Says at length what an empty one waits for. */
  readonly teaches: boolean;
}

export function ClusterCard(props: ClusterCardProps) {
  const { cluster, teaches } = props;
  const total = cluster.hosts;
  const judged = cluster.hosts_up + cluster.hosts_down > 0;
  const { ref, near } = useNear();
  return (
    <section
      ref={ref}
      className="card cluster-card"
      data-empty={(total === 0 && teaches) || undefined}
      aria-label={`Cluster ${cluster.name}`}
    >
      <div className="row">
        <Mark kind={judged ? markOf(cluster.worst_state) : 'pending'} />
        <h2 className="ellipsis" title={cluster.name}>
          <Link href={clusterLink(cluster.name)} className="cover-link">
            <bdi>{cluster.name}</bdi>
          </Link>
        </h2>
        {cluster.port !== null && <span className="pill mono">udp {cluster.port}</span>}
        <HostCount cluster={cluster} />
      </div>
      {total === 0 && teaches && <EmptyCluster cluster={cluster.name} port={cluster.port} />}
      {total === 0 && !teaches && <p className="sub cluster-summary">{waitingWords(cluster)}</p>}
      {total > 0 && (near ? <ClusterPicture {...props} /> : <div style={{ height: estimatedPx(total) }} />)}
    </section>
  );
}

function waitingWords({ hosts_awaited: awaited, hosts_retired: retired }: ClusterView): string {
  if (awaited > 0) return `${formatCount(awaited)} registered, not heard yet`;
  return retired > 0 ? `none is here, ${formatCount(retired)} retired` : 'waits for its first host';
}

function HostCount({ cluster }: { readonly cluster: ClusterView }) {
  const { hosts, hosts_down: down } = cluster;
  return (
    <span className="sub push nowrap">
      <b className="ink">{formatCount(hosts)}</b> {hosts === 1 ? 'host' : 'hosts'}
      {down > 0 && <span className="ink-down"> · {formatCount(down)} down</span>}
    </span>
  );
}

/** What a picture takes before its width is known: a card that comes into the window moves nothing much. */
function estimatedPx(hosts: number): number {
  return 72 + Math.min(150, Math.ceil(hosts / 34) * 12);
}

function ClusterPicture({ cluster, figures, loads }: ClusterCardProps) {
  const scheme = useComputedColorScheme('dark');
  const membership = useFigure(figures, (each) => `${each.membership} ${each.count}`);
  const shown = useMemo(
    () => Uint8Array.from(figures.hosts, (host) => Number(host.cluster === cluster.name)),
    // oxlint-disable-next-line react/exhaustive-deps -- the figures change in place; their membership tells.
    [figures, membership, cluster.name],
  );
  const summary = summaryOf(cluster);
  const label = useFigure(figures, ({ scale }) => scale.label);
  const meaning = useFigure(figures, ({ scale }) => scaleWords(scale));
  return (
    <>
      <p className="sub cluster-summary ellipsis" title={summary}>
        {summary}
      </p>
      <HeatMap
        label={`${cluster.hosts} hosts of ${cluster.name} by ${label}, ${cluster.hosts_down} down. Its page lists them.`}
        figures={figures}
        sort="value"
        shown={shown}
        cellMax={cluster.hosts > 150 ? 9 : 12}
        heightMax={150}
      />
      <p className="sub heat-caption">{meaning}</p>
      <div className="row cluster-load" title="Mean load of the hosts, over the last hour">
        <span className="sub">load</span>
        <Sparkline
          values={loads}
          height={28}
          colour={markOf(cluster.worst_state) === 'critical' ? chartInk(scheme).critical : undefined}
        />
        <span className="mono figure-4">{lastOf(loads)}</span>
      </div>
    </>
  );
}

/** What the server says of a cluster that is judged. */
function summaryOf({ hosts_up: up, hosts_down: down, worst_state: worst, summary }: ClusterView): string {
  if (up + down === 0) return 'none of its hosts is up or down: not judged yet, or retired';
  return markOf(worst) === 'pending' ? 'nothing judges its hosts yet' : summary;
}

function lastOf(loads: readonly (number | null)[]): string {
  const last = loads.findLast((value) => value !== null) ?? null;
  return last === null ? UNKNOWN : threeDigits(last);
}
