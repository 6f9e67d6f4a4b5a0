import { useEffect, useMemo, useState } from 'react';
import { HOSTS_PER_ANSWER_MAX, useHostHistories } from './host-histories.ts';
import { HostFigures } from '../fleet/host-figures.ts';
import { exactly } from '../fleet/pattern.ts';
import { spanOf } from '../fleet/range.ts';
import type { HistoryOf, HostHistories } from './host-histories.ts';
import type { Measure } from '../fleet/measure.ts';
import type { Range } from '../fleet/range.ts';
import type { HostView } from '../../../src/contract/api.ts';

/** Steps of the slider under a heat map. */
export const PAST_STEPS = 60;

export type Past =
  | { readonly kind: 'now' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: Error }
  /** More hosts than an answer of history holds. */
  | { readonly kind: 'too-many'; readonly most: number }
  | { readonly kind: 'shown'; readonly figures: HostFigures };

export interface PastOptions {
  readonly cluster: string;
  /** Counts history as it counts the present. */
  readonly live: HostFigures;
  readonly hosts: readonly HostView[];
  readonly shown: Uint8Array | null;
  readonly shownCount: number;
  readonly measure: Measure;
  readonly range: Range;
  /** Epoch seconds; null: now. */
  readonly atS: number | null;
}

/** The figures of shown hosts at another time. Who was down then is not known: it shows as no value. */
export function usePast(options: PastOptions): Past {
  const { live, measure, atS, hosts, shownCount } = options;
  const tooMany = shownCount > HOSTS_PER_ANSWER_MAX;
  const wanted = atS !== null && !tooMany;
  const asked = useMemo(
    () => (wanted ? historyOf(options, measure.metric) : null),
    // oxlint-disable-next-line react/exhaustive-deps -- the object is new on every render, these of it are not.
    [wanted, options.cluster, options.shown, options.hosts, options.range, measure],
  );
  const overMetric = measure.over.kind === 'metric' ? exactly(measure.over.metric) : null;
  const askedOver = useMemo(
    () => (asked && overMetric !== null ? { ...asked, metric: overMetric, combine: 'avg' as const } : null),
    [asked, overMetric],
  );
  const of = useHostHistories(asked, false);
  const over = useHostHistories(askedOver, false);
  const [figures] = useState(() => new HostFigures(measure));
  useEffect(() => {
    figures.setTrouble(new Map());
    figures.setHosts(hosts.map((host) => ({ ...host, state: 'UP', worst_state: 'OK' })));
  }, [figures, hosts]);
  useEffect(() => {
    if (atS === null) return;
    figures.assume(valuesAt(live, of, over, atS), live.scale);
  }, [figures, live, of, over, atS, hosts]);
  if (atS === null) return { kind: 'now' };
  if (tooMany) return { kind: 'too-many', most: HOSTS_PER_ANSWER_MAX };
  const error = of.error ?? over.error;
  if (error) return { kind: 'failed', error };
  return of.loading || over.loading ? { kind: 'loading' } : { kind: 'shown', figures };
}

function historyOf({ cluster, hosts, shown, range, live, measure }: PastOptions, metric: string): HistoryOf {
  const names = shown === null ? null : live.hosts.filter((_, i) => shown[i] === 1).map(({ name }) => name);
  return {
    cluster,
    hosts: names ?? (hosts.length > HOSTS_PER_ANSWER_MAX ? [] : null),
    metric,
    combine: measure.combine,
    ...spanOf(range),
    points: PAST_STEPS,
  };
}

function valuesAt(live: HostFigures, of: HostHistories, over: HostHistories, atS: number): Float64Array {
  const values = new Float64Array(live.count).fill(Number.NaN);
  const row = rowAt(of.times, atS);
  const overRow = rowAt(over.times, atS);
  live.hosts.forEach(({ name }, i) => {
    const raw = of.byHost.get(name)?.[row] ?? null;
    const divisor = over.byHost.get(name)?.[overRow] ?? null;
    const value = raw === null ? Number.NaN : live.counted(i, raw, divisor ?? Number.NaN);
    values[i] = Number.isFinite(value) ? value : Number.NaN;
  });
  return values;
}

/** The row whose time is nearest; -1 for none. */
export function rowAt(times: readonly number[], atS: number): number {
  let best = -1;
  for (const [row, time] of times.entries()) {
    if (best < 0 || Math.abs(time - atS) < Math.abs((times[best] ?? 0) - atS)) best = row;
  }
  return best;
}
