import { useMemo } from 'react';
import { useFeedTable, useTableVersion } from './feed-context.tsx';
import { PROCESSORS } from '../fleet/measure.ts';
import { measureHosts } from '../fleet/heat-cells.ts';
import type { HostMeasure } from '../fleet/heat-cells.ts';
import type { Measure } from '../fleet/measure.ts';
import type { FeedTable } from './feed-table.ts';

/** The newest value of a measure for every host that `cluster`, a regular expression, matches. */
export function useMeasure(cluster: string, measure: Measure): ReadonlyMap<string, HostMeasure> {
  const metric = measure.perProcessor ? `${measure.metric}|${PROCESSORS}` : measure.metric;
  const table = useFeedTable({ cluster, host: '.*', metric });
  const version = useTableVersion(table);
  // oxlint-disable-next-line react/exhaustive-deps -- the table changes in place; its version tells.
  return useMemo(() => measureHosts(samplesOf(table), measure), [table, version, measure]);
}

function samplesOf(table: FeedTable) {
  return table.series.map((series) => ({
    ...series,
    value: table.get(series.cluster, series.host, series.metric)?.value ?? null,
  }));
}
