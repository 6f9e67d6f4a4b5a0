import { useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { queries } from './queries.ts';
import { useEventMarks } from './event-marks.ts';
import { isPosted } from '../fleet/event-list.ts';
import { exactly } from '../fleet/pattern.ts';
import { rangeSeconds, spanOf } from '../fleet/range.ts';
import type { ServiceNames } from '../fleet/link.ts';
import type { Range } from '../fleet/range.ts';
import type { EventView } from '../../../src/contract/api.ts';

/** As many as the server gives at once. */
const EVENTS_MAX = 1000;
/** How far before the range its first state is looked for. */
const BEFORE_MIN = 30 * 24 * 60;
const NO_EVENTS: readonly EventView[] = [];

export interface ServiceHistory {
  /** Changes of its state in the range, newest first; undefined until known. */
  readonly changes: readonly EventView[] | undefined;
  /** The last one before the range. */
  readonly before: EventView | undefined;
  /** What its graphs show: its changes, and what somebody posted of its host, cluster or the grid. */
  readonly marks: readonly EventView[];
  /** There are more changes than an answer holds: older ones are not among them. */
  readonly cut: boolean;
  readonly error: Error | null;
}

export function useServiceHistory(names: ServiceNames, range: Range): ServiceHistory {
  const { cluster, host, service } = names;
  const of = {
    cluster: exactly(cluster),
    host: exactly(host),
    service: exactly(service),
    kind: 'state' as const,
  };
  const inRange = useQuery(queries.events({ ...of, ...spanOf(range), limit: EVENTS_MAX }));
  const earlier = useQuery(queries.events({ ...of, ...spanBefore(range), limit: 1 }));
  const posted = useEventMarks({ cluster, host }, range);
  const changes = inRange.data;
  const marks = useMemo(() => [...(changes ?? NO_EVENTS), ...posted.filter(isPosted)], [changes, posted]);
  return {
    changes,
    before: earlier.data?.[0],
    marks,
    cut: (changes?.length ?? 0) >= EVENTS_MAX,
    error: inRange.error,
  };
}

/** The time before a range, back as far as is worth looking. */
function spanBefore(range: Range): { readonly from: string; readonly to: string } {
  if (range.kind === 'between')
    return { from: String(range.fromS - BEFORE_MIN * 60), to: String(range.fromS) };
  const minutes = Math.round(rangeSeconds(range) / 60);
  return { from: `-${minutes + BEFORE_MIN}m`, to: `-${minutes}m` };
}
