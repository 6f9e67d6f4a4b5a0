import type { ServiceDetail, ServiceView } from '../../../src/contract/api.ts';

/** A series to be drawn for a service, and what judges it. */
export interface JudgedMetric {
  readonly metric: string;
  readonly title: string;
  /** With the thresholds of this series; empty where none holds for its own values. */
  readonly services: readonly ServiceView[];
}

/**
 * What a service of a host is judged by, and the performance data of its plugin. The thresholds of a service
 * hold for its own metric's values only: of a sum, a ratio or a rate they are in other units.
 */
export function judgedMetrics({ service, metrics, performance }: ServiceDetail): JudgedMetric[] {
  const plain = service.kind === 'metric' && service.function === '';
  const judged = metrics.map((metric): JudgedMetric => ({
    metric,
    title: metric,
    services: plain ? [{ ...service, metric }] : [],
  }));
  const measured = performance.map(({ label, metric, warning, critical }): JudgedMetric => ({
    metric,
    title: label,
    services: [{ ...service, metric, warning, critical }],
  }));
  const names = new Set(measured.map(({ metric }) => metric));
  return [...measured, ...judged.filter(({ metric }) => !names.has(metric))];
}
