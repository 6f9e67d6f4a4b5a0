import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { LAST_HOUR, useLosses } from './losses.ts';
import { queries } from './queries.ts';
import { lostCount } from '../chart/losses.ts';
import { LATELY_MS } from '../fleet/sender.ts';

/** Refused last come first in an answer: with more than these it is many. */
const COUNTED = 100;

export interface DataHealth {
  /** Senders of which something was refused. */
  readonly refused: number;
  /** There are more of them than were counted. */
  readonly more: boolean;
  /** Datagrams lost before anybody read them. */
  readonly lost: number;
}

/** What was refused and lost in the last hour, of the whole grid. */
export function useDataHealth(): DataHealth {
  const { data, dataUpdatedAt } = useQuery({
    ...queries.sources({ limit: COUNTED }),
    refetchInterval: 15_000,
  });
  const lost = lostCount(useLosses('.*', LAST_HOUR));
  const refused = useMemo(() => {
    const isLately = ({ last_ms: lastMs }: { readonly last_ms: number }) =>
      dataUpdatedAt - lastMs < LATELY_MS;
    return data?.sources.filter((source) => source.refused.some(isLately)).length ?? 0;
  }, [data, dataUpdatedAt]);
  return { refused, more: refused === COUNTED, lost };
}
