import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { alertApi } from './alert-api.ts';
import { ApiFault } from './api.ts';
import type { NotificationsRequest, OnCallRequest, QuietSort } from './alert-api.ts';
import type { ServiceNames } from '../fleet/link.ts';
import type { OnCallView } from '../../../src/contract/alert-views.ts';

const INCIDENTS_EVERY_MS = 3000;
const QUIETS_EVERY_MS = 5000;
const ON_CALL_EVERY_MS = 30_000;
const LOG_EVERY_MS = 5000;
const RECEIVERS_EVERY_MS = 5000;
const EXPLAIN_EVERY_MS = 5000;

const NOBODY: OnCallView = { rotas: [], escalations: [] };

/** An older server does not know the question: what it answers instead. */
async function orElse<T>(asked: Promise<T>, instead: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiFault && error.status === 404 && error.code === 'not_found') return instead;
    throw error;
  }
}

export const alertQueries = {
  incidents: () =>
    queryOptions({
      queryKey: ['services', 'incidents'],
      queryFn: ({ signal }) => orElse(alertApi.incidents(signal), []),
      refetchInterval: INCIDENTS_EVERY_MS,
    }),
  quiets: (sort: QuietSort) =>
    queryOptions({
      queryKey: ['quiet', sort],
      queryFn: ({ signal }) => alertApi.quiets(sort, signal),
      refetchInterval: QUIETS_EVERY_MS,
    }),
  onCall: (request: OnCallRequest) =>
    queryOptions({
      queryKey: ['oncall', request],
      queryFn: ({ signal }) => orElse(alertApi.onCall(request, signal), NOBODY),
      refetchInterval: ON_CALL_EVERY_MS,
      staleTime: ON_CALL_EVERY_MS,
      placeholderData: keepPreviousData,
    }),
  log: (request: NotificationsRequest) =>
    queryOptions({
      queryKey: ['notifications', 'log', request],
      queryFn: ({ signal }) => alertApi.notifications(request, signal),
      refetchInterval: LOG_EVERY_MS,
      placeholderData: keepPreviousData,
    }),
  receivers: () =>
    queryOptions({
      queryKey: ['receivers'],
      queryFn: ({ signal }) => alertApi.receivers(signal),
      refetchInterval: RECEIVERS_EVERY_MS,
    }),
  explain: ({ cluster, host, service }: ServiceNames) =>
    queryOptions({
      queryKey: ['services', 'explain', cluster, host, service],
      queryFn: ({ signal }) => alertApi.explain({ cluster, host, service }, signal),
      refetchInterval: EXPLAIN_EVERY_MS,
    }),
};
