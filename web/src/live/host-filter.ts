import { useMemo } from 'react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from './api.ts';
import { useFigure } from './fleet-measure.ts';
import { exactly, isPattern, matchesWords } from '../fleet/pattern.ts';
import type { HostFigures } from '../fleet/host-figures.ts';
import type { HostView } from '../../../src/contract/api.ts';

const TYPING_MS = 250;

export interface HostFilter {
  /** 1 for each host that passes, by the figures' index; null: all. */
  readonly shown: Uint8Array | null;
  readonly count: number;
  readonly error: Error | null;
}

/**
 * Hosts of a cluster that have all the words in name, address, agent or a fact; or whose whole name matches
 * the regular expression. The latter is asked of the server, whose engine takes linear time whatever it is.
 */
export function useHostFilter(cluster: string, figures: HostFigures, filter: string): HostFilter {
  const membership = useFigure(figures, ({ membership: grown, count }) => `${grown} ${count}`);
  const [typed] = useDebouncedValue(filter.trim(), TYPING_MS);
  const pattern = isPattern(typed);
  const matching = useQuery({
    queryKey: ['hosts', 'matching', cluster, typed, membership],
    queryFn: async ({ signal }) => {
      const hosts = await api.hosts({ cluster: exactly(cluster), q: typed }, signal);
      return new Set(hosts.map(({ name }) => name));
    },
    enabled: pattern,
    structuralSharing: false,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const names = pattern ? matching.data : undefined;
  return useMemo(() => {
    const error = pattern ? matching.error : null;
    const { hosts } = figures;
    if (typed === '' || (pattern && names === undefined)) return { shown: null, count: hosts.length, error };
    const shown = Uint8Array.from(hosts, (host) =>
      Number(names ? names.has(host.name) : hasWords(host, typed)),
    );
    return { shown, count: shown.reduce((sum, one) => sum + one, 0), error };
    // oxlint-disable-next-line react/exhaustive-deps -- the figures change in place; their membership tells.
  }, [figures, membership, typed, pattern, names, matching.error]);
}

function hasWords(host: HostView, words: string): boolean {
  return matchesWords(words, [host.name, host.address, host.agent, ...Object.values(host.facts)]);
}
