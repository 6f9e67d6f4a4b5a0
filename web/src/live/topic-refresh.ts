import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useFeedClient } from './feed-context.tsx';

/** Reading services again after a change: at most this often. */
const SERVICES_EVERY_MS = 1000;

/** Keeps clusters and services as new as the feed: the first come whole in its frames, the second are read again. */
export function useTopicRefresh(): void {
  const feed = useFeedClient();
  const client = useQueryClient();
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const offClusters = feed.onTopic('clusters', (data) => {
      if (Array.isArray(data)) client.setQueryData(['clusters'], data);
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
