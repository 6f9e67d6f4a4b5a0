import { useMemo } from 'react';
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
import { rangeSeconds } from '../fleet/range.ts';
import { formatQuantity, UNKNOWN } from '../format/number.ts';
import { useServerNow } from '../live/feed-context.tsx';
import { useClusterHistory } from '../live/history.ts';
import { seriesColour } from '../chart/palette.ts';
import { summarise } from '../chart/columns.ts';
import { useComputedColorScheme } from '@mantine/core';
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
}

const avg = (metric: string): ClusterLine => ({ metric, aggregate: 'avg' });
const sum = (metric: string): ClusterLine => ({ metric, aggregate: 'sum' });

const SUMMARIES: readonly Summary[] = [
  { title: 'Load', kind: 'plain', quantity: { kind: 'level' }, ask: [avg(LOAD)], labels: ['mean'] },
  {
    title: 'CPU',
    kind: 'plain',
    quantity: { kind: 'percent' },
    ask: [avg(CPU_USER), avg(CPU_SYSTEM), avg(CPU_WAIT)],
    labels: ['user', 'system', 'wait'],
  },
  {
    title: 'Memory',
    kind: 'memory',
    quantity: { kind: 'bytes', base: 1024, perUnit: 1, perSecond: false },
    ask: [GMOND_MEMORY_TOTAL, GMOND_MEMORY_SPARE, COLLECTD_MEMORY_USED, COLLECTD_MEMORY_TOTAL].map(sum),
    labels: ['used', 'total'],
  },
  {
    title: 'Network',
    kind: 'plain',
    quantity: { kind: 'bytes', base: 1000, perUnit: 1, perSecond: true },
    ask: [sum(NETWORK_IN), sum(NETWORK_OUT)],
    labels: ['in', 'out'],
  },
];

/** A cluster's load, processors, memory and network over time. */
export function SummaryCharts(props: {
  readonly cluster: string;
  readonly range: Range;
  readonly onZoom: (fromS: number, toS: number) => void;
  readonly onReset: () => void;
}) {
  return (
    <div className="summaries">
      {SUMMARIES.map((summary) => (
        <SummaryCard key={summary.title} summary={summary} {...props} />
      ))}
    </div>
  );
}

function SummaryCard(props: {
  readonly summary: Summary;
  readonly cluster: string;
  readonly range: Range;
  readonly onZoom: (fromS: number, toS: number) => void;
  readonly onReset: () => void;
}) {
  const { summary, cluster, range } = props;
  const scheme = useComputedColorScheme('dark');
  const { answers } = useClusterHistory(cluster, summary.ask, range);
  const nowMs = useServerNow();
  // oxlint-disable-next-line react/exhaustive-deps -- the list is new on every render, its members are not.
  const data = useMemo(() => summaryColumns(answers, summary.kind), [...answers, summary.kind]);
  const toS = range.kind === 'between' ? range.toS : nowMs / 1000;
  const lasts = data.lines.map((line) => formatQuantity(summarise(line).last, summary.quantity));
  const words = summary.labels.map((label, i) => `${label} ${lasts[i] ?? UNKNOWN}`);
  return (
    <section className="card" aria-label={summary.title}>
      <div className="row summary-head">
        <h3>{summary.title}</h3>
        <span className="sub push nowrap">
          <b className="mono ink">{lasts[0] ?? UNKNOWN}</b> {summary.labels[0]}
        </span>
      </div>
      <Chart
        label={`${summary.title} of ${cluster}: ${words.join(', ')}`}
        data={data}
        loading={answers.every((answer) => answer === undefined)}
        fromS={toS - rangeSeconds(range)}
        toS={toS}
        lines={summary.labels.length}
        quantity={summary.quantity}
        height={128}
        syncKey="cluster"
        onZoom={props.onZoom}
        onReset={props.onReset}
      />
      {summary.labels.length > 1 && (
        <ul className="summary-figures">
          {summary.labels.map((label, i) => (
            <li key={label} className="nowrap">
              <i style={{ background: seriesColour(i, scheme) }} aria-hidden="true" />
              <span className="sub">{label}</span> <span className="mono">{lasts[i] ?? UNKNOWN}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
