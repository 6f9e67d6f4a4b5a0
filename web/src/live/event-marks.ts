import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { exactly } from '../fleet/pattern.ts';
import type { Range } from '../fleet/range.ts';
import type { EventView } from '../../../src/contract/api.ts';

const EVENTS_MAX = 500;
const NO_EVENTS: readonly EventView[] = [];

/** What a mark may be set for, besides the name itself: the whole of it. */
function orWhole(name: string | undefined): { pattern?: string } {
  return name === undefined ? {} : { pattern: `|${exactly(name)}` };
}

/**
 * What happened to a host, a cluster or the grid during a range, newest first; marks of the whole cluster and
 * grid among them. None while they cannot be had: graphs do without.
 */
export function useEventMarks(
  scope: { readonly cluster?: string; readonly host?: string },
  range: Range,
): readonly EventView[] {
  const { pattern: cluster } = orWhole(scope.cluster);
  const { pattern: host } = orWhole(scope.host);
  const { data } = useQuery(
    queries.events({
      ...(cluster === undefined ? {} : { cluster }),
      ...(host === undefined ? {} : { host }),
      ...(range.kind === 'between'
        ? { from: String(range.fromS), to: String(range.toS) }
        : { from: `-${Math.round(range.seconds / 60)}m` }),
      limit: EVENTS_MAX,
    }),
  );
  return data ?? NO_EVENTS;
}
