import { useDeferredValue, useEffect, useState, useSyncExternalStore } from 'react';
import { useFeedClient, useFeedTable } from './feed-context.tsx';
import { HostFigures } from '../fleet/host-figures.ts';
import { LOAD_MEASURE, PLAIN_LOAD, selectorOf } from '../fleet/measure.ts';
import type { Measure } from '../fleet/measure.ts';
import type { MarkKind } from '../fleet/state.ts';
import type { FeedTable } from './feed-table.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** Values that fall stale while nothing else changes are noticed this often. */
const LOOK_EVERY_MS = 5000;

/**
 * The newest value of a measure for each of `hosts`, kept current in place. `cluster`: a regular expression
 * for theirs. `trouble`: marks of those that have any, by `hostKey`.
 */
export function useHostFigures(
  cluster: string,
  hosts: readonly HostView[],
  options: { readonly measure: Measure; readonly trouble: ReadonlyMap<string, MarkKind> | undefined },
): HostFigures {
  const { measure, trouble } = options;
  const feed = useFeedClient();
  const [figures] = useState(() => new HostFigures(measure));
  const { table, counted } = useMeasureTable(cluster, measure);
  useEffect(() => figures.setTrouble(trouble), [figures, trouble]);
  useEffect(() => figures.setHosts(hosts), [figures, hosts]);
  useEffect(() => {
    const read = () => figures.read(table, counted, feed.serverNowMs());
    read();
    const timer = setInterval(read, LOOK_EVERY_MS);
    const off = table.watch(read);
    return () => {
      clearInterval(timer);
      off();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- among other hosts the same rows give other figures.
  }, [figures, table, counted, feed, hosts]);
  return figures;
}

/**
 * collectd has a series for each processor: a large fleet's are more than one subscription holds, and the
 * load is then taken as it is.
 */
function useMeasureTable(cluster: string, measure: Measure): { table: FeedTable; counted: Measure } {
  const [tooMany, setTooMany] = useState<string | null>(null);
  const wanted = `${cluster}\n${measure.id}`;
  const counted = tooMany === wanted && measure.over.kind === 'processors' ? PLAIN_LOAD : measure;
  // Loads with and without their divisor share one subscription.
  const asked = counted.id === LOAD_MEASURE.id && tooMany !== wanted ? LOAD_MEASURE : counted;
  const metric = counted.over.kind === 'metric' ? selectorOf(counted) : selectorOf(asked);
  const table = useFeedTable({ cluster, host: '.*', metric });
  useEffect(
    () =>
      table.watch(() => {
        if (measure.id === LOAD_MEASURE.id && table.leftOut > 0) setTooMany(wanted);
      }),
    [table, measure.id, wanted],
  );
  return { table, counted };
}

/** Renders again when the figures change, at most once a second for the feed's sake. */
export function useFiguresVersion(figures: HostFigures): number {
  return useSyncExternalStore(figures.watch, () => figures.version);
}

/** Renders again only when a text made from the figures is another. */
export function useFigure(figures: HostFigures, told: (figures: HostFigures) => string): string {
  return useSyncExternalStore(figures.watch, () => told(figures));
}

/** What stands beside the figures waits for them no longer than this. */
const LATE_MS = 2000;

/**
 * Whether the first figures are drawn, or late: what is looked at second, and is work for page or server, is
 * left until then.
 */
export function useBegun(figures: HostFigures): boolean {
  const begun = useSyncExternalStore(figures.watch, () => figures.begun);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  // Deferred: the frame that paints the figures comes first.
  return useDeferredValue(begun || late);
}
