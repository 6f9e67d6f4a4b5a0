import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { LOAD } from '../fleet/measure.ts';

type Column = readonly (number | null)[];
const NONE: ReadonlyMap<string, Column> = new Map();

/** Each cluster's mean load over the last hour, in one question for all of them. */
export function useClusterLoads(): ReadonlyMap<string, Column> {
  const { data } = useQuery(
    queries.series(
      { cluster: '.*', host: '.*', metric: LOAD, from: '-60m', points: 60, aggregate: 'avg', by: 'cluster' },
      60_000,
    ),
  );
  return useMemo(
    // The newest row may not have begun to fill.
    () =>
      data
        ? new Map(
            data.series.map(({ cluster, values }) => [
              cluster,
              values.at(-1) === null ? values.slice(0, -1) : values,
            ]),
          )
        : NONE,
    [data],
  );
}
