import { useMemo } from 'react';
import { MetricChartCard } from './metric-chart.tsx';
import { RangeChoice, useRange } from './range-choice.tsx';
import { chartsOf, chunkCharts, metricRank } from '../fleet/chart-group.ts';
import { isConstant } from '../fleet/fact.ts';
import { exactly, matchesWords } from '../fleet/pattern.ts';
import { useAddress } from '../live/address.ts';
import { useFeedTable } from '../live/feed-context.tsx';
import { Choices } from '../ui/choices.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import type { MetricChart } from '../fleet/chart-group.ts';
import type { MetricView, ServiceView } from '../../../src/contract/api.ts';

/** One request for history: as many metrics as fit into an address of modest length. */
const CHUNK = { metricsMax: 24, charsMax: 1400 };
const ALL = 'all';
/** What people look at first; the rest by name. */
const FIRST_GROUPS = ['load', 'cpu', 'memory', 'network', 'interface', 'disk', 'df'];

interface MetricPanelProps {
  readonly cluster: string;
  readonly host: string;
  readonly metrics: readonly MetricView[];
  readonly services: readonly ServiceView[];
  readonly hostDown: boolean;
}

/** Everything a host measures, by group, over the chosen range. */
export function MetricPanel({ cluster, host, metrics, services, hostDown }: MetricPanelProps) {
  const { search, link, change } = useAddress();
  const control = useRange();
  const table = useFeedTable(
    { cluster: exactly(cluster), host: exactly(host), metric: '.*' },
    { tails: true },
  );
  const filter = search.get('q') ?? '';
  const group = search.get('group') ?? ALL;
  const names = metrics.map((metric) => metric.metric).join('\n');
  // oxlint-disable-next-line react/exhaustive-deps -- charts change with the names, not with every new value.
  const charts = useMemo(() => chartsOf(sortMetrics(metrics)), [names]);
  const chunks = useMemo(() => chunkCharts(charts, CHUNK), [charts]);
  const groups = useMemo(() => groupsOf(charts), [charts]);
  const shown = charts.filter((chart) => isShown(chart, { group, filter }));
  return (
    <div className="metric-panel">
      <div className="metric-controls">
        <div className="row metric-range">
          <FilterField label="Filter metrics" value={filter} onChange={(q) => change({ q })} />
          <RangeChoice />
        </div>
        <Choices
          label="Groups"
          chosen={group}
          choices={[ALL, ...groups].map((id) => ({
            id,
            label: id === ALL ? 'All' : id,
            href: link({ group: id === ALL ? undefined : id }),
          }))}
        />
      </div>
      <div className="metric-cards">
        {shown.map((chart) => (
          <MetricChartCard
            key={chart.key}
            cluster={cluster}
            host={host}
            chart={chart}
            chunk={chunks.get(chart.key) ?? []}
            table={table}
            control={control}
            hostDown={hostDown}
            services={services.filter((service) =>
              chart.metrics.some((metric) => metric.metric === service.metric),
            )}
          />
        ))}
      </div>
      {shown.length === 0 && (
        <p className="card sub">
          {metrics.length === 0
            ? 'No metric of this host is known yet; they show up as it sends them.'
            : 'No metric matches this filter.'}
        </p>
      )}
    </div>
  );
}

/** Constants are told as facts, and drawn only when looked for. */
function isShown(chart: MetricChart, wanted: { readonly group: string; readonly filter: string }): boolean {
  if (wanted.group !== ALL && chart.group !== wanted.group) return false;
  if (wanted.filter === '') return !chart.metrics.every(isConstant);
  return matchesWords(wanted.filter, [
    chart.key,
    chart.group,
    ...chart.metrics.map((m) => `${m.metric} ${m.title}`),
  ]);
}

function groupRank(group: string): number {
  const rank = FIRST_GROUPS.indexOf(group);
  return rank < 0 ? FIRST_GROUPS.length : rank;
}

function sortMetrics(metrics: readonly MetricView[]): MetricView[] {
  return metrics.toSorted(
    (a, b) =>
      groupRank(a.group) - groupRank(b.group) ||
      a.group.localeCompare(b.group) ||
      metricRank(a.metric) - metricRank(b.metric) ||
      a.metric.localeCompare(b.metric, 'en', { numeric: true }),
  );
}

function groupsOf(charts: readonly MetricChart[]): string[] {
  return [...new Set(charts.filter((chart) => !chart.metrics.every(isConstant)).map((chart) => chart.group))];
}
