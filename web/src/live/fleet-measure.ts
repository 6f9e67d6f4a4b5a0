import { useMemo } from 'react';
import { useFeedTable, useServerNow, useTableVersion } from './feed-context.tsx';
import { PROCESSORS } from '../fleet/measure.ts';
import { hostKey, measureHosts } from '../fleet/heat-cells.ts';
import type { HostMeasure } from '../fleet/heat-cells.ts';
import type { Measure } from '../fleet/measure.ts';
import type { FeedTable } from './feed-table.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** Values that fall stale while nothing else changes are noticed this often. */
const LOOK_EVERY_MS = 5000;

/** The newest value of a measure for each of `hosts`; `cluster`: a regular expression for theirs. */
export function useMeasure(
  cluster: string,
  hosts: readonly HostView[],
  measure: Measure,
): ReadonlyMap<string, HostMeasure> {
  const metric = measure.perProcessor ? `${measure.metric}|${PROCESSORS}` : measure.metric;
  const table = useFeedTable({ cluster, host: '.*', metric });
  const version = useTableVersion(table);
  const nowMs = Math.floor(useServerNow() / LOOK_EVERY_MS) * LOOK_EVERY_MS;
  const byKey = useMemo(
    () => new Map(hosts.map((host) => [hostKey(host.cluster, host.name), host])),
    [hosts],
  );
  return useMemo(
    () => measureHosts(samplesOf(table), measure, { hosts: byKey, nowMs }),
    // oxlint-disable-next-line react/exhaustive-deps -- the table changes in place; its version tells.
    [table, version, measure, byKey, nowMs],
  );
}

function samplesOf(table: FeedTable) {
  return table.series.map((series) => {
    const live = table.get(series.cluster, series.host, series.metric);
    return { ...series, value: live?.value ?? null, atMs: live?.atMs ?? 0 };
  });
}
