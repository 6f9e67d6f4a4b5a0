import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiFault, api } from './api.ts';
import { exactly } from '../fleet/pattern.ts';
import type { SeriesRequest } from './api.ts';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2000,
        // A refusal stays a refusal; a server that restarts is back in a moment.
        retry: (failures, error) => failures < 2 && !(error instanceof ApiFault && error.status < 500),
        refetchOnWindowFocus: true,
      },
    },
  });
}

export const queries = {
  status: () =>
    queryOptions({
      queryKey: ['status'],
      queryFn: ({ signal }) => api.status(signal),
      refetchInterval: 2000,
    }),
  /** The feed's topic says when it changed; asked for now and then in case a frame was skipped. */
  clusters: () =>
    queryOptions({
      queryKey: ['clusters'],
      queryFn: ({ signal }) => api.clusters(signal),
      refetchInterval: 10_000,
    }),
  allHosts: () =>
    queryOptions({
      queryKey: ['hosts'],
      queryFn: ({ signal }) => api.hosts({}, signal),
      refetchInterval: 10_000,
    }),
  downHosts: () =>
    queryOptions({
      queryKey: ['hosts', 'down', ''],
      queryFn: ({ signal }) => api.hosts({ state: 'DOWN' }, signal),
      refetchInterval: 5000,
    }),
  hostsOf: (cluster: string) =>
    queryOptions({
      queryKey: ['hosts', cluster],
      queryFn: ({ signal }) => api.hosts({ cluster: exactly(cluster) }, signal),
      refetchInterval: 5000,
    }),
  search: (words: string) =>
    queryOptions({
      queryKey: ['search', words],
      queryFn: ({ signal }) => api.hosts({ q: words }, signal),
      enabled: words !== '',
      placeholderData: keepPreviousData,
    }),
  host: (cluster: string, host: string) =>
    queryOptions({
      queryKey: ['host', cluster, host],
      queryFn: ({ signal }) => api.host(cluster, host, signal),
      refetchInterval: 3000,
    }),
  metrics: (cluster: string, host: string) =>
    queryOptions({
      queryKey: ['metrics', cluster, host],
      queryFn: ({ signal }) => api.metrics(cluster, host, signal),
      refetchInterval: 10_000,
    }),
  problems: () =>
    queryOptions({
      queryKey: ['services', 'problems'],
      queryFn: ({ signal }) => api.services({ problem: 'true' }, signal),
      refetchInterval: 10_000,
    }),
  servicesOf: (cluster: string, host: string) =>
    queryOptions({
      queryKey: ['services', cluster, host],
      queryFn: ({ signal }) => api.services({ cluster: exactly(cluster), host: exactly(host) }, signal),
      refetchInterval: 5000,
    }),
  notifications: () =>
    queryOptions({
      queryKey: ['notifications'],
      queryFn: ({ signal }) => api.notifications(signal),
      refetchInterval: 10_000,
    }),
  series: (request: SeriesRequest, refetchInterval: number | false) =>
    queryOptions({
      queryKey: ['series', request],
      queryFn: ({ signal }) => api.series(request, signal),
      refetchInterval,
      staleTime: 10_000,
      placeholderData: keepPreviousData,
    }),
};
