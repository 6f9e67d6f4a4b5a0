import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useFeedClient } from './feed-context.tsx';
import type { ClusterView } from '../../../src/contract/api.ts';

/** Reading something again after a change: at most this often. */
const READ_EVERY_MS = 1000;

/**
 * Keeps clusters, services and events as new as the feed: the first come whole in its frames, the others are
 * read again. After a break everything on screen is, with the history that was missed.
 */
export function useTopicRefresh(): void {
  const feed = useFeedClient();
  const client = useQueryClient();
  useEffect(() => {
    const services = atMostEvery(READ_EVERY_MS, () => {
      void client.invalidateQueries({ queryKey: ['services'] });
    });
    const events = atMostEvery(READ_EVERY_MS, () => {
      void client.invalidateQueries({ queryKey: ['events'] });
    });
    let broken = false;
    const offConnection = feed.watch(() => {
      const { kind } = feed.connection;
      if (kind === 'live' && broken) void client.invalidateQueries();
      if (kind !== 'connecting') broken = kind === 'broken';
    });
    const offClusters = feed.onTopic('clusters', (data) => {
      const before = hostCounts(client.getQueryData(['clusters']));
      client.setQueryData(['clusters'], data);
      if (hostCounts(data) !== before) void client.invalidateQueries({ queryKey: ['hosts'] });
    });
    const offServices = feed.onTopic('services', services.ask);
    const offEvents = feed.onTopic('events', events.ask);
    return () => {
      services.cancel();
      events.cancel();
      offConnection();
      offClusters();
      offServices();
      offEvents();
    };
  }, [feed, client]);
}

/** Runs once `periodMs` after it was first asked for, however often it is asked meanwhile. */
function atMostEvery(periodMs: number, run: () => void) {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return {
    ask: () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        run();
      }, periodMs);
    },
    cancel: () => clearTimeout(waiting),
  };
}

/** How many hosts a list of ClusterViews has, and how they are: a change is shown the moment it arrives. */
function hostCounts(clusters: unknown): string {
  if (!Array.isArray(clusters)) return '';
  return clusters
    .map((cluster: ClusterView) => `${cluster.hosts} ${cluster.hosts_up} ${cluster.hosts_down}`)
    .join(',');
}
