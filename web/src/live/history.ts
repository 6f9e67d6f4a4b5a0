import { useQueries, useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { anyOf, exactly } from '../fleet/pattern.ts';
import { rangeSeconds, refreshMs, spanOf } from '../fleet/range.ts';
import { bridge, NO_DATA } from '../chart/columns.ts';
import type { Band, ChartData, Column } from '../chart/columns.ts';
import type { Range } from '../fleet/range.ts';
import type { SeriesRequest } from './api.ts';
import type { AggregateName, SeriesAnswer, SeriesView } from '../../../src/contract/api.ts';

const POINTS = 300;
const SUMMARY_POINTS = 120;
/** Shorter ranges are hardly consolidated: there would be no band to see. */
const BAND_FROM_S = 7200;

/** History of some of a host's metrics. Equal `metrics` on one page share one request. */
export function useHostHistory(
  host: { readonly cluster: string; readonly host: string },
  metrics: readonly string[],
  range: Range,
) {
  const request: SeriesRequest = {
    cluster: exactly(host.cluster),
    host: exactly(host.host),
    metric: anyOf(metrics),
    ...spanOf(range),
    points: POINTS,
    ...(rangeSeconds(range) >= BAND_FROM_S ? { band: 'true' as const } : {}),
  };
  return useQuery(queries.series(request, refreshMs(range)));
}

/** The columns of `metrics` in an answer; one that is not there is all gaps. */
export function pickColumns(answer: SeriesAnswer | undefined, metrics: readonly string[]): ChartData {
  if (!answer) return { ...NO_DATA, lines: metrics.map(() => []) };
  const byMetric = new Map(answer.series.map((series) => [series.metric, series]));
  const picked = metrics.map((metric) => byMetric.get(metric));
  const lines = picked.map((series) => bridge(answer.times, series?.values ?? answer.times.map(() => null)));
  const bands = picked.map((series, i) => bandOf(series, lines[i] ?? []));
  return { times: answer.times, lines, ...(bands.some((band) => band !== null) ? { bands } : {}) };
}

/** Null where lows and highs say no more than the line. Drawn through where the line is. */
export function bandOf(series: SeriesView | undefined, line: Column): Band | null {
  const { lows, highs } = series ?? {};
  if (!lows || !highs) return null;
  if (lows.every((low, i) => low === highs[i])) return null;
  const through = (column: readonly (number | null)[]): Column =>
    line.map((value, i) => (value === undefined ? undefined : (column[i] ?? null)));
  return { lows: through(lows), highs: through(highs) };
}

export interface ClusterLine {
  readonly metric: string;
  readonly aggregate: AggregateName;
}

/**
 * One aggregated column for each line, over a whole cluster. The server aligns equal ranges to the same
 * times.
 */
export function useClusterHistory(cluster: string, lines: readonly ClusterLine[], range: Range) {
  const results = useQueries({
    queries: lines.map((line) =>
      queries.series(
        { cluster: exactly(cluster), host: '.*', ...line, ...spanOf(range), points: SUMMARY_POINTS },
        Math.max(refreshMs(range), rangeSeconds(range) * 16),
      ),
    ),
  });
  return {
    answers: results.map((result) => result.data),
    error: results.find((result) => result.error)?.error ?? null,
  };
}
