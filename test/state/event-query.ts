import type { EventQuery } from '../../src/model/event.ts';

/** Everything, unless told. */
export function eventQuery(given: Partial<EventQuery> = {}): EventQuery {
  return {
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
    limit: 100,
    looked: 1000,
    kind: null,
    cluster: () => true,
    host: () => true,
    service: null,
    of: null,
    ...given,
  };
}
