import { useMemo } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Chart } from './chart.tsx';
import { stateColour } from './metric-chart.tsx';
import { bridge, summarise } from '../chart/columns.ts';
import { namedColours } from '../chart/palette.ts';
import { thresholdNotes } from '../chart/value-bounds.ts';
import { chartThresholds, ownNotes } from '../fleet/judged-lines.ts';
import { anyOf, exactly } from '../fleet/pattern.ts';
import { formatQuantity } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { queries } from '../live/queries.ts';
import type { EventView, ServiceView } from '../../../src/contract/api.ts';

const HOUR_S = 3600;
const POINTS = 240;
const NO_EVENTS: readonly EventView[] = [];
/** More cannot be told apart. */
export const LINES_MAX = 8;

/** Whether it judges a series of its host's: an aggregate, of many hosts, has none. */
export function isDrawn({ host, metric }: ServiceView): boolean {
  return host !== '' && metric !== '';
}

/** What is judged over the last hour, a line a service, with its thresholds and what happened meanwhile. */
export function ProblemChart({ services }: { readonly services: readonly ServiceView[] }) {
  const scheme = useComputedColorScheme('dark');
  const nowMs = useServerNow();
  const [first] = services;
  const request = useMemo(() => requestFor(services), [services]);
  const history = useQuery(queries.series(request, 15_000));
  const { data: events } = useQuery(
    queries.events({ cluster: request.cluster, host: request.host, from: '-1h' }),
  );
  const { data: losses } = useQuery(queries.losses({ cluster: request.cluster, from: '-1h' }));
  const data = useMemo(() => {
    const answer = history.data;
    const times = answer?.times ?? [];
    const lines = services.map(({ host, metric }) => {
      const found = answer?.series.find((series) => series.host === host && series.metric === metric);
      return bridge(times, found?.values ?? times.map(() => null));
    });
    return { times, lines };
  }, [history.data, services]);
  const quantity = quantityOf(first?.metric ?? '', history.data?.series[0]?.units ?? '');
  const { drawn: thresholds, own } = useMemo(
    () => chartThresholds(services.map((service) => ({ label: service.host, services: [service] }))),
    [services],
  );
  const summaries = useMemo(() => data.lines.map(summarise), [data]);
  const notes = [...thresholdNotes(summaries, quantity, thresholds), ...ownNotes(own, quantity)];
  const alone = services.length === 1;
  const colours = alone
    ? [stateColour(services, scheme)]
    : namedColours(
        services.map(({ host }) => host),
        scheme,
      );
  return (
    <>
      <Chart
        label={`${first?.metric} over the last hour, last ${formatQuantity(summaries[0]?.last, quantity)}`}
        data={data}
        loading={history.data === undefined}
        fromS={nowMs / 1000 - HOUR_S}
        toS={nowMs / 1000}
        lines={services.length}
        labels={alone ? [] : services.map(({ host }) => host)}
        quantity={quantity}
        height={150}
        syncKey="problem"
        thresholds={thresholds}
        events={events ?? NO_EVENTS}
        {...(losses && { losses })}
        colours={colours}
      />
      {notes.length > 0 && <p className="sub threshold-note">{notes.join(' · ')}</p>}
    </>
  );
}

function requestFor(services: readonly ServiceView[]) {
  const [first] = services;
  return {
    cluster: exactly(first?.cluster ?? ''),
    host: anyOf([...new Set(services.map(({ host }) => host))]),
    metric: anyOf([...new Set(services.map(({ metric }) => metric))]),
    from: '-1h',
    points: POINTS,
  };
}
