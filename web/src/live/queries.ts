import { keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiFault, api } from './api.ts';
import { exactly } from '../fleet/pattern.ts';
import { foundAmong } from '../fleet/found.ts';
import { Lane } from './lane.ts';
import { isInside, NOBODY_SIGNS_IN } from '../fleet/session.ts';
import type { HostSelector } from '../fleet/dashboard.ts';
import type { ServiceNames } from '../fleet/link.ts';
import type { SessionView } from '../../../src/contract/access.ts';
import type { HostView, LossView, SearchAnswer } from '../../../src/contract/api.ts';
import type { DiagnosisAnswer, ReconcilerView } from '../../../src/contract/instances.ts';
import type {
  DiagnosisRequest,
  EventsRequest,
  LossesRequest,
  SeriesRequest,
  ServicesRequest,
  SourcesRequest,
} from './api.ts';

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

/** An older server does not know the question: nobody signs in there. */
async function askSession(signal: AbortSignal): Promise<SessionView> {
  try {
    return await api.session(signal);
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404) return NOBODY_SIGNS_IN;
    throw error;
  }
}

/** An older server finds hosts and clusters only, the second here. */
async function askSearch(words: string, signal: AbortSignal): Promise<SearchAnswer> {
  try {
    return await api.search(words, signal);
  } catch (error) {
    if (!(error instanceof ApiFault && error.status === 404)) throw error;
    const [clusters, hosts] = await Promise.all([api.clusters(signal), api.hosts({ q: words }, signal)]);
    return foundAmong(words, clusters, hosts);
  }
}

/** An older server does not know of any. */
async function askLosses(request: LossesRequest, signal: AbortSignal): Promise<readonly LossView[]> {
  try {
    return await api.losses(request, signal);
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404) return [];
    throw error;
  }
}

/** An older server looks for nothing. */
async function askDiagnosis(request: DiagnosisRequest, signal: AbortSignal): Promise<DiagnosisAnswer> {
  try {
    return await api.diagnosis(request, signal);
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404 && error.code === 'not_found') return NOTHING_AMISS;
    throw error;
  }
}
const NOTHING_AMISS: DiagnosisAnswer = { findings: [], left_out: 0, kinds: [] };

/** An older server has none. */
async function askReconcilers(signal: AbortSignal): Promise<readonly ReconcilerView[]> {
  try {
    return await api.reconcilers(signal);
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404) return [];
    throw error;
  }
}

const LOSSES_EVERY_MS = 15_000;
const FINDINGS_EVERY_MS = 5000;
/** In the frame of every page; nobody waits for it. */
const COUNTS_EVERY_MS = 15_000;

/** Many hosts are long to read: the feed tells when any came, went or changed; the rest can wait. */
function hostsEveryMs(hosts: readonly HostView[] | undefined): number {
  return (hosts?.length ?? 0) > 1000 ? 60_000 : 15_000;
}

function rowsEveryMs(rows: number): number {
  return rows > 2000 ? 20_000 : 3000;
}

/**
 * A browser opens six connections to a server, and the history of a large cluster takes seconds: questions
 * about now do not wait behind it. One for the page, as the connections are.
 */
const histories = new Lane(3);

export const queries = {
  session: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => askSession(signal),
      // A role may be changed, and a session ended, elsewhere; soon, while there is nothing to see yet.
      refetchInterval: ({ state }) => (state.data && isInside(state.data) ? 60_000 : 3000),
      staleTime: 30_000,
    }),
  status: () =>
    queryOptions({
      queryKey: ['status'],
      queryFn: ({ signal }) => api.status(signal),
      refetchInterval: 5000,
    }),
  /** The feed's topic says when it changed; asked for now and then in case a frame was skipped. */
  clusters: () =>
    queryOptions({
      queryKey: ['clusters'],
      queryFn: ({ signal }) => api.clusters(signal),
      refetchInterval: 30_000,
    }),
  allHosts: () =>
    queryOptions({
      queryKey: ['hosts'],
      queryFn: ({ signal }) => api.hosts({}, signal),
      refetchInterval: ({ state }) => hostsEveryMs(state.data),
      structuralSharing: false,
    }),
  downHosts: () =>
    queryOptions({
      queryKey: ['hosts', 'down', ''],
      queryFn: ({ signal }) => api.hosts({ state: 'DOWN' }, signal),
      refetchInterval: 5000,
    }),
  /** `all`: with those that have left. */
  hostsOf: (cluster: string, { all = false } = {}) =>
    queryOptions({
      queryKey: ['hosts', cluster, all ? 'all' : ''],
      queryFn: ({ signal }) =>
        api.hosts({ cluster: exactly(cluster), ...(all && { state: 'all' as const }) }, signal),
      // What is there stays while those that have left are fetched, or go.
      placeholderData: (previous, query) => (query?.queryKey[1] === cluster ? previous : undefined),
      refetchInterval: ({ state }) => hostsEveryMs(state.data),
      structuralSharing: false,
    }),
  search: (words: string) =>
    queryOptions({
      queryKey: ['search', words],
      queryFn: ({ signal }) => askSearch(words, signal),
      enabled: words !== '',
      placeholderData: keepPreviousData,
    }),
  /** Hosts whose whole names match both regular expressions, and whose facts match. */
  hostsMatching: ({ cluster, host, fact }: HostSelector) =>
    queryOptions({
      queryKey: ['hosts', 'matching', cluster, host, fact],
      queryFn: ({ signal }) =>
        api.hosts({ cluster, fact, ...(host !== '.*' && { q: `^(?:${host})$` }) }, signal),
      refetchInterval: 10_000,
    }),
  servicesMatching: (request: ServicesRequest) =>
    queryOptions({
      queryKey: ['services', 'matching', request],
      queryFn: ({ signal }) => api.services(request, signal),
      refetchInterval: 10_000,
    }),
  /** The feed's topic says when there are new ones. */
  events: (request: EventsRequest, refetchInterval: number | false = 30_000) =>
    queryOptions({
      queryKey: ['events', request],
      queryFn: ({ signal }) => api.events(request, signal),
      refetchInterval,
      placeholderData: keepPreviousData,
    }),
  /** Thousands of senders are long to read. */
  sources: (request: SourcesRequest) =>
    queryOptions({
      queryKey: ['sources', request],
      queryFn: ({ signal }) => api.sources(request, signal),
      refetchInterval: ({ state }) => ((state.data?.sources.length ?? 0) > 1000 ? 15_000 : 3000),
      structuralSharing: false,
    }),
  diagnosis: (request: DiagnosisRequest) =>
    queryOptions({
      queryKey: ['diagnosis', request],
      queryFn: ({ signal }) => askDiagnosis(request, signal),
      refetchInterval: FINDINGS_EVERY_MS,
      placeholderData: keepPreviousData,
    }),
  findingCounts: () =>
    queryOptions({
      queryKey: ['diagnosis', 'counts'],
      queryFn: ({ signal }) => askDiagnosis({ limit: 0 }, signal),
      refetchInterval: COUNTS_EVERY_MS,
      staleTime: COUNTS_EVERY_MS,
    }),
  reconcilers: () =>
    queryOptions({
      queryKey: ['reconcilers'],
      queryFn: ({ signal }) => askReconcilers(signal),
      refetchInterval: FINDINGS_EVERY_MS,
    }),
  losses: (request: LossesRequest) =>
    queryOptions({
      queryKey: ['losses', request],
      queryFn: ({ signal }) => askLosses(request, signal),
      refetchInterval: LOSSES_EVERY_MS,
      staleTime: LOSSES_EVERY_MS,
      placeholderData: keepPreviousData,
    }),
  /** Files change on disk without a word from the feed. */
  dashboards: () =>
    queryOptions({
      queryKey: ['dashboards'],
      queryFn: ({ signal }) => api.dashboards(signal),
      refetchInterval: 5000,
    }),
  dashboard: (name: string) =>
    queryOptions({
      queryKey: ['dashboards', name],
      queryFn: ({ signal }) => api.dashboard(name, signal),
      refetchInterval: 5000,
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
  /** As the clusters: the feed's topic brings them whole. */
  problems: () =>
    queryOptions({
      queryKey: ['services', 'problems'],
      queryFn: ({ signal }) => api.services({ problem: 'true' }, signal),
      refetchInterval: 30_000,
    }),
  servicesOf: (cluster: string, host: string) =>
    queryOptions({
      queryKey: ['services', cluster, host],
      queryFn: ({ signal }) => api.services({ cluster: exactly(cluster), host: exactly(host) }, signal),
      refetchInterval: 5000,
    }),
  /** Thousands are long to read, and change all the time: the feed's word of each change is not followed. */
  serviceRows: (request: ServicesRequest) =>
    queryOptions({
      queryKey: ['service-rows', request],
      queryFn: ({ signal }) => api.serviceRows(request, signal),
      refetchInterval: ({ state }) => rowsEveryMs(state.data?.rows.length ?? 0),
      structuralSharing: false,
      placeholderData: keepPreviousData,
    }),
  service: (names: ServiceNames) =>
    queryOptions({
      queryKey: ['services', 'one', names.cluster, names.host, names.service],
      queryFn: ({ signal }) => api.service(names, signal),
      refetchInterval: 5000,
    }),
  checks: () =>
    queryOptions({
      queryKey: ['checks'],
      queryFn: ({ signal }) => api.checks(signal),
      refetchInterval: 3000,
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
      queryFn: ({ signal }) => histories.run(() => api.series(request, signal), signal),
      refetchInterval,
      staleTime: 10_000,
      placeholderData: keepPreviousData,
    }),
};
