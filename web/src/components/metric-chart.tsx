import { memo, useMemo, useState } from 'react';
import { useComputedColorScheme } from '@mantine/core';
import { Link } from 'wouter';
import { Chart } from './chart.tsx';
import { ChartLegend } from './chart-legend.tsx';
import { useNear } from './near.ts';
import { summarise } from '../chart/columns.ts';
import { LiveColumns } from '../chart/live-columns.ts';
import { chartInk, seriesColour } from '../chart/palette.ts';
import { thresholdNotes } from '../chart/value-bounds.ts';
import { freshness } from '../fleet/freshness.ts';
import { chartThresholds, ownNotes } from '../fleet/judged-lines.ts';
import { markOf } from '../fleet/state.ts';
import { endOf, rangeSeconds } from '../fleet/range.ts';
import { exactQuantity } from '../format/exact.ts';
import { atWords } from '../format/instant.ts';
import { formatInstant, formatQuantity } from '../format/number.ts';
import { quantityOf } from '../format/quantity.ts';
import { useAddress } from '../live/address.ts';
import { useServerNow, useTableVersion } from '../live/feed-context.tsx';
import { pickColumns, useHostHistory } from '../live/history.ts';
import type { ChartData, LineSummary } from '../chart/columns.ts';
import type { MetricChart } from '../fleet/chart-group.ts';
import type { Freshness } from '../fleet/freshness.ts';
import type { JudgedLine } from '../fleet/judged-lines.ts';
import type { Quantity } from '../format/quantity.ts';
import type { FeedTable } from '../live/feed-table.ts';
import type { RangeControl } from './range-choice.tsx';
import type { EventView, LossView, ServiceView } from '../../../src/contract/api.ts';

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
  readonly events: readonly EventView[];
  readonly losses: readonly LossView[];
  /** Nothing comes any more: all values are old at once. */
  readonly hostDown: boolean;
  /** The only one of the view. */
  readonly large: boolean;
  /** Where its name leads; a view of this metric alone without. */
  readonly href?: string;
}

const CHART_PX = 150;
const LARGE_PX = 380;

/**
 * A metric, or a few that belong together: newest value, history and what the feed adds. Drawn while near the
 * window.
 */
export const MetricChartCard = memo(function MetricChartCard(props: MetricChartProps) {
  const { chart, large } = props;
  const { ref, near } = useNear();
  return (
    <section ref={ref} className="card metric-card" aria-label={chart.title}>
      {near ? (
        <LiveChart {...props} />
      ) : (
        <>
          <h3 className="mono ellipsis">
            <bdi>{chart.title}</bdi>
          </h3>
          <div style={{ height: (large ? LARGE_PX : CHART_PX) + 34 }} />
        </>
      )}
    </section>
  );
});

/** History and the feed's samples behind it, in columns that grow in place. */
function useChartData({ cluster, host, chart, chunk, table, control }: MetricChartProps) {
  const names = useMemo(() => chart.metrics.map((metric) => metric.metric), [chart]);
  const history = useHostHistory({ cluster, host }, chunk, control.range);
  const version = useTableVersion(table);
  const past = useMemo(() => pickColumns(history.data, names), [history.data, names]);
  const columns = useMemo(() => new LiveColumns(past), [past]);
  const follows = control.range.kind === 'last';
  const data = useMemo(
    () => (follows ? columns.take(names.map((name) => table.tail(cluster, host, name))) : past),
    // oxlint-disable-next-line react/exhaustive-deps -- the table changes in place; its version tells.
    [columns, past, names, table, version, follows, cluster, host],
  );
  const loading = history.data === undefined;
  return { data, loading, failed: history.error !== null && loading };
}

function LiveChart(props: MetricChartProps) {
  const { cluster, host, chart, control, services, events, losses, large } = props;
  const scheme = useComputedColorScheme('dark');
  const { data, loading, failed } = useChartData(props);
  const [cursor, setCursor] = useState<number | null>(null);
  const nowMs = useServerNow();
  const [first] = chart.metrics;
  const quantity = quantityOf(first?.metric ?? '', first?.units ?? '');
  const summaries = useMemo(() => data.lines.map(summarise), [data]);
  const { drawn: thresholds, own } = useMemo(
    () => chartThresholds(judgedLines(chart, services)),
    [chart, services],
  );
  const colours = useMemo(() => coloursOf(chart, services, scheme), [chart, services, scheme]);
  const saved = useMemo(
    () => ({ title: chart.title, names: [cluster, host, chart.title] }),
    [cluster, host, chart],
  );
  const toS = control.range.kind === 'between' ? control.range.toS : nowMs / 1000;
  const alone = chart.labels.length === 0;
  const newest = newestOf(props);
  const ages = newest.map((sample) => freshness(sample, { nowMs, hostDown: props.hostDown }));
  const last = formatQuantity(newest[0]?.value, quantity);
  const notes = [...thresholdNotes(summaries, quantity, thresholds), ...ownNotes(own, quantity)];
  return (
    <>
      <Chart
        label={`${chart.title} of ${host} in ${cluster}${alone ? `, last ${last}` : ''}`}
        {...{ data, loading, quantity, thresholds, colours, events, losses, saved }}
        labels={chart.labels}
        fromS={toS - rangeSeconds(control.range)}
        toS={toS}
        lines={chart.metrics.length}
        height={large ? LARGE_PX : CHART_PX}
        syncKey="host"
        staleMs={control.range.kind === 'last' ? oldest(ages) : null}
        onZoom={control.zoom}
        onReset={control.reset}
        onCursor={setCursor}
        head={
          <ChartHead
            chart={chart}
            href={props.href}
            quantity={quantity}
            {...headValue(props, newest[0], summaries[0], nowMs)}
            age={ages[0]}
          />
        }
      />
      {failed && <p className="sub">History could not be read; new values are drawn as they come.</p>}
      {alone ? (
        <CursorLine data={data} cursor={cursor} summary={summaries[0]} quantity={quantity} />
      ) : (
        <ChartLegend labels={chart.labels} {...{ ages, summaries, data, cursor, quantity, colours }} />
      )}
      {notes.length > 0 && <p className="sub threshold-note">{notes.join(' · ')}</p>}
    </>
  );
}

/** How old the newest of the lines is, where none is fresh. */
function oldest(ages: readonly Freshness[]): number | null {
  const stale = ages.flatMap((age) => (age.kind === 'stale' ? [age.ageMs] : []));
  return ages.length > 0 && stale.length === ages.length ? Math.min(...stale) : null;
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

/** Of a range that is over the value at its end: one of now beside old lines would be taken for theirs. */
function headValue(
  { control: { range } }: MetricChartProps,
  newest: NewestSample | undefined,
  summary: LineSummary | undefined,
  nowMs: number,
) {
  const endS = endOf(range);
  if (endS === null) return { newest, at: '' };
  return { newest: { value: summary?.last ?? null, atMs: endS * 1000 }, at: atWords(endS, nowMs) };
}

/** The name leads to a view of this metric alone. */
function ChartHead(props: {
  readonly chart: MetricChart;
  readonly href: string | undefined;
  readonly newest: Pick<NewestSample, 'value' | 'atMs'> | undefined;
  /** The time of a value of the past. */
  readonly at: string;
  readonly age: Freshness | undefined;
  readonly quantity: Quantity;
}) {
  const { chart, href, newest, at, age, quantity } = props;
  const { link } = useAddress();
  const titles = chart.metrics.map((metric) => metric.title || metric.metric).join(', ');
  return (
    <>
      <h3 className="mono ellipsis" title={titles === chart.title ? titles : `${chart.title}: ${titles}`}>
        <Link href={href ?? link({ m: chart.metrics[0]?.metric })}>
          <bdi>{chart.title}</bdi>
        </Link>
      </h3>
      {chart.labels.length === 0 && newest && (
        <span
          className="metric-value push"
          data-stale={(at === '' && age?.kind === 'stale') || undefined}
          title={`${exactQuantity(newest.value, quantity) ?? 'not known'}, ${formatInstant(newest.atMs)}`}
        >
          {formatQuantity(newest.value, quantity)}
          {at !== '' && <small className="sub"> {at}</small>}
        </span>
      )}
    </>
  );
}

/** Below a single line: what is under the pointer, or the range's extremes. */
function CursorLine(props: {
  readonly data: ChartData;
  readonly cursor: number | null;
  readonly quantity: Quantity;
  readonly summary: LineSummary | undefined;
}) {
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
      {(['min', 'avg', 'max'] as const).map((which) => (
        <span key={which} title={exactQuantity(summary?.[which], quantity)}>
          {which} {formatQuantity(summary?.[which], quantity)}
        </span>
      ))}
    </p>
  );
}

/** What judges each line. */
function judgedLines(chart: MetricChart, services: readonly ServiceView[]): JudgedLine[] {
  return chart.metrics.map(({ metric }, i) => ({
    label: chart.labels[i] ?? '',
    services: services.filter((service) => service.metric === metric),
  }));
}

function coloursOf(
  chart: MetricChart,
  services: readonly ServiceView[],
  scheme: 'dark' | 'light',
): readonly string[] {
  if (chart.labels.length === 0) return [stateColour(services, scheme)];
  return chart.metrics.map((_, i) => seriesColour(i, scheme));
}

/** A line in trouble has its state's colour. */
export function stateColour(services: readonly ServiceView[], scheme: 'dark' | 'light'): string {
  const marks = services.map((service) => markOf(service.state));
  if (marks.includes('critical')) return chartInk(scheme).critical;
  if (marks.includes('warning')) return chartInk(scheme).warning;
  return seriesColour(0, scheme);
}
