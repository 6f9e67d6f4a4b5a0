import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { EmptyCluster } from '../components/empty-cluster.tsx';
import { HeatMap } from '../components/heat-map.tsx';
import { HeatLegend, MeasureChoice } from '../components/measure-choice.tsx';
import { HostTable } from '../components/host-table.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { RangeChoice, useRange } from '../components/range-choice.tsx';
import { SummaryCharts } from '../components/summary-charts.tsx';
import { heatCells, hostMark, scaleOf } from '../fleet/heat-cells.ts';
import { measureById } from '../fleet/measure.ts';
import { exactly, matchesWords } from '../fleet/pattern.ts';
import { problemsByHost } from '../fleet/problem.ts';
import { severityRank } from '../fleet/state.ts';
import { formatCount, UNKNOWN } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useMeasure } from '../live/fleet-measure.ts';
import { useProblems } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import { FilterField } from '../ui/filter-field.tsx';
import type { HostView, ServiceView } from '../../../src/contract/api.ts';

const NO_HOSTS: readonly HostView[] = [];
const NO_SERVICES: readonly ServiceView[] = [];

/** `/clusters/:cluster?measure=&q=&range=`: one cluster's hosts by a measure, its summary and its list. */
export function ClusterPage({ cluster }: { readonly cluster: string }) {
  const address = useAddress();
  const range = useRange();
  const hosts = useQuery(queries.hostsOf(cluster));
  const clusters = useQuery(queries.clusters());
  const services = useProblems().services ?? NO_SERVICES;
  const problems = useMemo(
    () => problemsByHost(services.filter((s) => s.cluster === cluster)),
    [services, cluster],
  );
  const nowMs = useServerNow();
  const measureId = address.search.get('measure') ?? 'load';
  const all = hosts.data ?? NO_HOSTS;
  const example = all[0]?.name;
  const staleAfterMs = useStaleAfter(cluster, example, measureId);
  const measure = useMemo(() => measureById(measureId, staleAfterMs), [measureId, staleAfterMs]);
  const measures = useMeasure(exactly(cluster), all, measure);
  const filter = address.search.get('q') ?? '';
  const shown = useMemo(() => filterHosts(all, filter), [all, filter]);
  const scale = useMemo(() => scaleOf([...measures.values()], measure), [measures, measure]);
  const cells = useMemo(() => heatCells(shown, measures, scale), [shown, measures, scale]);
  const view = clusters.data?.find((candidate) => candidate.name === cluster);
  if (hosts.data?.length === 0 && clusters.data)
    return <NoHosts cluster={cluster} port={view?.port ?? null} known={view !== undefined} />;
  return (
    <>
      <QueryFault error={hosts.error} what={`the hosts of ${cluster}`} stale={hosts.data !== undefined} />
      <section className="card" aria-label="Heat map">
        <div className="row heat-head">
          <h2>{hosts.data ? countWords(shown.length, all.length) : `${UNKNOWN} hosts`}</h2>
          <MeasureChoice cluster={cluster} host={example} chosen={measure} label={scale.label} />
          <HeatLegend measures={measures} scale={scale} />
        </div>
        <HeatMap
          label={`${shown.length} hosts by ${scale.label}. The list below has the same hosts.`}
          cells={cells}
          cellMax={22}
          heightMax={320}
        />
      </section>
      <div className="row section-head">
        <h2>Summary</h2>
        <RangeChoice />
      </div>
      <SummaryCharts cluster={cluster} range={range.range} onZoom={range.zoom} onReset={range.reset} />
      <div className="row section-head">
        <h2>Hosts</h2>
        <span className="push" />
        <FilterField label="Filter hosts" value={filter} onChange={(q) => address.change({ q })} />
      </div>
      <section className="card card-flush" aria-label="Host list">
        <HostTable hosts={shown} measures={measures} scale={scale} problems={problems} nowMs={nowMs} />
        {shown.length === 0 && hosts.data ? <p className="sub none-match">No host has “{filter}”.</p> : null}
      </section>
    </>
  );
}

/** How long a metric may be silent, as one of the hosts has it. */
function useStaleAfter(cluster: string, host: string | undefined, metric: string): number | undefined {
  const { data } = useQuery({
    ...queries.metrics(cluster, host ?? ''),
    enabled: host !== undefined,
    refetchInterval: false,
  });
  return data?.find((view) => view.metric === metric)?.stale_after_ms;
}

function NoHosts(props: { readonly cluster: string; readonly port: number | null; readonly known: boolean }) {
  if (!props.known) {
    return (
      <section className="card empty">
        <h2>There is no cluster {props.cluster}</h2>
        <p className="sub">No group of muster.yaml has this name, and no host is known in it.</p>
      </section>
    );
  }
  return (
    <section className="card">
      <h2>{props.cluster} waits for its first host</h2>
      <EmptyCluster cluster={props.cluster} port={props.port} />
    </section>
  );
}

/** Worst first, then by name; the filter looks at names, addresses and facts. */
function filterHosts(hosts: readonly HostView[], filter: string): HostView[] {
  return hosts
    .filter((host) =>
      matchesWords(filter, [host.name, host.address, host.agent, ...Object.values(host.facts)]),
    )
    .toSorted(
      (a, b) =>
        severityRank(hostMark(a)) - severityRank(hostMark(b)) ||
        a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
}

function countWords(shown: number, all: number): string {
  const hosts = all === 1 ? 'host' : 'hosts';
  return shown === all
    ? `${formatCount(all)} ${hosts}`
    : `${formatCount(shown)} of ${formatCount(all)} ${hosts}`;
}
