import { useMemo, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { alertQueries } from './alert-queries.ts';
import { queries } from './queries.ts';
import { hostKey } from '../fleet/host-key.ts';
import { groupProblems } from '../fleet/problem-group.ts';
import { isHostDown, openProblems, troubleOf } from '../fleet/problem.ts';
import type { ProblemGroup } from '../fleet/problem-group.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { IncidentView } from '../../../src/contract/alert-views.ts';
import type { ServiceView, StatusView } from '../../../src/contract/api.ts';

/**
 * Services in trouble; undefined until the server has judged any: an empty list would look as if all were
 * well.
 */
export function useProblems() {
  const problems = useQuery(queries.problems());
  // No more of the status than this: the whole is another every two seconds.
  const judged = useQuery({ ...queries.status(), select: isAnyJudged });
  const known = judged.data === true || (problems.data?.length ?? 0) > 0;
  // Both have been answered, and there is nothing that could be well or not.
  const nothingJudged = problems.data !== undefined && judged.data !== undefined && !known;
  return { services: known ? problems.data : undefined, nothingJudged, error: problems.error };
}

const NO_INCIDENTS: readonly IncidentView[] = [];

/** Problems as pages gather them; undefined until it was asked. A server that cannot say has none. */
export function useIncidents(): readonly IncidentView[] | undefined {
  const { data, isPending } = useQuery(alertQueries.incidents());
  return isPending ? undefined : (data ?? NO_INCIDENTS);
}

/** Open problems, gathered as pages are; undefined as `useProblems`. */
export function useOpenGroups(): readonly ProblemGroup[] | undefined {
  const { services } = useProblems();
  const incidents = useIncidents();
  return useMemo(() => services && groupProblems(openProblems(services), incidents), [services, incidents]);
}

/** Marks of hosts in trouble, by `hostKey`; undefined until any host is judged. The same map while none changes. */
export function useTrouble(): Trouble {
  const { services } = useProblems();
  const trouble = useMemo(() => services && troubleOf(services), [services]);
  const kept = useRef(trouble);
  if (!isSame(kept.current, trouble)) kept.current = trouble;
  return kept.current;
}

type Trouble = ReadonlyMap<string, MarkKind> | undefined;

function isSame(before: Trouble, now: Trouble): boolean {
  if (before === undefined || now === undefined) return before === now;
  return before.size === now.size && [...now].every(([host, mark]) => before.get(host) === mark);
}

function isAnyJudged({ services }: StatusView): boolean {
  return Object.values(services).some((count) => count > 0);
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
