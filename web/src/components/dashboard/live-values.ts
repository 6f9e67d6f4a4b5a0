import { hostKey } from '../../fleet/host-key.ts';
import type { FeedTable } from '../../live/feed-table.ts';
import type { HostView } from '../../../../src/contract/api.ts';

/** A value that its agent repeats more seldom than this counts as stale; gmond's rarest come every 20 minutes. */
const OLDEST_MS = 25 * 60_000;

export interface LiveValues {
  readonly values: number[];
  /** Of one of the series. */
  readonly metric: string;
  readonly units: string;
}

/** The values known of a subscription by host, or together; those of hosts that are down are left out. */
export function liveValues(
  table: FeedTable,
  hosts: ReadonlyMap<string, HostView>,
  nowMs: number,
): { readonly all: LiveValues; readonly byHost: ReadonlyMap<string, number[]> } {
  const values: number[] = [];
  const byHost = new Map<string, number[]>();
  table.series.forEach(({ cluster, host }, row) => {
    const value = table.values[row] ?? Number.NaN;
    const key = hostKey(cluster, host);
    if (Number.isNaN(value) || nowMs - (table.atMs[row] ?? 0) > OLDEST_MS) return;
    if (hosts.get(key)?.state === 'DOWN') return;
    values.push(value);
    const own = byHost.get(key);
    if (own) own.push(value);
    else byHost.set(key, [value]);
  });
  const [first] = table.series;
  return { all: { values, metric: first?.metric ?? '', units: first?.units ?? '' }, byHost };
}

export function hostsByKey(hosts: readonly HostView[]): ReadonlyMap<string, HostView> {
  return new Map(hosts.map((host) => [hostKey(host.cluster, host.name), host]));
}
