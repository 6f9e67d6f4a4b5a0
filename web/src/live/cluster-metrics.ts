import { useMemo } from 'react';
import { useQueries } from '@tanstack/react-query';
import { queries } from './queries.ts';
import type { HostView, MetricView } from '../../../src/contract/api.ts';

/** Hosts asked what they measure: one of each agent, as those name things differently. */
const HOSTS_ASKED = 3;

/** The metrics of a cluster, as a host of each agent has them, by name. */
export function useClusterMetrics(cluster: string, hosts: readonly HostView[]): readonly MetricView[] {
  const asked = useMemo(() => samplesOf(hosts), [hosts]);
  const results = useQueries({
    queries: asked.map((host) => ({
      ...queries.metrics(cluster, host),
      refetchInterval: 60_000,
      staleTime: 60_000,
    })),
    combine: (answers) => answers.map(({ data }) => data),
  });
  return useMemo(() => {
    const byName = new Map(results.flatMap((views) => views ?? []).map((view) => [view.metric, view]));
    return [...byName.values()].toSorted((a, b) => (a.metric < b.metric ? -1 : 1));
  }, [results]);
}

function samplesOf(hosts: readonly HostView[]): string[] {
  const byAgent = new Map<string, string>();
  for (const host of hosts) {
    const [agent = ''] = host.agent.split(' ');
    if (host.state !== 'DOWN' && !byAgent.has(agent)) byAgent.set(agent, host.name);
    if (byAgent.size === HOSTS_ASKED) break;
  }
  const [first] = hosts;
  return byAgent.size > 0 ? [...byAgent.values()] : first ? [first.name] : [];
}
