import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useFeedClient } from './feed-context.tsx';
import type { ClusterView } from '../../../src/contract/api.ts';

/** Reading services again after a change: at most this often. */
const SERVICES_EVERY_MS = 1000;

/**
 * Keeps clusters and services as new as the feed: the first come whole in its frames, the second are read
 * again.
 */
export function useTopicRefresh(): void {
  const feed = useFeedClient();
  const client = useQueryClient();
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const offClusters = feed.onTopic('clusters', (data) => {
      const before = hostCounts(client.getQueryData(['clusters']));
      client.setQueryData(['clusters'], data);
      if (hostCounts(data) !== before) void client.invalidateQueries({ queryKey: ['hosts'] });
    });
    const offServices = feed.onTopic('services', () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        void client.invalidateQueries({ queryKey: ['services'] });
      }, SERVICES_EVERY_MS);
    });
    return () => {
      clearTimeout(waiting);
      offClusters();
      offServices();
    };
  }, [feed, client]);
}

/** How many hosts a list of ClusterViews has, and how they are: a change is shown the moment it arrives. */
function hostCounts(clusters: unknown): string {
  if (!Array.isArray(clusters)) return '';
  return clusters
    .map((cluster: ClusterView) => `${cluster.hosts} ${cluster.hosts_up} ${cluster.hosts_down}`)
    .join(',');
}
