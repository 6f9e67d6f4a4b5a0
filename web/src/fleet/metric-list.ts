import { chartsOf, metricRank } from './chart-group.ts';
import { isConstant } from './fact.ts';
import { matchesWords } from './pattern.ts';
import type { MetricChart } from './chart-group.ts';
import type { MetricView } from '../../../src/contract/api.ts';

/** What people look at first; the rest by name. */
const FIRST_GROUPS = ['load', 'cpu', 'memory', 'network', 'interface', 'disk', 'df'];

/** A host's charts in the order they stand on its page. */
export function chartList(metrics: readonly MetricView[]): MetricChart[] {
  return chartsOf(
    metrics.toSorted(
      (a, b) =>
        groupRank(a.group) - groupRank(b.group) ||
        a.group.localeCompare(b.group) ||
        metricRank(a.metric) - metricRank(b.metric) ||
        a.metric.localeCompare(b.metric, 'en', { numeric: true }),
    ),
  );
}

function groupRank(group: string): number {
  const rank = FIRST_GROUPS.indexOf(group);
  return rank < 0 ? FIRST_GROUPS.length : rank;
}

export interface ChartGroup {
  readonly name: string;
  readonly charts: readonly MetricChart[];
}

/** By group, those the words match. Constants are told as facts, and drawn only when looked for. */
export function groupCharts(charts: readonly MetricChart[], words: string): ChartGroup[] {
  const shown = charts.filter((chart) =>
    words === ''
      ? !chart.metrics.every(isConstant)
      : matchesWords(words, [
          chart.key,
          chart.group,
          ...chart.metrics.map((metric) => `${metric.metric} ${metric.title}`),
        ]),
  );
  return [...Map.groupBy(shown, (chart) => chart.group)].map(([name, charts]) => ({ name, charts }));
}

/** The chart a metric is drawn on. */
export function chartWith(charts: readonly MetricChart[], metric: string): MetricChart | undefined {
  return charts.find((chart) => chart.metrics.some((candidate) => candidate.metric === metric));
}
