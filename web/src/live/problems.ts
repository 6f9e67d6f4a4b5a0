import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { hostKey } from '../fleet/host-key.ts';
import { isHostDown, troubleOf } from '../fleet/problem.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

/**
 * Services in trouble; undefined until the server has judged any: an empty list would look as if all were
 * well.
 */
export function useProblems() {
  const problems = useQuery(queries.problems());
  const status = useQuery(queries.status());
  const judged = Object.values(status.data?.services ?? {}).some((count) => count > 0);
  const known = judged || (problems.data?.length ?? 0) > 0;
  return { services: known ? problems.data : undefined, error: problems.error };
}

/** Marks of hosts in trouble, by `hostKey`; undefined until any host is judged. */
export function useTrouble(): ReadonlyMap<string, MarkKind> | undefined {
  const { services } = useProblems();
  return useMemo(() => services && troubleOf(services), [services]);
}

const NOBODY: ReadonlyMap<string, number> = new Map();

/** When hosts that are down were last heard, by `hostKey`; asked for only where one is among `services`. */
export function useLastSeen(services: readonly ServiceView[]): ReadonlyMap<string, number> {
  const { data } = useQuery({ ...queries.downHosts(), enabled: services.some(isHostDown) });
  return useMemo(
    () =>
      data
        ? new Map(data.map((host) => [hostKey(host.cluster, host.name), host.last_seen_ms] as const))
        : NOBODY,
    [data],
  );
}
