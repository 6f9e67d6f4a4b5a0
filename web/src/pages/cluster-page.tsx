import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { EmptyCluster } from '../components/empty-cluster.tsx';
import { HeatMap } from '../components/heat-map.tsx';
import { HeatScale, MeasureChoice, measureById } from '../components/measure-choice.tsx';
import { HostTable } from '../components/host-table.tsx';
import { QueryFault } from '../components/query-fault.tsx';
import { RangeChoice, useRange } from '../components/range-choice.tsx';
import { SummaryCharts } from '../components/summary-charts.tsx';
import { heatCells, hostMark, hotEnd } from '../fleet/heat-cells.ts';
import { exactly, matchesWords } from '../fleet/pattern.ts';
import { problemsByHost } from '../fleet/problem.ts';
import { severityRank } from '../fleet/state.ts';
import { formatCount } from '../format/number.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useMeasure } from '../live/fleet-measure.ts';
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
  const services = useQuery(queries.problems()).data ?? NO_SERVICES;
  const problems = useMemo(
    () => problemsByHost(services.filter((s) => s.cluster === cluster)),
    [services, cluster],
  );
  const nowMs = useServerNow();
  const measureId = address.search.get('measure') ?? 'load';
  const measure = useMemo(() => measureById(measureId), [measureId]);
  const measures = useMeasure(exactly(cluster), measure);
  const filter = address.search.get('q') ?? '';
  const all = hosts.data ?? NO_HOSTS;
  const shown = useMemo(() => filterHosts(all, filter), [all, filter]);
  const hot = hotEnd(measures, measure);
  const cells = useMemo(() => heatCells(shown, measures, hot), [shown, measures, hot]);
  const view = clusters.data?.find((candidate) => candidate.name === cluster);
  if (hosts.data?.length === 0)
    return <NoHosts cluster={cluster} port={view?.port ?? null} known={view !== undefined} />;
  return (
    <>
      <QueryFault error={hosts.error} what={`the hosts of ${cluster}`} stale={hosts.data !== undefined} />
      <section className="card" aria-label="Heat map">
        <div className="row heat-head">
          <h2>{countWords(shown.length, all.length)}</h2>
          <MeasureChoice cluster={cluster} host={all[0]?.name} chosen={measure} />
          <HeatScale measures={measures} hot={hot} />
        </div>
        <HeatMap
          label={`${shown.length} hosts by ${measure.label}. The list below has the same hosts.`}
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
        <HostTable
          hosts={shown}
          measures={measures}
          measureLabel={measure.label}
          problems={problems}
          nowMs={nowMs}
        />
        {shown.length === 0 && hosts.data ? <p className="sub none-match">No host has “{filter}”.</p> : null}
      </section>
    </>
  );
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
      <EmptyCluster port={props.port} />
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
