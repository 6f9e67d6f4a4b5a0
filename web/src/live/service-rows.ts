import { useMemo } from 'react';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { useStandingError } from './standing-error.ts';
import { exactly, isPattern, isUnfinished } from '../fleet/pattern.ts';
import { compareServices, problemKey } from '../fleet/problem.ts';
import type { Rows, ServicesRequest } from './api.ts';
import type { ServiceFilter } from '../fleet/service-list.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

const TYPING_MS = 250;

export interface ServiceRows {
  /** What passes all of the filter but its state, the worst first; undefined until known. */
  readonly services: readonly ServiceView[] | undefined;
  /** Services beyond what an answer holds: the least bad. */
  readonly leftOut: number;
  readonly error: Error | null;
}

/**
 * Services that pass a filter, found by the server. Its state is for the page to choose from them, save
 * where an answer does not hold all: then those of that state are asked for as well.
 */
export function useServiceRows(filter: ServiceFilter): ServiceRows {
  const [words] = useDebouncedValue(filter.words.trim(), TYPING_MS);
  const pattern = isPattern(words);
  const base = baseRequest(filter, pattern ? '' : words);
  const all = useQuery({ ...queries.serviceRows(base), enabled: !pattern });
  // A whole name of either kind may be meant.
  const named = pattern && !isUnfinished(words);
  const byHost = useQuery({ ...queries.serviceRows({ ...base, host: words }), enabled: named });
  const byName = useQuery({ ...queries.serviceRows({ ...base, service: words }), enabled: named });
  const partial = !pattern && filter.state !== null && (all.data?.leftOut ?? 0) > 0;
  const ofState = useQuery({
    ...queries.serviceRows({ ...base, ...stateRequest(filter.state) }),
    enabled: partial,
  });
  const asked = pattern ? [byHost, byName] : partial ? [all, ofState] : [all];
  const answers = asked.map(({ data }) => data);
  // oxlint-disable-next-line react/exhaustive-deps -- the answers themselves, not the list they stand in.
  const services = useMemo(() => together(answers), [...answers, answers.length]);
  const error = asked.find((query) => query.error)?.error ?? null;
  return {
    services,
    leftOut: Math.max(0, ...answers.map((answer) => answer?.leftOut ?? 0)),
    error: useStandingError({ error, data: services }),
  };
}

function baseRequest(filter: ServiceFilter, words: string): ServicesRequest {
  const { cluster, kind, problems, flapping } = filter;
  return {
    ...(cluster !== '' && { cluster: exactly(cluster) }),
    ...(kind !== null && { kind }),
    ...(problems && { problem: 'true' as const }),
    ...(flapping && { flapping: 'true' as const }),
    ...(words !== '' && { q: words }),
  };
}

/** `OK` is told of services, `UP` of hosts: both are well. */
function stateRequest(state: MarkKind | null): ServicesRequest {
  if (state === null) return {};
  return state === 'ok' ? { problem: 'false' } : { state: state.toUpperCase() };
}

/** Each service once, the worst first; undefined while there is no answer. */
function together(answers: readonly (Rows<ServiceView> | undefined)[]): readonly ServiceView[] | undefined {
  const lists = answers.flatMap((answer) => (answer ? [answer.rows] : []));
  if (lists.length < 2) return lists[0];
  const byKey = new Map(lists.flat().map((service) => [problemKey(service), service]));
  return [...byKey.values()].toSorted(compareServices);
}
