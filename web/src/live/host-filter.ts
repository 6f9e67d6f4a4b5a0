import { useMemo } from 'react';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from './api.ts';
import { useFigure } from './fleet-measure.ts';
import { hostHasWords } from '../fleet/host-words.ts';
import { exactly, isPattern } from '../fleet/pattern.ts';
import type { HostFigures } from '../fleet/host-figures.ts';

const TYPING_MS = 250;

export interface HostFilter {
  /** 1 for each host that passes, by the figures' index; null: all. */
  readonly shown: Uint8Array | null;
  readonly count: number;
  readonly error: Error | null;
}

/** What narrows the hosts of a cluster. */
export interface HostWish {
  /** Words or a regular expression, as they are typed. */
  readonly text: string;
  /** `role:db`, all of them. */
  readonly fact: readonly string[];
  /** Hosts that have left are among them. */
  readonly retired: boolean;
}

/**
 * Hosts of a cluster that have all the words in name, address, agent or a fact, `role:db` for a fact by its name;
 * or whose whole name matches the regular expression. The latter, and what facts are wished for, is asked of
 * the server, whose engine takes linear time whatever it is.
 */
export function useHostFilter(cluster: string, figures: HostFigures, wish: HostWish): HostFilter {
  const { text, fact, retired } = wish;
  const membership = useFigure(figures, ({ membership: grown, count }) => `${grown} ${count}`);
  const [typed] = useDebouncedValue(text.trim(), TYPING_MS);
  const pattern = isPattern(typed);
  const asked = pattern || fact.length > 0;
  const words = pattern ? '' : typed;
  const matching = useQuery({
    queryKey: ['hosts', 'matching', cluster, pattern ? typed : '', fact, retired, membership],
    queryFn: async ({ signal }) => {
      const state = retired ? { state: 'all' as const } : {};
      const q = pattern ? { q: typed } : {};
      const hosts = await api.hosts({ cluster: exactly(cluster), fact, ...q, ...state }, signal);
      return new Set(hosts.map(({ name }) => name));
    },
    enabled: asked,
    structuralSharing: false,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const names = asked ? matching.data : undefined;
  return useMemo(() => {
    const error = asked ? matching.error : null;
    const { hosts } = figures;
    if ((words === '' && !asked) || (asked && names === undefined)) {
      return { shown: null, count: hosts.length, error };
    }
    const shown = Uint8Array.from(hosts, (host) =>
      Number((names?.has(host.name) ?? true) && hostHasWords(host, words)),
    );
    return { shown, count: shown.reduce((sum, one) => sum + one, 0), error };
    // oxlint-disable-next-line react/exhaustive-deps -- the figures change in place; their membership tells.
  }, [figures, membership, words, asked, names, matching.error]);
}
