import { useMemo } from 'react';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ApiFault } from './api.ts';
import { queries } from './queries.ts';
import { useStandingError } from './standing-error.ts';
import { exactly, isPattern } from '../fleet/pattern.ts';
import { compareServices, problemKey } from '../fleet/problem.ts';
import { countStates } from '../fleet/service-list.ts';
import { markOf } from '../fleet/state.ts';
import type { Rows, ServicesRequest } from './api.ts';
import type { ServiceFilter } from '../fleet/service-list.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

const TYPING_MS = 250;

export interface ServiceRows {
  /** What passes all of the filter, the worst first; undefined until known. */
  readonly services: readonly ServiceView[] | undefined;
  /** How many more pass, beyond what an answer holds: the least bad. */
  readonly leftOut: number;
  /** Of those that pass all but its state, how many are in each; the worst first. */
  readonly states: ReadonlyMap<MarkKind, number>;
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
  const byHost = useQuery({ ...queries.serviceRows({ ...base, host: words }), enabled: pattern });
  const byName = useQuery({ ...queries.serviceRows({ ...base, service: words }), enabled: pattern });
  const { state } = filter;
  const partial = !pattern && state !== null && (all.data?.leftOut ?? 0) > 0;
  const ofState = useQuery({ ...queries.serviceRows({ ...base, ...stateRequest(state) }), enabled: partial });
  const asked = pattern ? [byHost, byName] : [all];
  const found = useFound(asked.map(({ data }) => data));
  const states = useMemo(() => countStates(found?.rows ?? NONE, found?.leftOut ?? 0), [found]);
  const shown = (partial ? ofState.data : undefined) ?? found;
  const services = useMemo(
    () => (state === null ? shown?.rows : shown?.rows.filter((service) => markOf(service.state) === state)),
    [shown, state],
  );
  const error = [...asked, ofState].find((query) => query.error)?.error ?? null;
  return {
    services,
    leftOut: state !== null && !partial ? 0 : (shown?.leftOut ?? 0),
    states,
    error: useStandingError({ error: useMemo(() => ofFilter(error), [error]), data: services }),
  };
}

const NONE: readonly ServiceView[] = [];

/** The server names the keys of two questions; who typed the expression knows of one field. */
function ofFilter(error: Error | null): Error | null {
  if (!(error instanceof ApiFault && error.code === 'bad_pattern')) return error;
  const { status, code, message, cure } = error;
  return new ApiFault(status, { code, message: message.replace(/^(host|service) /, 'the filter '), cure });
}

/** What several answers hold together, each service once, the worst first; undefined while there is none. */
function useFound(answers: readonly (Rows<ServiceView> | undefined)[]): Rows<ServiceView> | undefined {
  return useMemo(() => {
    const known = answers.filter((answer) => answer !== undefined);
    const [first, second] = known;
    if (!first || !second) return first;
    const rows = known.flatMap((answer) => answer.rows);
    const byKey = new Map(rows.map((service) => [problemKey(service), service]));
    return {
      rows: [...byKey.values()].toSorted(compareServices),
      leftOut: Math.max(first.leftOut, second.leftOut),
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the answers themselves, not the list they stand in.
  }, [answers[0], answers[1]]);
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
