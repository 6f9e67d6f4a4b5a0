import { MARKS, markOf } from './state.ts';
import type { MarkKind } from './state.ts';
import type { ServiceView } from '../../../src/contract/api.ts';

export const SERVICE_KINDS = ['host', 'metric', 'combined', 'aggregate', 'command', 'passive'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** What a service judges; a kind of a newer server as it says. */
export function kindLabel(kind: string): string {
  switch (SERVICE_KINDS.find((known) => known === kind)) {
    case 'host':
      return 'Host';
    case 'metric':
      return 'Metric';
    case 'combined':
      return 'Sum or ratio';
    case 'aggregate':
      return 'Aggregate';
    case 'command':
      return 'Plugin';
    case 'passive':
      return 'Passive';
    case undefined:
      return kind;
  }
}

/** What `/services` shows, as it stands in the address. */
export interface ServiceFilter {
  /** Words, or a regular expression. */
  readonly words: string;
  readonly cluster: string;
  readonly kind: ServiceKind | null;
  readonly state: MarkKind | null;
  readonly problems: boolean;
  readonly flapping: boolean;
}

export function readServiceFilter(search: URLSearchParams): ServiceFilter {
  return {
    words: search.get('q') ?? '',
    cluster: search.get('cluster') ?? '',
    kind: SERVICE_KINDS.find((known) => known === search.get('kind')) ?? null,
    state: MARKS.find((known) => known === search.get('state')) ?? null,
    problems: search.get('only') === 'problems',
    flapping: search.get('only') === 'flapping',
  };
}

/** Whether anything is asked for that leaves services out. */
export function isNarrowed({ words, cluster, kind, state, problems, flapping }: ServiceFilter): boolean {
  return words.trim() !== '' || cluster !== '' || kind !== null || state !== null || problems || flapping;
}

/**
 * How many services are in each state, the worst first. `leftOut` more are beyond an answer that has the worst:
 * they are as its last one.
 */
export function countStates(
  services: readonly ServiceView[],
  leftOut: number,
): ReadonlyMap<MarkKind, number> {
  const counts = new Map<MarkKind, number>();
  const add = (mark: MarkKind, count: number) => counts.set(mark, (counts.get(mark) ?? 0) + count);
  for (const { state } of services) add(markOf(state), 1);
  const last = services.at(-1);
  if (last && leftOut > 0) add(markOf(last.state), leftOut);
  return new Map(MARKS.flatMap((mark) => (counts.has(mark) ? [[mark, counts.get(mark) ?? 0]] : [])));
}
