import { performanceMetric } from '../model/performance.ts';
import { readPerformanceData } from '../wire/performance-data.ts';
import { splitPluginText } from '../wire/plugin-output.ts';
import type { PerformanceItem } from '../wire/performance-data.ts';
import type { PerformanceView } from '../contract/api.ts';
import type { PluginText } from '../wire/plugin-output.ts';

/** What a plugin, or whoever reports a result, says. */
export interface ReportedText extends PluginText {
  /** Its performance data, read. */
  readonly items: readonly PerformanceItem[];
}

/** Reads the whole text of a result: output, long output, performance data. Total. */
export function readReportedText(text: string): ReportedText {
  const divided = splitPluginText(text);
  const { performance } = divided;
  return { ...divided, items: performance === '' ? [] : readPerformanceData(performance).items };
}

/** Performance data as written, for who looks at the service, with the metrics it becomes. */
export function performanceViews(service: string, performance: string): PerformanceView[] {
  return readPerformanceData(performance).items.map((item) => ({
    ...item,
    metric: performanceMetric(service, item.label),
  }));
}
