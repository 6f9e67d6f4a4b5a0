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

/** Of the services that pass everything else, how many are in each state; the worst first, none left out. */
export function countStates(services: readonly ServiceView[]): ReadonlyMap<MarkKind, number> {
  const counts = new Map<MarkKind, number>();
  for (const { state } of services) {
    const mark = markOf(state);
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return new Map(MARKS.flatMap((mark) => (counts.has(mark) ? [[mark, counts.get(mark) ?? 0]] : [])));
}
