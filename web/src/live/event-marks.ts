import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { exactly } from '../fleet/pattern.ts';
import { spanOf } from '../fleet/range.ts';
import type { Range } from '../fleet/range.ts';
import type { EventView } from '../../../src/contract/api.ts';

const EVENTS_MAX = 500;
const NO_EVENTS: readonly EventView[] = [];

/** What is set for a name, or for the whole that it is part of. */
function orWhole(name: string): string {
  return `|${exactly(name)}`;
}

/**
 * What happened to a host, a cluster or the grid during a range, newest first; marks of the whole cluster and
 * grid among them. None while they cannot be had: graphs do without.
 */
export function useEventMarks(
  scope: { readonly cluster?: string; readonly host?: string },
  range: Range,
): readonly EventView[] {
  const { cluster, host } = scope;
  const { data } = useQuery(
    queries.events({
      ...(cluster === undefined ? {} : { cluster: orWhole(cluster) }),
      ...(host === undefined ? {} : { host: orWhole(host) }),
      ...spanOf(range),
      limit: EVENTS_MAX,
    }),
  );
  return data ?? NO_EVENTS;
}
