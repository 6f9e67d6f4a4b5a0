import { useEffect, useMemo, useRef, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { Chart } from './chart.tsx';
import { appendTails, summarise } from '../chart/columns.ts';
import { chartInk, seriesColour } from '../chart/palette.ts';
import { thresholdLines } from '../chart/threshold.ts';
import { thresholdNotes } from '../chart/value-bounds.ts';
import { freshness } from '../fleet/freshness.ts';
import { markOf } from '../fleet/state.ts';
import { rangeSeconds } from '../fleet/range.ts';
import { formatDuration } from '../format/duration.ts';
import { formatExact, formatInstant, formatQuantity } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { useServerNow, useTableVersion } from '../live/feed-context.tsx';
import { pickColumns, useHostHistory } from '../live/history.ts';
import type { ChartData, LineSummary } from '../chart/columns.ts';
import type { Threshold } from '../chart/value-bounds.ts';
import type { MetricChart } from '../fleet/chart-group.ts';
import type { Freshness } from '../fleet/freshness.ts';
import type { Quantity } from '../format/quantity.ts';
import type { FeedTable } from '../live/feed-table.ts';
import type { RangeControl } from './range-choice.tsx';
import type { ServiceView } from '../../../src/contract/api.ts';

export interface MetricChartProps {
  readonly cluster: string;
  readonly host: string;
  readonly chart: MetricChart;
  /** The metrics asked for together with this chart's. */
  readonly chunk: readonly string[];
  readonly table: FeedTable;
  readonly control: RangeControl;
  /** Services that judge one of the metrics. */
  readonly services: readonly ServiceView[];
  /** Nothing comes any more: all values are old at once. */
  readonly hostDown: boolean;
}

const CHART_PX = 150;

/**
 * A metric, or a few that belong together: newest value, history and what the feed adds. Drawn while near the
 * window.
 */
export function MetricChartCard(props: MetricChartProps) {
  const { chart } = props;
  const { ref, near } = useNear();
  return (
    <section ref={ref} className="card metric-card" aria-label={chart.title}>
      {near ? (
        <LiveChart {...props} />
      ) : (
        <>
          <h3 className="mono ellipsis">{chart.title}</h3>
          <div style={{ height: CHART_PX + 30 }} />
        </>
      )}
    </section>
  );
}

/** Whether an element is in the window, or a screen away. */
function useNear() {
  const ref = useRef<HTMLElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!ref.current) return undefined;
    const observer = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: '400px 0px',
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return { ref, near };
}

function useChartData({ cluster, host, chart, chunk, table, control }: MetricChartProps) {
  const names = useMemo(() => chart.metrics.map((metric) => metric.metric), [chart]);
  const history = useHostHistory({ cluster, host }, chunk, control.range);
  const version = useTableVersion(table);
  const past = useMemo(() => pickColumns(history.data, names), [history.data, names]);
  const follows = control.range.kind === 'last';
  const data = useMemo(
    () =>
      follows
        ? appendTails(
            past,
            names.map((name) => table.tail(cluster, host, name)),
          )
        : past,
    // oxlint-disable-next-line react/exhaustive-deps -- the table changes in place; its version tells.
    [past, names, table, version, follows, cluster, host],
  );
  const loading = history.data === undefined;
  return { data, loading, failed: history.error !== null && loading };
}

function LiveChart(props: MetricChartProps) {
  const { cluster, host, chart, control, services } = props;
  const scheme = useComputedColorScheme('dark');
  const { data, loading, failed } = useChartData(props);
  const [cursor, setCursor] = useState<number | null>(null);
  const nowMs = useServerNow();
  const [first] = chart.metrics;
  const quantity = quantityOf(first?.metric ?? '', first?.units ?? '');
  const summaries = useMemo(() => data.lines.map(summarise), [data]);
  const thresholds = useMemo(() => thresholdsOf(services), [services]);
  const toS = control.range.kind === 'between' ? control.range.toS : nowMs / 1000;
  const alone = chart.labels.length === 0;
  const last = formatQuantity(summaries[0]?.last, quantity);
  const ages = newestOf(props).map((newest) => freshness(newest, { nowMs, hostDown: props.hostDown }));
  const notes = thresholdNotes(summaries, quantity, thresholds);
  return (
    <>
      <div className="row metric-head">
        <h3
          className="mono ellipsis"
          title={chart.metrics.map((metric) => metric.title || metric.metric).join(', ')}
        >
          {chart.title}
        </h3>
        {alone && <NewestValue {...props} quantity={quantity} age={ages[0]} />}
      </div>
      <Chart
        label={`${chart.title} of ${host} in ${cluster}${alone ? `, last ${last}` : ''}`}
        data={data}
        loading={loading}
        fromS={toS - rangeSeconds(control.range)}
        toS={toS}
        lines={chart.metrics.length}
        quantity={quantity}
        height={CHART_PX}
        syncKey="host"
        thresholds={thresholds}
        colours={
          alone ? [stateColour(services, scheme)] : chart.metrics.map((_, i) => seriesColour(i, scheme))
        }
        onZoom={control.zoom}
        onReset={control.reset}
        onCursor={setCursor}
      />
      {failed && <p className="sub">History could not be read; new values are drawn as they come.</p>}
      {alone ? (
        <CursorLine data={data} cursor={cursor} summary={summaries[0]} quantity={quantity} />
      ) : (
        <Legend
          labels={chart.labels}
          ages={ages}
          summaries={summaries}
          data={data}
          cursor={cursor}
          quantity={quantity}
        />
      )}
      {notes.length > 0 && <p className="sub threshold-note">{notes.join(' · ')}</p>}
    </>
  );
}

interface NewestSample {
  readonly value: number | null;
  readonly atMs: number;
  readonly staleAfterMs: number;
}

/** The chart's metrics as of now: from the feed, else as they were first read. */
function newestOf({ cluster, host, chart, table }: MetricChartProps): NewestSample[] {
  return chart.metrics.map((metric) => {
    const live = table.get(cluster, host, metric.metric);
    return {
      value: live ? live.value : metric.value,
      atMs: live?.atMs ?? metric.time_ms,
      staleAfterMs: metric.stale_after_ms,
    };
  });
}

function NewestValue(
  props: MetricChartProps & { readonly quantity: Quantity; readonly age: Freshness | undefined },
) {
  const [metric] = props.chart.metrics;
  const [newest] = newestOf(props);
  if (!metric || !newest) return null;
  const { value, atMs } = newest;
  const stale = props.age?.kind === 'stale';
  return (
    <span
      className="metric-value push"
      data-stale={stale || undefined}
      title={`${formatExact(value, metric.units)}, ${formatInstant(atMs)}`}
    >
      {formatQuantity(value, props.quantity)}
      <StaleWords age={props.age} />
    </span>
  );
}

/** ` · 5 min old`, of a value that is not fresh any more. */
function StaleWords({ age }: { readonly age: Freshness | undefined }) {
  if (age?.kind !== 'stale') return null;
  return <small className="sub"> · {formatDuration(age.ageMs)} old</small>;
}

interface ReadoutProps {
  readonly data: ChartData;
  readonly cursor: number | null;
  readonly quantity: Quantity;
}

/** Below a single line: what is under the pointer, or the range's extremes. */
function CursorLine(props: ReadoutProps & { readonly summary: LineSummary | undefined }) {
  const { data, cursor, summary, quantity } = props;
  const time = cursor === null ? undefined : data.times[cursor];
  if (cursor !== null && time !== undefined) {
    return (
      <p className="metric-foot mono">
        <b>{formatQuantity(data.lines[0]?.[cursor], quantity)}</b>{' '}
        <span className="dim">{formatInstant(time * 1000)}</span>
      </p>
    );
  }
  return (
    <p className="metric-foot mono dim">
      <span>min {formatQuantity(summary?.min, quantity)}</span>
      <span>avg {formatQuantity(summary?.avg, quantity)}</span>
      <span>max {formatQuantity(summary?.max, quantity)}</span>
    </p>
  );
}

function Legend(
  props: ReadoutProps & {
    readonly labels: readonly string[];
    readonly ages: readonly Freshness[];
    readonly summaries: readonly LineSummary[];
  },
) {
  const { labels, ages, summaries, data, cursor, quantity } = props;
  const scheme = useComputedColorScheme('dark');
  const time = cursor === null ? undefined : data.times[cursor];
  return (
    <table className="legend">
      <thead>
        <tr>
          <th scope="col">
            {time === undefined ? <span className="hidden-text">Line</span> : formatInstant(time * 1000)}
          </th>
          <th scope="col">{time === undefined ? 'last' : 'here'}</th>
          <th scope="col">min</th>
          <th scope="col">avg</th>
          <th scope="col">max</th>
        </tr>
      </thead>
      <tbody>
        {labels.map((label, i) => (
          <tr key={label} data-stale={(cursor === null && ages[i]?.kind === 'stale') || undefined}>
            <th scope="row">
              <i style={{ background: seriesColour(i, scheme) }} aria-hidden="true" />
              {label}
              <StaleWords age={ages[i]} />
            </th>
            <td>
              {formatQuantity(cursor === null ? summaries[i]?.last : data.lines[i]?.[cursor], quantity)}
            </td>
            <td>{formatQuantity(summaries[i]?.min, quantity)}</td>
            <td>{formatQuantity(summaries[i]?.avg, quantity)}</td>
            <td>{formatQuantity(summaries[i]?.max, quantity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function thresholdsOf(services: readonly ServiceView[]): Threshold[] {
  return services.flatMap((service) => [
    ...thresholdLines(service.warning).map((line) => ({ ...line, state: 'warning' as const })),
    ...thresholdLines(service.critical).map((line) => ({ ...line, state: 'critical' as const })),
  ]);
}

/** A line in trouble has its state's colour. */
export function stateColour(services: readonly ServiceView[], scheme: 'dark' | 'light'): string {
  const marks = services.map((service) => markOf(service.state));
  if (marks.includes('critical')) return chartInk(scheme).critical;
  if (marks.includes('warning')) return chartInk(scheme).warning;
  return seriesColour(0, scheme);
}
