import { useMemo } from 'react';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { anyOf, exactly } from '../fleet/pattern.ts';
import type { UseQueryResult } from '@tanstack/react-query';
import type { SeriesRequest } from './api.ts';
import type { AggregateName, SeriesAnswer } from '../../../src/contract/api.ts';

/** Hosts of one request: as many names as fit into a selector, and no more columns than an answer holds. */
export const HOSTS_PER_ANSWER_MAX = 1000;
const NAMES_CHARS_MAX = 3500;

/** One column a host. Values are null where nothing is known. */
export interface HostHistories {
  readonly times: readonly number[];
  readonly byHost: ReadonlyMap<string, readonly (number | null)[]>;
  readonly loading: boolean;
  readonly error: Error | null;
}

export interface HistoryOf {
  readonly cluster: string;
  /** Null: all hosts of the cluster. */
  readonly hosts: readonly string[] | null;
  readonly metric: string;
  /** How several series of a host become one. */
  readonly combine: AggregateName;
  readonly from: string;
  readonly to?: string;
  readonly points: number;
}

/** History of hosts, a column each, in as few requests as their names allow; null asks nothing. */
export function useHostHistories(asked: HistoryOf | null, refetchMs: number | false): HostHistories {
  const requests = useMemo(() => (asked ? requestsOf(asked) : []), [asked]);
  return useQueries({
    queries: requests.map((request) => ({
      ...queries.series(request, refetchMs),
      placeholderData: keepPreviousData,
    })),
    combine: gather,
  });
}

function requestsOf({ hosts, combine, cluster, ...rest }: HistoryOf): SeriesRequest[] {
  const selectors = hosts === null ? ['.*'] : chunksOf(hosts).map(anyOf);
  return selectors.map((host) => ({
    ...rest,
    cluster: exactly(cluster),
    host,
    aggregate: combine,
    by: 'host' as const,
  }));
}

export function chunksOf(hosts: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const host of hosts) {
    const size = exactly(host).length + 1;
    if (chars + size > NAMES_CHARS_MAX) {
      chunks.push([]);
      chars = 0;
    }
    chunks.at(-1)?.push(host);
    chars += size;
  }
  return chunks;
}

function gather(results: readonly UseQueryResult<SeriesAnswer>[]): HostHistories {
  const byHost = new Map<string, readonly (number | null)[]>();
  for (const { data } of results) for (const { host, values } of data?.series ?? []) byHost.set(host, values);
  return {
    times: results.find(({ data }) => (data?.times.length ?? 0) > 0)?.data?.times ?? [],
    byHost,
    loading: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error)?.error ?? null,
  };
}
