import { useMemo } from 'react';
import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { AwaitedHosts } from '../components/awaited-hosts.tsx';
import { EmptyCluster } from '../components/empty-cluster.tsx';
import { HeatCard } from '../components/heat-card.tsx';
import { HostGraphs } from '../components/host-graphs.tsx';
import { HostTable } from '../components/host-table.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { RangeChoice, useRange } from '../components/range-choice.tsx';
import { SummaryCharts } from '../components/summary-charts.tsx';
import { retiredLink } from '../fleet/link.ts';
import { measureOf } from '../fleet/measure.ts';
import { exactly, isUnfinished } from '../fleet/pattern.ts';
import { problemsByHost } from '../fleet/problem.ts';
import { formatCount } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useClusterMetrics } from '../live/cluster-metrics.ts';
import { useBegun, useHostFigures } from '../live/fleet-measure.ts';
import { useHostFilter } from '../live/host-filter.ts';
import { useProblems, useTrouble } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import type { Measure } from '../fleet/measure.ts';
import type { ClusterView, HostView, MetricView, ServiceView } from '../../../src/contract/api.ts';

const NO_HOSTS: readonly HostView[] = [];
const NO_SERVICES: readonly ServiceView[] = [];

/** `/clusters/:cluster`: one cluster's hosts by a measure, its summary, its hosts' graphs and their list. */
export function ClusterPage({ cluster }: { readonly cluster: string }) {
  // Before anything else is asked for further down.
  const retired = useAddress().search.get('retired') === 'shown';
  usePrefetchQuery(queries.hostsOf(cluster, { all: retired }));
  const hosts = useQuery(queries.hostsOf(cluster, { all: retired }));
  const clusters = useQuery(queries.clusters());
  const view = clusters.data?.find((candidate) => candidate.name === cluster);
  if (hosts.data?.length === 0 && clusters.data) return <NoHosts cluster={cluster} view={view} />;
  return (
    <>
      <QueryFault error={hosts.error} what={`the hosts of ${cluster}`} stale={hosts.data !== undefined} />
      {(hosts.data !== undefined || hosts.error === null) && (
        <Hosts cluster={cluster} hosts={hosts.data} retired={view?.hosts_retired ?? 0} />
      )}
    </>
  );
}

function Hosts({
  cluster,
  hosts,
  retired,
}: {
  readonly cluster: string;
  readonly hosts: readonly HostView[] | undefined;
  /** How many have left. */
  readonly retired: number;
}) {
  const { search, change } = useAddress();
  const range = useRange();
  const services = useProblems().services ?? NO_SERVICES;
  const problems = useMemo(
    () => problemsByHost(services.filter((service) => service.cluster === cluster)),
    [services, cluster],
  );
  const trouble = useTrouble();
  const all = hosts ?? NO_HOSTS;
  const metrics = useClusterMetrics(cluster, all);
  const measure = useMeasure(search, metrics);
  const figures = useHostFigures(exactly(cluster), all, { measure, trouble });
  const begun = useBegun(figures);
  const text = search.get('q') ?? '';
  const fact = search.getAll('fact');
  const filter = useHostFilter(cluster, figures, { text, fact, retired: search.get('retired') === 'shown' });
  const none = hosts !== undefined && filter.count === 0 && (text !== '' || fact.length > 0);
  return (
    <>
      <AwaitedHosts cluster={cluster} hosts={all} />
      <HeatCard
        cluster={cluster}
        figures={figures}
        hosts={hosts}
        measure={measure}
        metrics={metrics}
        filter={filter}
        retired={retired}
        range={range.range}
      />
      <QueryFault error={filter.error} what="the hosts that match" stale={false} />
      {none && (
        <NoMatch
          text={[text, ...fact].join(' ').trim()}
          onClear={() => change({ q: undefined, fact: undefined })}
        />
      )}
      <div className="row section-head">
        <h2>Summary</h2>
        <RangeChoice />
      </div>
      {begun && (
        <SummaryCharts cluster={cluster} range={range.range} onZoom={range.zoom} onReset={range.reset} />
      )}
      {begun && !none && (
        <>
          <HostGraphs
            cluster={cluster}
            hosts={all}
            trouble={trouble}
            metrics={metrics}
            range={range.range}
            shown={filter.shown}
            shownCount={filter.count}
          />
          <HostTable figures={figures} shown={filter.shown} problems={problems} />
        </>
      )}
    </>
  );
}

/** The measure of the address; the same one while that names the same. */
function useMeasure(search: URLSearchParams, metrics: readonly MetricView[]): Measure {
  const [id, over] = [search.get('measure'), search.get('over')];
  const staleAfterMs = metrics.find(({ metric }) => metric === id)?.stale_after_ms;
  return useMemo(
    () =>
      measureOf(
        new URLSearchParams([
          ['measure', id ?? 'load'],
          ['over', over ?? ''],
        ]),
        staleAfterMs,
      ),
    [id, over, staleAfterMs],
  );
}

function NoMatch({ text, onClear }: { readonly text: string; readonly onClear: () => void }) {
  return (
    <section className="card empty">
      <h2>
        No host has “<bdi>{text}</bdi>”
      </h2>
      {isUnfinished(text) && (
        <p>The regular expression is not complete: its letters were looked for as they are.</p>
      )}
      <p className="sub">
        Words are looked for in names, addresses and facts, <code className="mono">role:db</code> in a fact of
        that name; a regular expression matches whole names: <code className="mono">web-.*</code>
      </p>
      <button type="button" className="button" onClick={onClear}>
        Show all hosts
      </button>
    </section>
  );
}

function NoHosts(props: { readonly cluster: string; readonly view: ClusterView | undefined }) {
  const { cluster, view } = props;
  if (!view) {
    return (
      <section className="card empty">
        <h2>
          There is no cluster <bdi>{cluster}</bdi>
        </h2>
        <p className="sub">No group of muster.yaml has this name, and no host is known in it.</p>
        <Link href="/" className="button">
          All clusters
        </Link>
      </section>
    );
  }
  return (
    <section className="card">
      <h2>
        <bdi>{cluster}</bdi> waits for {view.hosts_retired > 0 ? 'a host' : 'its first host'}
      </h2>
      {view.hosts_retired > 0 && (
        <p className="sub">
          <Link href={retiredLink(cluster)} className="notice-link">
            {view.hosts_retired === 1 ? '1 host' : `${formatCount(view.hosts_retired)} hosts`}
          </Link>{' '}
          of it {view.hosts_retired === 1 ? 'has' : 'have'} left.
        </p>
      )}
      <EmptyCluster cluster={cluster} port={view.port} />
    </section>
  );
}
