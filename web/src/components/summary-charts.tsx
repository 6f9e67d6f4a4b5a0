import { memo, useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Chart } from './chart.tsx';
import { summaryColumns } from '../chart/summary.ts';
import {
  COLLECTD_MEMORY_TOTAL,
  COLLECTD_MEMORY_USED,
  CPU_SYSTEM,
  CPU_USER,
  CPU_WAIT,
  GMOND_MEMORY_SPARE,
  GMOND_MEMORY_TOTAL,
  LOAD,
  NETWORK_IN,
  NETWORK_OUT,
} from '../fleet/measure.ts';
import { isPosted } from '../fleet/event-list.ts';
import { endOf, rangeSeconds, spanOf } from '../fleet/range.ts';
import { breachWords, openProblems } from '../fleet/problem.ts';
import { exactly } from '../fleet/pattern.ts';
import { atWords } from '../format/instant.ts';
import { formatCount, formatQuantity, UNKNOWN } from '../format/number.ts';
import { useLosses } from '../live/losses.ts';
import { useProblems } from '../live/problems.ts';
import { queries } from '../live/queries.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useClusterHistory } from '../live/history.ts';
import { seriesColour } from '../chart/palette.ts';
import { summarise } from '../chart/columns.ts';
import { useComputedColorScheme } from '@mantine/core';
import type { EventView, LossView } from '../../../src/contract/api.ts';
import type { SummaryKind } from '../chart/summary.ts';
import type { Quantity } from '../format/quantity.ts';
import type { ClusterLine } from '../live/history.ts';
import type { Range } from '../fleet/range.ts';

interface Summary {
  readonly title: string;
  readonly kind: SummaryKind;
  readonly quantity: Quantity;
  readonly ask: readonly ClusterLine[];
  readonly labels: readonly string[];
  /** What stands beside the title, of the newest values as people read them. */
  readonly words: (lasts: readonly string[]) => string;
}

const avg = (metric: string): ClusterLine => ({ metric, aggregate: 'avg' });
const sum = (metric: string): ClusterLine => ({ metric, aggregate: 'sum' });

const SUMMARIES: readonly Summary[] = [
  {
    title: 'Load',
    kind: 'plain',
    quantity: { kind: 'level' },
    ask: [avg(LOAD)],
    labels: ['mean'],
    words: ([mean]) => `mean ${mean}`,
  },
  {
    title: 'CPU',
    kind: 'plain',
    quantity: { kind: 'percent' },
    ask: [avg(CPU_USER), avg(CPU_SYSTEM), avg(CPU_WAIT)],
    labels: ['user', 'system', 'wait'],
    words: ([user]) => `${user} user`,
  },
  {
    title: 'Memory',
    kind: 'memory',
    quantity: { kind: 'bytes', base: 1024, perUnit: 1, perSecond: false },
    ask: [GMOND_MEMORY_TOTAL, GMOND_MEMORY_SPARE, COLLECTD_MEMORY_USED, COLLECTD_MEMORY_TOTAL].map(sum),
    labels: ['used', 'total'],
    words: ([used = UNKNOWN, total = UNKNOWN]) => `${withoutUnit(used, total)} of ${total}`,
  },
  {
    title: 'Network',
    kind: 'plain',
    quantity: { kind: 'scaled', unit: 'bit/s', perUnit: 8 },
    ask: [sum(NETWORK_IN), sum(NETWORK_OUT)],
    labels: ['in', 'out'],
    words: ([into]) => `${into} in`,
  },
];

/** `4.10 TiB` beside `6.30 TiB` is `4.10`. */
export function withoutUnit(text: string, beside: string): string {
  const [number = text, unit] = text.split(/\s(?=\D)/);
  return unit !== undefined && beside.endsWith(unit) ? number : text;
}

interface SummaryChartsProps {
  readonly cluster: string;
  readonly range: Range;
  readonly onZoom: (fromS: number, toS: number) => void;
  readonly onReset: () => void;
}

/** A cluster's load, processors, memory and network over time, with what happened meanwhile. */
export const SummaryCharts = memo(function SummaryCharts(props: SummaryChartsProps) {
  const { cluster, range } = props;
  const request = useMemo(
    () => ({
      cluster: exactly(cluster),
      ...spanOf(range),
    }),
    [cluster, range],
  );
  const { data: events } = useQuery(queries.events(request));
  const losses = useLosses(exactly(cluster), range);
  // A cluster's changes of state are many: its deploys and notes stand over its graphs, a host's over its own.
  const marks = useMemo(() => events?.filter(isPosted), [events]);
  return (
    <div className="summaries">
      {SUMMARIES.map((summary) => (
        <SummaryCard
          key={summary.title}
          summary={summary}
          events={marks ?? NO_EVENTS}
          losses={losses}
          {...props}
        />
      ))}
    </div>
  );
});

const NO_EVENTS: readonly EventView[] = [];
/** As wide as such a graph is, px: a smaller step of its time would not show. */
const STEPS = 300;

function SummaryCard(
  props: SummaryChartsProps & {
    readonly summary: Summary;
    readonly events: readonly EventView[];
    readonly losses: readonly LossView[];
  },
) {
  const { summary, cluster, range } = props;
  const scheme = useComputedColorScheme('dark');
  const { answers, error } = useClusterHistory(cluster, summary.ask, range);
  const stepMs = Math.max(1000, (rangeSeconds(range) * 1000) / STEPS);
  // Its end moves on when that can be seen.
  const nowMs = Math.ceil(useServerNow(stepMs) / stepMs) * stepMs;
  // oxlint-disable-next-line react/exhaustive-deps -- the list is new on every render, its members are not.
  const data = useMemo(() => summaryColumns(answers, summary.kind), [...answers, summary.kind]);
  const toS = range.kind === 'between' ? range.toS : nowMs / 1000;
  const lasts = useMemo(
    () => data.lines.map((line) => formatQuantity(summarise(line).last, summary.quantity)),
    [data, summary],
  );
  const breached = useBreached(cluster, summary);
  const endS = endOf(range);
  // What is wrong now says nothing of a range that is over.
  const said = endS === null ? breached : undefined;
  const at = endS === null ? '' : ` ${atWords(endS, nowMs)}`;
  const words = summary.labels.map((label, i) => `${label} ${lasts[i] ?? UNKNOWN}`);
  const leftOut = Math.max(...answers.map((answer) => answer?.left_out ?? 0));
  return (
    <section className="card summary-card" aria-label={summary.title}>
      <Chart
        head={
          <>
            <h3>{summary.title}</h3>
            <span className="sub push ellipsis">
              {said ?? (lasts.length > 0 ? `${summary.words(lasts)}${at}` : UNKNOWN)}
            </span>
          </>
        }
        saved={{ title: `${summary.title} of ${cluster}`, names: [cluster, summary.title] }}
        label={`${summary.title} of ${cluster}: ${words.join(', ')}${at}`}
        data={data}
        loading={error === null && answers.every((answer) => answer === undefined)}
        fromS={toS - rangeSeconds(range)}
        toS={toS}
        lines={summary.labels.length}
        labels={summary.labels}
        quantity={summary.quantity}
        height={128}
        syncKey="cluster"
        events={props.events}
        losses={props.losses}
        onZoom={props.onZoom}
        onReset={props.onReset}
      />
      <ul className="summary-figures">
        {summary.labels.map((label, i) => (
          <li key={label} className="nowrap">
            <i style={{ background: seriesColour(i, scheme) }} aria-hidden="true" />
            <span className="sub">{label}</span> <span className="mono">{lasts[i] ?? UNKNOWN}</span>
          </li>
        ))}
      </ul>
      {error !== null && <p className="sub">History could not be read: {error.message}.</p>}
      {leftOut > 0 && (
        <p className="sub">
          {formatCount(leftOut)} series are more than an answer holds: they are not counted.
        </p>
      )}
    </section>
  );
}

/** `5 hosts above 8`: hosts whose open problem is about what the chart shows. */
function useBreached(cluster: string, summary: Summary): string | undefined {
  const { services } = useProblems();
  return useMemo(() => {
    const metrics = new RegExp(`^(?:${summary.ask.map(({ metric }) => metric).join('|')})$`);
    const about = openProblems(services ?? [])
      .map(({ service }) => service)
      .filter(
        (service) => service.cluster === cluster && service.metric !== '' && metrics.test(service.metric),
      );
    return about.length === 0 ? undefined : breachWords(about);
  }, [services, cluster, summary]);
}
