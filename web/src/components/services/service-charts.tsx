import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { MetricChartCard } from '../metric-chart.tsx';
import { hostLink, metricLink } from '../../fleet/link.ts';
import { anyOf, exactly } from '../../fleet/pattern.ts';
import { judgedMetrics } from '../../fleet/service-metrics.ts';
import { useFeedTable } from '../../live/feed-context.tsx';
import { useLosses } from '../../live/losses.ts';
import { queries } from '../../live/queries.ts';
import type { MetricChart } from '../../fleet/chart-group.ts';
import type { JudgedMetric } from '../../fleet/service-metrics.ts';
import type { RangeControl } from '../range-choice.tsx';
import type { EventView, ServiceDetail } from '../../../../src/contract/api.ts';

/** More are looked at on the host's own page. */
const CHARTS_MAX = 12;

const NOT_SENT = 'Nothing is drawn yet: none of its values has been kept so far.';

/** What a service of a host is judged by, or what its plugin measured: a chart each, with its thresholds. */
export function ServiceCharts(props: {
  readonly detail: ServiceDetail;
  readonly control: RangeControl;
  readonly events: readonly EventView[];
}) {
  const { detail, control, events } = props;
  const { cluster, host } = detail.service;
  const all = useMemo(() => judgedMetrics(detail), [detail]);
  const judged = all.slice(0, CHARTS_MAX);
  const { drawn, loading } = useCharts(cluster, host, judged);
  const names = judged.map(({ metric }) => metric);
  const table = useFeedTable(
    { cluster: exactly(cluster), host: exactly(host), metric: anyOf(names) },
    { tails: true },
  );
  const losses = useLosses(exactly(cluster), control.range);
  if (judged.length === 0) return null;
  if (drawn.length === 0) return <p className="card sub">{loading ? '\u00a0' : NOT_SENT}</p>;
  return (
    <>
      <div className="metric-cards" data-one={drawn.length === 1 || undefined}>
        {drawn.map(({ chart, services }) => (
          <MetricChartCard
            key={chart.key}
            {...{ cluster, host, chart, table, control, events, losses, services }}
            chunk={names}
            hostDown={false}
            large={drawn.length === 1}
            href={metricLink(cluster, host, chart.key)}
          />
        ))}
      </div>
      {all.length > CHARTS_MAX && (
        <p className="sub">
          {all.length - CHARTS_MAX} more are <Link href={hostLink(cluster, host)}>on the host’s page</Link>.
        </p>
      )}
    </>
  );
}

interface Drawn {
  readonly chart: MetricChart;
  readonly services: JudgedMetric['services'];
}

/** Those of the metrics that the host has sent. */
function useCharts(cluster: string, host: string, judged: readonly JudgedMetric[]) {
  const { data } = useQuery({ ...queries.metrics(cluster, host), enabled: judged.length > 0 });
  const key = JSON.stringify([judged.map(({ metric }) => metric), data?.map(({ metric }) => metric)]);
  const drawn = useMemo(
    (): readonly Drawn[] =>
      judged.flatMap(({ metric, title, services }) => {
        const known = data?.find((candidate) => candidate.metric === metric);
        if (!known) return [];
        const chart = { key: metric, title, group: known.group, metrics: [known], labels: [] };
        return [{ chart, services }];
      }),
    // oxlint-disable-next-line react/exhaustive-deps -- charts change with the names and what judges them.
    [key, judged],
  );
  return { drawn, loading: data === undefined };
}
