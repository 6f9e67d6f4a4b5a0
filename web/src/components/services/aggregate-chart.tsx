import { useMemo } from 'react';
import { useQueries } from '@tanstack/react-query';
import { useComputedColorScheme } from '@mantine/core';
import { Chart } from '../chart.tsx';
import { ChartLegend } from '../chart-legend.tsx';
import { stateColour } from '../metric-chart.tsx';
import { bridge, summarise } from '../../chart/columns.ts';
import { seriesColour } from '../../chart/palette.ts';
import { chartThresholds } from '../../fleet/judged-lines.ts';
import { anyOf, exactly } from '../../fleet/pattern.ts';
import { rangeSeconds, refreshMs, spanOf } from '../../fleet/range.ts';
import { aggregateLines } from '../../fleet/aggregate-lines.ts';
import { quantityOf } from '../../format/quantity.ts';
import { useServerNow } from '../../live/feed-context.tsx';
import { queries } from '../../live/queries.ts';
import type { RangeControl } from '../range-choice.tsx';
import type { EventView, ServiceDetail } from '../../../../src/contract/api.ts';

const POINTS = 300;
const CHART_PX = 260;

interface AggregateChartProps {
  readonly detail: ServiceDetail;
  readonly control: RangeControl;
  readonly events: readonly EventView[];
}

/** The metric that an aggregate is made of, over its hosts; where they are too many to name, over all. */
export function AggregateChart({ detail, control, events }: AggregateChartProps) {
  const { service, metrics, members } = detail;
  const scheme = useComputedColorScheme('dark');
  const nowMs = useServerNow();
  const lines = aggregateLines(detail);
  const { times, columns, units, loading } = useLines(props(detail), lines, control);
  const data = useMemo(() => ({ times, lines: columns }), [times, columns]);
  const summaries = useMemo(() => columns.map(summarise), [columns]);
  const [metric = ''] = metrics;
  const quantity = quantityOf(metric, units);
  const alone = lines.length === 1;
  const judged = alone && members !== null;
  const thresholds = useMemo(
    () => (judged ? chartThresholds([{ label: '', services: [service] }]).drawn : []),
    [judged, service],
  );
  const colours = alone ? [stateColour([service], scheme)] : lines.map((_, i) => seriesColour(i, scheme));
  const toS = control.range.kind === 'between' ? control.range.toS : nowMs / 1000;
  const title = `${lines.join(', ')} of ${metrics.join(', ')}`;
  return (
    <section className="card metric-card" aria-label={title}>
      <Chart
        label={title}
        {...{ data, loading, quantity, thresholds, colours, events }}
        labels={alone ? [] : [...lines]}
        fromS={toS - rangeSeconds(control.range)}
        toS={toS}
        lines={lines.length}
        height={CHART_PX}
        syncKey="host"
        onZoom={control.zoom}
        onReset={control.reset}
        head={
          <h3 className="mono ellipsis" title={title}>
            <bdi>{title}</bdi>
          </h3>
        }
      />
      {!alone && (
        <ChartLegend labels={[...lines]} cursor={null} {...{ summaries, data, quantity, colours }} />
      )}
      <p className="sub">{overWords(detail)}</p>
    </section>
  );
}

function props({ service, metrics, members }: ServiceDetail) {
  return {
    ...(members ?? { cluster: service.cluster === '' ? '.*' : exactly(service.cluster), host: '.*' }),
    metric: anyOf(metrics),
  };
}

/** Whose values are drawn. */
function overWords({ service, members }: ServiceDetail): string {
  const whole = `all hosts ${service.cluster === '' ? 'of the grid' : `of ${service.cluster}`} that send it`;
  if (members === null)
    return `Over ${whole}. It judges only some of them, too many to be drawn alone: its ranges are left out.`;
  return members.host === '.*' ? `Over ${whole}.` : 'Over those hosts alone that it judges.';
}

const NO_TIMES: readonly number[] = [];

function useLines(
  of: ReturnType<typeof props>,
  lines: ReturnType<typeof aggregateLines>,
  { range }: RangeControl,
) {
  const results = useQueries({
    queries: lines.map((aggregate) =>
      queries.series({ ...of, aggregate, ...spanOf(range), points: POINTS }, refreshMs(range)),
    ),
  });
  const answers = results.map(({ data }) => data);
  const times = answers[0]?.times ?? NO_TIMES;
  const columns = useMemo(
    () => answers.map((answer) => bridge(times, answer?.series[0]?.values ?? times.map(() => null))),
    // oxlint-disable-next-line react/exhaustive-deps -- the answers themselves, not the array they stand in.
    [...answers, times],
  );
  const units = answers[0]?.series[0]?.units ?? '';
  return { times, columns, units, loading: answers.includes(undefined) };
}
