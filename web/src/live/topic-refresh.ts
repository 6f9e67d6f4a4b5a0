import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useFeedClient } from './feed-context.tsx';
import { useSession } from './session.tsx';
import type { Query } from '@tanstack/react-query';
import type { ClusterView, ServiceView } from '../../../src/contract/api.ts';

/** Reading something again after a change: at most this often. */
const READ_EVERY_MS = 1000;
/** A frame of services has so many at most; there may be others where it has all of them. */
const FRAME_SERVICES_MAX = 1000;
const PROBLEMS = ['services', 'problems'];

/**
 * Keeps clusters, services and events as new as the feed: clusters and problems come whole in its frames, the
 * others are read again. After a break everything on screen is, with the history that was missed.
 */
export function useTopicRefresh(): void {
  const feed = useFeedClient();
  const client = useQueryClient();
  const { check } = useSession();
  useEffect(() => {
    const services = atMostEvery(READ_EVERY_MS, () => {
      const whole = isWhole(client.getQueryData(PROBLEMS));
      const wanted = ({ queryKey: [, which] }: Query) => !whole || which !== 'problems';
      void client.invalidateQueries({ queryKey: ['services'], predicate: wanted });
    });
    const hosts = atMostEvery(READ_EVERY_MS, () => {
      void client.invalidateQueries({ queryKey: ['hosts'] });
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
    const offTurnedAway = feed.onTurnedAway(() => void check());
    const offClusters = feed.onTopic('clusters', (data) => {
      const before = hostCounts(client.getQueryData(['clusters']));
      client.setQueryData(['clusters'], data);
      if (hostCounts(data) !== before) hosts.ask();
    });
    const offServices = feed.onTopic('services', (data) => {
      if (isWhole(data)) client.setQueryData(PROBLEMS, data);
      services.ask();
    });
    const offEvents = feed.onTopic('events', events.ask);
    return () => {
      services.cancel();
      hosts.cancel();
      events.cancel();
      offConnection();
      offTurnedAway();
      offClusters();
      offServices();
      offEvents();
    };
  }, [feed, client, check]);
}

/** Whether a list of services in trouble has all there are. */
function isWhole(data: unknown): data is readonly ServiceView[] {
  return Array.isArray(data) && data.length < FRAME_SERVICES_MAX;
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
    .map(({ hosts, hosts_up, hosts_down, hosts_awaited, hosts_retired }: ClusterView) =>
      [hosts, hosts_up, hosts_down, hosts_awaited, hosts_retired].join(' '),
    )
    .join(',');
}
